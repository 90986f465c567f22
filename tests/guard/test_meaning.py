"""The ear for meaning beside the rules: the graver of both counts, it lasts, and it calms what only sounds grave."""

import threading
from collections.abc import Iterable, Iterator

import pytest

from agent.dangers import KINDS
from agent.events import Done, Guard, History, Typed
from agent.guard import Meaning, assess, meant, words
from agent.guard.unmask import reveal
from agent.reply.bank import read_replies
from agent.understand.text import Danger
from tests.models import agent

CRISIS = Guard("crisis", ("suicide-means",))
CALM = Meaning(calm=True)


def test_what_no_rule_hears_is_heard_by_its_meaning() -> None:
    assert assess("The jar is full now", [], meaning=Meaning(CRISIS)) == CRISIS


def test_a_rule_is_not_overheard() -> None:
    assert assess("I want to kill myself", [], meaning=Meaning()).level == "crisis"
    ruled = assess("I want to kill myself", [])
    assert assess("I want to kill myself", [], meaning=Meaning(CRISIS)) == ruled
    attempt = Meaning(Guard("crisis", ("suicide-attempt",)))
    assert "suicide-attempt" in assess("I want to kill myself", [], meaning=attempt).reasons


def test_a_crisis_by_meaning_lasts_over_the_conversation() -> None:
    later = assess("what shall I cook?", ["The jar is full now", "anyway"], before=[CRISIS, Guard()])
    assert later.level == "concern" and {"earlier-crisis", "suicide-means"} <= set(later.reasons)


def test_who_gave_the_tablets_away_is_asked_gently_and_not_sent_an_ambulance() -> None:
    attempt = Meaning(Guard("crisis", ("suicide-attempt",)))
    said = "my brother stayed till Monday. I gave him the tablets to look after."
    assert assess(said, [], meaning=attempt).level == "concern"
    assert assess("I took the tablets he was to look after", [], meaning=attempt).level == "crisis"


def test_a_concern_by_meaning_fades() -> None:
    assert assess("what shall I cook?", ["I'm a burden"], before=[Guard("concern", ("passive-wish",))]).level == "none"


def test_a_denial_stays_a_denial() -> None:
    earlier = ["I don't want to wake up tomorrow"]
    hints = Meaning(Guard("concern", ("hints",)))
    assert "denial" in assess("No, I'm fine, honestly.", earlier, meaning=hints).reasons


def test_what_surely_means_no_harm_is_let_go_and_stays_so() -> None:
    said = "kms lol the wifi is down"
    assert assess(said, []).level == "crisis"
    assert assess(said, [], meaning=CALM) == Guard()
    assert assess("no", [said], before=[Guard()]) == Guard()
    assert assess("what's for dinner?", [said], before=[Guard()]) == Guard()


@pytest.mark.parametrize("text", ["i want to k1ll my5elf", "K I L L myself", "k*ll me, i want to d!e"])
def test_hidden_words_are_shown_to_the_encoder(text: str) -> None:
    assert "kill" in reveal(text)

    class Hears:
        """An encoder that hears danger in plain words alone."""

        def dangers(self, items: Iterable[tuple[str, str]]) -> Iterator[Danger]:
            for said, _ in items:
                grave = "kill" in said
                yield Danger("crisis" if grave else "none", "plan", not grave, float(grave))

    found = meant(Hears(), text)  # type: ignore[arg-type]
    assert found.guard.level == "crisis" and not found.calm


@pytest.mark.parametrize("text", ["I bought 4 pears", "my dog died", "see you at 5!", "mp3 player"])
def test_plain_words_are_read_once(text: str) -> None:
    assert reveal(text) == ""


def in_danger(kind: str) -> Guard:
    class Hears:
        def dangers(self, items: Iterable[tuple[str, str]]) -> Iterator[Danger]:
            return (Danger("crisis", kind, False, 1.0) for _ in items)

    return meant(Hears(), "hello").guard  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_words_and_numbers(kind: str) -> None:
    said = words(in_danger(kind), "GB")
    assert "999" in said and "116 123" in said and said.count("?") <= 1


def test_where_minutes_count_the_number_comes_first() -> None:
    assert words(in_danger("attempt"), "US").startswith("Please call 911 now")


def test_the_chat_hears_both_ways() -> None:
    """What no rule knows gets fixed words, and where minutes count the next turn as well."""
    chat, history = agent(country="GB"), History()
    for said in ("I took them all twenty minutes ago, every tablet", "it rained today"):
        done = list(chat.respond(Typed(said), history, threading.Event()))[-1]
        assert isinstance(done, Done) and done.turn.understanding and done.turn.understanding.guard.level == "crisis"
        assert done.turn.reply and done.turn.reply.origin == "fixed" and "999" in done.turn.reply.text


TAKEN = Guard("crisis", ("suicide-attempt",))


def test_where_minutes_count_the_next_turns_are_a_crisis_as_well() -> None:
    said = ["I took them"]
    assert assess("just keep talking please", said, before=[TAKEN]) == Guard("crisis", ("suicide-attempt", "still"))
    later = [TAKEN, *[Guard("crisis", ("suicide-attempt", "still"))] * 3]
    assert assess("what's for dinner?", [*said, "a", "b", "c"], before=later).level == "concern"


@pytest.mark.parametrize(
    "text", ["the ambulance is here", "my mum is with me now", "I'm at the hospital", "I called 999"]
)
def test_it_ends_when_help_is_there(text: str) -> None:
    assert assess(text, ["I took them"], before=[TAKEN]).level == "concern"


def test_the_same_words_are_not_read_out_twice_running() -> None:
    chat, history, replies = agent(country="GB"), History(), []
    for said in ("I want to kill myself", "I want to die", "I'm going to kill myself tonight"):
        done = list(chat.respond(Typed(said), history, threading.Event()))[-1]
        assert isinstance(done, Done) and done.turn.reply and done.turn.reply.origin == "fixed"
        replies.append(done.turn.reply.text)
    assert len(set(replies)) == len(replies) and all("999" in reply for reply in replies)


def test_after_a_crisis_whoever_speaks_stays_gentle() -> None:
    chat, history = agent(country="GB"), History()
    held = {reply.text for reply in read_replies() if reply.kind == "held"}
    for said in ("I want to kill myself", "my dog had puppies", "what shall I cook for dinner?"):
        list(chat.respond(Typed(said), history, threading.Event()))
    assert all(turn.reply and turn.reply.text in held for turn in history.turns[1:])
