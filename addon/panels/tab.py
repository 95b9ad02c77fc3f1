"""Where our panels are."""

from __future__ import annotations


class SequencerTab:
    """The tab "Tintype" in the sidebar of the Video Sequencer."""

    bl_space_type = "SEQUENCE_EDITOR"
    bl_region_type = "UI"
    bl_category = "Tintype"
