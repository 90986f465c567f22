"""Conversations as the chat has them, made of a corpus: each turn with what our own text encoder understands of it."""

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

from agent.events import Reply, Turn, Understanding
from agent.reply import Message
from agent.reply.prompt import build_messages
from agent.reply.rank import before
from agent.understand import earlier_words
from agent.understand.text import TextEmotion
from finetune.corpora import empathetic


def understood(encoder: TextEmotion, talks: Sequence[Sequence[str]]) -> list[list[Understanding]]:
    """What the encoder understands of each text of each talk, knowing the talk's earlier texts as the chat does."""
    items = [(text, earlier_words(texts[:index])) for texts in talks for index, text in enumerate(texts)]
    # The vector that finds replies is of a text alone.
    alone = iter(encoder.vectors([text for text, _ in items]).tolist())
    felt = iter(encoder.read_many(items))
    return [
        [
            Understanding(one.emotion, one.nuance, vector=tuple(by_itself))
            for one, by_itself in itertools.islice(zip(felt, alone, strict=True), len(texts))
        ]
        for texts in talks
    ]


def empathetic_turns(data: Path, split: str, encoder: TextEmotion) -> list[list[Turn]]:
    """EmpatheticDialogues: for each conversation the speaker's turns with the listener's answers."""
    talks = [talk.turns for talk in empathetic.conversations(data, split)]
    heard = understood(encoder, [turns[::2] for turns in talks])
    return [
        [
            Turn(index, words, felt[index], Reply(reply, "corpus", ""))
            for index, (words, reply) in enumerate(zip(turns[::2], turns[1::2], strict=False))
        ]
        for turns, felt in zip(talks, heard, strict=True)
    ]


def answered_turns(data: Path, split: str) -> Iterator[tuple[int, str, str, str]]:
    """Every answered turn of EmpatheticDialogues: its talk, the words, what went before, the answer."""
    for index, talk in enumerate(empathetic.conversations(data, split)):
        for place in range(0, len(talk.turns) - 1, 2):
            yield index, talk.turns[place], before(talk.turns[:place]), talk.turns[place + 1]


def as_messages(turns: Sequence[Turn]) -> tuple[Message, ...]:
    """Finished turns as messages, the last reply among them."""
    last = turns[-1]
    assert last.understanding is not None and last.reply is not None
    prompt = build_messages(turns[:-1], last.words, last.understanding)
    return (*prompt, {"role": "assistant", "content": last.reply.text})
