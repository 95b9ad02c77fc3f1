"""Audio2Face-3D on a tiny model with NVIDIA's file layout, tensor names and shapes, whose answers are known."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest
import soundfile
from tintype import Job
from tintype.documents import ARKIT_SHAPES, EmotionPoint, EmotionTrack, Speech
from tintype.errors import AudioUnreadable, Cancelled, ModelUnreadable
from tintype.plugins import Plugins
from tintype_audio2face import Audio2FaceSettings, animate_face
from tintype_audio2face.model_files import read_model
from tintype_audio2face.solving import smoothed, solve

onnx = pytest.importorskip("onnx", reason="the tiny network is built with onnx")

RATE_HZ, WINDOW, OFFSET = 16000, 1600, 800
IMPLICIT, EMOTIONS = 4, ("amazement", "anger", "joy")
VERTICES, TONGUE_VERTICES = 90, 20
SKIN, TONGUE, JAW, EYES = 5, 2, 15, 4
LENGTH = SKIN + TONGUE + JAW + EYES
TONGUE_POSES = ("tongueUp", "tongueStretch")
SPREAD = ("jawOpen", "eyeBlinkLeft", "mouthSmileLeft", "mouthFrownLeft", "browInnerUp")
"""The skin's five coefficients: each is exactly one pose of the rig."""

LOUD = {"jawOpen": 2.0}
"""What the network answers per unit of the window's mean level."""


def poses(random, names, vertices):
    neutral = random.normal(0, 5, (vertices, 3)).astype(np.float32)
    deltas = {name: random.normal(0, 1, (vertices, 3)).astype(np.float32) for name in names}
    return neutral, deltas


def solver_config(names, **changes):
    none = [-1] * len(names)
    config = {
        "strengthL1regularization": 0.0,
        "strengthL2regularization": 1e-6,
        "strengthTemporalSmoothing": 0.0,
        "strengthSymmetry": 0.0,
        "numPoses": len(names),
        "templateBBSize": 54.7,
        "bsSolveActivePoses": [0 if name.startswith("eyeLook") or name == "tongueOut" else 1 for name in names],
        "bsSolveCancelPoses": none,
        "bsSolveSymmetryPoses": none,
        "bsWeightMultipliers": [1.0] * len(names),
        "bsWeightOffsets": [0.0] * len(names),
    }
    return {"blendshape_params": config | changes}


def write_network(path):
    """``result = level(input) * loud + emotion @ feel``, with a batch of any size."""
    helper, tensor = onnx.helper, onnx.TensorProto
    loud = np.zeros((1, 1, LENGTH), dtype=np.float32)
    loud[0, 0, SPREAD.index("jawOpen")] = LOUD["jawOpen"]
    loud[0, 0, SKIN + 1] = 1.0  # tongueStretch
    loud[0, 0, -4:] = (10.0, 20.0, 10.0, -20.0)  # degrees: right X, Y, left X, Y
    feel = np.zeros((IMPLICIT + len(EMOTIONS), LENGTH), dtype=np.float32)
    feel[0, SPREAD.index("browInnerUp")] = 1.0
    feel[IMPLICIT + EMOTIONS.index("joy"), SPREAD.index("mouthSmileLeft")] = 1.0
    feel[IMPLICIT + EMOTIONS.index("amazement"), SPREAD.index("eyeBlinkLeft")] = 1.0
    nodes = [
        helper.make_node("Abs", ["input"], ["size"]),
        helper.make_node("ReduceMean", ["size"], ["level"], axes=[2], keepdims=1),
        helper.make_node("MatMul", ["level", "loud"], ["spoken"]),
        helper.make_node("MatMul", ["emotion", "feel"], ["felt"]),
        helper.make_node("Add", ["spoken", "felt"], ["result"]),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [
            helper.make_tensor_value_info("input", tensor.FLOAT, ["batch_size", 1, WINDOW]),
            helper.make_tensor_value_info("emotion", tensor.FLOAT, ["batch_size", 1, IMPLICIT + len(EMOTIONS)]),
        ],
        [helper.make_tensor_value_info("result", tensor.FLOAT, ["batch_size", 1, LENGTH])],
        [onnx.numpy_helper.from_array(loud, "loud"), onnx.numpy_helper.from_array(feel, "feel")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8)
    onnx.save(model, path)


@pytest.fixture
def folder(tmp_path):
    """A model's folder as NVIDIA publishes it, tiny."""
    random = np.random.default_rng(4)
    path = tmp_path / "model"
    path.mkdir()
    write_network(path / "network.onnx")
    neutral, deltas = poses(random, ARKIT_SHAPES, VERTICES)
    names = np.array(("neutral", *ARKIT_SHAPES), dtype="S32")
    mask = np.arange(0, VERTICES - 10, dtype=np.int32)
    np.savez(path / "bs_skin.npz", neutral=neutral, poseNames=names, frontalMask=mask, **deltas)
    tongue, tongue_deltas = poses(random, TONGUE_POSES, TONGUE_VERTICES)
    np.savez(path / "bs_tongue.npz", neutral=tongue, poseNames=np.array(("neutral", *TONGUE_POSES)), **tongue_deltas)
    zero = np.zeros((VERTICES, 3), dtype=np.float32)
    np.savez(
        path / "model_data.npz",
        shapes_matrix_skin=np.stack([deltas[name] for name in SPREAD]),
        shapes_mean_skin=neutral,
        shapes_matrix_tongue=np.stack([tongue_deltas[name] for name in TONGUE_POSES]),
        shapes_mean_tongue=tongue,
        lip_open_pose_delta=zero,
        eye_close_pose_delta=deltas["eyeBlinkLeft"] + deltas["eyeBlinkRight"],
        neutral_jaw=np.zeros((5, 3), dtype=np.float32),
        saccade_rot_matrix=np.zeros((10, 2), dtype=np.float32),
    )
    np.savez(
        path / "implicit_emo_db.npz",
        emo_spec_names=np.array(["a", "b"]),
        emo_spec_start=np.array([0, 3]),
        emo_spec_size=np.array([3, 3]),
        emo_db=np.eye(6, IMPLICIT, dtype=np.float32) * 0.5,
    )
    info = {
        "id": {"type": "regression", "actor": "tiny", "version": "2.3", "output": "geometry"},
        "params": {
            "implicit_emotion_len": IMPLICIT, "explicit_emotions": EMOTIONS, "default_emotion": [0.0] * len(EMOTIONS),
            "num_shapes_skin": SKIN, "num_shapes_tongue": TONGUE, "num_verts_skin": VERTICES,
            "num_verts_tongue": TONGUE_VERTICES, "result_jaw_size": JAW, "result_eyes_size": EYES,
        },
        "audio_params": {"buffer_len": WINDOW, "buffer_ofs": OFFSET, "samplerate": RATE_HZ},
    }  # fmt: skip
    (path / "network_info.json").write_text(json.dumps(info))
    write_json(path / "model_config.json", config={"input_strength": 1.0, "source_shot": "b", "source_frame": 2,
               "lower_face_smoothing": 0.0, "upper_face_smoothing": 0.0})  # fmt: skip
    write_json(path / "bs_skin_config.json", **solver_config(ARKIT_SHAPES))
    write_json(path / "bs_tongue_config.json", **solver_config(TONGUE_POSES))
    return path


def write_json(path, **data):
    path.write_text(json.dumps(data))


def change(path, part, **changes):
    data = json.loads(path.read_text())
    data[part] |= changes
    path.write_text(json.dumps(data))


@pytest.fixture
def speech(tmp_path):
    """One second of silence, one at a level of 0.2, one of silence, at another rate than the model's."""
    place = tmp_path / "speech"
    place.mkdir()
    samples = np.zeros(3 * 8000)
    samples[8000:16000] = 0.2 * np.sign(np.sin(2 * np.pi * 200 * np.arange(8000) / 8000 + 0.1))
    soundfile.write(place / "speech.wav", samples, 8000)
    return Speech(sample_rate_hz=8000, duration_s=3.0, text="Words.", synthetic=True).save(place)


@pytest.fixture
def make(tmp_path, folder, speech):
    numbers = itertools.count()

    def animated(felt=None, **settings):
        place = tmp_path / f"face-{next(numbers)}"
        place.mkdir()
        settings = Audio2FaceSettings(**({"model": str(folder), "device": "cpu", "fps": 30} | settings))
        return animate_face(speech=speech, emotion=felt, settings=settings, job=Job(place))

    return animated


def feeling(**categories):
    point = EmotionPoint(time_s=0, valence=0, arousal=0, categories=categories)
    return EmotionTrack(points=(point,), confidence=1)


def test_the_geometry_is_solved_to_the_shape_that_made_it(make):
    track = make()
    middle = track.shapes[45]
    assert middle[ARKIT_SHAPES.index("jawOpen")] == pytest.approx(0.2 * LOUD["jawOpen"], abs=0.03)
    others = [index for index, name in enumerate(ARKIT_SHAPES) if not name.startswith(("jawOpen", "eyeLook", "tongue"))]
    assert middle[others].max() < 0.01
    assert track.channel("jawOpen")[[5, 85]].max() < 0.01


def test_a_track_covers_the_speech_and_each_frame_hears_its_own_moment(make):
    for fps in (24, 30, 60):
        track = make(fps=fps)
        assert track.fps == fps
        assert len(track.shapes) == 3 * fps
        half = np.flatnonzero(track.channel("jawOpen") > 0.2)
        assert half[0] / fps == pytest.approx(1.0, abs=1.1 / fps)
        assert half[-1] / fps == pytest.approx(2.0, abs=1.1 / fps)


def test_the_tongue_comes_out_by_its_own_rig(make):
    assert make().channel("tongueOut")[45] == pytest.approx(0.2, abs=0.02)


def test_a_model_without_a_tongue_keeps_it_in(make, folder):
    for name in ("bs_tongue.npz", "bs_tongue_config.json"):
        (folder / name).unlink()
    assert not make().channel("tongueOut").any()


def test_eyes_turn_and_their_shapes_agree(make):
    track = make()
    assert np.degrees(track.channel("rightEyeYaw")[45]) == pytest.approx(4.0, abs=0.3)
    assert np.degrees(track.channel("leftEyeYaw")[45]) == pytest.approx(-4.0, abs=0.3)
    assert np.degrees(track.channel("leftEyePitch")[45]) == pytest.approx(-2.0, abs=0.2)
    assert track.channel("eyeLookInRight")[45] == pytest.approx(4 / 28, abs=0.01)
    assert track.channel("eyeLookInLeft")[45] == pytest.approx(4 / 28, abs=0.01)
    assert track.channel("eyeLookDownLeft")[45] == pytest.approx(2 / 20, abs=0.01)
    assert track.channel("eyeLookUpLeft")[45] == 0
    assert not make(eyes=0).pose.any()


def test_the_feeling_of_the_line_goes_in_by_the_model_s_names(make):
    felt = make(feeling(joy=0.5, surprise=0.4, contempt=1.0), emotion=1.0)
    assert felt.channel("mouthSmileLeft")[5] == pytest.approx(0.5, abs=0.02)
    assert felt.channel("eyeBlinkLeft")[5] == pytest.approx(0.4, abs=0.02)
    assert make(feeling(joy=0.5), emotion=0).channel("mouthSmileLeft")[5] < 0.01


def test_the_implicit_emotion_is_the_row_that_the_config_names(make, folder):
    change(folder / "model_config.json", "config", source_shot="a", source_frame=0)
    assert make().channel("browInnerUp")[5] == pytest.approx(0.5, abs=0.02)


def test_strengths_offsets_and_multipliers_are_the_model_s(make, folder):
    change(folder / "model_config.json", "config", input_strength=0.5, skin_strength=1.5, eyelid_open_offset=-0.3)
    config = json.loads((folder / "bs_skin_config.json").read_text())["blendshape_params"]
    config["bsWeightMultipliers"][ARKIT_SHAPES.index("jawOpen")] = 0.5
    config["bsWeightOffsets"][ARKIT_SHAPES.index("cheekPuff")] = 0.2
    write_json(folder / "bs_skin_config.json", blendshape_params=config)
    middle = make()
    assert middle.channel("jawOpen")[45] == pytest.approx(0.2 * 2.0 * 0.5 * 1.5 * 0.5, abs=0.02)
    assert middle.channel("eyeBlinkRight")[45] == pytest.approx(0.3, abs=0.02)
    assert middle.channel("cheekPuff")[45] == pytest.approx(0.2, abs=0.02)


def test_upper_and_lower_face_have_their_own_strength(make, folder):
    change(folder / "model_config.json", "config", lower_face_strength=0.0, upper_face_strength=0.0)
    assert make().channel("jawOpen")[45] < 0.01
    change(folder / "model_config.json", "config", face_mask_level=2.0, lower_face_strength=0.5)
    assert make().channel("jawOpen")[45] == pytest.approx(0.2, abs=0.02)


def test_smoothing_delays_and_softens_the_onset(make, folder):
    sharp = make(fps=60).channel("jawOpen")
    change(folder / "model_config.json", "config", lower_face_smoothing=0.05, upper_face_smoothing=0.05)
    soft = make(fps=60).channel("jawOpen")
    assert np.abs(np.diff(soft)).max() < 0.6 * np.abs(np.diff(sharp)).max()
    assert soft[90] == pytest.approx(sharp[90], abs=0.02)


def test_smoothing_starts_at_rest_with_the_first_frame_and_has_the_half_life_asked_for():
    step = np.concatenate([np.zeros((10, 1)), np.ones((200, 1))])
    assert smoothed(np.ones((5, 2)), 0.1, 30) == pytest.approx(np.ones((5, 2)))
    one = np.zeros(210)
    for index in range(1, 210):  # the SDK's own recursion, once
        one[index] = one[index - 1] + (step[index, 0] - one[index - 1]) * (1 - 0.5 ** (1 / 30 / 0.1))
    two = np.zeros(210)
    for index in range(1, 210):
        two[index] = two[index - 1] + (one[index] - two[index - 1]) * (1 - 0.5 ** (1 / 30 / 0.1))
    np.testing.assert_allclose(smoothed(step, 0.1, 30)[:, 0], two, atol=1e-9)


def test_weights_stay_between_0_and_1_and_fit_as_well_as_they_can(folder):
    rig = read_model(folder).skin
    from tintype_audio2face.solving import active_deltas, normal_matrix

    random = np.random.default_rng(1)
    deltas = active_deltas(rig)
    targets = (deltas @ random.normal(0, 3, (deltas.shape[1], 3))).T
    weights = solve(rig, targets, lambda part: None)
    assert weights.min() >= 0
    assert weights.max() <= 1
    matrix, active = normal_matrix(rig), np.flatnonzero(rig.config.bsSolveActivePoses)
    for target, row in zip(targets, weights[:, active], strict=True):
        slope = matrix @ row - target  # what is left to gain has to point out of the box
        assert (slope[row < 1e-6] > -1e-5).all()
        assert (slope[row > 1 - 1e-6] < 1e-5).all()
        assert np.abs(slope[(row > 1e-6) & (row < 1 - 1e-6)]).max(initial=0) < 1e-5


def test_of_two_poses_that_cancel_each_other_only_one_is_used(folder):
    cancel = [-1] * 52
    both = [ARKIT_SHAPES.index("mouthSmileLeft"), ARKIT_SHAPES.index("mouthFrownLeft")]
    cancel[both[0]] = cancel[both[1]] = 7
    write_json(folder / "bs_skin_config.json", **solver_config(ARKIT_SHAPES, bsSolveCancelPoses=cancel))
    rig = read_model(folder).skin
    from tintype_audio2face.solving import active_deltas, masked

    target = active_deltas(rig) @ (0.6 * masked(rig, rig.deltas[both[0]]) + 0.3 * masked(rig, rig.deltas[both[1]]))
    weights = solve(rig, target[None], lambda part: None)[0]
    assert weights[both[0]] > 0.4
    assert weights[both[1]] < 1e-6


def test_symmetry_draws_left_and_right_together(folder):
    symmetry = [-1] * 52
    both = [ARKIT_SHAPES.index("mouthSmileLeft"), ARKIT_SHAPES.index("mouthSmileRight")]
    symmetry[both[0]] = symmetry[both[1]] = 0
    changes = {"bsSolveSymmetryPoses": symmetry, "strengthSymmetry": 1e5}
    write_json(folder / "bs_skin_config.json", **solver_config(ARKIT_SHAPES, **changes))
    rig = read_model(folder).skin
    from tintype_audio2face.solving import active_deltas, masked

    target = active_deltas(rig) @ (0.8 * masked(rig, rig.deltas[both[0]]))
    weights = solve(rig, target[None], lambda part: None)[0]
    assert weights[both[0]] == pytest.approx(weights[both[1]], abs=0.01)
    assert weights[both[0]] > 0.1


def test_files_named_after_the_actor_or_listed_in_model_json_are_found(make, folder):
    before = make().shapes
    for name in ("bs_skin", "bs_tongue"):
        (folder / f"{name}.npz").rename(folder / f"{name}_Mark.npz")
        (folder / f"{name}_config.json").rename(folder / f"{name}_config_Mark.json")
    np.testing.assert_array_equal(make().shapes, before)
    (folder / "model_data.npz").rename(folder / "data.npz")
    listed = {
        part: {"config": f"bs_{part}_config_Mark.json", "data": f"bs_{part}_Mark.npz"} for part in ("skin", "tongue")
    }
    write_json(folder / "model.json", networkPath="network.trt", modelDataPath="data.npz", blendshapePaths=listed)
    np.testing.assert_array_equal(make().shapes, before)


def test_the_source_names_the_model(make):
    assert make().source == "Audio2Face-3D v2.3 tiny"


@pytest.mark.parametrize(
    "name",
    ["network.onnx", "network_info.json", "model_config.json", "model_data.npz", "implicit_emo_db.npz", "bs_skin.npz"],
)
@pytest.mark.parametrize("damage", ["missing", "cut short"])
def test_a_missing_or_damaged_file_is_named(make, folder, name, damage):
    path = folder / name
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(ModelUnreadable, match=name.replace(".", r"\.")) as caught:
        make()
    assert caught.value.hint


def test_no_folder_and_a_folder_that_does_not_exist_are_errors(make, tmp_path):
    with pytest.raises(ModelUnreadable, match="No Audio2Face model folder is named"):
        make(model="")
    with pytest.raises(ModelUnreadable, match="does not exist"):
        make(model=str(tmp_path / "absent"))


def test_a_diffusion_model_is_refused_by_name(make, folder):
    change(folder / "network_info.json", "id", type="diffusion", version="3.2")
    with pytest.raises(ModelUnreadable, match=r"diffusion model \(version 3\.2\)"):
        make()


def test_files_of_two_models_are_refused(make, folder):
    data = dict(np.load(folder / "model_data.npz"))
    data["shapes_matrix_skin"] = data["shapes_matrix_skin"][:, :-1]
    np.savez(folder / "model_data.npz", **data)
    with pytest.raises(ModelUnreadable, match="do not belong together"):
        make()


def test_a_network_with_other_inputs_is_refused(make, folder):
    helper, tensor = onnx.helper, onnx.TensorProto
    graph = helper.make_graph(
        [helper.make_node("Identity", ["x"], ["y"])],
        "other",
        [helper.make_tensor_value_info("x", tensor.FLOAT, [1])],
        [helper.make_tensor_value_info("y", tensor.FLOAT, [1])],
    )
    onnx.save(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8), folder / "network.onnx"
    )
    with pytest.raises(ModelUnreadable, match="takes x"):
        make()


def test_cuda_that_is_not_there_is_an_error(make):
    import onnxruntime

    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        pytest.skip("this machine has CUDA")
    with pytest.raises(ModelUnreadable, match="CUDA"):
        make(device="cuda")


def test_a_missing_recording_is_an_error(make, speech):
    speech.file("speech.wav").unlink()
    with pytest.raises(AudioUnreadable):
        make()


def test_a_job_can_be_stopped(tmp_path, folder, speech):
    job = Job(tmp_path / "face")
    job.cancelled.set()
    with pytest.raises(Cancelled):
        animate_face(speech=speech, emotion=None, settings=Audio2FaceSettings(model=str(folder)), job=job)


def test_the_plugin_names_the_model_s_licence():
    plugin = Plugins.discover().provider("animate_face", "audio2face")
    assert plugin.info.model_licence == "NVIDIA Open Model License"
