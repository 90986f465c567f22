"""Who is trained on and who is tested: the protocols of the speech figures, as folds of clips.

A clip that shares sound with a test clip is never trained on, and the same recording is never counted twice. Folds
depend on the names of the clips alone, not on the order in which they are given.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.emotions import SPEECH_SEVEN
from agent.events import AgentError
from finetune.corpora import read_lines
from finetune.corpora.speech import Clip

# The six folds of EmoBox (Ma et al., Interspeech 2024) by the number of the actor.
RAVDESS_FOLDS = (
    (1, 11, 20, 21),
    (4, 10, 12, 14),
    (8, 9, 19, 23),
    (3, 5, 7, 24),
    (2, 15, 16, 18),
    (6, 13, 17, 22),
)
# Four, because four speakers of URDU are angry, and a group without an angry speaker could not test all emotions. Of
# all such groupings this one has its counts of emotions nearest to 25 a group (least squares), and then the groups of
# most equal size: 98, 98, 128 and 76 clips. Found by exhaustive search on speakers and labels, before any model.
URDU_GROUPS = (
    ("SM4", "SF10", "SF11", "SM7", "SM20", "SM23"),
    ("SM2", "SF1", "SF2", "SF3", "SF4", "SF5", "SF9", "SM21", "SM24"),
    ("SM1", "SF7", "SM5", "SM6", "SM26", "SM27"),
    ("SM3", "SF6", "SF8", "SM17", "SM18", "SM19", "SM22", "SM25"),
)
# The same recording under two names; the first, 03-01-03-01-02-01-07, is kept.
REPEATED = frozenset({("ravdess", "03-01-03-01-02-02-07")})
# Pairs that hold partly the same sound: to train on one of them is to have heard the other.
OVERLAPPING = (
    frozenset({("urdu", "SF6_F5_H029"), ("urdu", "SF6_F10_H034")}),
    frozenset({("urdu", "SM24_F14_S026"), ("urdu", "SM24_F15_S027")}),
)
FSDD_TEST_TAKES = 5


@dataclass(frozen=True)
class Fold:
    """What is trained on and what is tested, both in the order of the clips' names."""

    name: str
    train: tuple[Clip, ...]
    test: tuple[Clip, ...]


def distinct(clips: Sequence[Clip]) -> list[Clip]:
    """The clips in the order of corpus and name, without the recording of RAVDESS that stands there twice."""
    return sorted((clip for clip in clips if key(clip) not in REPEATED), key=key)


def key(clip: Clip) -> tuple[str, str]:
    """What tells a clip from all others: corpus and name."""
    return clip.corpus, clip.name


def seven(clips: Sequence[Clip]) -> list[Clip]:
    """The clips of the seven classes that RAVDESS, SAVEE and TESS share: calm is left out."""
    return [clip for clip in clips if clip.label in SPEECH_SEVEN]


def ravdess_folds(clips: Sequence[Clip]) -> list[Fold]:
    """The six folds of EmoBox: four actors tested, twenty trained on."""
    tested = [{f"Actor_{actor:02d}" for actor in actors} for actors in RAVDESS_FOLDS]
    return [
        _by_speakers(clips, f"fold {number}", speakers.__contains__) for number, speakers in enumerate(tested, start=1)
    ]


def urdu_folds(clips: Sequence[Clip]) -> list[Fold]:
    """Four folds with no speaker on both sides and all four emotions on each; see `URDU_GROUPS`."""
    return [
        _by_speakers(clips, f"group {number}", set(group).__contains__)
        for number, group in enumerate(URDU_GROUPS, start=1)
    ]


def leave_one_speaker_out(clips: Sequence[Clip]) -> list[Fold]:
    """A fold a speaker, named after who is tested: SAVEE's four, TESS's two."""
    return [
        _by_speakers(clips, speaker, speaker.__eq__) for speaker in sorted({clip.speaker for clip in distinct(clips)})
    ]


def emobox_test(data: Path, corpus: str) -> frozenset[str]:
    """The names of EmoBox's test clips of `urdu` (100) or `tess` (700).

    Raises:
        AgentError: if the list is not there.
    """
    for path in (data / "speech" / "protocols", data / "protocols"):
        if (path / f"emobox_{corpus}_test.txt").is_file():
            return frozenset(line for line in read_lines(path / f"emobox_{corpus}_test.txt") if line)
    raise AgentError(
        f"The test list emobox_{corpus}_test.txt is not in {data / 'speech' / 'protocols'}: make it from "
        "github.com/emo-box/EmoBox, one clip name a line."
    )


def emobox_fold(data: Path, corpus: str, clips: Sequence[Clip]) -> Fold:
    """EmoBox's one split of `urdu` or `tess`.

    Raises:
        AgentError: if the list is not there, or names a clip that is not.
    """
    names = emobox_test(data, corpus)
    missing = names - {clip.name for clip in clips}
    if missing:
        raise AgentError(f"{len(missing)} clips of EmoBox's test list are not in {corpus}: get the whole corpus.")
    return _fold(clips, "EmoBox", {(corpus, name) for name in names})


def published(clips: Sequence[Clip]) -> Fold:
    """The corpus's own split: iQube (packed form alone), speechocean762, FSDD (takes 0 to 4 are tested).

    Raises:
        AgentError: if the clips carry none.
    """
    tested = {key(clip) for clip in clips if _is_published_test(clip)}
    if not tested or len(tested) == len(clips):
        raise AgentError("These clips carry no split of their own: use stratified folds, or the packed form of iQube.")
    return _fold(clips, "published", tested)


def stratified_folds(clips: Sequence[Clip], folds: int = 5, seed: int = 42) -> list[Fold]:
    """Random folds with equal shares of every label; the same voices are on both sides.

    Raises:
        AgentError: if a label has fewer clips than there are folds.
    """
    from sklearn.model_selection import StratifiedKFold

    kept = distinct(clips)
    _enough(kept, folds)
    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
    parts = splitter.split(kept, [clip.label for clip in kept])
    return [
        _fold(kept, f"fold {number}", {key(kept[i]) for i in test}) for number, (_, test) in enumerate(parts, start=1)
    ]


def random_split(clips: Sequence[Clip], share: float = 0.2, seed: int = 42) -> Fold:
    """A random split with equal shares of every label, `share` of the clips tested; the same voices are on both sides.

    Raises:
        AgentError: if a label has fewer than two clips.
    """
    from sklearn.model_selection import train_test_split

    kept = distinct(clips)
    _enough(kept, 2)
    _, test = train_test_split(kept, test_size=share, random_state=seed, stratify=[clip.label for clip in kept])
    return _fold(kept, f"seed {seed}", {key(clip) for clip in test})


def usual_label(fold: Fold) -> list[str]:
    """What the rule that hears nothing says to each test clip: its speaker's usual label in training.

    A speaker who is not in training gets the usual label of all.
    """
    by_speaker: dict[str, Counter[str]] = defaultdict(Counter)
    for clip in fold.train:
        by_speaker[clip.speaker][clip.label] += 1
    everybody = sum(by_speaker.values(), Counter[str]())
    return [_most(by_speaker.get(clip.speaker) or everybody) for clip in fold.test]


def _most(counts: Counter[str]) -> str:
    return max(sorted(counts), key=counts.__getitem__)


def _by_speakers(clips: Sequence[Clip], name: str, tested: Callable[[str], bool]) -> Fold:
    return _fold(clips, name, {key(clip) for clip in clips if tested(clip.speaker)})


def _fold(clips: Sequence[Clip], name: str, tested: Collection[tuple[str, str]]) -> Fold:
    heard = {other for pair in OVERLAPPING for one in pair if one in tested for other in pair}
    kept = distinct(clips)
    return Fold(
        name,
        tuple(clip for clip in kept if key(clip) not in tested and key(clip) not in heard),
        tuple(clip for clip in kept if key(clip) in tested),
    )


def _is_published_test(clip: Clip) -> bool:
    if clip.corpus == "fsdd":
        return int(clip.more["index"]) < FSDD_TEST_TAKES
    return clip.more.get("split") == "test"


def _enough(clips: Sequence[Clip], needed: int) -> None:
    counts = Counter(clip.label for clip in clips)
    rare = [label for label, count in sorted(counts.items()) if count < needed]
    if rare or len(counts) < 2:
        raise AgentError(
            f"The clips cannot be split {needed} ways by label ({', '.join(rare) or 'there is one label alone'}): give "
            f"at least {needed} clips of each of two labels."
        )
