"""What can be wrong with a model that the user put on the disk."""

from __future__ import annotations

from tintype.errors import ModelMissing


class ModelUnreadable(ModelMissing):
    """Model files are missing, damaged, or of another kind."""

    code = "model-unreadable"
