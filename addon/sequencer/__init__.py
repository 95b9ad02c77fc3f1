"""Builds the timeline of a ``Film.1`` in the Video Sequencer, every strip and key frame editable."""
