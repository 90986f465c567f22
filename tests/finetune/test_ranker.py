"""The ranker of replies: what it learns in a toy world, and that the chat computes what was trained."""

from pathlib import Path

import numpy as np
import pytest

from agent.emotions import EMOTIONS
from agent.events import AgentError, Emotion, Nuance, Turn, Understanding
from agent.reply import Request
from agent.reply.rank import open_ranker
from tests.finetune.conftest import ED_HEADER, write
from tests.models import encoder

torch = pytest.importorskip("torch")

from finetune.evaluate.metrics import right_among  # noqa: E402
from finetune.ranker import Pairs, Recipe, both_sides, build_ranker, fit  # noqa: E402

WIDTH = 16


def toy(n: int, seed: int) -> Pairs:
    """Answers that are what was said, turned by a fixed rotation: nothing but learning finds them."""
    turn = np.linalg.qr(np.random.default_rng(7).normal(size=(WIDTH, WIDTH)))[0]
    vectors = np.random.default_rng(seed).normal(size=(n, WIDTH))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    said = np.concatenate([vectors, np.zeros((n, WIDTH + len(EMOTIONS)))], axis=1)
    return Pairs(said.astype(np.float32), (vectors @ turn).astype(np.float32), np.arange(n))


def test_the_right_reply_is_found_after_training_and_not_before() -> None:
    train, valid = toy(2000, 0), toy(300, 1)
    recipe = Recipe(hidden=64, dimensions=32, dropout=0.0, batch_size=100, epochs=8)
    plain = right_among(valid.said[:, :WIDTH], valid.replies).mean()
    trained = right_among(*both_sides(fit(train, valid, recipe), valid)).mean()
    assert plain < 0.1 and trained > 0.5


def test_right_among_counts_a_perfect_and_a_hopeless_ranker() -> None:
    same = np.eye(150, dtype=np.float32)
    assert right_among(same, same).mean() == 1
    assert right_among(same, np.roll(same, 1, axis=0)).mean() == 0


@pytest.mark.slow
def test_the_chat_ranks_as_was_trained(tmp_path: Path) -> None:
    words = ["My cat ran off", "I won the race", "The bus is late", "My boss shouted at me"]
    answers = ["Where did you see her last?", "How fast were you?", "When is the next one?", "What did you do?"]
    rows = [
        line
        for n, (one, other) in enumerate(zip(words * 3, answers * 3, strict=True))
        for line in (f"c:{n},1,sad,x,1,{one},,", f"c:{n},2,sad,x,0,{other},,")
    ]
    for split in ("train", "valid", "test"):
        write(tmp_path / "empathetic_dialogues" / f"{split}.csv", [ED_HEADER, *rows])
    recipe = Recipe(hidden=32, dimensions=16, dropout=0.0, batch_size=4, epochs=30)
    build_ranker(tmp_path, tmp_path / "reply-ranker", recipe, "0.0")
    ranker = open_ranker(encoder().name, str(tmp_path / "reply-ranker"))
    vectors = np.array([encoder().read(text).vector for text in answers], dtype=np.float32)
    for index, text in enumerate(words):
        felt = encoder().read(text)
        asked = Request((), text, Understanding(felt.emotion, felt.nuance, vector=felt.vector), ())
        assert int((ranker.replies(vectors) @ ranker.said(asked)).argmax()) == index
    with pytest.raises(AgentError, match="finetune ranker"):
        open_ranker("text-emotion@999", str(tmp_path / "reply-ranker"))


def test_what_was_said_before_counts() -> None:
    ranker = toy_ranker()
    calm = Understanding(
        Emotion("neutral", 0.9, False, dict.fromkeys(EMOTIONS, 0.0)), Nuance("sad", 0.5), vector=(1.0,) + (0.0,) * 15
    )
    other = Understanding(calm.emotion, calm.nuance, vector=(0.0, 1.0) + (0.0,) * 14)
    alone = ranker.said(Request((), "x", calm, ()))
    after = ranker.said(Request((), "x", calm, (Turn(1, "y", other, None),)))
    assert not np.allclose(alone, after)
    assert np.linalg.norm(after) == pytest.approx(1, abs=1e-5)


def toy_ranker():  # type: ignore[no-untyped-def]
    from agent.reply.rank import Ranker

    chance = np.random.default_rng(0)
    shapes = {"said_in": (40, 8), "said_out": (8, 4), "reply_in": (16, 8), "reply_out": (8, 4)}
    weights = {name: chance.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    biases = {f"{name}_bias": np.zeros(shape[1], np.float32) for name, shape in shapes.items()}
    return Ranker(weights | biases, "toy@1")
