"""Word error rate after the usual normalisation: case, punctuation and spelling variants do not count."""

import re
from collections.abc import Sequence


def normalised(text: str) -> str:
    """A text as words alone: lower case, no punctuation but apostrophes, contractions and marks made alike."""
    plain = re.sub(r"[^a-z0-9' ]+", " ", text.lower().replace("’", "'").replace("-", " "))
    return re.sub(r"\s+", " ", re.sub(r"(?<![a-z])'|'(?![a-z])", " ", plain)).strip()


def counted(reference: str, said: str) -> tuple[int, int]:
    """Errors (substitutions, deletions, insertions) and words of the reference."""
    import jiwer

    found = jiwer.process_words(normalised(reference), normalised(said))
    return found.substitutions + found.deletions + found.insertions, found.hits + found.substitutions + found.deletions


def error_rate(references: Sequence[str], said: Sequence[str]) -> float:
    """All errors over all words of the references."""
    counts = [counted(reference, one) for reference, one in zip(references, said, strict=True)]
    return sum(errors for errors, _ in counts) / max(1, sum(words for _, words in counts))
