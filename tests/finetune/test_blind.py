"""The blind comparison: pairs whose order only the key tells, and what the judgements come to."""

import json
import threading
from pathlib import Path

import pytest

from agent.events import AgentError
from agent.reply import Request, Sample
from agent.reply.embedded import SURE
from finetune.evaluate import blind
from tests.finetune.conftest import ED_HEADER, write

WORDS = "The tram driver waved at me twice this morning and I waved back"


class Mini:
    """A model that always says the same."""

    name = "mini@1"

    def samples(self, request: Request, stop: threading.Event) -> list[Sample]:
        return [Sample("What a friendly start to the day! Does he often wave?", SURE)]


def test_pairs_show_the_talk_and_two_replies_and_the_key_names_the_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        line
        for n in range(12)
        for line in (f"c:{n},1,joyful,x,1,{WORDS} number {n},,", f"c:{n},2,joyful,x,0,Oh how nice of him.,,")
    ]
    write(tmp_path / "empathetic_dialogues" / "valid.csv", [ED_HEADER, *rows])
    monkeypatch.setattr(blind, "open_mini", lambda name, threads: Mini())
    out = blind.write_pairs(tmp_path, tmp_path / "out", count=6)
    pairs = (out / "pairs.md").read_text("utf-8").split("## ")[1:]
    key = json.loads((out / "key.json").read_text("utf-8"))
    assert len(pairs) == len(key) == 6 and set(key) == {"A", "B"}
    for pair, models in zip(pairs, key, strict=True):
        assert WORDS in pair and f"{models}: What a friendly start" in pair


def test_judgements_become_a_share_with_its_interval(tmp_path: Path) -> None:
    (tmp_path / "key.json").write_text(json.dumps(["A", "B", "A", "B"]))
    (tmp_path / "judged").write_text("A\nA\n=\nB\n")
    found = blind.score(tmp_path, tmp_path / "judged")
    assert (found["model preferred"], found["equal"], found["bank preferred"]) == (2, 1, 1)
    assert found["share of the model"] == 0.625
    (tmp_path / "judged").write_text("A\nC\n=\nB\n")
    with pytest.raises(AgentError, match="A, B or ="):
        blind.score(tmp_path, tmp_path / "judged")
