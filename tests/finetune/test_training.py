"""Training the text encoder, from corpora to an artefact that the chat opens: tiny random models, real code."""

import json
import random
import tomllib
from pathlib import Path

import numpy as np
import pytest

from agent.emotions import DAIR, EMOTIONS
from agent.events import AgentError
from agent.understand.text import LABELS
from finetune.calibrate import best_temperature, unsure_below
from finetune.runs import RECIPES, metrics_table, read_recipe
from tests.finetune.conftest import tiny_bert

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from finetune import (  # noqa: E402
    build,
    guard,
    pretrain,
    ranker,
    sft,
    speech,
    speech_tuning,
    text_emotion,
    transcriber,
)
from finetune.corpora import Example  # noqa: E402

FEELING = {"joy": "glad bright", "sadness": "lost grey", "anger": "unfair shout", "neutral": "table plan"}


def example(label: str, chance: random.Random, corpus: str = "own") -> Example:
    words = [*FEELING[label].split(), *chance.choices(["the", "a", "day", "it"], k=3)]
    chance.shuffle(words)
    target = tuple(float(name == label) for name in EMOTIONS)
    nuance = {"joy": "joyful", "sadness": "sad", "anger": "angry"}.get(label)
    return Example(" ".join(words), corpus, target, EMOTIONS, nuance, before="a day" if chance.random() < 0.3 else "")


def examples(n: int, seed: int = 0) -> list[Example]:
    chance = random.Random(seed)
    return [example(chance.choice(sorted(FEELING)), chance) for _ in range(n)]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT with a vocabulary of the few words here."""
    words = {word for text in FEELING.values() for word in text.split()} | {"the", "a", "day", "it"}
    return tiny_bert(tmp_path_factory.mktemp("tiny"), words)


@pytest.fixture
def small_task(monkeypatch: pytest.MonkeyPatch) -> None:
    """The joint task on our own few words instead of the corpora."""
    sets = {name: examples(40, seed) for seed, name in enumerate(("everyday", "dair", "nuance", "goemotions"), 1)}
    sets["nuance"] = [one for one in sets["nuance"] if one.nuance]
    sets["dair"] = [one for one in sets["dair"] if one.target and one.target[EMOTIONS.index("neutral")] == 0]
    monkeypatch.setattr(text_emotion, "training_examples", lambda data, recipe: examples(400))
    monkeypatch.setattr(text_emotion, "validation_sets", lambda data: sets)


def recipe(tiny: Path, **changes: object) -> text_emotion.Recipe:
    base = text_emotion.Recipe(base=str(tiny), epochs=3.0, batch_size=16, learning_rate=3e-3, head_learning_rate=1e-2)
    return text_emotion.dataclasses.replace(base, **changes)  # type: ignore[arg-type]


@pytest.mark.slow
def test_a_run_learns_and_leaves_weights_tokenizer_recipe_and_curve(
    tiny: Path, small_task: None, tmp_path: Path
) -> None:
    out = text_emotion.train(tmp_path, tmp_path / "run", recipe(tiny))
    curve = [json.loads(line) for line in (out / "curve.jsonl").read_text().splitlines()]
    assert [line["epoch"] for line in curve] == pytest.approx([0.75, 1.5, 2.25, 3.0], abs=0.05)
    assert curve[-1]["everyday_accuracy"] > 0.9
    assert {"model.safetensors", "tokenizer.json", "recipe.json", "config.json"} <= {p.name for p in out.iterdir()}


@pytest.mark.slow
def test_an_interrupted_run_goes_on_where_it_stopped(tiny: Path, small_task: None, tmp_path: Path) -> None:
    """Stopped after a checkpoint and resumed, it ends with the very weights of a run that was never stopped."""
    from safetensors.torch import load_file

    class Interrupt(transformers.TrainerCallback):
        def on_save(self, args: object, state: object, control: transformers.TrainerControl, **_: object) -> None:
            raise KeyboardInterrupt

    whole = text_emotion.train(tmp_path, tmp_path / "whole", recipe(tiny), save_steps=20)
    with pytest.raises(KeyboardInterrupt):
        text_emotion.train(tmp_path, tmp_path / "cut", recipe(tiny), save_steps=20, callbacks=[Interrupt()])
    assert not (tmp_path / "cut" / "model.safetensors").exists()
    cut = text_emotion.train(tmp_path, tmp_path / "cut", recipe(tiny), resume=True, save_steps=20)
    first, second = load_file(whole / "model.safetensors"), load_file(cut / "model.safetensors")
    assert all(torch.equal(first[key], second[key]) for key in first)


@pytest.mark.slow
def test_a_student_learns_from_the_answers_of_a_teacher(tiny: Path, small_task: None, tmp_path: Path) -> None:
    teacher = text_emotion.train(tmp_path, tmp_path / "teacher", recipe(tiny, epochs=2.0))
    labelled, unlabelled = examples(50), [text_emotion.dataclasses.replace(examples(1)[0], target=None, open=())]
    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny)
    rows = text_emotion.encode_examples([*labelled, *unlabelled], tokenizer)
    before = [row["target"] for row in rows]
    text_emotion.learn_from({"own": [str(teacher)]}, [*labelled, *unlabelled], rows, 0.5)
    for old, row in zip(before[:-1], rows[:-1], strict=True):
        assert sum(row["target"]) == pytest.approx(1.0, abs=1e-3)
        assert row["target"] != old and np.argmax(row["target"]) == np.argmax(old)
    assert sum(rows[-1]["target"]) == pytest.approx(1.0, abs=1e-3), "the teacher labels what has no emotion"
    student = text_emotion.train(tmp_path, tmp_path / "student", recipe(tiny, teachers={"own": [str(teacher)]}))
    assert json.loads((student / "curve.jsonl").read_text().splitlines()[-1])["everyday_accuracy"] > 0.9


@pytest.mark.slow
@pytest.mark.parametrize("family", ["MPNet", "Roberta", "DistilBert"])
def test_a_base_without_a_second_segment_trains_too(family: str, tiny: Path, small_task: None, tmp_path: Path) -> None:
    """RoBERTa, MPNet and DistilBERT know no token types; their lowest layers can be frozen as BERT's can."""
    size = (
        {"dim": 32, "n_layers": 2, "n_heads": 2, "hidden_dim": 64}
        if family == "DistilBert"
        else {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    )
    config = getattr(transformers, f"{family}Config")(vocab_size=40, max_position_embeddings=130, **size)
    if family == "Roberta":
        config.type_vocab_size = 1
    base = tmp_path / "base"
    getattr(transformers, f"{family}Model")(config).save_pretrained(base)
    transformers.AutoTokenizer.from_pretrained(tiny).save_pretrained(base)
    settings = recipe(base, epochs=1.0, vector_weight=0.0, frozen_layers=1)
    out = text_emotion.train(tmp_path, tmp_path / "run", settings)
    assert (out / "model.safetensors").is_file()
    text_emotion.average([out])


@pytest.mark.slow
def test_the_exported_graph_says_what_the_model_says(tiny: Path, small_task: None, tmp_path: Path) -> None:
    import onnxruntime

    from finetune.export import export_encoder

    run = text_emotion.train(tmp_path, tmp_path / "run", recipe(tiny, epochs=1.0))
    model = text_emotion.average([run, run])
    path = export_encoder(model, ("emotion", "nuance", "vector"), tmp_path / "out", int8=False)
    rows = text_emotion.encode_examples(examples(9), transformers.AutoTokenizer.from_pretrained(tiny))
    batch = text_emotion.collate([{**row, "teacher": None} for row in rows])
    names = ("input_ids", "attention_mask", "token_type_ids")
    with torch.inference_mode():
        wanted = model.encode(*(batch[name] for name in names))
    found = onnxruntime.InferenceSession(str(path)).run(None, {name: batch[name].numpy() for name in names})
    for one, other in zip(wanted, found, strict=True):
        assert np.abs(one.numpy() - other).max() < 1e-4


def test_a_corpus_says_nothing_about_labels_it_does_not_have(tiny: Path) -> None:
    """Masked softmax: dair has no neutral, so its texts do not move the neutral logit."""
    config = transformers.AutoConfig.from_pretrained(tiny)
    backbone = transformers.AutoModel.from_config(config, attn_implementation="eager", add_pooling_layer=False)
    model = text_emotion.TextEmotionModel(backbone, text_emotion.Recipe())
    target = tuple(float(name == "joy") for name in EMOTIONS)
    rows = text_emotion.encode_examples(
        [Example("glad day", "dair_ai_emotion", target, DAIR)], transformers.AutoTokenizer.from_pretrained(tiny)
    )
    model.train()
    model(**text_emotion.collate(rows))["loss"].backward()
    gradient = model.emotion.weight.grad.abs().sum(1)
    assert gradient[EMOTIONS.index("neutral")] == 0 and gradient[EMOTIONS.index("joy")] > 0


def test_the_recipe_says_how_often_a_corpus_is_passed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    texts = [Example(f"text {index}", "own") for index in range(100)]
    monkeypatch.setattr(text_emotion.dair, "load", lambda data, split: texts)
    found = text_emotion.training_examples(tmp_path, text_emotion.Recipe(passes={"dair": 2.25, "goemotions": 0}))
    counts = {text: found.count(text) for text in texts}
    assert len(found) == 225 and set(counts.values()) == {2, 3}
    with pytest.raises(AgentError, match="'dare', which is no corpus"):
        text_emotion.training_examples(tmp_path, text_emotion.Recipe(passes={"dare": 1}))


def test_a_folder_without_a_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(AgentError, match="holds no finished run"):
        text_emotion.average([tmp_path])


def test_the_temperature_that_was_used_is_found_again() -> None:
    chance = np.random.default_rng(0)
    logits = chance.normal(0, 2, (20_000, 4))
    p = np.exp(logits / 1.7)
    p /= p.sum(1, keepdims=True)
    truth = np.array([chance.choice(4, p=row) for row in p])
    assert best_temperature([(logits, truth)]) == pytest.approx(1.7, rel=0.06)


def test_below_the_unsure_threshold_the_answer_is_wrong_as_often_as_right() -> None:
    confidence = np.linspace(0.2, 1.0, 400)
    p = np.stack([confidence, np.zeros(400), np.zeros(400)], 1)
    truth = np.array([0 if c > 0.4 else 1 for c in confidence])
    below = unsure_below(p, truth)
    assert below == pytest.approx(0.6, abs=0.01)
    assert (p.argmax(1) == truth)[confidence <= below].mean() <= 0.5
    assert unsure_below(np.array([[0.9, 0.1]] * 60), np.zeros(60, dtype=int)) == 0.0


RECIPES_OF = {
    "text-emotion": text_emotion.Recipe(),
    "pretrain": pretrain.Recipe(),
    "sft": sft.Recipe(),
    "ranker": ranker.Recipe(),
    "guard": guard.Recipe(),
    "transcriber": transcriber.Recipe(),
    "speech-emotion": speech.Recipe(),
    "intent": speech.Recipe(),
}


@pytest.mark.parametrize("path", sorted(RECIPES.glob("*.toml")), ids=lambda path: path.stem)
def test_every_recipe_is_read_and_opens_with_its_command(path: Path) -> None:
    opening = path.read_text("utf-8").split()
    assert opening[:2] == ["#", "finetune"]
    # What hears speech is trained in two ways: heads, or, with epochs, the whole of a model.
    whole = opening[2] in ("speech-emotion", "intent") and "epochs" in tomllib.loads(path.read_text("utf-8"))
    recipe = speech_tuning.Recipe() if whole else RECIPES_OF[opening[2]]
    assert read_recipe(path, recipe, {"seed": 7}).seed == 7


def test_flags_stand_above_the_recipe_and_unknown_keys_are_named(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("epochs = 5.0\n")
    assert read_recipe(path, text_emotion.Recipe(), {"epochs": None, "seed": 7}).epochs == 5.0
    assert read_recipe(path, text_emotion.Recipe(), {"epochs": 1.0}).epochs == 1.0
    path.write_text("epoch = 5.0\n")
    with pytest.raises(AgentError, match="unknown key 'epoch'"):
        read_recipe(path, text_emotion.Recipe(), {})
    with pytest.raises(AgentError, match="cannot be read"):
        read_recipe(tmp_path / "none.toml", text_emotion.Recipe(), {})


def test_a_figure_is_printed_with_protocol_baseline_and_figure_to_beat() -> None:
    row = {
        "metric": "m",
        "value": 0.5,
        "interval": (0.4, 0.6),
        "n": 9,
        "to_beat": 0.3,
        "baseline": 0.1,
        "protocol": "p",
    }
    assert "| m | 0.5000 | 0.400 to 0.600 | 9 | 0.3 | 0.1 | p |" in metrics_table([row])


def test_seeds_are_told_with_mean_and_spread() -> None:
    seeds = [{"run": "a", "x": 0.90}, {"run": "b", "x": 0.92}, {"run": "c", "x": 0.94}]
    assert build._mean_and_spread(seeds) == [{"run": "mean", "x": 0.92}, {"run": "standard deviation", "x": 0.02}]
    assert build._mean_and_spread(seeds[:1]) == []


def test_the_shipped_card_tells_base_data_licence_command_and_limits() -> None:
    folder = Path(__file__).parents[2] / "adapters" / "text-emotion"
    card = (folder / "README.md").read_text("utf-8")
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    for part in ("Licence of the weights", "Rebuilt by", "## Data", "## Measured", "## Limits", "non-commercial"):
        assert part in card
    for row in manifest["metrics"]:
        assert row["metric"] in card and row["protocol"] in card
    assert manifest["labels"] == {head: list(labels) for head, labels in LABELS.items()}
    assert build.LIMITS in card
