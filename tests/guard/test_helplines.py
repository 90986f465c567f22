"""The helplines that are shipped: complete, sourced and not grown old."""

import datetime
import re
import tomllib
from importlib import resources

import pytest

from agent import guard
from agent.guard.helplines import find, table

READ = tomllib.loads(resources.files(guard).joinpath("helplines.toml").read_text(encoding="utf-8"))


def test_many_countries_are_known() -> None:
    assert len(table()) >= 40
    assert all(re.fullmatch("[A-Z]{2}", country) for country in table())


@pytest.mark.parametrize("country", READ)
def test_every_country_has_an_emergency_number_with_its_source_and_month(country: str) -> None:
    entry = READ[country]
    assert re.search("[0-9]{2}", entry["emergency"])
    assert entry["source"].startswith("https://")
    assert re.fullmatch("20[0-9]{2}-(0[1-9]|1[0-2])", entry["checked"])
    assert entry["checked"] <= f"{datetime.datetime.now(datetime.UTC):%Y-%m}"
    assert find(country).checked == entry["checked"]


def test_no_country_was_checked_more_than_two_years_ago() -> None:
    today = datetime.datetime.now(datetime.UTC)
    oldest = f"{today.year - 2}-{today.month:02}"
    old = sorted(country for country, help_ in table().items() if help_.checked < oldest)
    assert not old, f"check the helplines of {', '.join(old)} again, and move their month in helplines.toml"


@pytest.mark.parametrize("country", READ)
def test_every_helpline_has_a_name_a_contact_and_a_source(country: str) -> None:
    for line in find(country).lines + find(country).violence:
        assert line.name
        assert sum(letter.isdigit() for letter in line.contact) >= 3
        assert line.source.startswith("https://")
