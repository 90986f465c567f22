"""Is somebody in danger? `assess` reads a turn, `words` answers a crisis, `disclosure` says what this is."""

from collections.abc import Sequence

from agent.events import Emotion, Guard
from agent.guard.wording import disclosure, helplines, words

__all__ = ["assess", "disclosure", "helplines", "words"]


def assess(text: str, earlier: Sequence[str], emotion: Emotion | None = None) -> Guard:
    """The danger in `text`, after what the person said before it (oldest first).

    A crisis in an earlier turn keeps every later one at `concern` at least; concerns in three turns are a
    crisis. A hint of hopelessness becomes a concern with a second one, or after loneliness; loneliness and
    grief alone never do.

    The emotion enters in one place: sadness or fear, surely heard, makes a hint of hopelessness a concern.
    Without an emotion (`agent guard`) every other text is judged as in the chat.

    Answers to the fixed words are heard: a denial has the reason `denial`, for which `words` does not repeat
    them, though it clears nothing; a "no" to whether they are safe is a crisis.
    """
    from agent.guard.conversation import danger, heard_as_answer  # compiling the rules takes a tenth of a second

    return heard_as_answer(text, earlier, danger(text, earlier, emotion))
