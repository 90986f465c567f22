"""Emergency numbers and helplines by country, from `helplines.toml`, offline."""

import functools
import os
from dataclasses import dataclass

DIRECTORY = "findahelpline.com"


@dataclass(frozen=True)
class Line:
    """A helpline: `contact` is a number or how to text, `hours` is empty where they vary."""

    name: str
    contact: str
    hours: str
    source: str

    def __str__(self) -> str:
        return f"{self.name}: {self.contact}" + (f" ({self.hours})" if self.hours else "")


@dataclass(frozen=True)
class Help:
    """Where a person in one country can turn; without a country only `emergency`, in general words.

    `checked` is the month ("2026-10") of the newest source that confirms it.
    """

    emergency: str = "your local emergency number (112, 911 or 999 in many countries)"
    lines: tuple[Line, ...] = ()
    violence: tuple[Line, ...] = ()
    checked: str = ""


@functools.cache
def table() -> dict[str, Help]:
    """Every country we know, by its ISO code."""
    import tomllib
    from importlib import resources

    read = tomllib.loads(resources.files(__package__).joinpath("helplines.toml").read_text(encoding="utf-8"))
    return {
        country: Help(
            entry["emergency"],
            tuple(Line(**line) for line in entry.get("lines", ())),
            tuple(Line(**line) for line in entry.get("violence", ())),
            entry["checked"],
        )
        for country, entry in read.items()
    }


def country_of_locale() -> str:
    """The country of LC_ALL or LANG ("en_GB.UTF-8" is GB), or an empty string."""
    name = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    _, _, country = name.partition(".")[0].partition("@")[0].partition("_")
    return country.upper()


def find(country: str) -> Help:
    """The help of `country` (ISO code; empty: that of the locale), or the international words."""
    return table().get(country.strip().upper() or country_of_locale(), Help())
