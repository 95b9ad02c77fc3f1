"""Content credentials: what is signed, what `tintype verify` reads of it, and that signing never redoes work."""

from __future__ import annotations

import json
import os
import shutil
import stat
from pathlib import Path

import av
import c2pa
import numpy as np
import pytest
from tintype import render
from tintype.cli import app
from tintype.credentials import source_types
from tintype.credentials.explanation import as_text, explain
from tintype.credentials.keys import LOCAL_ORGANISATION, local_certificate_path, local_key, make_local_key, signing_key
from tintype.credentials.signing import sidecar_of
from tintype.credentials.verifying import verify
from tintype.digests import file_digest
from tintype.errors import CredentialsError, RenderFailed, UserSettingsInvalid
from tintype.pipeline import make_film
from tintype.progress import Run
from tintype.project import read_project
from typer.testing import CliRunner

cli = CliRunner()


def write_mp4(path: Path, *, seconds: float = 1.0, shade: int = 90) -> None:
    """A tiny film with picture and sound."""
    with av.open(str(path), "w") as film:
        picture = film.add_stream("mpeg4", rate=12)
        picture.width, picture.height, picture.pix_fmt = 64, 36, "yuv420p"
        sound = film.add_stream("aac", rate=16000, layout="mono")
        for index in range(round(seconds * 12)):
            frame = av.VideoFrame.from_ndarray(np.full((36, 64, 3), shade + index, np.uint8), format="rgb24")
            film.mux(picture.encode(frame))
        samples = (np.sin(np.arange(round(seconds * 16000)) / 20) * 0.2).astype(np.float32)
        tone = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
        tone.rate = 16000
        film.mux(sound.encode(tone))
        film.mux(sound.encode(None))
        film.mux(picture.encode(None))


@pytest.fixture
def made(film_toml, plugins):
    """A film whose stages have run."""
    make_film(read_project(film_toml), plugins, Run())
    return film_toml


@pytest.fixture
def blender(monkeypatch, tmp_path):
    """Blender's part of a render, made by hand; counts its calls."""
    calls = []

    def fake_render(command, root, out, blend, stamp_file, quality, run):
        calls.append(out)
        write_mp4(out, seconds=render.read_edit(root).duration_s)
        blend.write_bytes(b"BLENDER")
        render.remember_blend(stamp_file, blend)
        return {"heads_made": 1, "heads_reused": 0}

    (tmp_path / "addon").mkdir()
    monkeypatch.setattr(render, "_render", fake_render)
    monkeypatch.setattr(render, "addon_folder", lambda: tmp_path / "addon")
    monkeypatch.setattr(render, "headless_command", lambda blender, addon: ["blender"])
    return calls


def rendered(path: Path, **options) -> render.Rendered:
    return render.render_film(read_project(path), Run(), **options)


def edit_text(path: Path, old: str, new: str) -> None:
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def words_of(path: Path) -> str:
    return as_text(explain(verify(path)))


def test_a_rendered_film_carries_credentials_that_c2pa_itself_calls_valid(made, blender):
    film = rendered(made).film
    reader = c2pa.Reader(str(film))
    assert reader.get_validation_state() == "Valid"
    failures = reader.get_validation_results()["activeManifest"]["failure"]
    assert [failure["code"] for failure in failures] == ["signingCredential.untrusted"]


def test_the_films_actions_name_the_true_source_type_of_each_element(made, blender):
    report = verify(rendered(made).film)
    created, *others = report.actions
    # The fake plugin loads no model, so nothing here may be called a trained model's work.
    assert created["digitalSourceType"] == source_types.uri(source_types.COMPOSITE_SYNTHETIC)
    spoken = next(action for action in others if action.get("description") == "Words spoken by a machine")
    assert spoken["digitalSourceType"] == source_types.uri(source_types.ALGORITHMIC)
    region = spoken["changes"][0]["region"][0]["time"]
    assert float(region["end"]) > float(region["start"]) == 0.0


def test_a_head_from_a_trained_model_makes_the_film_a_composite_with_trained_media():
    assert source_types.animated(trained=True) == source_types.COMPOSITE_TRAINED
    parts = [source_types.ALGORITHMIC, source_types.COMPOSITE_TRAINED, None]
    assert source_types.composed_of(parts) == source_types.COMPOSITE_TRAINED
    assert source_types.composed_of([None, source_types.ENHANCED]) == source_types.COMPOSITE


def test_the_film_says_which_seconds_are_synthetic_and_what_it_was_made_from(made, blender):
    report = verify(rendered(made).film)
    spans = {(item.kind, item.start_s, item.end_s, item.lines) for item in report.statement.synthetic}
    assert spans == {("voice", 0.0, 2.0, ("one", "two")), ("face", 0.0, 2.0, ("one", "two"))}
    photo = made.parent / "archive/photos/ada.png"
    assert ("photos/ada.png", file_digest(photo)) in {(item.title, item.sha256) for item in report.ingredients}
    assert {tool.title for element in report.statement.elements for tool in element.tools} == {"Fake"}


def test_the_consents_basis_is_there_and_nothing_private(made, blender):
    film = rendered(made).film
    text = json.dumps(verify(film).manifest)
    assert '"basis": "estate"' in text
    assert "granddaughter" not in text
    assert b"granddaughter" not in film.read_bytes()


def test_a_second_render_with_nothing_changed_does_nothing(made, blender):
    first = rendered(made)
    before = first.film.read_bytes()
    second = rendered(made)
    assert second.unchanged
    assert not second.signed
    assert second.film.read_bytes() == before
    assert len(blender) == 1


def test_a_run_after_signing_makes_nothing_and_signs_nothing(made, plugins, fake):
    signed = {path: path.stat().st_mtime_ns for path in made.parent.rglob("*.wav")}
    sidecars = {path: path.stat().st_mtime_ns for path in made.parent.rglob("*.c2pa")}
    fake.calls.clear()
    make_film(read_project(made), plugins, Run())
    assert fake.calls == []
    assert {path: path.stat().st_mtime_ns for path in made.parent.rglob("*.wav")} == signed
    assert {path: path.stat().st_mtime_ns for path in made.parent.rglob("*.c2pa")} == sidecars


def test_another_key_signs_the_film_anew_without_rendering_it(made, blender, monkeypatch, tmp_path):
    rendered(made)
    make_local_key(tmp_path / "chain.pem", tmp_path / "key.pem")
    monkeypatch.setenv("TINTYPE_CERTIFICATE", str(tmp_path / "chain.pem"))
    monkeypatch.setenv("TINTYPE_KEY", str(tmp_path / "key.pem"))
    again = rendered(made)
    assert again.unchanged
    assert again.signed
    assert len(blender) == 1
    assert verify(again.film).signer.trust == "local"
    assert rendered(made).signed is False


def test_a_film_that_was_altered_is_rendered_again_and_until_then_fails_verification(made, blender):
    film = rendered(made).film
    data = bytearray(film.read_bytes())
    middle = data.index(b"mdat") + 40
    data[middle] ^= 0xFF
    film.write_bytes(data)
    report = verify(film)
    assert report.state == "altered"
    assert "bmffHash" in " ".join(code for code, _ in report.problems)
    assert "NO." in words_of(film)
    assert cli.invoke(app, ["verify", str(film)]).exit_code == 1
    assert not rendered(made).unchanged


def test_a_changed_claim_fails_verification(made, blender):
    film = rendered(made).film
    data = film.read_bytes()
    assert b"estate" in data
    film.write_bytes(data.replace(b"estate", b"nobody"))
    assert verify(film).state == "altered"


def test_an_encoded_again_film_has_no_credentials_and_says_so(tmp_path):
    write_mp4(tmp_path / "film.mp4")
    assert verify(tmp_path / "film.mp4").state == "none"
    answer = cli.invoke(app, ["verify", str(tmp_path / "film.mp4")])
    assert answer.exit_code == 1
    assert "encoded again" in answer.output


def test_a_film_cut_short_is_not_called_intact(made, blender):
    film = rendered(made).film
    film.write_bytes(film.read_bytes()[:-200])
    assert verify(film).state != "intact"


def test_voices_carry_credentials_inside_and_data_has_a_sidecar(made):
    root = made.parent
    voice = verify(root / "lines/one/speech.wav")
    assert (voice.state, voice.credentials_in) == ("intact", root / "lines/one/speech.wav")
    assert voice.statement.kind == "voice"
    assert "All of it." in words_of(root / "lines/one/speech.wav")
    for name in ("head.glb", "lines/one/face.npz", "lines/one/face.csv", "film.otio", "cues.csv"):
        report = verify(root / name)
        assert (report.state, report.credentials_in) == ("intact", sidecar_of(root / name)), name


def test_a_changed_file_no_longer_fits_its_sidecar(made):
    table = made.parent / "cues.csv"
    table.write_bytes(table.read_bytes().replace(b"Ada", b"Eva"))
    assert verify(table).state == "altered"


def test_a_sidecar_under_the_short_name_of_other_programs_is_found(made, tmp_path):
    head = made.parent / "head.glb"
    shutil.copy(head, tmp_path / "given.glb")
    shutil.copy(sidecar_of(head), tmp_path / "given.c2pa")
    assert verify(tmp_path / "given.glb").state == "intact"


def test_a_damaged_sidecar_is_not_called_intact(made):
    sidecar = sidecar_of(made.parent / "head.glb")
    sidecar.write_bytes(sidecar.read_bytes()[:300])
    assert verify(made.parent / "head.glb").state == "altered"
    sidecar.write_bytes(b"not credentials at all")
    assert verify(made.parent / "head.glb").state != "intact"


def test_a_signed_wav_is_still_the_same_sound(made):
    import soundfile

    wav = made.parent / "lines/one/speech.wav"
    cached = next((made.parent / ".tintype/cache/synthesize_speech").glob("*/speech.wav"))
    samples, rate = soundfile.read(wav)
    assert rate == soundfile.info(cached).samplerate
    assert len(samples) in {soundfile.info(path).frames for path in cached.parent.parent.glob("*/speech.wav")}


def test_the_local_key_is_made_once_named_as_such_and_readable_by_its_owner_alone():
    first, second = local_key(), local_key()
    assert first.fingerprint == second.fingerprint
    assert LOCAL_ORGANISATION in first.name
    assert "not on a trust list" in first.name
    secret = local_certificate_path().parent / "local_key.pem"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert "PRIVATE" not in repr(first)


def test_a_key_that_everybody_can_read_is_refused(monkeypatch, tmp_path):
    make_local_key(tmp_path / "chain.pem", tmp_path / "key.pem")
    (tmp_path / "key.pem").chmod(0o644)
    monkeypatch.setenv("TINTYPE_CERTIFICATE", str(tmp_path / "chain.pem"))
    monkeypatch.setenv("TINTYPE_KEY", str(tmp_path / "key.pem"))
    with pytest.raises(CredentialsError, match="Everybody") as caught:
        signing_key()
    assert "chmod 600" in caught.value.hint


def test_a_key_of_another_certificate_and_half_a_key_are_refused(monkeypatch, tmp_path):
    make_local_key(tmp_path / "a.pem", tmp_path / "a.key")
    make_local_key(tmp_path / "b.pem", tmp_path / "b.key")
    monkeypatch.setenv("TINTYPE_CERTIFICATE", str(tmp_path / "a.pem"))
    with pytest.raises(CredentialsError, match="key is missing"):
        signing_key()
    monkeypatch.setenv("TINTYPE_KEY", str(tmp_path / "b.key"))
    with pytest.raises(CredentialsError, match="does not belong"):
        signing_key()


def test_a_signer_on_the_users_trust_list_is_trusted(made, blender, monkeypatch, tmp_path):
    film = rendered(made).film
    assert verify(film).signer.trust == "this-computer"
    shutil.copy(local_certificate_path(), tmp_path / "trust.pem")
    monkeypatch.setenv("TINTYPE_TRUST_LIST", str(tmp_path / "trust.pem"))
    assert verify(film).signer.trust == "trusted"
    assert "on the trust list" in words_of(film)


def test_damaged_user_settings_are_named_with_their_file(monkeypatch, tmp_path):
    monkeypatch.setenv("TINTYPE_HOME", str(tmp_path))
    (tmp_path / "config.toml").write_text("[credentials]\ncertifcate = 'x'\n")
    with pytest.raises(UserSettingsInvalid, match=r"config\.toml.*certifcate"):
        signing_key()


def test_a_film_is_not_rendered_when_it_could_not_be_signed(made, blender, monkeypatch, tmp_path):
    monkeypatch.setenv("TINTYPE_CERTIFICATE", str(tmp_path / "missing.pem"))
    monkeypatch.setenv("TINTYPE_KEY", str(tmp_path / "missing.key"))
    with pytest.raises(CredentialsError, match="missing"):
        rendered(made)
    assert blender == []


def test_an_edit_that_does_not_say_how_it_was_made_is_not_rendered(made, blender):
    (made.parent / "edit/provenance.json").unlink()
    with pytest.raises(RenderFailed, match="does not say how it was made"):
        rendered(made)


def test_expired_consent_stops_the_render_too(made, blender, yesterday):
    edit_text(made, "date = 2024-05-01", f"date = 2024-05-01\nexpires = {yesterday}")
    with pytest.raises(Exception, match=str(yesterday)):
        rendered(made)
    assert blender == []


def test_verify_speaks_json_for_scripts(made, blender):
    film = rendered(made).film
    answer = cli.invoke(app, ["verify", str(film), "--json"])
    assert answer.exit_code == 0
    data = json.loads(answer.output)
    assert data["state"] == "intact"
    assert data["signer"]["trust"] == "this-computer"
    assert data["statement"]["consent"]["basis"] == "estate"


def test_verify_of_a_missing_file_says_what_to_do(tmp_path):
    answer = cli.invoke(app, ["verify", str(tmp_path / "none.mp4")])
    assert answer.exit_code == 1
    assert "does not exist" in " ".join(answer.output.split())


def test_credentials_of_other_programs_are_told_too(tmp_path):
    """A picture signed by something that is not Tintype: its actions are read out."""
    from PIL import Image

    Image.new("RGB", (8, 8), "red").save(tmp_path / "a.png")
    key = local_key()
    manifest = {
        "claim_generator_info": [{"name": "Some camera", "version": "2"}],
        "assertions": [
            {
                "label": "c2pa.actions.v2",
                "data": {
                    "actions": [{"action": "c2pa.created", "digitalSourceType": source_types.uri("digitalCapture")}]
                },
            }
        ],
    }
    signer = c2pa.Signer.from_info(c2pa.C2paSignerInfo(c2pa.C2paSigningAlg.ES256, key.chain, key.key, None))
    c2pa.Builder(manifest).sign_file(tmp_path / "a.png", tmp_path / "b.png", signer)
    report = verify(tmp_path / "b.png")
    assert report.state == "intact"
    assert report.statement is None
    assert "captured by a digital camera" in as_text(explain(report))


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes into read-only folders")
def test_a_home_that_cannot_be_written_says_which_setting_helps(monkeypatch, tmp_path):
    tmp_path.chmod(0o500)
    monkeypatch.setenv("TINTYPE_HOME", str(tmp_path / "home"))
    with pytest.raises(CredentialsError, match="TINTYPE_HOME"):
        local_key()
