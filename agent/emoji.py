"""Emoji as an encoder can read them: a word-piece vocabulary has none."""

import re
import unicodedata

_EMOJI = re.compile("([\u2600-\u27bf\U0001f300-\U0001faff])[\ufe0f\u200d\U0001f3fb-\U0001f3ff]*(?:\\1\ufe0f?)*")
# Where the Unicode name says something else than people mean.
_MEANT = {
    "❤": "red heart",
    "😡": "angry face",
    "😤": "huffing angry face",
    "🙏": "folded hands",
    "🥹": "moved to tears face",
}


def emoji_as_words(text: str) -> str:
    """Emoji by their Unicode names ("😭😭" is "loudly crying face"), since a word-piece vocabulary has none of them."""
    return text if text.isascii() else _EMOJI.sub(_name, text)


def _name(match: re.Match[str]) -> str:
    sign = match[1]
    return f" {_MEANT.get(sign) or unicodedata.name(sign, sign).lower()} "
