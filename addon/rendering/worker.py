"""A Blender process that renders frames of portrait scenes as it is told, a chunk at a time."""

from __future__ import annotations

import json
import os
import queue
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import bpy

from .. import compat
from .events import Events
from .pixels import write_png
from .shot import shoot
from .smoothing import Smoother


def work(blend: Path, engine: str, percentage: int, smooth: bool, events: Events) -> None:
    """Serve orders from standard input until it closes.

    Before the first order the engine is tried; where it does not work, this process dies or exits here, and whoever
    started it takes the next engine.

    Args:
        blend: the film.blend that holds the scenes.
        engine: render engine.
        percentage: of the film's size.
        smooth: whether outlines are smoothed, which only Workbench can.
    """
    orders: queue.Queue[dict[str, Any]] = queue.Queue()
    threading.Thread(target=_read_orders, args=(orders,), daemon=True).start()
    if not engine_works(engine):
        os._exit(4)
    bpy.ops.wm.open_mainfile(filepath=str(blend), load_ui=False)
    events.send("ready")
    while True:
        order = orders.get()
        scene, folder = bpy.data.scenes[order["scene"]], Path(order["folder"])
        prepare(scene, engine, percentage)
        smoother = Smoother(scene, folder) if smooth and engine == "BLENDER_WORKBENCH" else None
        for index in order["frames"]:
            render_frame(scene, scene.frame_start + index, folder / f"{index:05d}.png", smoother)
            events.send("frame", frame=index)
        events.send("idle")


def _read_orders(orders: queue.Queue[dict[str, Any]]) -> None:
    for line in sys.stdin:
        orders.put(json.loads(line))
    os._exit(0)  # whoever gave orders is gone, or has no more


def prepare(scene: bpy.types.Scene, engine: str, percentage: int) -> None:
    """Set a portrait scene up for still pictures; changes are never saved."""
    bpy.context.window.scene = scene  # only the scene of a window is animated by frame_set
    render = scene.render
    render.engine = engine
    render.resolution_percentage = percentage
    render.use_sequencer = False
    render.use_compositing = False
    render.use_file_extension = False
    render.image_settings.color_mode = "RGB"
    compat.set_image_output(render, "BMP")


def render_frame(scene: bpy.types.Scene, frame: int, target: Path, smoother: Smoother | None = None) -> None:
    """Render one frame as PNG, beside its place first."""
    scene.frame_set(frame)
    pixels = smoother.render() if smoother is not None else shoot(scene, target.parent)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    write_png(part, pixels)
    os.replace(part, target)


def engine_works(engine: str) -> bool:
    """Render a white plane on black and look at the middle pixel.

    Without OpenGL Blender may also crash here, which ends this process.
    """
    scene = bpy.data.scenes.new("Tintype probe")
    mesh = bpy.data.meshes.new("probe")
    mesh.from_pydata([(-1, 0, -1), (1, 0, -1), (1, 0, 1), (-1, 0, 1)], [], [(0, 1, 2, 3)])
    plane, camera = bpy.data.objects.new("probe", mesh), bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    material = bpy.data.materials.new("probe")
    tree = compat.node_tree_of(material)
    tree.nodes.clear()
    emission, output = tree.nodes.new("ShaderNodeEmission"), tree.nodes.new("ShaderNodeOutputMaterial")
    tree.links.new(emission.outputs[0], output.inputs[0])
    mesh.materials.append(material)
    camera.data.type, camera.data.ortho_scale = "ORTHO", 1.0
    camera.location, camera.rotation_euler = (0, -2, 0), (1.5707963, 0, 0)
    for one in (plane, camera):
        scene.collection.objects.link(one)
    scene.camera = camera
    scene.render.resolution_x = scene.render.resolution_y = 16
    scene.cycles.samples = 1
    scene.display.shading.light = "FLAT"
    prepare(scene, engine, 100)
    with tempfile.TemporaryDirectory(prefix="tintype-") as folder:
        try:
            return bool(shoot(scene, Path(folder))[8, 8, 0] > 127)
        except RuntimeError:
            return False
