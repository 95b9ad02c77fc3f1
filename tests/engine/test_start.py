"""Commands start at once, because they import only what they need."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import tintype

HELLO = {"jsonrpc": "2.0", "id": 1, "method": "engine.hello", "params": {"client": "test", "contract": 1}}
STOP = {"jsonrpc": "2.0", "id": 2, "method": "engine.shutdown", "params": {}}


def imported_by(arguments: list[str], text: str = "") -> tuple[set[str], str]:
    """The packages that a command imports, and what it prints."""
    program = (
        "import sys, atexit\n"
        "atexit.register(lambda: sys.__stderr__.write(' '.join({name.partition('.')[0] for name in sys.modules})))\n"
        f"sys.argv = {['tintype', *arguments]!r}\n"
        "import os; os.environ['TINTYPE_NATIVE_LOG'] = 'stderr'\n"
        "from tintype.cli import main; main()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.splitlines()[-1].split()), done.stdout


HEAVY = {"numpy", "scipy", "soundfile", "opentimelineio", "cryptography", "c2pa", "pyworld"}


def test_help_imports_neither_numbers_nor_documents():
    packages, text = imported_by(["--help"])
    assert "film.toml" in text or "demo" in text
    assert packages & (HEAVY | {"pydantic", "pluggy"}) == set()


def test_help_of_a_command_neither():
    packages, _ = imported_by(["animate", "--help"])  # Typer itself reads options with ranges by pydantic
    assert packages & (HEAVY | {"pluggy"}) == set()


def test_listing_plugins_imports_nothing_heavy():
    packages, text = imported_by(["plugins"])
    assert "espeak" in text
    assert packages & HEAVY == set()


def test_the_first_answer_needs_no_plugin_and_nothing_heavy():
    packages, text = imported_by(["serve"], json.dumps(HELLO) + "\n" + json.dumps(STOP) + "\n")
    assert json.loads(text.splitlines()[0])["result"]["engine"] == tintype.__version__
    assert packages & (HEAVY | {"pluggy", "filelock"}) == set()
    assert not {name for name in packages if name.startswith("tintype_")}


@pytest.mark.parametrize("name", tintype.__all__)
def test_public_names_are_there_when_they_are_asked_for(name):
    assert name in dir(tintype)
    assert getattr(tintype, name) is getattr(tintype, name)


def test_a_name_that_is_not_public_is_an_error():
    with pytest.raises(AttributeError, match="no attribute 'Jbo'"):
        tintype.Jbo  # noqa: B018
