"""Renders a film without a window.  The engine's ``tintype render`` starts this script, in one of two ways:

    python headless.py --film … --root … --blend … --out … --cache … --quality final     (with the bpy module)
    blender --background --python headless.py -- --film … …                             (a Blender application)

Progress, errors and the end are reported as lines ``TINTYPE {json}`` on standard output; see ``rendering/events.py``.
When standard input is a pipe and closes, the process ends.
"""

from __future__ import annotations

import argparse
import importlib.util
import logging
import os
import sys
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).resolve().parent
PACKAGE = "tintype_addon"


def load_package() -> ModuleType:
    """Load the add-on that this script lies in as the package ``tintype_addon``, wherever it lies."""
    if sys.path and Path(sys.path[0]).resolve() == HERE:  # put there by Python; our packaging.py is not PyPA's
        del sys.path[0]
    spec = importlib.util.spec_from_file_location(PACKAGE, HERE / "__init__.py", submodule_search_locations=[str(HERE)])
    assert spec is not None
    assert spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = package
    spec.loader.exec_module(package)
    return package


def arguments() -> argparse.Namespace:
    """Our own arguments: in a Blender application they come after ``--``."""
    words = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else sys.argv[1:]
    parser = argparse.ArgumentParser(prog="headless.py", description=__doc__, add_help=True)
    parser.add_argument("--film", type=Path, help="the edit, film.json")
    parser.add_argument("--root", type=Path, help="the film's folder")
    parser.add_argument("--blend", type=Path, required=True, help="the .blend to save")
    parser.add_argument("--out", type=Path, help="the film to write, mp4")
    parser.add_argument("--cache", type=Path, help="folder for rendered frames of portraits")
    parser.add_argument("--quality", choices=("draft", "final"), default="final", help="draft renders at half size")
    parser.add_argument("--workers", type=int, default=min(4, os.cpu_count() or 1), help="Blender processes")
    parser.add_argument("--worker", metavar="ENGINE", help="render frames as told on standard input (internal)")
    parser.add_argument("--percentage", type=int, default=100, help="of the film's size, for a worker (internal)")
    parser.add_argument("--smooth", action="store_true", help="smooth outlines, for a worker (internal)")
    return parser.parse_args(words)


def main() -> int:
    """Run, and turn every outcome into an event."""
    given = arguments()
    load_package()
    from tintype_addon.client.errors import AddonError
    from tintype_addon.rendering.events import Events, end_with_parent

    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    events = Events()
    try:
        if given.worker:
            from tintype_addon.rendering.worker import work

            work(given.blend, given.worker, given.percentage, given.smooth, events)
        else:
            from tintype_addon.rendering.film import Order, render_film

            end_with_parent()
            order = Order(
                *(path.resolve() for path in (given.film, given.root, given.blend, given.out, given.cache)),
                quality=given.quality,
                workers=max(1, given.workers),
            )
            events.send("done", **render_film(order, Path(__file__).resolve(), events))
    except AddonError as error:
        events.send("error", code=error.code, message=error.message, hint=error.hint)
        return 1
    except Exception as error:  # the process ends here, and its parent has to learn why
        logging.exception("rendering stopped")
        events.send("error", code="render-failed", message=f"{type(error).__name__}: {error}", hint="")
        return 1
    return 0


if __name__ == "__main__":
    status = main()
    sys.stderr.flush()
    os._exit(status)  # Blender's own clean-up takes seconds, and may crash after the work is done
