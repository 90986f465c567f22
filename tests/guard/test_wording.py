"""What is said to a person in danger."""

import pytest

from agent.events import Guard
from agent.guard import disclosure, words
from agent.guard.helplines import country_of_locale, find, table
from agent.guard.wording import question

CRISES = [
    "suicide-plan",
    "suicide-means",
    "hints",
    "suicide-ideation",
    "suicide-attempt",
    "goodbye",
    "self-harm",
    "overdose",
    "violence-victim",
    "abuse",
    "immediate-danger",
    "threat-to-others",
    "other-in-danger",
    "passive-wish",
    "reunion",
    "hopelessness",
]


@pytest.mark.parametrize("reason", CRISES)
@pytest.mark.parametrize("level", ["concern", "crisis"])
def test_every_reason_has_words_with_the_countrys_numbers(level: str, reason: str) -> None:
    said = words(Guard(level, (reason,)), "GB")
    assert "999" in said
    assert "116 123" in said
    assert "{" not in said
    assert said.count("?") <= 1
    assert len(said) < 700


def test_an_overdose_names_the_emergency_number_first() -> None:
    assert words(Guard("crisis", ("suicide-ideation", "overdose")), "US").startswith("Please call 911 now")


def test_violence_names_its_own_line_first() -> None:
    said = words(Guard("crisis", ("violence-victim",)), "US")
    assert said.index("1-800-799-7233") < said.index("988")


def test_nothing_is_said_without_danger() -> None:
    assert words(Guard(), "US") == ""


def test_a_denial_gets_short_words_without_the_helplines() -> None:
    said = words(Guard("concern", ("denial", "passive-wish")), "GB")
    assert said.startswith("Thank you for telling me")
    assert "116 123" not in said and "999" not in said and "?" not in said
    assert len(said) < 200


def test_a_denial_after_a_crisis_keeps_the_door_open() -> None:
    said = words(Guard("concern", ("denial", "earlier-crisis", "suicide-plan")), "GB")
    assert "999" in said and "116 123" not in said
    assert "?" not in said and len(said) < 350


def test_a_question_is_known_from_the_words_that_ask_it() -> None:
    assert question(Guard("concern", ("passive-wish",))) == "safe"
    assert question(Guard("crisis", ("suicide-ideation",))) == "safe"
    assert question(Guard("crisis", ("goodbye",))) == "ending"
    assert question(Guard("crisis", ("suicide-plan",))) == ""
    assert question(Guard("crisis", ("hopelessness",))) == "ending"
    assert question(Guard("crisis", ("overdose",))) == ""
    assert question(Guard("concern", ("denial", "passive-wish"))) == ""
    assert question(Guard()) == ""


def test_an_unknown_country_gets_the_international_directory() -> None:
    said = words(Guard("crisis", ("suicide-ideation",)), "ZZ")
    assert "findahelpline.com" in said
    assert "112, 911 or 999" in said


@pytest.mark.parametrize(
    ("locale", "country"), [("en_GB.UTF-8", "GB"), ("de_AT@euro", "AT"), ("C.UTF-8", ""), ("", ""), ("en", "")]
)
def test_an_empty_country_is_that_of_the_locale(monkeypatch: pytest.MonkeyPatch, locale: str, country: str) -> None:
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LANG", locale)
    assert country_of_locale() == country
    assert find("") == find(country or "ZZ")


def test_every_helpline_has_a_contact_and_a_source() -> None:
    assert len(table()) >= 30
    for here in table().values():
        assert here.emergency
        for line in here.lines + here.violence:
            assert any(letter.isdigit() for letter in line.contact)
            assert line.source.startswith("https://")


@pytest.mark.parametrize("first", [True, False])
def test_the_disclosure_says_what_this_is(first: bool) -> None:
    said = disclosure(first)
    for part in ("not a person", "can't feel", "guess", "no medical device"):
        assert part in said
