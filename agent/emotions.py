"""The labels every part speaks: eight emotions, thirty-two nuances, and how each corpus maps to them.

Nothing else in the project spells a label. The eight are Ekman's six (Ekman, 1992) with love and
neutral; the thirty-two are those of EmpatheticDialogues (Rashkin et al., 2019).
"""

from dataclasses import dataclass

EMOTIONS = ("anger", "disgust", "fear", "joy", "love", "neutral", "sadness", "surprise")
BRIGHT, HEAVY = frozenset({"joy", "love"}), frozenset({"sadness", "fear", "anger", "disgust"})


@dataclass(frozen=True)
class Look:
    """How an emotion appears on a screen: never by colour alone."""

    glyph: str
    colour: str


LOOKS = {
    "anger": Look("▲", "#e5533d"),
    "disgust": Look("✖", "#8a9a3b"),
    "fear": Look("◆", "#9b6fd4"),
    "joy": Look("☀", "#e8b33a"),
    "love": Look("♥", "#e36fa0"),
    "neutral": Look("●", "#8c97a3"),
    "sadness": Look("▼", "#4f8fd6"),
    "surprise": Look("✦", "#3bb6a8"),
}
UNSURE = Look("?", "#8c97a3")

NUANCES = (
    "afraid",
    "angry",
    "annoyed",
    "anticipating",
    "anxious",
    "apprehensive",
    "ashamed",
    "caring",
    "confident",
    "content",
    "devastated",
    "disappointed",
    "disgusted",
    "embarrassed",
    "excited",
    "faithful",
    "furious",
    "grateful",
    "guilty",
    "hopeful",
    "impressed",
    "jealous",
    "joyful",
    "lonely",
    "nostalgic",
    "prepared",
    "proud",
    "sad",
    "sentimental",
    "surprised",
    "terrified",
    "trusting",
)

# Nuances that belong clearly to one emotion. The others (prepared, trusting, jealous, ...) teach
# the nuance head alone.
NUANCE_TO_EMOTION = {
    "afraid": "fear",
    "angry": "anger",
    "annoyed": "anger",
    "anxious": "fear",
    "apprehensive": "fear",
    "ashamed": "sadness",
    "caring": "love",
    "content": "joy",
    "devastated": "sadness",
    "disappointed": "sadness",
    "disgusted": "disgust",
    "embarrassed": "sadness",
    "excited": "joy",
    "furious": "anger",
    "grateful": "joy",
    "guilty": "sadness",
    "hopeful": "joy",
    "impressed": "joy",
    "joyful": "joy",
    "lonely": "sadness",
    "proud": "joy",
    "sad": "sadness",
    "surprised": "surprise",
    "terrified": "fear",
}

DAIR = ("anger", "fear", "joy", "love", "sadness", "surprise")

DAILYDIALOG = {
    "none": "neutral",
    "anger": "anger",
    "disgust": "disgust",
    "fear": "fear",
    "happiness": "joy",
    "sadness": "sadness",
    "surprise": "surprise",
}

# GoEmotions' own Ekman table (Demszky et al., 2020), except that love stays love.
GOEMOTIONS = {
    "admiration": "joy",
    "amusement": "joy",
    "anger": "anger",
    "annoyance": "anger",
    "approval": "joy",
    "caring": "joy",
    "confusion": "surprise",
    "curiosity": "surprise",
    "desire": "joy",
    "disappointment": "sadness",
    "disapproval": "anger",
    "disgust": "disgust",
    "embarrassment": "sadness",
    "excitement": "joy",
    "fear": "fear",
    "gratitude": "joy",
    "grief": "sadness",
    "joy": "joy",
    "love": "love",
    "nervousness": "fear",
    "neutral": "neutral",
    "optimism": "joy",
    "pride": "joy",
    "realization": "surprise",
    "relief": "joy",
    "remorse": "sadness",
    "sadness": "sadness",
    "surprise": "surprise",
}

# What the speech corpora call an emotion, in the order of the published seven-class models; calm comes last,
# which the seven-class protocols leave out.
SPEECH = ("angry", "disgust", "fearful", "happy", "neutral", "sad", "surprised", "calm")
SPEECH_SEVEN = SPEECH[:7]
SPEECH_TO_EMOTION = {
    "angry": "anger",
    "disgust": "disgust",
    "fearful": "fear",
    "happy": "joy",
    "neutral": "neutral",
    "sad": "sadness",
    "surprised": "surprise",
    "calm": "neutral",
}

# How the file names of each speech corpus spell them.
RAVDESS = {
    "01": "neutral",
    "02": "calm",
    "03": "happy",
    "04": "sad",
    "05": "angry",
    "06": "fearful",
    "07": "disgust",
    "08": "surprised",
}
SAVEE = {
    "a": "angry",
    "d": "disgust",
    "f": "fearful",
    "h": "happy",
    "n": "neutral",
    "sa": "sad",
    "su": "surprised",
}
TESS = {
    "angry": "angry",
    "disgust": "disgust",
    "fear": "fearful",
    "happy": "happy",
    "neutral": "neutral",
    "ps": "surprised",
    "sad": "sad",
}
URDU = {"A": "angry", "H": "happy", "N": "neutral", "S": "sad"}

# How published classifiers of speech name their outputs: as the corpora do
# (firdhokk/speech-emotion-recognition-with-openai-whisper-large-v3, ehcalabres/wav2vec2-lg-xlsr-en-speech-emotion-
# recognition), by three letters (superb/*-superb-er, speechbrain), or by the noun.
_SPOKEN_WORDS = {
    **SPEECH_TO_EMOTION,
    "ang": "anger",
    "anger": "anger",
    "dis": "disgust",
    "disgusted": "disgust",
    "fea": "fear",
    "fear": "fear",
    "hap": "joy",
    "happiness": "joy",
    "joy": "joy",
    "love": "love",
    "neu": "neutral",
    "sadness": "sadness",
    "sur": "surprise",
    "surprise": "surprise",
    "ps": "surprise",
    "pleasant surprise": "surprise",
    "pleasant surprised": "surprise",
}

# The seven classes of the Ekman protocol: love folds into joy.
EKMAN = ("anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise")
EKMAN_FOLD = {label: "joy" if label == "love" else label for label in EMOTIONS}


def look(label: str, unsure: bool = False) -> Look:
    """Glyph and colour of an emotion, or of an unsure turn."""
    return UNSURE if unsure else LOOKS[label]


def spoken(word: str) -> str | None:
    """The emotion that a corpus or a classifier of speech means by a label, whatever its case; None if unknown."""
    return _SPOKEN_WORDS.get(" ".join(word.lower().replace("_", " ").replace("-", " ").split()))
