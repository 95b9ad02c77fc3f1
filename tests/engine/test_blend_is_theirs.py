"""A .blend that an editor has worked in is never rendered over; one that a killed render left is."""

from __future__ import annotations

import pytest
from tintype import render
from tintype.errors import RenderFailed
from tintype.pipeline import make_film
from tintype.progress import Run
from tintype.project import read_project


class Credentials:
    digest = "none"

    def sign(self, path):
        pass


class Blender:
    """Blender's part of a render: saves the .blend, tells of a frame, then does what the test wants, then the film."""

    def __init__(self):
        self.meanwhile = lambda blend: None

    def __call__(self, command, on_event, cancelled):
        given = dict(zip(command[1::2], command[2::2], strict=True))
        blend, out = (render.Path(given[name]) for name in ("--blend", "--out"))
        blend.write_bytes(b"as saved by the render")
        on_event({"event": "progress", "step": "heads", "done": 0, "total": 1})
        self.meanwhile(blend)
        out.write_bytes(b"film")
        return {"heads_made": 1, "heads_reused": 0}


@pytest.fixture
def blender(monkeypatch, tmp_path):
    fake = Blender()
    (tmp_path / "addon").mkdir()
    monkeypatch.setattr(render, "run_headless", fake)
    monkeypatch.setattr(render, "addon_folder", lambda: tmp_path / "addon")
    monkeypatch.setattr(render, "headless_command", lambda blender, addon: ["blender"])
    monkeypatch.setattr(render, "film_credentials", lambda *given: Credentials())
    return fake


@pytest.fixture
def film(film_toml, plugins):
    project = read_project(film_toml)
    make_film(project, plugins, Run())
    return project


def render_again(film):
    (film.root / "film.mp4").unlink(missing_ok=True)
    return render.render_film(film, Run())


def test_our_own_blend_is_replaced(film, blender):
    assert render_again(film).kept is None
    assert render_again(film).kept is None


def test_an_edited_blend_is_kept_beside(film, blender):
    render_again(film)
    (film.root / "film.blend").write_bytes(b"hours of work")
    assert render_again(film).kept.read_bytes() == b"hours of work"


def test_what_a_killed_render_left_is_not_taken_for_an_editors_work(film, blender):
    def die(blend):
        raise RenderFailed("killed")

    blender.meanwhile = die
    with pytest.raises(RenderFailed):
        render_again(film)
    blender.meanwhile = lambda blend: None
    assert render_again(film).kept is None


def test_work_done_while_the_film_was_still_rendering_is_kept(film, blender):
    blender.meanwhile = lambda blend: blend.write_bytes(b"an early change")
    render_again(film)
    blender.meanwhile = lambda blend: None
    assert render_again(film).kept.read_bytes() == b"an early change"


def test_a_blend_that_nobody_noted_is_kept(film, blender):
    (film.root / "film.blend").write_bytes(b"from elsewhere")
    assert render_again(film).kept.read_bytes() == b"from elsewhere"
