"""The add-on as Blender sees it: the package, what it registers, and what its operators do."""

from __future__ import annotations

import zipfile
from pathlib import Path

import bpy
import pytest
import tintype_addon
from tintype_addon import engine_session, packaging
from tintype_addon.client.film import EDIT_FILE
from tintype_addon.client.messages import Consent, Line, OpenedFilm, Problem
from tintype_addon.panels.film import consent_line
from tintype_addon.panels.health import health_line
from tintype_addon.panels.wrapping import wrap


def ours() -> set[str]:
    """Names of everything that Tintype has in Blender now."""
    types = {name for name in dir(bpy.types) if "tintype" in name.lower()}
    operators = {name for name in dir(bpy.ops) if name == "tintype" and dir(bpy.ops.tintype)}
    properties = {
        f"{owner.__name__}.tintype" for owner in (bpy.types.Scene, bpy.types.WindowManager) if hasattr(owner, "tintype")
    }
    handlers = {
        f"{name} {one.__module__}"
        for name in dir(bpy.app.handlers)
        if isinstance(getattr(bpy.app.handlers, name), list)
        for one in getattr(bpy.app.handlers, name)
        if one.__module__.startswith("tintype_addon")
    }
    timers = {"timer"} if bpy.app.timers.is_registered(engine_session._tick) else set()
    return types | operators | properties | handlers | timers


@pytest.fixture
def registered():
    tintype_addon.register()
    yield
    tintype_addon.unregister()


def test_registering_twice_leaves_nothing_behind():
    before = ours()
    for _ in range(2):
        tintype_addon.register()
        assert ours() != before
        tintype_addon.unregister()
        assert ours() == before


def test_unregistering_leaves_the_engine(registered):
    fake = Path(__file__).parent.parent / "addon/fake_engine.py"
    import sys

    engine_session.session().connect([sys.executable, str(fake)])
    engine_session.watch()
    process = engine_session.session()._engine._process
    tintype_addon.unregister()
    tintype_addon.register()
    assert process.wait(timeout=5) is not None
    assert engine_session.session().state == "disconnected"


def test_the_package_is_valid_for_blenders_own_validator(tmp_path):
    target = packaging.build(tmp_path)
    assert packaging.blender_tool() is not None
    assert packaging.validate(target) is None
    assert target.name == f"tintype-{packaging.read_manifest()['version']}.zip"


def test_the_validator_is_really_asked(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "__init__.py").touch()
    manifest = (packaging.HERE / packaging.MANIFEST).read_text()
    (source / packaging.MANIFEST).write_text(manifest.replace('"Sequencer"', '"Necromancy"'))
    problem = packaging.validate(packaging.build(tmp_path, source))
    assert problem is not None
    assert "Necromancy" in problem


def test_the_package_repeats_to_the_byte_and_holds_only_what_blender_needs(tmp_path):
    first, second = packaging.build(tmp_path / "a"), packaging.build(tmp_path / "b")
    assert first.read_bytes() == second.read_bytes()
    names = zipfile.ZipFile(first).namelist()
    assert "blender_manifest.toml" in names
    assert "__init__.py" in names
    assert not [name for name in names if name.endswith((".pyc", "packaging.py")) or name.startswith("/")]


def test_the_manifest_and_the_distribution_have_the_same_version():
    from importlib.metadata import version

    assert packaging.read_manifest()["version"] == version("tintype")


def test_opening_results_builds_the_timeline_without_an_engine(registered, film_folder):
    (film_folder / "film.toml").write_text("")
    assert bpy.ops.tintype.open_results(filepath=str(film_folder / EDIT_FILE)) == {"FINISHED"}
    scene = next(one for one in bpy.data.scenes if one.tintype.film_path)
    assert scene.tintype.film_path == str(film_folder / "film.toml")
    assert len(scene.sequence_editor.strips_all) == 7


def test_results_that_are_not_there_are_reported_with_advice(registered, tmp_path):
    with pytest.raises(RuntimeError, match=r"does not exist[\s\S]*Make the film first"):
        bpy.ops.tintype.open_results(filepath=str(tmp_path / "film.toml"))


def test_a_face_track_is_applied_to_the_whole_rig_from_any_of_its_parts(registered, film_folder):
    from tintype_addon.rig.head import import_head

    head = import_head(film_folder / "head.glb", bpy.context.scene)
    bpy.ops.object.select_all(action="DESELECT")
    head.armature.select_set(True)
    bpy.context.view_layer.objects.active = head.armature
    bpy.context.scene.frame_current = 10
    assert bpy.ops.tintype.apply_face_track(filepath=str(film_folder / "lines/one/face.npz")) == {"FINISHED"}
    person = next(mesh for mesh in head.meshes if mesh.data.shape_keys)
    assert person.data.shape_keys.animation_data.action.frame_range[0] == 10


@pytest.mark.parametrize(
    "name", ["generate", "cancel", "check_film", "build_timeline", "apply_face_track", "open_film"]
)
def test_what_cannot_be_done_now_is_disabled(registered, name):
    assert not getattr(bpy.ops.tintype, name).poll()


def test_every_operator_and_property_explains_itself(registered):
    from tintype_addon.operators import CLASSES
    from tintype_addon.properties import CLASSES as GROUPS

    for one in CLASSES:
        kind = getattr(bpy.ops.tintype, one.bl_idname.removeprefix("tintype.")).get_rna_type()
        assert len(kind.description) > 20, one
    for group in GROUPS:
        for name in group.__annotations__:
            known = group.bl_rna.properties[name]
            assert known.description or known.type == "COLLECTION", f"{group.__name__}.{name}"


def film(problem: Problem | None = None) -> OpenedFilm:
    consent = Consent("public_domain_historical", ("likeness", "voice"), problem)
    lines = (Line("one", "First words.", "portrait", "A letter", ready=True), Line("two", "More.", "card"))
    return OpenedFilm("/f/film.toml", "/f", "Film", "Ada", 320, 180, 24.0, consent, lines, has_edit=False)


def test_the_list_of_lines_follows_the_film(registered):
    current = engine_session.session()
    current.film = film()
    engine_session.refresh()
    rows = bpy.context.window_manager.tintype.lines
    assert [(row.name, row.state) for row in rows] == [("one", "made"), ("two", "missing")]
    current.film = None
    engine_session.refresh()
    assert len(rows) == 0


def test_consent_is_said_in_words():
    assert consent_line(film()) == "Consent: public domain historical, covers likeness and voice"


def test_the_health_line_says_that_there_is_no_engine(registered):
    assert health_line(engine_session.session()) == ("No engine", "UNLINKED")


@pytest.mark.parametrize("width", [120, 250, 600])
def test_long_text_is_wrapped_to_the_panel(width):
    text = "The film has no consent that covers the voice of its subject.\nAdd a section to film.toml."
    lines = wrap(text, width, 1.0)
    assert " ".join(lines) == text.replace("\n", " ")
    assert max(map(len, lines)) <= max(12, width / 6)
    assert wrap(text, width * 2, 2.0) == lines
