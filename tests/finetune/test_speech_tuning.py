"""Fine-tuning whole speech models: tiny ones of four families learn generated sounds, and the chat opens them."""

import argparse
import json
import shutil
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from agent.audio.clips import RATE, Samples
from agent.events import AgentError
from agent.understand import hub_speech
from agent.understand.speech import open_speech, prepared
from finetune import cli
from finetune.corpora import speech as corpora
from finetune.corpora.folds import key
from finetune.corpora.speech import Clip
from finetune.runs import RECIPES, read_recipe

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from finetune import speech, speech_tuning  # noqa: E402
from finetune.speech_tuning import Clips, Recipe, batch, class_weights, figures, held_out, start  # noqa: E402
from tests.understand.published import FAMILIES, save_base  # noqa: E402

PITCHES = {"angry": 900, "happy": 300, "sad": 90}
# Eight clips of each label, a quarter held out: eighteen to learn from are three batches of six, two steps.
QUICK = Recipe(epochs=1.0, batch_size=6, accumulation=2, test_share=0.25, learning_rate=1e-3, mask_features=0.1)


def tone(pitch: int, index: int) -> Samples:
    """A third of a second and more of a tone in noise."""
    times = np.arange(RATE // 3 + 800 * index) / RATE
    noise = np.random.default_rng(index).standard_normal(len(times))
    return (0.4 * np.sin(2 * np.pi * pitch * times) + 0.02 * noise).astype(np.float32)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of one's own: a folder a label."""
    root = tmp_path_factory.mktemp("own")
    for label, pitch in PITCHES.items():
        (root / label).mkdir()
        for index in range(8):
            with wave.open(str(root / label / f"{label}-{index}.wav"), "wb") as file:
                file.setparams((1, 2, RATE, 0, "NONE", ""))
                file.writeframes((tone(pitch, index) * 32767).astype("<i2").tobytes())
    return root


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The folder of a tiny base of each family."""
    return {family: str(save_base(tmp_path_factory.mktemp(family), family)) for family in FAMILIES}


def recipe(own: Path, base: str, **changes: object) -> Recipe:
    return Recipe(**{**vars(QUICK), "base": base, "corpora": (str(own),), **changes})


def curve(out: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (out / "curve.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("family", FAMILIES)
def test_each_family_is_fine_tuned_and_heard_alike_by_the_chat(
    family: str, own: Path, bases: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = recipe(own, bases[family])
    out = speech_tuning.train(tmp_path, tmp_path / "run", settings)
    assert (out / "model.safetensors").is_file() and not list(out.glob("*.bin"))
    assert curve(out)[-1]["step"] == 2 and any("eval_accuracy" in line for line in curve(out))

    classifier = hub_speech.open_classifier(str(out))
    assert (classifier.labels, classifier.emotions) == (("angry", "happy", "sad"), ("anger", "joy", "sadness"))
    assert open_speech(str(out)).read(tone(90, 3)).emotion.label in ("anger", "joy", "sadness")
    clips = held_out(corpora.folders(own), settings).test
    truth = [classifier.labels.index(clip.label) for clip in clips]
    heard = np.stack([hub_speech.heard(classifier, prepared(samples)) for samples in corpora.read(clips)])
    [loss] = [line["eval_loss"] for line in curve(out) if "eval_loss" in line]
    assert loss == pytest.approx(-np.log(heard[range(6), truth]).mean(), abs=1e-5)
    results = json.loads((out / "results.json").read_text())["results"]
    assert [row["metric"] for row in results] == ["accuracy", "macro recall", "macro F1"]
    assert {row["component"] for row in results} == {"speech-emotion"} and {row["n"] for row in results} == {6}
    assert results[0]["value"] == pytest.approx((heard.argmax(1) == truth).mean(), abs=1e-4)
    assert [row["baseline"] for row in results] == pytest.approx([1 / 3, 1 / 3, 1 / 6], abs=1e-4)
    printed = capsys.readouterr().out
    assert printed.startswith("| metric |") and "{'" not in printed


def test_it_learns(own: Path, bases: dict[str, str], tmp_path: Path) -> None:
    quiet = {"disturb": 0.0, "mask_time": 0.0, "mask_features": 0.0}
    settings = recipe(own, bases["wavlm"], epochs=12.0, accumulation=1, learning_rate=1e-2, **quiet)
    out = speech_tuning.train(tmp_path, tmp_path / "run", settings)
    first, *_, last = (line for line in curve(out) if "eval_loss" in line)
    assert last["eval_loss"] < 0.6 * first["eval_loss"]
    accuracy = json.loads((out / "results.json").read_text())["results"][0]
    assert accuracy["value"] > 1.9 * accuracy["baseline"]  # its random convolutions, which stay, tell two of the three


def test_a_run_goes_on_from_its_checkpoint(own: Path, bases: dict[str, str], tmp_path: Path) -> None:
    out = tmp_path / "run"
    speech_tuning.train(tmp_path, out, recipe(own, bases["hubert"]))
    [first] = [line for line in curve(out) if "eval_loss" in line]
    speech_tuning.train(tmp_path, out, recipe(own, bases["hubert"], epochs=2.0), resume=True)
    again, second = (line for line in curve(out) if "eval_loss" in line)
    # The time that the first evaluation took is that of the first run: it was not made again.
    assert again == first and second["step"] == 4
    assert [folder.name for folder in (out / "checkpoints").iterdir()] == ["checkpoint-4"]


def test_a_seed_decides_the_run_and_not_who_is_held_out(own: Path, bases: dict[str, str]) -> None:
    clips = corpora.folders(own)
    first, second = (held_out(clips, recipe(own, bases["hubert"], seed=seed)) for seed in (1, 2))
    assert first == second
    assert held_out(clips, recipe(own, bases["hubert"], split_seed=1)) != first


def test_the_weights_of_the_base_are_where_the_run_begins(bases: dict[str, str]) -> None:
    from safetensors.torch import load_file

    names = {"whisper": "encoder.layers.1.fc1.weight", "wavlm": "encoder.layers.1.attention.k_proj.weight"}
    for family, name in names.items():
        model, _ = start(Recipe(base=bases[family]), ("angry", "sad"))
        [there] = [weights for key, weights in load_file(f"{bases[family]}/model.safetensors").items() if name in key]
        [here] = [weights for key, weights in model.named_parameters() if name in key]
        assert torch.equal(here, there), family
    frozen = [key for key, weights in model.named_parameters() if not weights.requires_grad]
    assert frozen and all("feature_extractor" in key for key in frozen)


def test_spans_are_masked_inside_the_clip_and_never_in_what_is_held_out(bases: dict[str, str]) -> None:
    _, extractor = start(Recipe(base=bases["whisper"]), ("angry", "sad"))
    clip = tone(300, 7)
    frames = len(clip) // 160

    def changed(taught: bool, settings: Recipe) -> np.ndarray:
        plain, found = (batch([(clip, 0, each)], extractor, settings)["input_features"][0] for each in (False, taught))
        assert (found[found != plain] == plain.min()).all()
        return (found != plain).numpy()

    torch.manual_seed(4)
    spans = [changed(True, Recipe(mask_time=0.5)).any(0) for _ in range(20)]
    assert sum(span[:frames].any() for span in spans) >= 18 and max(span.sum() for span in spans) <= frames / 2
    assert 0 < max(changed(True, Recipe(mask_time=0.0, mask_features=0.3)).any(1).sum() for _ in range(5)) <= 24
    assert not changed(False, Recipe(mask_time=0.5)).any()


def test_sounds_are_disturbed_anew_each_time_but_not_those_held_out(own: Path) -> None:
    clips, classes = corpora.folders(own)[:2], tuple(PITCHES)
    taught, tested = Clips(clips, classes, 1.0, taught=True), Clips(clips, classes, 1.0, taught=False)
    assert not np.array_equal(taught[0][0][:800], taught[0][0][:800])
    assert np.array_equal(tested[0][0], tested[0][0])
    torch.manual_seed(1)
    first = taught[1][0]
    torch.manual_seed(1)
    assert np.array_equal(taught[1][0], first)


def test_a_rare_class_counts_as_much_as_a_frequent_one() -> None:
    weights = class_weights(np.array([0] * 6 + [1] * 2), 3)
    assert weights[:2].tolist() == pytest.approx([8 / 12, 2.0])
    logits, labels = torch.randn(8, 3), torch.tensor([0] * 6 + [1] * 2)
    loss = speech_tuning.weighted_loss(weights)({"logits": logits}, labels)
    assert loss == pytest.approx(torch.nn.functional.cross_entropy(logits, labels, weights).item(), abs=1e-5)


def test_the_figures_are_those_of_their_definition() -> None:
    found = figures(np.array([0, 0, 0, 1]), np.array([0, 0, 2, 1]), 4)
    assert found == pytest.approx({"accuracy": 0.75, "macro recall": (2 / 3 + 1) / 2, "macro F1": (0.8 + 1 + 0) / 3})


def test_actors_that_are_held_out_are_not_learned_from() -> None:
    clips = [
        Clip("ravdess", f"{label}-{actor}", label, Path("x"), speaker=f"Actor_{actor:02d}")
        for actor in range(1, 25)
        for label in ("angry", "sad")
    ] + [Clip("tess", f"OAF_{index}", "sad", Path("x"), speaker="OAF") for index in range(4)]
    fold = held_out(clips, Recipe(split="fold 1"))
    assert {clip.speaker for clip in fold.test} == {"Actor_01", "Actor_11", "Actor_20", "Actor_21"}
    assert not {key(clip) for clip in fold.train} & {key(clip) for clip in fold.test} and len(fold.train) == 44
    with pytest.raises(AgentError, match="no split 'fold 7': name random, published, or fold 1"):
        held_out(clips, Recipe(split="fold 7"))
    with pytest.raises(AgentError, match="are not all here"):
        held_out(clips[-4:], Recipe(split="fold 1"))
    with pytest.raises(AgentError, match="cannot be split"):
        held_out(clips[:6], Recipe(test_share=0.1))


def test_what_the_chat_would_refuse_is_refused_before_it_is_trained(
    own: Path, bases: dict[str, str], tmp_path: Path
) -> None:
    for label, source in (("angry", "angry"), ("battery", "sad")):
        shutil.copytree(own / source, tmp_path / "mixed" / label)
    with pytest.raises(AgentError, match="none of our emotions \\(battery\\)"):
        speech_tuning.train(tmp_path, tmp_path / "run", recipe(tmp_path / "mixed", bases["hubert"]))
    with pytest.raises(AgentError, match="nobody/nothing is not on this machine: fetch it once with `hf download"):
        speech_tuning.train(tmp_path, tmp_path / "run", recipe(own, "nobody/nothing"))
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "config.json").write_text('{"model_type": "bert"}')
    with pytest.raises(AgentError, match="is a bert: name one of these families"):
        speech_tuning.train(tmp_path, tmp_path / "run", recipe(own, str(tmp_path / "text")))


SPEECH_RECIPES = sorted(
    path for path in RECIPES.glob("*.toml") if path.read_text().split()[2] in ("speech-emotion", "intent")
)


@pytest.mark.parametrize("path", SPEECH_RECIPES, ids=lambda path: path.stem)
def test_every_speech_recipe_is_read_by_the_way_that_it_chooses(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, object]] = []

    def notes(way: str) -> Callable[..., Path]:
        def trains(data: Path, out: Path, settings: object, resume: bool, limit: int | None) -> Path:
            seen.append((way, settings))
            return out

        return trains

    monkeypatch.setattr(speech_tuning, "train", notes("whole"))
    monkeypatch.setattr(speech, "train_emotion", notes("heads of emotion"))
    monkeypatch.setattr(speech, "train_intent", notes("head of intent"))
    opening = path.read_text().split()
    assert opening[:2] == ["#", "finetune"]
    assert cli.main([opening[2], "--recipe", path.stem, "--base", "mine", "--seed", "7", "--data", "."]) == 0
    way = {
        "speech-emotion": "heads of emotion",
        "intent": "head of intent",
        "speech-emotion-whisper-large-v3": "whole",
        "intent-wav2vec2-base": "whole",
    }
    [(chosen, settings)] = seen
    assert chosen == way[path.stem]
    assert isinstance(settings, Recipe if chosen == "whole" else speech.Recipe)
    assert (settings.base, settings.seed) == ("mine", 7)


def test_the_published_settings_are_in_their_recipes() -> None:
    whisper = read_recipe(RECIPES / "speech-emotion-whisper-large-v3.toml", Recipe(), {})
    assert (whisper.base, whisper.epochs, whisper.learning_rate) == ("openai/whisper-large-v3", 25, 5e-5)
    assert (whisper.batch_size, whisper.accumulation, whisper.warmup, whisper.seed) == (2, 5, 0.1, 42)
    assert (whisper.split, whisper.test_share, whisper.split_seed, len(whisper.classes)) == ("random", 0.2, 42, 7)
    intent = read_recipe(RECIPES / "intent-wav2vec2-base.toml", Recipe(), {})
    assert (intent.base, intent.epochs, intent.test_share) == ("facebook/wav2vec2-base", 45, 0.3)


def test_a_recipe_that_cannot_be_read_is_told_of_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "broken.toml").write_text("epochs = ")
    for file in ("broken.toml", "none.toml"):
        assert cli.main(["speech-emotion", "--recipe", str(tmp_path / file), "--data", "."]) == 1
        assert file in capsys.readouterr().err
    assert not cli._has_epochs(cli._recipe_path(argparse.Namespace(recipe="speech-emotion")))


def test_the_command_trains_one_s_own_corpus_and_prints_figures_and_folder(
    own: Path, bases: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(f"corpora = [{json.dumps(str(own))}]\nepochs = 1.0\nbatch_size = 3\ntest_share = 0.25\n")
    arguments = ["speech-emotion", "--recipe", str(file), "--base", bases["wav2vec2"], "--data", str(tmp_path)]
    assert cli.main([*arguments, "--out", str(tmp_path / "run"), "--limit", "6"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].startswith("| metric |") and printed[-1] == str(tmp_path / "run")
    assert sum(json.loads((tmp_path / "run" / "recipe.json").read_text())["clips"].values()) == 6
