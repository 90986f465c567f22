"""A turn: stored before it is answered, understood, guarded, answered whatever happens, cancellable."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.events import Again, AgentError, Done, Event, Failed, Heard, History, Reply, Token, Turn, Typed, Understood
from agent.reply import Answer, Request
from agent.store import Store
from agent.turn import LAST_WORDS, Agent
from tests.models import agent, encoder


class Scripted:
    """A backend that says what it is told to say, or fails."""

    name = "scripted"

    def __init__(self, *pieces: str, error: Exception | None = None) -> None:
        self.pieces, self.error = pieces, error
        self.requests: list[Request] = []

    def answer(self, request: Request, stop: threading.Event) -> Answer:
        self.requests.append(request)
        return Answer("generated", self.name, self._pieces())

    def _pieces(self) -> Iterator[str]:
        yield from self.pieces
        if self.error:
            raise self.error


def scripted(*pieces: str, error: Exception | None = None) -> tuple[Agent, Scripted, Store]:
    store, backend = Store(Path(":memory:")), Scripted(*pieces, error=error)
    return Agent(encoder(), backend, store, "GB"), backend, store


def run(chat: Agent, words: str, history: History) -> list[Event]:
    return list(chat.respond(Typed(words), history, threading.Event()))


def last(events: list[Event]) -> Turn:
    assert isinstance(events[-1], Done)
    return events[-1].turn


def answer(turn: Turn) -> Reply:
    assert turn.reply is not None
    return turn.reply


def test_the_events_come_in_order_and_the_turn_carries_everything() -> None:
    chat, _, store = scripted("That is ", "hard.")
    history = History()
    events = run(chat, "My dog died yesterday", history)
    assert [type(event) for event in events] == [Heard, Understood, Token, Token, Done]
    turn = last(events)
    assert turn.understanding is not None and turn.understanding.emotion.label == "sadness"
    assert answer(turn) == Reply("That is hard.", "generated", "scripted")
    assert set(turn.timings_ms) == {"text_emotion", "guard", "first_token", "reply"}
    assert history.conversation_id is not None
    [stored] = store.turns(history.conversation_id)
    assert (stored.id, stored.words, stored.reply) == (turn.id, turn.words, turn.reply)
    assert history.turns == [turn]


def test_the_words_are_on_disk_before_anything_is_computed() -> None:
    chat, backend, store = scripted("never asked for")
    history = History()
    events = chat.respond(Typed("remember this"), history, threading.Event())
    assert isinstance(next(events), Heard)
    assert backend.requests == []
    assert history.conversation_id is not None
    assert [turn.words for turn in store.turns(history.conversation_id)] == ["remember this"]


def test_a_cancelled_reply_keeps_its_part_and_is_marked() -> None:
    chat, _, store = scripted("one ", "two ", "three")
    history, stop = History(), threading.Event()
    seen = []
    for event in chat.respond(Typed("hello"), history, stop):
        seen.append(event)
        if isinstance(event, Token) and event.text == "two ":
            stop.set()
    turn = last(seen)
    assert answer(turn) == Reply("one two", "generated", "scripted", stopped=True)
    assert history.conversation_id is not None
    assert store.turns(history.conversation_id)[0].reply == turn.reply


def test_a_front_end_that_goes_away_leaves_the_part_on_disk() -> None:
    chat, _, store = scripted("one ", "two ", "three")
    history = History()
    events = chat.respond(Typed("hello"), history, threading.Event())
    for event in events:
        if isinstance(event, Token):
            break
    events.close()
    assert history.conversation_id is not None
    [stored] = store.turns(history.conversation_id)
    assert answer(stored) == Reply("one", "generated", "scripted", stopped=True)


@pytest.mark.parametrize("error", [AgentError("The endpoint is gone: start it."), RuntimeError("boom")])
def test_no_turn_goes_unanswered_when_the_reply_model_fails(error: Exception) -> None:
    chat, _, _ = scripted(error=error)
    events = run(chat, "hello", History())
    [failed] = [event for event in events if isinstance(event, Failed)]
    assert failed.stage == "reply" and str(error) in failed.sentence
    assert answer(last(events)).text == LAST_WORDS


def test_an_empty_reply_is_replaced() -> None:
    chat, _, _ = scripted(" ", "\n")
    assert answer(last(run(chat, "hello", History()))).text == LAST_WORDS


def test_a_person_in_danger_is_not_answered_by_a_model() -> None:
    chat, backend, _ = scripted("cheer up")
    turn = last(run(chat, "I am going to kill myself tonight", History()))
    assert turn.understanding is not None and turn.understanding.guard.level == "crisis"
    assert backend.requests == []
    assert answer(turn).origin == "fixed" and "116 123" in answer(turn).text


class Unreadable:
    """A text encoder that fails."""

    name = "broken@1"

    def read(self, text: str, before: str = "") -> None:
        raise RuntimeError("no such file")


def test_when_the_emotion_cannot_be_read_the_guard_still_listens() -> None:
    chat = Agent(Unreadable(), Scripted("cheer up"), Store(Path(":memory:")), "GB")  # type: ignore[arg-type]
    events = run(chat, "I am going to kill myself tonight", History())
    assert [event.stage for event in events if isinstance(event, Failed)] == ["understand"]
    assert answer(last(events)).origin == "fixed" and "116 123" in answer(last(events)).text


def test_when_the_emotion_cannot_be_read_the_turn_is_answered_all_the_same() -> None:
    shipped = agent()
    chat = Agent(Unreadable(), shipped._backends[0], Store(Path(":memory:")))  # type: ignore[arg-type]
    turn = last(run(chat, "well then", History()))
    assert answer(turn).origin == "bank"
    assert turn.understanding is not None and turn.understanding.emotion.unsure


def test_after_a_crisis_the_talk_goes_on_at_concern() -> None:
    chat, backend, _ = scripted("I am here.")
    history = History()
    run(chat, "I am going to kill myself tonight", history)
    turn = last(run(chat, "what's for dinner?", history))
    assert turn.understanding is not None and turn.understanding.guard.level == "concern"
    assert answer(turn).text == "I am here." and len(backend.requests) == 1


def test_a_denial_is_heard_and_the_numbers_are_not_read_out_again() -> None:
    chat, backend, _ = scripted("I am here.")
    history = History()
    listed = answer(last(run(chat, "I am going to kill myself tonight", history))).text
    denied = answer(last(run(chat, "no I'm safe, I'm not going to do anything", history)))
    assert denied.origin == "fixed" and not backend.requests
    assert "Thank you for telling me" in denied.text and "Samaritans" in listed and "Samaritans" not in denied.text


@pytest.mark.parametrize(
    ("words", "tongue", "part"),
    [("ich will nicht mehr leben", "de", "Englisch"), ("mi madre murió ayer", "es", "inglés")],
)
def test_another_language_is_answered_in_it_with_helplines_and_no_guess(words: str, tongue: str, part: str) -> None:
    chat, backend, store = scripted("How nice!")
    history = History()
    turn = last(run(chat, words, history))
    assert turn.language == tongue and not backend.requests
    assert turn.understanding is not None and turn.understanding.emotion.unsure
    assert answer(turn).origin == "fixed" and part in answer(turn).text and "Samaritans" in answer(turn).text
    assert history.conversation_id is not None
    assert store.turns(history.conversation_id)[0].language == tongue


def test_words_that_only_look_dangerous_are_answered_by_the_model() -> None:
    chat, _, _ = scripted("Deadlines are hard.")
    assert answer(last(run(chat, "this deadline is killing me", History()))).origin == "generated"


def test_answering_anew_repeats_no_words_and_replaces_the_reply() -> None:
    chat, backend, store = scripted("an answer")
    history = History()
    first = last(run(chat, "hello there", history))
    second = last(list(chat.respond(Again(), history, threading.Event())))
    assert second.id == first.id and len(history.turns) == 1
    assert history.conversation_id is not None and len(store.turns(history.conversation_id)) == 1
    assert backend.requests[1].avoid == ("an answer",)


def test_there_is_nothing_to_answer_anew_at_first() -> None:
    chat, _, _ = scripted("x")
    with pytest.raises(AgentError, match="say something first"):
        list(chat.respond(Again(), History(), threading.Event()))


@pytest.mark.parametrize("words", ["", "   ", "\n\t"])
def test_no_words_are_no_turn(words: str) -> None:
    chat, _, store = scripted("x")
    with pytest.raises(AgentError, match="no words"):
        run(chat, words, History())
    assert store.conversations() == []


def test_earlier_turns_count_for_what_is_understood() -> None:
    chat, backend, _ = scripted("yes")
    history = History()
    run(chat, "They called about my grandmother. She passed away in the night.", history)
    alone = last(run(chat, "It was last Tuesday.", History()))
    within = last(run(chat, "It was last Tuesday.", history))
    assert within.understanding and alone.understanding
    sad = "sadness"
    assert within.understanding.emotion.scores[sad] > alone.understanding.emotion.scores[sad]
    assert backend.requests[-1].messages[1]["content"].endswith("in the night.")


def test_a_correction_is_stored_and_counts_from_then_on() -> None:
    chat, backend, store = scripted("yes")
    history = History()
    turn = last(run(chat, "He did it again.", history))
    corrected = chat.correct(history, turn.id, "anger")
    assert corrected.corrected == "anger" and history.turns == [corrected]
    assert history.conversation_id is not None
    assert store.turns(history.conversation_id)[0].corrected == "anger"
    run(chat, "and again", history)
    assert backend.requests[-1].messages[1]["content"].startswith("[anger; as the person says]")
    list(chat.respond(Again(), History(history.conversation_id, [corrected]), threading.Event()))
    assert backend.requests[-1].understanding.emotion.label == "anger"


def test_a_correction_to_no_emotion_is_refused() -> None:
    chat, _, _ = scripted("yes")
    history = History()
    turn = last(run(chat, "hm", history))
    with pytest.raises(AgentError, match="choose one of"):
        chat.correct(history, turn.id, "hangry")
    with pytest.raises(AgentError, match="not in this conversation"):
        chat.correct(history, turn.id + 1, "joy")


def test_why_shows_exactly_what_the_model_was_given() -> None:
    chat, backend, _ = scripted("yes")
    history = History()
    run(chat, "My cat is ill", history)
    run(chat, "since Monday", history)
    shown = chat.why(history)
    for message in backend.requests[-1].messages:
        for line in message["content"].splitlines():
            assert line in shown
    assert "scripted" in shown and "generated" in shown


def test_why_has_an_answer_before_anything_was_said() -> None:
    chat, _, _ = scripted("yes")
    assert chat.why(History()) == "Nothing was said yet."


def test_the_shipped_agent_answers_from_the_bank() -> None:
    turn = last(run(agent(), "My dog died yesterday", History()))
    assert answer(turn).origin == "bank" and answer(turn).model.startswith("reply-bank@")


def test_an_unknown_reply_model_is_named() -> None:
    with pytest.raises(AgentError, match="no reply model 'gpt'"):
        agent(reply_model="gpt")


def test_a_turn_is_plain_json() -> None:
    from agent.events import turn_object

    turn = last(run(agent(), "I finally got the job!", History()))
    found = json.loads(json.dumps(turn_object(turn)))
    assert found["version"] == 1 and found["emotion"]["label"] == "joy" and found["reply"]["text"]
    assert abs(sum(found["emotion"]["scores"].values()) - 1) < 0.01
