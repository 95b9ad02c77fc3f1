"""Bad input gets an error that says what is wrong; it never gets a traceback, a hang or the network.

The fuzzing here is short.  For ten minutes of it:
HYPOTHESIS_PROFILE=long .venv/bin/pytest tests/engine/test_hardening.py
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import socket
import tomllib
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tintype.arrays import read_arrays
from tintype.audio import read_audio
from tintype.audio2face_json import read_audio2face
from tintype.cli import app
from tintype.credentials import source_types
from tintype.credentials.verifying import verify
from tintype.documents import Archive, FaceTrack, Features, Film, HeadModel, Speech, Still, VoiceProfile
from tintype.documents.base import Document
from tintype.documents.provenance import Provenance
from tintype.errors import DocumentInvalid, FilmFileError, FilmNotFound, TintypeError, TrackInvalid
from tintype.forget import plan_for, prove, remove
from tintype.live_link import read_csv, write_csv
from tintype.pipeline import make_film
from tintype.progress import Run
from tintype.project import project_from_data, read_project
from tintype.rpc.methods import Methods
from tintype.rpc.server import Server
from tintype.user_settings import read_user_settings
from typer.testing import CliRunner

# Long enough for ten minutes over this file's dozen fuzz tests on two cores.
settings.register_profile("short", max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
settings.register_profile("long", max_examples=20_000, deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "short"))

WHOLE_FILM = {
    "film": {"title": "A film", "fps": 24, "size": [320, 180]},
    "subject": {"name": "Ada", "died": 1852},
    "consent": {"basis": "estate", "granted_by": "Her", "date": "2024-05-01", "scope": ["voice"]},
    "stages": {"build_head": "fake"},
    "line": [{"id": "one", "text": "Words.", "source": "A letter", "emotion": "joy:0.4"}],
}
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["", "\0", "../..", "/etc/passwd", "a" * 5000, "\ud800", "estate", "one", "nan"])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


def paths_in(value, before=()):
    """Every place inside nested data, as keys and indices."""
    yield before
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from paths_in(inner, (*before, key))


def put(value, path, new):
    """A copy of nested data with one place replaced."""
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = put(value[path[0]], path[1:], new)
    return copy


@st.composite
def damaged(draw, whole):
    """Valid data in which one place holds something else."""
    return put(whole, draw(st.sampled_from(list(paths_in(whole)))), draw(JSON))


def cut_and_flipped(data: bytes):
    """Bytes of a good file: cut short, with some of them changed, or with something in between."""
    position = st.integers(0, len(data))
    return (
        position.map(lambda at: data[:at])
        | st.tuples(position, st.binary(min_size=1, max_size=8)).map(lambda p: data[: p[0]] + p[1] + data[p[0] :])
        | st.tuples(position, st.binary(min_size=1, max_size=8)).map(
            lambda p: data[: p[0]] + p[1] + data[p[0] + len(p[1]) :]
        )
    )


def only(*errors: type[Exception]) -> contextlib.suppress:
    """Pass if nothing is raised, or one of these: anything else is a find."""
    return contextlib.suppress(*errors)


# film.toml


@given(data=damaged(WHOLE_FILM))
def test_a_film_with_anything_anywhere_is_read_or_refused(data):
    with only(FilmFileError):
        project_from_data(data, Path("/films/film.toml")) if isinstance(data, dict) else None


@given(data=st.binary(max_size=400) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_a_film_toml_of_any_bytes_is_read_or_refused(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("film") / "film.toml"
    path.write_bytes(data)
    with only(FilmFileError):
        read_project(path)


@pytest.mark.parametrize(
    "text",
    ["a = " + "[" * 100_000, "a = " + "9" * 10_000, "x." * 5_000 + "y = 1", '"\\ud800" = 1', "a = 1979-13-40"],
    ids=["depth", "digits", "dots", "surrogate", "date"],
)
def test_a_film_toml_that_hurts_parsers_is_refused(tmp_path, text):
    (tmp_path / "film.toml").write_text(text)
    with pytest.raises(FilmFileError):
        read_project(tmp_path)


def test_a_film_toml_that_never_ends_is_refused_without_reading_it_all(tmp_path):
    with (tmp_path / "film.toml").open("wb") as stream:
        stream.truncate(1 << 40)
    with pytest.raises(FilmFileError, match="too large"):
        read_project(tmp_path)


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000, "loop"])
def test_a_path_that_is_none_is_refused(tmp_path, name):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(FilmNotFound):
        read_project(tmp_path / name)


@given(text=st.text(max_size=100))
def test_user_settings_of_any_text_are_read_or_refused(tmp_path_factory, text):
    home = tmp_path_factory.mktemp("home")
    (home / "config.toml").write_text(text, encoding="utf-8", errors="surrogatepass")
    with pytest.MonkeyPatch.context() as patch, only(TintypeError):
        patch.setenv("TINTYPE_HOME", str(home))
        read_user_settings()


# Documents


WHOLE_SPEECH = Speech(
    sample_rate_hz=16000,
    duration_s=1.0,
    text="a",
    synthetic=True,
    phones=({"symbol": "a", "start_s": 0, "end_s": 1},),
    words=({"text": "a", "start_s": 0, "end_s": 1},),
).model_dump(mode="json", by_alias=True)


@given(data=damaged(WHOLE_SPEECH))
def test_phones_json_with_anything_anywhere_is_read_or_refused(data):
    with only(DocumentInvalid):
        Speech.from_data(data)


@pytest.mark.parametrize("document", [Speech, Archive, Features, HeadModel, Still, VoiceProfile, Film, Provenance])
@given(data=JSON)
def test_no_document_is_made_of_anything(document, data):
    with only(DocumentInvalid):
        document.from_data(data)


@pytest.mark.parametrize("data", [b"[" * 100_000, b"\xff\xfe", b"", b"1e999", b'{"schema": "Speech.1"}', b"9" * 10_000])
def test_a_document_that_hurts_parsers_is_refused(tmp_path, data):
    (tmp_path / Speech.FILENAME).write_bytes(data)
    with pytest.raises(DocumentInvalid):
        Speech.load(tmp_path)


def test_numbers_that_are_none_are_refused():
    for wrong in (float("nan"), float("inf")):
        with pytest.raises(DocumentInvalid):
            Speech.from_data({**WHOLE_SPEECH, "duration_s": wrong})


@pytest.mark.parametrize("name", ["../secret.wav", "/etc/passwd", "a/../../b", "\0"])
def test_a_document_names_only_files_beside_it(tmp_path, name):
    document: Document = Speech.from_data({**WHOLE_SPEECH, "audio": name}).save(tmp_path)
    with pytest.raises(DocumentInvalid, match="not beside it"):
        document.file(name)


# Arrays, tracks, sound


def npz_of(**arrays) -> bytes:
    data = io.BytesIO()
    np.savez_compressed(data, **arrays)
    return data.getvalue()


def track_bytes() -> bytes:
    data = io.BytesIO()
    track = FaceTrack(np.zeros((3, 52)), np.zeros((3, 9)), 60.0)
    np.savez_compressed(
        data, schema=np.array("FaceTrack.1"), shapes=track.shapes, pose=track.pose, fps=np.array(60.0), source="x"
    )
    return data.getvalue()


@given(data=cut_and_flipped(track_bytes()) | st.binary(max_size=200))
def test_a_track_of_damaged_bytes_is_read_or_refused(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("track") / "face.npz"
    path.write_bytes(data)
    with only(TrackInvalid):
        FaceTrack.read(path)


@pytest.mark.parametrize(
    "arrays",
    [
        {"schema": "FaceTrack.1", "shapes": np.zeros((2, 52)), "pose": np.zeros((2, 9)), "fps": np.array([1.0, 2.0])},
        {"schema": "FaceTrack.1", "shapes": np.array(["a"]), "pose": np.zeros((2, 9)), "fps": 60.0, "source": "x"},
        {
            "schema": "FaceTrack.1",
            "shapes": np.zeros((2, 52)) * np.nan,
            "pose": np.zeros((2, 9)),
            "fps": 1,
            "source": "",
        },
        {"schema": "FaceTrack.1", "shapes": np.zeros((2, 52)), "pose": np.zeros((2, 9)), "fps": np.nan, "source": ""},
    ],
    ids=["two rates", "words", "no numbers", "no rate"],
)
def test_a_track_of_wrong_arrays_is_refused(tmp_path, arrays):
    (tmp_path / "face.npz").write_bytes(npz_of(**arrays))
    with pytest.raises(TrackInvalid):
        FaceTrack.load(tmp_path)


def test_pickles_are_refused(tmp_path):
    class Evil:
        def __reduce__(self):
            return (os.system, (f"touch {tmp_path / 'owned'}",))

    np.savez(tmp_path / "face.npz", schema=np.array(Evil(), dtype=object))
    with pytest.raises(TrackInvalid):
        FaceTrack.load(tmp_path)
    assert not (tmp_path / "owned").exists()


def test_an_npz_that_unpacks_to_gigabytes_is_refused_unopened(tmp_path):
    path = tmp_path / "bomb.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("a.npy", "w", force_zip64=True) as out:
        for _ in range(1100):
            out.write(bytes(1 << 20))
    assert path.stat().st_size < 2_000_000
    with pytest.raises(ValueError, match=r"unpacks to 1\.2 GB"):
        read_arrays(path)


def test_an_array_that_says_that_it_is_huge_is_refused(tmp_path):
    header = "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }"
    head = header.ljust(117) + "\n"
    npy = b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head.encode()
    with zipfile.ZipFile(tmp_path / "huge.npz", "w") as packed:
        packed.writestr("a.npy", npy)
    with pytest.raises(ValueError, match=r".+"):
        read_arrays(tmp_path / "huge.npz")


def csv_bytes(folder: Path) -> bytes:
    write_csv(FaceTrack(np.zeros((3, 52)), np.zeros((3, 9)), 60.0), folder / "good.csv")
    return (folder / "good.csv").read_bytes()


@given(data=st.data())
def test_a_csv_of_damaged_bytes_is_read_or_refused(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("csv")
    (folder / "take.csv").write_bytes(data.draw(cut_and_flipped(csv_bytes(folder))))
    with only(TrackInvalid):
        read_csv(folder / "take.csv")


def test_a_csv_whose_timecodes_are_years_apart_is_refused_before_memory_is_taken(tmp_path):
    lines = csv_bytes(tmp_path).decode().splitlines()
    lines[3] = lines[3].replace("00:00:00:02.000", "9999:00:00:02.000")
    (tmp_path / "take.csv").write_text("\n".join(lines))
    with pytest.raises(TrackInvalid, match="frames after the first"):
        read_csv(tmp_path / "take.csv")


WHOLE_EXPORT = {"exportFps": 60, "numFrames": 1, "facsNames": ["jawOpen"], "weightMat": [[0.5]]}


@given(data=damaged(WHOLE_EXPORT))
def test_an_audio2face_export_with_anything_anywhere_is_read_or_refused(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("json") / "take.json"
    path.write_bytes(json.dumps(data).encode())
    with only(TrackInvalid):
        read_audio2face(path)


@given(data=st.binary(max_size=300))
def test_sound_of_any_bytes_is_read_or_refused(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("sound") / "tape.wav"
    path.write_bytes(b"RIFF" + len(data).to_bytes(4, "little") + b"WAVEfmt " + data)
    with only(TintypeError):
        read_audio(path)


@given(data=st.binary(max_size=300))
def test_credentials_of_any_bytes_are_not_called_intact(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("verify")
    (folder / "head.glb").write_bytes(b"glTF")
    (folder / "head.glb.c2pa").write_bytes(data)
    assert verify(folder / "head.glb").state != "intact"


# Messages


@pytest.fixture(scope="module")
def server():
    server = Server(io.BytesIO(), io.BytesIO())
    yield server
    server.methods.jobs.stop()


METHODS = sorted(set(Methods(lambda status: None)._table) - {"engine.shutdown", "plugins.list", "film.check"})


@given(
    data=st.fixed_dictionaries(
        {"jsonrpc": st.just("2.0") | JSON, "id": JSON, "method": st.sampled_from(METHODS) | JSON, "params": JSON}
    )
)
def test_every_message_gets_an_answer_that_can_be_sent(server, data):
    answer = server.answer(json.dumps(data).encode())
    assert answer is None or {"jsonrpc", "id"} <= set(answer)
    if answer is not None:
        server._write(answer)


@given(method=st.sampled_from(METHODS), key=st.sampled_from(["path", "job", "only", "client"]), value=JSON)
def test_every_method_answers_whatever_a_parameter_is(server, method, key, value):
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {key: value}}
    answer = server.answer(json.dumps(message).encode())
    assert answer["id"] == 1
    assert "result" in answer or answer["error"]["code"] != -32603, answer


@given(line=st.binary(max_size=200))
def test_every_line_gets_an_answer(server, line):
    answer = server.answer(line)
    assert answer is None or "error" in answer


def served(messages: bytes) -> list[dict]:
    sink = io.BytesIO()
    Server(io.BytesIO(messages), sink).run()
    return [json.loads(line) for line in sink.getvalue().splitlines()]


def test_an_oversized_message_is_refused_and_the_next_one_is_answered():
    huge = b'{"jsonrpc":"2.0","id":1,"method":"' + b"x" * 9_000_000 + b'"}\n'
    first, second = served(huge + b'{"jsonrpc":"2.0","id":2,"method":"jobs.list"}\n')
    assert first["error"]["code"] == -32600
    assert second["result"] == {"jobs": []}


def test_half_a_character_in_a_message_does_not_end_the_engine():
    first, second = served(
        b'{"jsonrpc":"2.0","id":"\\ud800","method":"jobs.list"}\n{"jsonrpc":"2.0","id":2,"method":"jobs.list"}\n'
    )
    assert (first["id"], second["id"]) == ("\ud800", 2)


def test_deep_nesting_is_refused():
    (answer,) = served(b'{"jsonrpc":"2.0","id":1,"method":"jobs.list","params":' + b"[" * 200_000 + b"\n")
    assert answer["error"]["code"] == -32700


# Nothing leaves the machine


@pytest.fixture
def no_network(monkeypatch):
    """Refuse every connection and every look-up of a name; remember who asked."""
    asked: list[object] = []

    def refuse(*arguments, **named):
        asked.append(arguments)
        raise OSError("the network is refused in this test")

    for name in ("connect", "connect_ex", "sendto", "sendmsg"):
        monkeypatch.setattr(socket.socket, name, refuse)
    for name in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, name, refuse)
    return asked


def test_a_film_is_made_signed_verified_listed_and_forgotten_without_the_network(
    film_toml, plugins, no_network, tmp_path
):
    make_film(read_project(film_toml), plugins, Run())
    assert verify(film_toml.parent / "lines/one/speech.wav").state == "intact"
    answer = CliRunner().invoke(app, ["cues", str(film_toml), "-o", str(tmp_path / "cues.pdf")])
    assert answer.exit_code == 0, answer.output
    plan = plan_for(read_project(film_toml))
    remove(plan)
    assert prove([plan]).remaining == ()
    assert no_network == []


def test_the_refusal_itself_works(no_network):
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", 9))
    assert len(no_network) == 1


def test_credentials_on_a_server_are_not_fetched(tmp_path):
    """c2pa's own code opens its connections past Python, so here a server waits for one."""
    import c2pa
    from PIL import Image
    from tintype.credentials.keys import local_key

    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    key = local_key()
    created = {"action": "c2pa.created", "digitalSourceType": source_types.uri("digitalCapture")}
    actions = {"label": "c2pa.actions.v2", "data": {"actions": [created]}}
    builder = c2pa.Builder({"claim_generator_info": [{"name": "x"}], "assertions": [actions]})
    builder.set_no_embed()
    with socket.create_server(("127.0.0.1", 0)) as waiting:
        builder.set_remote_url(f"http://127.0.0.1:{waiting.getsockname()[1]}/manifest.c2pa")
        signer = c2pa.Signer.from_info(c2pa.C2paSignerInfo(c2pa.C2paSigningAlg.ES256, key.chain, key.key, None))
        builder.sign_file(tmp_path / "a.png", tmp_path / "b.png", signer)
        assert b"127.0.0.1" in (tmp_path / "b.png").read_bytes()
        assert verify(tmp_path / "b.png").state != "intact"
        waiting.settimeout(0.2)
        with pytest.raises(TimeoutError):
            waiting.accept()


def test_film_toml_is_only_data():
    """No template, no include, no evaluation: what TOML gives is all there is."""
    data = tomllib.loads('[film]\ntitle = "{__import__(\'os\').getcwd()} $HOME %(x)s"\n[subject]\nname = "A"')
    assert project_from_data(data, Path("/f/film.toml")).film.title == data["film"]["title"]
