"""Builds the extension: ``python -m tintype_addon.packaging build [FOLDER]`` writes ``tintype-VERSION.zip``.

The zip is the same to the byte for the same sources.  Blender's own validator checks it where the ``bpy`` module is
installed; it is a program of its own and starts no Blender.
"""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
MANIFEST = "blender_manifest.toml"
SUFFIXES = (".py", ".toml")
LEFT_OUT = ("packaging.py",)
DATE = (2020, 1, 1, 0, 0, 0)
"""Every file's date in the zip, so that it depends on nothing but its content."""


def read_manifest(source: Path = HERE) -> dict[str, object]:
    return tomllib.loads((source / MANIFEST).read_text("utf-8"))


def extension_files(source: Path = HERE) -> list[Path]:
    """What goes into the extension, sorted."""
    return sorted(
        path
        for path in source.rglob("*")
        if path.suffix in SUFFIXES and path.name not in LEFT_OUT and "__pycache__" not in path.parts
    )


def build(folder: Path, source: Path = HERE) -> Path:
    """Write the extension into a folder and return its path."""
    manifest = read_manifest(source)
    target = folder / f"{manifest['id']}-{manifest['version']}.zip"
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in extension_files(source):
            entry = zipfile.ZipInfo(path.relative_to(source).as_posix(), DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())
    return target


def blender_tool() -> Path | None:
    """Blender's command-line tool for extensions, from the bpy wheel; None where that is not installed."""
    spec = importlib.util.find_spec("bpy")
    if spec is None or spec.origin is None:
        return None
    return next(Path(spec.origin).parent.glob("*/scripts/addons_core/bl_pkg/cli/blender_ext.py"), None)


def validate(path: Path) -> str | None:
    """Check an extension (zip or folder) with Blender's own validator.

    Returns:
        None if it is valid, else what is wrong; "not checked" where there is no validator.
    """
    tool = blender_tool()
    if tool is None:
        return "not checked: pip install bpy to have Blender's validator"
    words = [sys.executable, str(tool), "validate", str(path)]
    tags = tool.parents[3] / "modules" / "_bpy_internal" / "extensions" / "tags.py"
    if tags.is_file():  # the tags that the extensions platform knows; without them tags are not looked at
        words.append(f"--valid-tags={tags}")
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return None if done.returncode == 0 else (done.stdout + done.stderr).strip()


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tintype_addon.packaging", description=__doc__)
    parser.add_argument("command", choices=["build", "validate"])
    parser.add_argument("folder", type=Path, nargs="?", default=Path("build"), help="where the zip is written")
    given = parser.parse_args(words)
    target = build(given.folder) if given.command == "build" else HERE
    problem = validate(target)
    sys.stdout.write(f"{target}: {problem or 'valid'}\n")
    return 0 if problem is None or problem.startswith("not checked") else 1


if __name__ == "__main__":
    sys.exit(main())
