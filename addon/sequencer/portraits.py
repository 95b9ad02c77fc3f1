"""The scene of one portrait clip: the head over its backdrop, in front of a camera of its own.

The look is Workbench's flat, textured one with the view transform "Standard" and no anti-aliasing: then a plate whose
pixels fall on the frame's pixels is rendered as the photograph, every value the same (measured on 512×600 pixels:
no difference at all, against 38 dB with FXAA and 31 to 33 dB with 5 to 32 samples, whose filter blurs the picture).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .. import compat
from ..client.face_track import read_track
from ..client.film import Film, PortraitClip
from ..rig.curves import give_action, write_curve
from ..rig.face_animation import apply_track
from ..rig.head import Head, copy_head, import_head, remove_head, show_texture_in_workbench
from .easing import eased
from .framing import PlateView, plate_view
from .paths import blend_path
from .timing import FIRST_FRAME, Span, fps_parts, span_of, time_of

if TYPE_CHECKING:
    import bpy

CAMERA_DISTANCE = 10.0
BEHIND = 0.05
"""How far behind the head's deepest point the backdrop stands, in plate heights."""
BEYOND = 1.0
"""How far the backdrop reaches beyond each side of the frame, in frames; its border pixels are drawn out."""


class HeadLibrary:
    """Imports each head.glb once, into a scene that is thrown away at the end; clips get copies."""

    def __init__(self) -> None:
        self._heads: dict[Path, Head] = {}
        self._scene: bpy.types.Scene | None = None

    def copy(self, path: Path, name: str, scene: bpy.types.Scene) -> Head:
        import bpy

        if path not in self._heads:
            if self._scene is None:
                self._scene = bpy.data.scenes.new("Tintype import")
            self._heads[path] = import_head(path, self._scene)
        return copy_head(self._heads[path], name, scene)

    def close(self) -> None:
        """Remove the templates."""
        import bpy

        for head in self._heads.values():
            remove_head(head)
        self._heads.clear()
        if self._scene is not None:
            bpy.data.scenes.remove(self._scene)
            self._scene = None


def build_portrait(film: Film, clip: PortraitClip, root: Path, library: HeadLibrary) -> bpy.types.Scene:
    """Make the scene of a portrait clip.

    Args:
        film: the edit that the clip is in.
        clip: which head, how framed, moved by which track.
        root: the film's folder.
        library: where heads come from.
    """
    import bpy

    span = span_of(clip, film.fps)
    scene = bpy.data.scenes.new(clip.id)
    set_format(scene, film)
    scene.frame_start, scene.frame_end = FIRST_FRAME, FIRST_FRAME + span.length - 1
    set_look(scene)
    view = plate_view(clip, film.width_px, film.height_px)
    head = library.copy(root / clip.head, clip.id, scene)
    if clip.face is not None:
        animate(head, film, clip, root, span)
    if clip.backdrop is not None:
        add_backdrop(scene, root / clip.backdrop, view, head.deepest() + BEHIND)
    add_camera(scene, view, Span(scene.frame_start, scene.frame_end + 1))
    return scene


def remove_portrait(scene: bpy.types.Scene) -> None:
    """Remove a portrait's scene and what only it used."""
    import bpy

    owners = [data for one in scene.objects for data in (one, one.data, getattr(one.data, "shape_keys", None)) if data]
    actions = {owner.animation_data.action for owner in owners if owner.animation_data and owner.animation_data.action}
    data = {one.data for one in scene.objects if one.data}
    materials = {slot.material for one in scene.objects for slot in one.material_slots if slot.material}
    bpy.data.batch_remove(list(scene.objects))
    bpy.data.scenes.remove(scene)
    for blocks in (data, actions, materials):
        bpy.data.batch_remove([block for block in blocks if block.users == 0])


def set_format(scene: bpy.types.Scene, film: Film) -> None:
    """The film's size and rate."""
    render = scene.render
    render.resolution_x, render.resolution_y, render.resolution_percentage = film.width_px, film.height_px, 100
    render.fps, render.fps_base = fps_parts(film.fps)


def set_look(scene: bpy.types.Scene) -> None:
    """Textures as they are, on black."""
    import bpy

    scene.render.engine = "BLENDER_WORKBENCH"
    scene.display.render_aa = "OFF"
    scene.display.shading.light = "FLAT"
    scene.display.shading.color_type = "TEXTURE"
    scene.view_settings.view_transform = "Standard"
    scene.view_settings.look = "None"
    scene.render.dither_intensity = 0.0
    # Where there is no OpenGL: an unlit surface needs one ray through the middle of each pixel, and no more.
    scene.cycles.samples = 1
    scene.cycles.use_denoising = False
    scene.cycles.pixel_filter_type = "BOX"
    scene.cycles.filter_width = 0.01
    world = bpy.data.worlds.get("Tintype black") or bpy.data.worlds.new("Tintype black")
    world.color = (0.0, 0.0, 0.0)
    scene.world = world


def animate(head: Head, film: Film, clip: PortraitClip, root: Path, span: Span) -> None:
    """Put the clip's face track on its head.  Times are exact film time, whatever frame the clip was rounded to."""
    track = read_track(root / clip.face)
    frames = np.arange(FIRST_FRAME, FIRST_FRAME + span.length)
    film_times = np.array([time_of(frame + span.start - FIRST_FRAME, film.fps) for frame in frames])
    apply_track(head.objects(), track, frames, film_times - clip.start_s + clip.face_offset_s, clip.id)


def add_camera(scene: bpy.types.Scene, view: PlateView, span: Span) -> None:
    """An orthographic camera whose scale carries the zoom, eased."""
    import bpy

    data = bpy.data.cameras.new(f"{scene.name} camera")
    data.type = "ORTHO"
    data.sensor_fit = "VERTICAL"
    data.clip_end = 2 * CAMERA_DISTANCE
    data.ortho_scale = view.scales[0]
    camera = bpy.data.objects.new(data.name, data)
    camera.location = (view.x, -CAMERA_DISTANCE, view.z)
    camera.rotation_euler = (np.pi / 2, 0.0, 0.0)
    scene.collection.objects.link(camera)
    scene.camera = camera
    if view.scales[0] != view.scales[1]:
        give_action(data, f"{scene.name} zoom")
        write_curve(data, "ortho_scale", 0, eased(span, *view.scales, "ease"))


def add_backdrop(scene: bpy.types.Scene, picture: Path, view: PlateView, depth: float) -> None:
    """A plane that fills the frame behind the plate with a picture of the film's size."""
    import bpy

    low, high = -BEYOND, 1 + BEYOND
    corners = [(low, low), (high, low), (high, high), (low, high)]
    mesh = bpy.data.meshes.new(f"{scene.name} backdrop")
    mesh.from_pydata([((u - 0.5) * view.width, 0.0, (v - 0.5) * view.height) for u, v in corners], [], [(0, 1, 2, 3)])
    layer = mesh.uv_layers.new(name="picture")
    for loop, corner in enumerate(corners):
        layer.data[loop].uv = corner
    mesh.materials.append(unlit_material(picture))
    backdrop = bpy.data.objects.new(mesh.name, mesh)
    backdrop.location = (view.x, depth, view.z)
    scene.collection.objects.link(backdrop)


def unlit_material(picture: Path) -> bpy.types.Material:
    """A material that shows a picture without lights, in Workbench as in Cycles."""
    import bpy

    image = bpy.data.images.load(blend_path(picture), check_existing=True)
    material = bpy.data.materials.new(image.name)
    tree = compat.node_tree_of(material)
    tree.nodes.clear()
    texture, emission, output = (
        tree.nodes.new(kind) for kind in ("ShaderNodeTexImage", "ShaderNodeEmission", "ShaderNodeOutputMaterial")
    )
    texture.image = image
    texture.extension = "EXTEND"
    tree.links.new(texture.outputs["Color"], emission.inputs["Color"])
    tree.links.new(emission.outputs["Emission"], output.inputs["Surface"])
    show_texture_in_workbench(material)
    return material
