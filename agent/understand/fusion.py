"""One emotion from what the words say and what the voice says.

The two are combined by Dempster's rule (Shafer, A Mathematical Theory of Evidence, 1976). Neutral words say nothing
about a feeling, and neither does a flat voice: what either gives to neutral is not evidence against the other, but the
share that it leaves open. So "the bus comes at nine" in a furious voice is anger, and "my dog died" said flatly is
sadness. What one gives to one feeling and the other to another is divided out; where both are sure, they disagree.
"""

from agent.emotions import EMOTIONS
from agent.events import Emotion

# A voice was learned from actors, and one's own is heard less surely: so much of what it says counts.
VOICE_COUNTS = 0.7
# From this product of their confidences on, words and voice that name different feelings disagree.
CONFLICT = 0.3
# Below this nothing is said for certain of the two together.
SURE = 0.5
# Feelings that sound alike enough not to contradict each other.
_ALIKE = (frozenset({"joy", "love"}), frozenset({"joy", "surprise"}), frozenset({"fear", "surprise"}))
_OPEN = "neutral"


def fuse(words: Emotion, voice: Emotion) -> tuple[Emotion, bool]:
    """The emotion of a spoken turn, and whether words and voice disagree about it."""
    said, heard = dict(words.scores), {label: VOICE_COUNTS * score for label, score in voice.scores.items()}
    heard[_OPEN] += 1 - VOICE_COUNTS
    feelings = [label for label in EMOTIONS if label != _OPEN]
    joint = {
        label: said[label] * heard[label] + said[label] * heard[_OPEN] + said[_OPEN] * heard[label]
        for label in feelings
    }
    # A voice knows no love: what sounds like joy speaks for either.
    joint["love"] += said["love"] * heard["joy"]
    joint[_OPEN] = said[_OPEN] * heard[_OPEN]
    whole = sum(joint.values())
    scores = {label: round(joint[label] / whole, 4) if whole else 1 / len(EMOTIONS) for label in EMOTIONS}
    label = max(scores, key=lambda each: scores[each])
    disagree = _against(words, voice)
    return Emotion(label, scores[label], disagree or scores[label] < SURE, scores), disagree


def _against(words: Emotion, voice: Emotion) -> bool:
    """Whether the two are sure of feelings that do not go together."""
    if words.unsure or voice.unsure or _OPEN in (words.label, voice.label):
        return False
    if words.label == voice.label or frozenset({words.label, voice.label}) in _ALIKE:
        return False
    return words.confidence * voice.confidence >= CONFLICT
