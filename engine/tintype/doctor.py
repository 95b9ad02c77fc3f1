"""What Tintype needs on a machine, and what is missing."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tintype.blender import addon_folder
from tintype.errors import TintypeError
from tintype.plugins import Plugins

# Shared libraries that Blender, mediapipe and OpenCV are linked against, by their Debian and Ubuntu package.
PACKAGES = {
    "libX11.so.6": "libx11-6",
    "libXi.so.6": "libxi6",
    "libXxf86vm.so.1": "libxxf86vm1",
    "libXfixes.so.3": "libxfixes3",
    "libXrender.so.1": "libxrender1",
    "libXext.so.6": "libxext6",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libSM.so.6": "libsm6",
    "libICE.so.6": "libice6",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libGLESv2.so.2": "libgles2",
    "libgomp.so.1": "libgomp1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
}
RENDER_DRIVER = "libgl1-mesa-dri"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    ok: bool
    found: str
    remedy: str = ""


def examine() -> list[Finding]:
    """Look at Python, the system's libraries, Blender, the add-on, the plugins and free space."""
    return [
        Finding("Python", sys.version_info >= (3, 11), platform.python_version()),
        system_libraries(),
        blender(),
        addon(),
        *plugins(),
        disk(),
    ]


def system_libraries() -> Finding:
    """Libraries that Blender and mediapipe are linked against but that this system does not have."""
    name = "System libraries"
    missing = missing_libraries()
    if not missing:
        return Finding(name, True, "all there")
    packages = sorted({PACKAGES.get(library, library) for library in missing} | {RENDER_DRIVER})
    sudo = "" if not hasattr(os, "geteuid") or os.geteuid() == 0 else "sudo "
    return Finding(name, False, f"missing {', '.join(missing)}", f"{sudo}apt-get install --yes {' '.join(packages)}")


def missing_libraries() -> list[str]:
    """Names of shared libraries that the loader would not find, sorted; empty where there is no ``ldd``."""
    if shutil.which("ldd") is None:
        return []
    missing: set[str] = set()
    for binary in linked_binaries():
        listing = subprocess.run(["ldd", str(binary)], capture_output=True, text=True, check=False).stdout
        missing |= {line.split()[0] for line in listing.splitlines() if line.rstrip().endswith("not found")}
    return sorted(missing)


def linked_binaries() -> list[Path]:
    """The compiled parts whose libraries come from the system."""
    binaries: list[Path] = []
    for module, pattern in (("bpy", "*.so"), ("mediapipe", "python/*.so"), ("cv2", "*.so")):
        spec = importlib.util.find_spec(module)
        if spec is not None and spec.origin is not None:
            origin = Path(spec.origin)
            binaries += [origin] if origin.suffix == ".so" else sorted(origin.parent.glob(pattern))
    return binaries


def blender() -> Finding:
    if importlib.util.find_spec("bpy") is not None:
        return Finding("Blender", True, "the bpy module")
    on_path = shutil.which("blender")
    if on_path is not None:
        return Finding("Blender", True, on_path)
    return Finding("Blender", False, "neither the bpy module nor `blender` on PATH", "pip install bpy==5.0.1")


def addon() -> Finding:
    try:
        return Finding("Add-on", True, str(addon_folder()))
    except TintypeError as error:
        return Finding("Add-on", False, error.message, error.hint)


def plugins() -> list[Finding]:
    found = Plugins.discover()
    names = ", ".join(plugin.name for plugin in found.all())
    broken = [
        Finding(
            f"Plugin {item.name}",
            False,
            f"{item.distribution}: {item.error}",
            f"pip install -U {item.distribution.split()[0]}",
        )
        for item in found.broken
    ]
    return [Finding("Plugins", bool(names), names or "none", "" if names else "pip install tintype"), *broken]


def disk() -> Finding:
    free_gb = shutil.disk_usage(Path.cwd()).free / 1e9
    remedy = "" if free_gb > 1 else "Make room: a film of a minute needs about 1 GB for its frames."
    return Finding("Free space here", free_gb > 1, f"{free_gb:.1f} GB", remedy)
