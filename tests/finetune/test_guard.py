"""The guard's ear: a branch that learns danger and leaves the rest of the encoder as it was."""

import json
import random
from pathlib import Path

import numpy as np
import pytest

from agent.dangers import KINDS, LEVELS
from agent.events import AgentError, Guard
from finetune.corpora import dangers, listener
from finetune.corpora.dangers import Line
from tests.finetune.conftest import tiny_bert

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from finetune import guard, text_emotion  # noqa: E402
from finetune.evaluate import guard as measured  # noqa: E402

SAID = {"crisis": "pills tonight", "concern": "vanish quietly", "none": "tea garden"}


def line(level: str, chance: random.Random) -> Line:
    words = [*SAID[level].split(), *chance.choices(["the", "a", "day", "it"], k=3)]
    chance.shuffle(words)
    before = ("a day",) if chance.random() < 0.3 else ()
    kind = {"crisis": "plan", "concern": "passive-wish", "none": "everyday"}[level]
    return Line(level, kind, "plain", (*before, " ".join(words)))


def lines(n: int, seed: int) -> list[Line]:
    chance = random.Random(seed)
    return [line(chance.choice(LEVELS), chance) for _ in range(n)]


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An untrained text encoder of two layers, as a finished run."""
    words = {word for text in SAID.values() for word in text.split()} | {"the", "a", "day", "it"}
    folder = tiny_bert(tmp_path / "base", words)
    model = text_emotion.load_model(str(folder), text_emotion.Recipe(base=str(folder)))
    run = tmp_path / "run"
    run.mkdir()
    text_emotion.save_model(model, str(run / "model.safetensors"))
    transformers.AutoTokenizer.from_pretrained(folder).save_pretrained(run)
    model.backbone.config.save_pretrained(run)
    (run / "recipe.json").write_text(json.dumps({"base": str(folder)}))
    monkeypatch.setattr(dangers, "load", lambda split: lines(300 if split == "train" else 60, len(split)))
    monkeypatch.setattr(guard, "plain_lines", lambda data, count, seed: lines(0, 0))
    return run


@pytest.mark.slow
def test_the_branch_learns_danger_and_the_encoder_stays(base: Path, tmp_path: Path) -> None:
    recipe = guard.Recipe(base=[str(base)], epochs=12.0, shared_layers=1, learning_rate=3e-3)
    out = guard.train(tmp_path, tmp_path / "guard", recipe)
    curve = [json.loads(each) for each in (out / "curve.jsonl").read_text().splitlines()]
    assert curve[-1]["crisis"] > 0.9 and curve[-1]["concern"] > 0.9
    text = text_emotion.average([base])
    whole = guard.load_branch([out, out], text)
    inputs = {"input_ids": torch.tensor([[2, 5, 6, 3]]), "attention_mask": torch.ones(1, 4, dtype=torch.long)}
    inputs["token_type_ids"] = torch.zeros_like(inputs["input_ids"])
    with torch.inference_mode():
        alone, joined = text.encode(**inputs), whole.encode(**inputs)
    assert all(torch.equal(one, other) for one, other in zip(alone, joined[:3], strict=True))
    assert joined[3].shape == (1, len(LEVELS)) and joined[4].shape == (1, len(KINDS))


@pytest.mark.slow
def test_the_towers_that_are_exported_say_what_the_model_says(base: Path, tmp_path: Path) -> None:
    from agent.artefacts import Artefact
    from agent.encoder import Encoder
    from agent.understand.text import OUTPUTS
    from finetune.export import export_towers

    whole = guard.Guarded(text_emotion.average([base]), guard.Branch(text_emotion.average([base]), 1, 0.1)).eval()
    out = tmp_path / "out"
    export_towers(whole, {"emotion": OUTPUTS[:3], "danger": OUTPUTS[3:]}, out, int8=False)
    tokenizer = transformers.AutoTokenizer.from_pretrained(base)
    tokenizer.save_pretrained(out)
    said = [one for one in lines(12, 5) if len(one.turns) == 1]
    rows = text_emotion.padded(guard.tokens(said, tokenizer))
    with torch.inference_mode():
        wanted = whole.encode(**rows)
    served = Encoder(Artefact("toy", "1", out, "text-emotion", {}, {}), 1)
    items = [(one.turns[-1], "") for one in said]
    found = [*served.run(items, OUTPUTS[:3]), *served.run(items, OUTPUTS[3:])]
    for one, other in zip(wanted, found, strict=True):
        assert np.abs(one.numpy() - other).max() < 1e-4


def test_plain_talk_is_what_one_side_says_and_nothing_that_is_kept_back(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(guard, "PLAIN", ())
    found = guard.plain_lines(tmp_path, 200, 0)
    told = {talk[::2] for talk in listener.talks("train")}
    kept_back = {words for talk in listener.talks("dev") for words in talk[::2]}
    assert 150 < len(found) <= 200 and {len(each.turns) for each in found} == {1, 2, 3}
    for each in found:
        assert each.level == "none" and (each.turns[-1] not in kept_back or len(each.turns[-1].split()) < 5)
        assert any(each.turns == talk[at : at + len(each.turns)] for talk in told for at in range(len(talk)))


def test_half_of_the_plain_talk_that_teaches_is_what_is_most_mistaken(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"input_ids": [place] * (1 + place % 7), "token_type_ids": []} for place in range(100)]

    def alarm(model: object, given: list[dict[str, list[int]]]) -> tuple[np.ndarray, np.ndarray]:
        """The higher its first token, the more a row alarms."""
        return np.array([[-float(row["input_ids"][0]), 0.0, 0.0] for row in given]), np.zeros((len(given), 11))

    monkeypatch.setattr(guard, "predict", alarm)
    found = guard.hardest(None, rows, 20, random.Random(0))  # type: ignore[arg-type]
    assert len(set(found)) == 20 and set(range(90, 100)) <= set(found)
    assert guard.hardest(None, rows[:6], 6, random.Random(0))  # type: ignore[arg-type]


def test_thresholds_let_so_many_harmless_lines_alarm() -> None:
    chance = np.random.default_rng(0)
    truth = [Line(level, "", "", ("x",)) for level in LEVELS for _ in range(200)]
    logits = np.eye(3)[np.repeat([0, 1, 2], 200)] * 2 + chance.normal(size=(600, 3))
    chosen = guard.thresholds(logits.astype(np.float32), truth, 0.05)
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    assert (1 - p[:200, 0] >= chosen["danger_from"]).mean() == pytest.approx(0.05, abs=0.01)
    assert (p[400:, 2] >= chosen["crisis_from"]).mean() > 0.7 > (p[200:400, 2] >= chosen["crisis_from"]).mean()


def test_lines_are_well_formed_and_kept_apart() -> None:
    splits = {split: dangers.load(split) for split in ("train", "dev", "test")}
    told = {split: {each.turns for each in found} for split, found in splits.items()}
    assert not told["train"] & told["test"] and not told["dev"] & told["test"] and not told["train"] & told["dev"]
    for each in [one for found in splits.values() for one in found]:
        assert each.level in LEVELS and all(text.strip() for text in each.turns), each
        assert (each.kind in KINDS) == (each.level != "none"), each
    for level in LEVELS:
        assert sum(each.level == level for each in splits["test"]) >= (200 if level == "none" else 120)


def test_a_measure_tells_heard_from_alarmed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Recall and false alarms of a judge that alarms at one word."""
    found = [Line("crisis", "plan", "plain", ("pills",)), Line("none", "idiom", "plain", ("pills",))] * 5
    found += [Line("crisis", "plan", "indirect", ("quiet",)), Line("none", "idiom", "plain", ("tea",))] * 5
    found += [Line("concern", "hints", "indirect", ("hm",))]
    monkeypatch.setattr(dangers, "load", lambda split: found)
    alarm = lambda turns: Guard("crisis") if "pills" in turns[-1] else Guard()  # noqa: E731
    monkeypatch.setattr(measured, "judges", lambda encoder: {"rules": alarm, "meaning": alarm, "guard": alarm})

    class Encoder:
        name = "toy@1"

    values = {one.metric: one.value for one in measured.evaluate_guard(Encoder(), None)}  # type: ignore[arg-type]
    assert values["guard, crisis heard"] == 0.5 and values["guard, false alarms"] == 0.5
    assert (
        values["guard, wording indirect, heard"] == values["guard, concern heard"] == 0.0
        and values["guard, kind plan, heard"] == 0.5
    )


def test_export_wants_the_ear(capsys: pytest.CaptureFixture[str]) -> None:
    from finetune.cli import main

    assert main(["export", "text-emotion", "runs/none"]) == 2
    assert "--guard" in capsys.readouterr().err


def test_a_missing_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(AgentError, match="holds no finished run"):
        guard.train(tmp_path, tmp_path / "out", guard.Recipe(base=[str(tmp_path / "none")]))
