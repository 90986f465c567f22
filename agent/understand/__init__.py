"""What is understood of a turn: emotion and nuance from the words."""

import re
import unicodedata
from collections.abc import Sequence

MAX_TOKENS = 96
# What was said before matters by its end, and must not crowd out the words themselves.
BEFORE_CHARACTERS = 200

_EMOJI = re.compile("([\u2600-\u27bf\U0001f300-\U0001faff])[\ufe0f\u200d\U0001f3fb-\U0001f3ff]*(?:\\1\ufe0f?)*")
# Where the Unicode name says something else than people mean.
_MEANT = {
    "❤": "red heart",
    "😡": "angry face",
    "😤": "huffing angry face",
    "🙏": "folded hands",
    "🥹": "moved to tears face",
}


def earlier_words(turns: Sequence[str]) -> str:
    """What the person said before, as the text encoder reads it in training and in the chat alike."""
    return " ".join(turns[-2:])[-BEFORE_CHARACTERS:]


def emoji_as_words(text: str) -> str:
    """Emoji by their Unicode names ("😭😭" is "loudly crying face"), since a word-piece vocabulary has none of them."""
    return text if text.isascii() else _EMOJI.sub(_name, text)


def _name(match: re.Match[str]) -> str:
    sign = match[1]
    return f" {_MEANT.get(sign) or unicodedata.name(sign, sign).lower()} "
