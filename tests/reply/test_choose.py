"""The choice among replies that we wrote: near in meaning, right in feeling, never twice."""

import dataclasses
import json
import re
from functools import cache

import pytest

from agent.emotions import EMOTIONS
from agent.events import AgentError, Emotion, Nuance, Reply, Turn, Understanding
from agent.reply import Request
from agent.reply.bank import KINDS, Bank, BankReply, open_bank, read_replies, source_lines
from agent.reply.choose import Fits, general, near
from agent.reply.embedded import EmbeddedBackend
from tests.models import encoder, ranker


@cache
def bank() -> Bank:
    return open_bank(encoder().name, ranker().name)[0]


def understood(words: str, label: str | None = None, unsure: bool = False) -> Understanding:
    felt = encoder().read(words)
    emotion = felt.emotion
    if label is not None:
        top = 0.3 if unsure else 0.9
        scores = {name: top if name == label else (1 - top) / 7 for name in EMOTIONS}
        emotion = Emotion(label, top, unsure, scores)
    return Understanding(dataclasses.replace(emotion, unsure=unsure), felt.nuance, vector=felt.vector)


def request(words: str, *said: tuple[str, str], label: str | None = None, unsure: bool = False) -> Request:
    history = tuple(
        Turn(number, earlier, understood(earlier), Reply(reply, "bank", "bank"))
        for number, (earlier, reply) in enumerate(said)
    )
    return Request((), words, understood(words, label, unsure), history)


def choose(bank: Bank, asked: Request, fits: Fits | None = None) -> BankReply:
    return near(bank, asked, fits) or general(bank, asked, fits)


def pick(words: str, *said: tuple[str, str], label: str | None = None, unsure: bool = False) -> BankReply:
    return choose(bank(), request(words, *said, label=label, unsure=unsure))


@pytest.mark.parametrize(
    ("words", "pattern"),
    [
        ("My dog died yesterday", "grief-pet|pet"),
        ("are you a real person?", "neu-me"),
        ("I passed my driving test!", "driv"),
        ("My boss took the credit for my work", "credit"),
        ("hello", "neu-gr|greet|neu-hi|neu-hello"),
    ],
)
def test_what_is_near_in_meaning_is_taken(words: str, pattern: str) -> None:
    assert re.search(pattern, pick(words).id)


def test_a_reply_calls_people_as_the_person_does() -> None:
    assert "your older brother" in pick("my older brother is in intensive care", label="fear").text


def test_nothing_is_said_by_name_of_somebody_who_died() -> None:
    said = (("my brother died last spring", "I'm so sorry."),)
    assert "your brother" not in pick("I keep seeing my brother in intensive care", *said, label="fear").text


@pytest.mark.parametrize(
    "words", ["i wish i could stop worrying at night", "i can't forgive myself", "i don't know what to tell him"]
)
def test_nobody_is_advised_unasked(words: str) -> None:
    assert pick(words, ("my son keeps asking where she is", "I'm listening."), label="fear").kind != "advice"


def test_who_asks_what_to_do_is_not_told_what_we_are() -> None:
    said = (("my husband hides his phone", "What do you fear?"),)
    assert pick("what should i do", *said, label="fear").kind == "advice"


def test_the_feeling_decides_between_near_cues() -> None:
    """A failed exam is near a passed one in meaning; the answer must not be glad."""
    reply = pick("I did not pass my exam", label="sadness")
    assert "joy" not in reply.emotions


def test_what_no_cue_is_near_gets_a_general_reply_of_that_emotion() -> None:
    reply = pick("Zorgle fribbed the quantum marmalade seventeen ways", label="fear")
    assert reply.cues == () and "fear" in reply.emotions


def test_an_unsure_turn_is_asked_about() -> None:
    assert pick("Zorgle fribbed the quantum marmalade", label="anger", unsure=True).kind == "unsure"


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("thanks, that helps a bit", "thanks"),
        ("ok thank you", "thanks"),
        ("bye, going to celebrate", "farewell"),
        ("good night", "farewell"),
        ("hello there", "greeting"),
    ],
)
@pytest.mark.parametrize("label", ["sadness", "joy", "neutral"])
def test_thanks_greetings_and_farewells_are_answered_as_such(words: str, kind: str, label: str) -> None:
    assert pick(words, label=label).kind == kind


@pytest.mark.parametrize("label", ["sadness", "fear", "anger"])
def test_who_asks_what_to_do_gets_no_general_sympathy(label: str) -> None:
    assert pick("what should I do?", ("zorgle fribbed", "I see."), label=label).kind == "advice"


@pytest.mark.parametrize(
    "words",
    [
        "my best friend took his own life last year",
        "I am glad he is dead honestly",
        "we scattered her ashes at the beach, beautiful sunset",
    ],
)
@pytest.mark.parametrize("label", ["joy", "surprise"])
def test_death_is_never_answered_gladly_whatever_was_read(words: str, label: str) -> None:
    for said in ((), (("my sister had her baby!!", "How lovely."),), (("I work in a bank", "I see."),)):
        assert "sadness" in pick(words, *said, label=label).emotions


@pytest.mark.parametrize("who", ["husband", "wife", "brother", "gran", "cat"])
def test_a_reply_names_nobody_whom_the_person_did_not_name(who: str) -> None:
    for words in (f"I lost my {who} in March", f"my {who} died", f"I miss my {who} so much"):
        found = r"\byour (mum|mom|dad|husband|wife|brother|sister|son|child|baby|friend|gran|dog|cat)\b"
        named = re.findall(found, pick(words).text)
        assert set(named) <= {who}, words


@pytest.mark.parametrize("words", ["lost my mum to cancer", "my boss died", "my neighbour died"])
def test_a_cue_about_somebody_else_is_not_near(words: str) -> None:
    assert "shared your days" not in pick(words).text, "that is said to widows"
    assert "sadness" in pick(words).emotions and "pride" not in pick(words).text, "that is said to who lost a job"


def test_the_birthday_of_one_who_died_is_no_glad_one() -> None:
    before = ("My brother died in March", "I'm so sorry about your brother.")
    reply = pick("its his birthday today", before, label="joy")
    assert not {"joy", "surprise"} & set(reply.emotions) or "sadness" in reply.emotions
    assert "joy" in pick("I got the job!", before, label="joy").emotions, "another matter may be glad"


@pytest.mark.parametrize("words", ["what's the capital of france", "how do i cancel his phone contract", "solve 12*7"])
def test_a_question_of_fact_needs_no_question_mark(words: str) -> None:
    assert pick(words, label="neutral").kind in ("fact", "request", "about-me")


def test_a_word_or_two_in_the_middle_of_a_matter_never_begin_another() -> None:
    """ "Last Tuesday" after a death is near to nothing; it must not be answered as news of its own."""
    assert pick("Last Tuesday", ("My gran passed away", "I'm sorry."), label="sadness").kind == "follow-up"


def test_a_factual_question_is_answered_honestly() -> None:
    assert pick("What is the capital of Mongolia?", label="neutral").kind == "fact"


def test_nothing_is_said_twice_in_sixty_turns() -> None:
    said: list[tuple[str, str]] = []
    for number in range(60):
        words = ["I feel so sad", "it hurts", "still sad", "I miss her"][number % 4]
        said.append((words, pick(words, *said, label="sadness").text))
    replies = [reply for _, reply in said]
    assert len(set(replies[:30])) == 30


def test_a_conversation_longer_than_the_bank_is_still_answered() -> None:
    everything = tuple((f"turn {number}", reply.text) for number, reply in enumerate(bank().replies))
    few = everything[:5]
    history = tuple(
        Turn(number, words, understood("sad"), Reply(reply, "bank", "bank"))
        for number, (words, reply) in enumerate(everything)
    )
    whole = Request((), "I feel sad", understood("I feel sad", "sadness"), history)
    assert choose(bank(), whole).text and few


def test_answering_anew_gives_another_reply() -> None:
    first = request("My dog died yesterday")
    again = dataclasses.replace(first, avoid=(choose(bank(), first).text,))
    assert choose(bank(), again).text != choose(bank(), first).text


def test_the_same_conversation_gives_the_same_reply() -> None:
    assert pick("Zorgle fribbed", label="joy") == pick("Zorgle fribbed", label="joy")


def test_vectors_for_another_encoder_are_refused() -> None:
    with pytest.raises(AgentError, match="finetune bank"):
        open_bank("text-emotion@999", ranker().name)
    with pytest.raises(AgentError, match="reply-ranker@999"):
        open_bank(encoder().name, "reply-ranker@999")


FORBIDDEN = re.compile(
    r"everything happens for a reason|time heals|stay strong|i know exactly how you feel|i understand exactly|"
    r"at least you|cheer up|calm down|\bmy (wife|husband|mum|mom|dad|dog|cat|childhood|body)\b|"
    r"when i was (young|a child)|"
    r"i('ve| have) been there|i promise|you should be (over|grateful)|could be worse",
    re.IGNORECASE,
)


def test_the_bank_is_well_formed() -> None:
    replies = read_replies()
    assert len(replies) >= 1500
    assert len({reply.id for reply in replies}) == len({reply.text for reply in replies}) == len(replies)
    for reply in replies:
        assert reply.kind in KINDS and reply.emotions and set(reply.emotions) <= set(EMOTIONS), reply.id
        assert 3 <= len(reply.text.split()) <= 50, reply.id
        assert reply.text.count("?") <= 2, reply.id
        assert not FORBIDDEN.search(reply.text), reply.id


def test_every_emotion_has_general_replies_of_both_kinds() -> None:
    for label in EMOTIONS:
        for kind in ("opening", "follow-up"):
            fitting = [r for r in read_replies() if r.kind == kind and label in r.emotions and not r.cues]
            assert len(fitting) >= 4, (label, kind)


def test_the_source_is_one_object_a_line() -> None:
    for line in source_lines():
        assert set(json.loads(line)) == {"id", "text", "emotions", "kind", "cues"}


def test_nuance_is_not_needed_to_choose() -> None:
    asked = request("My dog died yesterday")
    other = dataclasses.replace(asked.understanding, nuance=Nuance("prepared", 0.1))
    assert choose(bank(), dataclasses.replace(asked, understanding=other)) == choose(bank(), asked)


def fits(asked: Request) -> dict[str, float]:
    found = EmbeddedBackend(bank(), "bank@1", ranker()).fits(asked)
    assert found is not None
    return dict(found)


@pytest.mark.parametrize(
    ("words", "label", "wrong"),
    [
        ("we split two years ago, I thought I was over it", "sadness", "n-divorce-friends"),
        ("she keeps looking at me", "fear", "unrequited"),
        ("it's been a long week on my own", "sadness", "n-days-no-sign"),
    ],
)
def test_a_near_cue_needs_a_reply_that_answers(words: str, label: str, wrong: str) -> None:
    asked = request(words, ("hello", "Hello."), label=label)
    found = near(bank(), asked, fits(asked))
    assert found is None or found.id != wrong


def test_good_news_for_somebody_else_after_an_injustice_is_no_joy() -> None:
    said = (("my colleague presented my slides as hers", "That burns."), ("I just sat there", "All of it swallowed."))
    asked = request("the director gave her a bonus", *said, label="joy")
    assert choose(bank(), asked, fits(asked)).kind == "turn"


def test_who_says_that_they_are_glad_is_believed() -> None:
    said = (("my colleague presented my slides as hers", "That burns."),)
    asked = request("I'm so happy, they found out and I got the credit", *said, label="joy")
    assert choose(bank(), asked, fits(asked)).kind != "turn"


@pytest.mark.parametrize("words", ["how do I tell his grandfather?", "should I say something to her?"])
def test_who_asks_how_is_advised(words: str) -> None:
    assert pick(words, ("my son came out to me", "It took courage."), label="sadness").kind == "advice"


@pytest.mark.parametrize("label", ["joy", "sadness", "neutral"])
def test_a_mourner_gets_no_light_word(label: str) -> None:
    said = (("my brother died in March", "I'm so sorry."),)
    assert general(bank(), request("he kept every ticket", *said, label=label)).kind == "mourning"


def test_a_mourner_who_talks_long_hears_the_grave_words_again() -> None:
    grave = [reply.text for reply in bank().replies if reply.kind == "mourning"]
    said = [("my brother died in March", text) for text in grave]
    assert general(bank(), request("he kept every ticket", *said, label="joy")).kind == "mourning"


def test_a_tag_question_asks_for_no_fact() -> None:
    assert pick("isn't it?", ("I'm 46, it's too late", "For what?"), label="surprise").kind != "fact"


def test_a_goodbye_may_come_last() -> None:
    assert pick("I feel lighter, bye for now", ("she's coming in March", "Good."), label="sadness").kind == "farewell"


def test_working_nights_is_no_goodnight() -> None:
    said = (("my neighbour drills at six", "Noise you can't switch off."),)
    asked = request("I work nights so that's when I get to bed", *said, label="anger")
    assert choose(bank(), asked, fits(asked)).kind != "farewell"


def test_one_heavy_feeling_after_another_is_the_same_matter() -> None:
    assert pick("Zorgle fribbed", ("I'm so angry at him", "Go on."), label="sadness").kind == "follow-up"


def test_the_general_reply_is_among_those_that_answer_best() -> None:
    asked = request("Zorgle fribbed", label="sadness")
    places = fits(asked)
    general_ones = [r for r in read_replies() if r.kind == "opening" and "sadness" in r.emotions and not r.cues]
    best = sorted(general_ones, key=lambda reply: -places[reply.id])[:3]
    assert choose(bank(), asked, places) in best
