"""The ranker of replies: what it learns in a toy world, and that the chat computes what was trained."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from agent.emotions import EMOTIONS
from agent.events import AgentError, Emotion, Nuance, Reply, Turn, Understanding
from agent.reply import Request
from agent.reply.rank import BEFORE_CHARACTERS, before, open_ranker
from finetune.evaluate.metrics import right_among
from finetune.listening import answered_turns
from tests.finetune.conftest import ED_HEADER, tiny_bert, write

torch = pytest.importorskip("torch")

from finetune.build_ranker import build_ranker  # noqa: E402
from finetune.ranker import Recipe, both_sides, collate, encode_pairs, load_run, train  # noqa: E402

ANSWERS = {
    "My cat ran off": "Where did you see her last?",
    "I won the race": "How fast were you?",
    "The bus is late": "When is the next one?",
    "My boss shouted at me": "What did you do?",
    "It rained on our tent": "Did everything get wet?",
    "I baked bread": "May I taste it?",
}


def request(words: str, *history: Turn) -> Request:
    felt = Understanding(Emotion("neutral", 0.9, False, dict.fromkeys(EMOTIONS, 0.0)), Nuance("sad", 0.5))
    return Request((), words, felt, history)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """EmpatheticDialogues' layout: each thing said has an answer of its own; a second turn says the like of all."""
    data = tmp_path_factory.mktemp("data")
    rows = [
        line
        for n, (said, answer) in enumerate(list(ANSWERS.items()) * 6)
        for line in (
            f"c:{n},1,sad,x,1,{said},,",
            f"c:{n},2,sad,x,0,{answer},,",
            f"c:{n},3,sad,x,1,I see,,",
            f"c:{n},4,sad,x,0,Tell me more of it {answer},,",
        )
    ]
    for split in ("train", "valid", "test"):
        write(data / "empathetic_dialogues" / f"{split}.csv", [ED_HEADER, *rows])
    return data


@pytest.fixture(scope="module")
def run(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    words = set(re.findall(r"\w+|[?.]", " ".join([*ANSWERS, *ANSWERS.values(), "I see tell me more of it"]).lower()))
    base = tiny_bert(tmp_path_factory.mktemp("base"), words)
    recipe = Recipe(base=str(base), epochs=25, batch_size=18, learning_rate=3e-3)
    return train(corpus, tmp_path_factory.mktemp("runs") / "run", recipe)


@pytest.mark.slow
def test_training_finds_the_right_reply_and_leaves_a_curve(run: Path, corpus: Path) -> None:
    curve = [json.loads(line) for line in (run / "curve.jsonl").read_text().splitlines()]
    assert len(curve) == 4
    model, tokenizer = load_run(run), pytest.importorskip("transformers").AutoTokenizer.from_pretrained(run)
    rows = encode_pairs(corpus, "valid", tokenizer)[: 2 * len(ANSWERS)]
    assert right_among(*both_sides(model, rows)).mean() > 0.9


@pytest.mark.slow
def test_the_chat_ranks_as_was_trained(run: Path, corpus: Path, tmp_path: Path) -> None:
    ranker = open_ranker(str(build_ranker(corpus, run, tmp_path / "reply-ranker", "0.0")))
    replies = ranker.replies(list(ANSWERS.values()))
    assert np.linalg.norm(replies, axis=1) == pytest.approx(1, abs=1e-3)
    for index, (words, answer) in enumerate(ANSWERS.items()):
        assert int((replies @ ranker.said(request(words))).argmax()) == index
        # The same words after another talk: only what was said before tells the answer.
        said = ranker.said(request("I see", Turn(0, words, None, Reply(answer, "bank", ""))))
        assert int((ranker.replies([f"Tell me more of it {one}" for one in ANSWERS.values()]) @ said).argmax()) == index
    manifest = json.loads((tmp_path / "reply-ranker" / "manifest.json").read_text())
    assert manifest["metrics"][0]["n"] == 12 * len(ANSWERS)
    with pytest.raises(AgentError, match="reply-ranker"):
        open_ranker("text-emotion")


def test_what_went_before_is_read_from_its_end() -> None:
    assert before([]) == ""
    assert before(["one", "two"]) == "one two"
    long = before(["x" * 500, "the end"])
    assert len(long) == BEFORE_CHARACTERS and long.endswith("x the end")


def test_every_answered_turn_is_a_pair(corpus: Path) -> None:
    turns = list(answered_turns(corpus, "test"))
    assert turns[0] == (0, "My cat ran off", "", "Where did you see her last?")
    assert turns[1] == (0, "I see", "My cat ran off Where did you see her last?", turns[1][3])
    assert len(turns) == 12 * len(ANSWERS)


def test_batches_are_padded_on_both_sides_and_know_their_talks() -> None:
    def row(said: int, reply: int, talk: int) -> dict[str, object]:
        def side(n: int) -> dict[str, list[int]]:
            return {"input_ids": [7] * n, "token_type_ids": [0] * n}

        return {**side(said), "reply": side(reply), "talk": talk}

    batch = collate([row(3, 5, 1), row(4, 2, 1)])
    assert batch["said"]["attention_mask"].tolist() == [[1, 1, 1, 0], [1, 1, 1, 1]]
    assert batch["replies"]["input_ids"].tolist() == [[7] * 5, [7, 7, 0, 0, 0]]
    assert batch["talks"].tolist() == [1, 1]
