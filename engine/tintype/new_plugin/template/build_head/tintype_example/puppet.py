"""Builds the puppet: a grid with the photo on it, one morph target, and a bone for the head."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageOps
from tintype import Asset, Job
from tintype.documents import HeadModel
from tintype.errors import FaceNotFound, PhotoUnreadable

from tintype_example.glb import Puppet, write_glb

if TYPE_CHECKING:
    from tintype_example import PuppetSettings

COLUMNS, ROWS = 24, 32
NECK_HEIGHT = -0.3
"""Where the head turns, in heights of the photo from its middle."""
FACE = (0.25, 0.15, 0.5, 0.6)
"""Where a face usually is in a portrait; this puppet does not look for it."""


def build(photos: Sequence[Asset], settings: PuppetSettings, job: Job) -> HeadModel:
    """Write ``head.glb`` into ``job.folder``, from the best photo.

    Raises:
        FaceNotFound: there is no photo.
        PhotoUnreadable: the photo cannot be opened.
    """
    if not photos:
        raise FaceNotFound("There is no photo to build a head from.", hint="Put one into the archive's photos folder.")
    best = max(photos, key=lambda asset: asset.item.quality)
    job.progress(0.1, best.item.path)
    image = opened(best, settings.longer_side_px)
    job.progress(0.5, "writing")
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    write_glb(job.folder / "head.glb", puppet_of(image.width / image.height, settings), buffer.getvalue())
    return HeadModel(
        photo=best.item.path,
        photo_sha256=best.item.sha256,
        width_px=image.width,
        height_px=image.height,
        face_box=FACE,
        provider="example",
        notes="A flat puppet: it opens its mouth and turns its head, and that is all.",
    ).save(job.folder)


def opened(asset: Asset, longer_side_px: int) -> Image.Image:
    """The photo, upright and not larger than wanted."""
    try:
        image = ImageOps.exif_transpose(Image.open(asset.path)).convert("RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as err:
        raise PhotoUnreadable(
            f"{asset.item.path} cannot be opened as a picture: {err}.", hint="Export it as JPEG or PNG and try again."
        ) from err
    image.thumbnail((longer_side_px, longer_side_px))
    return image


def puppet_of(aspect: float, settings: PuppetSettings) -> Puppet:
    """The grid, what of it follows the head, and how it moves when the jaw drops."""
    v, u = np.mgrid[0 : ROWS + 1, 0 : COLUMNS + 1].reshape(2, -1) / np.array([[ROWS], [COLUMNS]])
    corners = np.arange(len(u)).reshape(ROWS + 1, COLUMNS + 1)
    a, b, c, d = corners[:-1, :-1], corners[:-1, 1:], corners[1:, 1:], corners[1:, :-1]
    jaw = (v < settings.mouth_height) & (v > settings.mouth_height - 0.15) & (np.abs(u - 0.5) < 0.2)
    return Puppet(
        positions=np.stack([(u - 0.5) * aspect, v - 0.5, np.zeros_like(u)], axis=1),
        texture=np.stack([u, 1 - v], axis=1),
        triangles=np.stack([a, b, c, a, c, d], axis=-1).reshape(-1, 3),
        head=np.clip((v - 0.5 - NECK_HEIGHT) / 0.2, 0, 1),
        jaw_open=np.where(jaw[:, None], (0.0, -settings.drop, 0.0), 0.0),
        neck_height=NECK_HEIGHT,
        aspect=aspect,
    )
