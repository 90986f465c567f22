"""What is understood of a turn: emotion and nuance from the words."""

from collections.abc import Sequence

# What was said before matters by its end, and must not crowd out the words themselves.
BEFORE_CHARACTERS = 200


def earlier_words(turns: Sequence[str]) -> str:
    """What the person said before, as the text encoder reads it in training and in the chat alike."""
    return " ".join(turns[-2:])[-BEFORE_CHARACTERS:]
