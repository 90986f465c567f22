"""A spoken turn: words and voice are heard side by side, fused, stored, and answered; silence leaves nothing behind."""

import threading
from pathlib import Path

import numpy as np
import pytest

from agent.emotions import EMOTIONS
from agent.events import (
    Again,
    AgentError,
    Done,
    Emotion,
    Event,
    Failed,
    Heard,
    History,
    Intent,
    Sound,
    Spoken,
    Turn,
    Understood,
    Words,
    turn_object,
)
from agent.store import Store
from agent.turn import Agent, open_embedded
from tests.models import encoder

SAMPLES = np.zeros(16_000, np.float32)


def voice(label: str, share: float = 0.9) -> Emotion:
    return Emotion(label, share, False, {each: share if each == label else (1 - share) / 7 for each in EMOTIONS})


class FakeEars:
    """Hears what it is told to hear, and counts what it learns of the voice."""

    class _Named:
        def __init__(self, name: str) -> None:
            self.name = name

    def __init__(self, words: str, label: str, intent: Intent | None = None) -> None:
        self.speech, self.transcriber = self._Named("speech@test"), self._Named("transcriber@test")
        self._words, self._sound, self.learned = words, Sound(voice(label), intent, (0.0,)), 0

    def words(self, samples: np.ndarray) -> Words:
        if not self._words:
            raise AgentError("Nothing was heard: speak up.")
        return Words(self._words, "transcriber@test", 0.8)

    def voice(self, samples: np.ndarray) -> Sound:
        return self._sound

    def get_to_know(self, sound: Sound) -> None:
        self.learned += 1


def chat(ears: FakeEars, store: Store | None = None) -> Agent:
    kept = store or Store(Path(":memory:"))
    return Agent(encoder(), open_embedded(encoder(), 1), kept, "GB", ears=lambda: ears)  # type: ignore[arg-type,return-value]


def spoken(ears: FakeEars, history: History | None = None) -> list[Event]:
    return list(chat(ears).respond(Spoken(SAMPLES), history or History(), threading.Event()))


def turn_of(events: list[Event]) -> Turn:
    assert isinstance(events[-1], Done)
    return events[-1].turn


def test_words_and_voice_make_one_turn() -> None:
    ears = FakeEars("the bus leaves at nine", "anger", Intent("book_now", 0.9))
    events = spoken(ears)
    assert events[0] == Heard(1, "the bus leaves at nine", "transcriber@test", 0.8)
    found = next(event.understanding for event in events if isinstance(event, Understood))
    assert found.emotion.label == "anger" and found.words and found.words.label != "anger"
    assert found.voice == voice("anger") and found.intent == Intent("book_now", 0.9)
    assert ears.learned == 1


def test_the_object_of_a_spoken_turn_tells_both() -> None:
    turn = turn_object(turn_of(spoken(FakeEars("I finally got the job!", "sadness"))))
    assert turn["source"] == "spoken" and turn["words_confidence"] == 0.8
    assert turn["emotion"]["from"]["voice"] == {"label": "sadness", "confidence": 0.9}
    assert turn["emotion"]["from"]["words"]["label"] == "joy" and turn["emotion"]["disagree"] is True
    assert {"speech", "transcriber", "text_emotion", "reply"} <= set(turn["models"])


def test_the_voice_changes_the_reply_to_the_same_words() -> None:
    said = "My brother is coming to stay with us for a week"
    replies = {label: turn_of(spoken(FakeEars(said, label))).reply for label in ("joy", "fear", "anger", "sadness")}
    assert len({reply.text for reply in replies.values() if reply}) >= 3


def test_where_words_and_voice_contradict_the_reply_asks() -> None:
    turn = turn_of(spoken(FakeEars("I finally got the job!", "sadness")))
    assert turn.reply and "?" in turn.reply.text
    assert any(word in turn.reply.text.lower() for word in ("voice", "sound", "words"))


def test_nothing_heard_is_one_sentence_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context():
        store, history = Store(tmp_path / "history.db"), History()
        events = list(chat(FakeEars("", "joy"), store).respond(Spoken(SAMPLES), history, threading.Event()))
        assert events == [Failed("listen", "Nothing was heard: speak up.")]
        assert history.turns == [] and store.conversations() == []
        store.close()


def test_words_that_were_mended_are_the_persons_own() -> None:
    agent = chat(FakeEars("I finally bought the job", "joy"))
    heard = agent.listen(SAMPLES)
    mended = Spoken(SAMPLES, Words("I finally got the job!", "you", 1.0), heard.sound)
    turn = turn_of(list(agent.respond(mended, History(), threading.Event())))
    assert turn.words == "I finally got the job!" and turn.confidence == 1.0
    assert turn.understanding and turn.understanding.voice


def test_answering_anew_keeps_what_was_heard_in_the_voice() -> None:
    agent, history = chat(FakeEars("the bus leaves at nine", "anger")), History()
    list(agent.respond(Spoken(SAMPLES), history, threading.Event()))
    turn = turn_of(list(agent.respond(Again(), history, threading.Event())))
    assert turn.understanding and turn.understanding.voice == voice("anger")
    assert turn.understanding.emotion.label == "anger"


def test_danger_is_heard_in_spoken_words() -> None:
    turn = turn_of(spoken(FakeEars("I want to kill myself tonight", "neutral")))
    assert turn.understanding and turn.understanding.guard.level == "crisis"
    assert turn.reply and turn.reply.origin == "fixed"


def test_a_spoken_turn_is_read_from_the_store_as_it_was() -> None:
    store, history = Store(Path(":memory:")), History()
    agent = chat(FakeEars("I finally got the job!", "sadness", Intent("battery", 0.7)), store)
    turn = turn_of(list(agent.respond(Spoken(SAMPLES), history, threading.Event())))
    assert history.conversation_id is not None
    (kept,) = store.turns(history.conversation_id)
    assert turn_object(kept) == turn_object(turn)
