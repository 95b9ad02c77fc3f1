"""``HeadModel.1``: the head rig as a glTF binary, and what one has to know to frame and light it."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from tintype.documents.base import Document


class HeadModel(Document):
    """A head with 52 ARKit morph targets in ``head.glb``.

    The glb holds, in a scene of its own: an armature with a bone ``head`` (soft weights), meshes whose morph
    targets are named as in :data:`tintype.documents.face.ARKIT_SHAPES`, and a camera ``plate`` that shows the
    photo exactly at rest.
    """

    FILENAME: ClassVar[str] = "head.json"

    schema_label: Literal["HeadModel.1"] = Field("HeadModel.1", alias="schema")
    model: str = Field("head.glb", description="File name of the glTF binary, beside this document.")
    photo: str = Field(description="File name of the photo it was made from.")
    photo_sha256: str = Field(description="Digest of that photo, for provenance.")
    width_px: int = Field(gt=0, description="Width of the plate (the photo) in pixels.")
    height_px: int = Field(gt=0, description="Height of the plate (the photo) in pixels.")
    face_box: tuple[float, float, float, float] = Field(
        description="Face in the photo as x, y, width, height; fractions of the photo, origin top left."
    )
    unlit: bool = Field(True, description="Whether the material shows the photo itself, without lights.")
    synthetic: bool = True
    provider: str = Field(description="The build_head provider that made it.")
    notes: str = Field("", description="What the editor should know, in a sentence.")
