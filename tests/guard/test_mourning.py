"""Grief is left alone; wishing to follow the dead, their medicine kept and no point without them are not."""

import pytest

from agent.guard import assess
from agent.guard.mourning import Known, the_dead
from agent.guard.rules import judge


@pytest.mark.parametrize(
    ("text", "died"),
    [
        ("My husband died in March", {"husband"}),
        ("my husband of forty years has died", {"husband"}),
        ("mom and dad passed away last year", {"mum", "dad"}),
        ("we lost our little boy", {"boy"}),
        ("I lost him in May", {"him"}),
        ("Peter died last winter", {"peter"}),
        ("my late wife loved roses", {"wife"}),
        ("today would have been his 60th birthday", {"him"}),
        ("grandma's funeral is on Friday", {"grandma"}),
        ("he took his own life", {"him"}),
    ],
)
def test_who_has_died_is_heard(text: str, died: set[str]) -> None:
    assert the_dead(text) == died


@pytest.mark.parametrize(
    "text",
    [
        "my phone died",
        "I nearly died",
        "I died laughing",
        "he hasn't died",
        "what if she died",
        "in the film the mother died",
        "he passed his exam",
        "my wife lost her mother's ring",
        "I lost my keys",
        "I lost her in the crowd",
    ],
)
def test_where_nobody_died_none_is_dead(text: str) -> None:
    assert the_dead(text) == frozenset()


def test_joining_somebody_is_a_crisis_once_they_have_died() -> None:
    assert assess("I want to join my husband", []).level == "concern"
    assert assess("I want to join my husband", ["My husband died in March"]).level == "crisis"
    assert assess("I want to join my husband. He died in March.", []).level == "crisis"
    assert assess("I want to join my late husband", []).level == "crisis"


def test_it_matters_who_died() -> None:
    assert judge("I'm coming to you soon, mum", Known(frozenset({"mum"}))).level == "crisis"
    assert judge("I'm coming to you soon, mum", Known(frozenset({"dad"}))).level == "none"
    assert judge("I've decided to follow her", Known(frozenset({"daughter"}))).level == "crisis"
    assert judge("I've decided to follow her", Known(frozenset({"son"}))).level == "none"
    assert judge("I'd like to join Tom", Known(frozenset({"tom"}))).level == "crisis"
    assert judge("I'd like to join Tom", Known(frozenset({"anna"}))).level == "none"


@pytest.mark.parametrize("where", ["in Spain", "at the gym", "for dinner", "on the call", "for the weekend"])
def test_joining_the_living_somewhere_is_no_danger(where: str) -> None:
    assert assess(f"I want to join my husband {where}", []).level == "none"
    assert assess(f"I want to join my husband {where}", ["my mother died"]).level == "none"


def test_whoever_is_in_hospital_can_be_joined_alive() -> None:
    assert assess("I just want to go and be with her", []).level == "concern"
    assert assess("I just want to go and be with her", ["my sister is in intensive care"]).level == "none"
    assert assess("I just want to go and be with her", ["she died in intensive care"]).level == "crisis"


@pytest.mark.parametrize("text", ["I want to be with her again, in heaven, soon", "Soon I will be with him in heaven"])
def test_heaven_soon_is_a_crisis(text: str) -> None:
    assert assess(text, []).level == "crisis"


@pytest.mark.parametrize(
    "text",
    [
        "she is with granddad in heaven now",
        "one day I'll see her again in heaven",
        "she always wanted to join her husband, and now she has",
        "I miss him so much",
        "I want him back",
        "I would give anything for one more day with her",
        "I don't know how to live without him",
        "I feel so alone since he died",
        "part of me died with him",
        "Dad was tired of fighting",
        "my dad died of heart failure",
    ],
)
def test_grief_is_left_alone(text: str) -> None:
    assert assess(text, ["my husband died in June"]).level == "none"


@pytest.mark.parametrize(
    "text",
    [
        "I saved up her morphine",
        "I saved up her morphine and I know how many it takes",
        "I've been keeping his pills",
        "I have all her tablets lined up",
        "I looked up how many of his tablets I would need",
        "there is enough morphine left to kill me",
    ],
)
def test_medicine_kept_is_means_and_plan(text: str) -> None:
    assert judge(text).level == "crisis"
    assert "suicide-plan" in judge(text).reasons


@pytest.mark.parametrize(
    "text",
    [
        "I've lined up her tablets for the week",
        "I've been keeping his pills in a locked box",
        "I took her leftover morphine back to the pharmacy",
        "I saved his tablets for the nurse to collect",
        "I hid his pills because he takes too many",
        "the nurse gave her morphine for the pain",
        "I have all her pills in a dosette box",
    ],
)
def test_medicine_in_caring_hands_is_no_danger(text: str) -> None:
    assert judge(text).level == "none"


@pytest.mark.parametrize(
    "text",
    [
        "I wish it had been me instead",
        "should have been me in that car",
        "why couldn't it have been me",
        "I should have died with him",
        "God should have taken me",
    ],
)
def test_wishing_to_have_died_instead_is_a_concern(text: str) -> None:
    assert judge(text).level == "concern"


@pytest.mark.parametrize(
    "text",
    [
        "it should have been me on that stage",
        "I wish it had been me instead, he got the promotion",
        "I wish it had been me who told her",
        "I should have been there when he died",
    ],
)
def test_envy_and_regret_are_not(text: str) -> None:
    assert judge(text).level == "none"


@pytest.mark.parametrize(
    "text",
    [
        "there is no point without her",
        "there's no point in anything without him",
        "I don't see why I should carry on without him",
        "I can't do this without her any more",
        "why go on now he's gone",
        "nothing is worth it without my wife",
    ],
)
def test_no_point_without_somebody_is_a_concern(text: str) -> None:
    assert judge(text).level == "concern"


@pytest.mark.parametrize(
    "text",
    [
        "there's no point going to the concert without her",
        "I can't do this without her help",
        "I can't live without my phone",
        "I don't want to do this without a lawyer",
        "I can't imagine life without her",
    ],
)
def test_missing_a_hand_a_thing_or_a_companion_is_not(text: str) -> None:
    assert judge(text).level == "none"


def test_how_long_ago_somebody_died_does_not_make_a_wish_past() -> None:
    assert judge("My husband died last year and I want to kill myself").level == "crisis"
    assert judge("I wanted to kill myself when he died two years ago").level == "concern"
