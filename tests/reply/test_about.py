"""Whom the words are about."""

import pytest

from agent.reply.about import about_another, mourns, names_another


@pytest.mark.parametrize(
    ("cue", "words", "another"),
    [
        ("my husband died", "my mum died", True),
        ("my mum died", "my mother died", False),
        ("my boss fired me", "my boss died", True),
        ("I lost my job", "my boss died", True),
        ("my boyfriend proposed", "he proposed on a ferry", False),
        ("I got the job", "my son got the job", False),
        ("my mum died", "my best friend's mum died", True),
        ("my friend's dad died", "my best friend's mum died", False),
    ],
)
def test_a_cue_about_somebody_else_is_told(cue: str, words: str, another: bool) -> None:
    assert about_another(cue, words) is another


@pytest.mark.parametrize(
    ("reply", "talk", "another"),
    [
        ("Losing your dad is hard.", "I lost my husband", True),
        ("Losing your dad is hard.", "my father is gone", False),
        ("Tell me about your child.", "my little girl died", False),
        ("Losing an animal leaves a quiet.", "my dog died", False),
        ("Is there a friend near you?", "I am alone", False),
        ("Your mum. I'm so sorry.", "my best friend's mum died", True),
        ("How is your friend?", "my best friend's mum died", False),
    ],
)
def test_a_reply_that_names_somebody_unnamed_is_told(reply: str, talk: str, another: bool) -> None:
    assert names_another(reply, talk) is another


def test_who_died_stays_dead_through_the_talk() -> None:
    assert mourns("its his birthday today", ["my brother died"])
    assert not mourns("I got the job", ["my brother died"])
    assert not mourns("we are dying laughing", [])


@pytest.mark.parametrize(
    ("words", "mourning"),
    [("found letters of my late wife", True), ("my late nights at work", False), ("my wife is late again", False)],
)
def test_somebody_late_is_mourned(words: str, mourning: bool) -> None:
    assert mourns(words, ()) is mourning
