"""The speech corpora: clips with what is known of them, packed, as downloaded, or your own in a folder a label.

Packed, a corpus is `NAME.tar` beside `labels.tsv`. As downloaded, labels stand in file names (RAVDESS, SAVEE, TESS,
URDU, FSDD) or in tables beside the sound (iQube, speechocean762); both give the same clips.
"""

import csv
import re
import tarfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from agent.audio.clips import Samples, read_clip
from agent.emotions import RAVDESS, SAVEE, TESS, URDU
from agent.events import AgentError
from finetune.corpora import read_lines

HOMES = {
    "ravdess": "zenodo.org/record/1188976",
    "savee": "kahlan.eps.surrey.ac.uk/savee",
    "tess": "doi.org/10.5683/SP2/E8H2MF",
    "urdu": "github.com/siddiquelatif/URDU-Dataset",
    "iqube": "github.com/iqbalfarz/intent-classification",
    "speechocean762": "openslr.org/101",
    "fsdd": "github.com/Jakobovski/free-spoken-digit-dataset",
}
# The folder that a download unpacks to, in lower case.
UNPACKED = {
    "ravdess": ("audio_speech_actors_01-24", "ravdess-emotional-speech-audio"),
    "savee": ("audiodata", "all", "surrey-audiovisual-expressed-emotion-savee"),
    "tess": ("tess toronto emotional speech set data", "toronto-emotional-speech-set-tess"),
    "urdu": ("urdu-dataset", "urdu-dataset-master"),
    "iqube": ("intent-classification", "intent-classification-main", "intent-dataset"),
    "speechocean762": ("speechocean762",),
    "fsdd": ("free-spoken-digit-dataset", "free-spoken-digit-dataset-master"),
}
SOUNDS = frozenset({".wav", ".flac", ".opus", ".ogg", ".mp3", ".m4a"})
GENDERS = {"m": "male", "f": "female"}
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True)
class Clip:
    """A recording: its corpus, its name there, its label in the corpus's words, who speaks, and the words if known.

    `name` is the file's without folder and extension, the same in every layout. `path` is the sound file, or the tar
    archive that holds it as `member`. `more` is what else the corpus says, such as `split` or `age`.
    """

    corpus: str
    name: str
    label: str
    path: Path
    member: str = ""
    speaker: str = ""
    gender: str = ""
    text: str = ""
    more: dict[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class _Said:
    """What a file name says of its clip."""

    name: str
    label: str
    speaker: str
    gender: str
    text: str = ""
    more: dict[str, str] = field(default_factory=dict)


def load(data: Path, corpus: str) -> list[Clip]:
    """The clips of a corpus, in the order of their names; `corpus` may be the path of a folder of your own.

    The order tells the label (iQube is numbered class by class), so draw from it, never cut it.

    Raises:
        AgentError: if it is not there; the sentence names where it comes from.
    """
    if corpus not in HOMES:
        if Path(corpus).is_dir():
            return folders(Path(corpus))
        raise AgentError(f"There is no speech corpus {corpus}: name one of {', '.join(HOMES)}, or a folder a label.")
    for folder in _places(data, corpus):
        if (folder / "labels.tsv").is_file() and (folder / f"{corpus}.tar").is_file():
            return _in_order(_packed(folder, corpus))
        if found := _AS_DOWNLOADED[corpus](folder):
            return _in_order(found)
    raise AgentError(
        f"The corpus {corpus} is not in {data}: get it from {HOMES[corpus]} and name its folder with --data or "
        "AGENT_DATA."
    )


def folders(root: Path) -> list[Clip]:
    """The clips of a folder a label, in the order of their names; who speaks is not known.

    Raises:
        AgentError: if fewer than two of its folders hold sound.
    """
    found = []
    for path in _sounds(root):
        inside = path.relative_to(root)
        if len(inside.parts) > 1:
            found.append(Clip(root.resolve().name, inside.with_suffix("").as_posix(), inside.parts[0], path))
    if len({clip.label for clip in found}) < 2:
        raise AgentError(
            f"{root} holds no two folders with sound: put the clips of each label into a folder of its name."
        )
    return _in_order(found)


def read(clips: Sequence[Clip]) -> Iterator[Samples]:
    """The samples (n,) of each clip, in order, between -1 and 1 at 16 kHz; an archive is opened once.

    Raises:
        AgentError: if a clip cannot be read; the sentence names it.
    """
    archives: dict[Path, BinaryIO] = {}
    try:
        for clip in clips:
            if not clip.member:
                yield read_clip(clip.path)
                continue
            if clip.path not in archives:
                archives[clip.path] = _opened(clip.path)
            yield _read_member(clip, archives[clip.path])
    finally:
        for archive in archives.values():
            archive.close()


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise AgentError(f"{path} cannot be read ({error.strerror}): get the corpus again.") from error


def _read_member(clip: Clip, archive: BinaryIO) -> Samples:
    place = _index(clip.path, clip.path.stat().st_mtime_ns).get(clip.member)
    if place is None:
        raise AgentError(f"{clip.path} does not hold {clip.member}: get the corpus {clip.corpus} again.")
    offset, size = place
    archive.seek(offset)
    try:
        return read_clip(archive.read(size))
    except AgentError as error:
        raise AgentError(f"{clip.member} in {clip.path} cannot be read: get the corpus {clip.corpus} again.") from error


@lru_cache(maxsize=16)
def _index(path: Path, _changed: int) -> dict[str, tuple[int, int]]:
    """Where each member's bytes begin and how many they are; `_changed` has a replaced archive read anew."""
    try:
        with tarfile.open(path, "r:") as archive:
            return {member.name: (member.offset_data, member.size) for member in archive if member.isfile()}
    except (tarfile.TarError, OSError) as error:
        raise AgentError(f"{path} is no whole tar archive ({error}): get the corpus again.") from error


def _places(data: Path, corpus: str) -> Iterator[Path]:
    for root in (data / "speech", data):
        if (root / corpus).is_dir():
            yield root / corpus
        if root.is_dir():
            yield from sorted(path for path in root.iterdir() if path.name.lower() in UNPACKED[corpus])


def _packed(folder: Path, corpus: str) -> list[Clip]:
    rows = csv.DictReader(read_lines(folder / "labels.tsv"), delimiter="\t", quoting=csv.QUOTE_NONE)
    known = {"file", "label", "speaker", "gender", "seconds", "text"}
    return [
        Clip(
            corpus,
            Path(row["file"]).stem,
            row["label"],
            folder / f"{corpus}.tar",
            row["file"],
            row["speaker"],
            row["gender"],
            row["text"],
            {"split" if key == "published_split" else key: value for key, value in row.items() if key not in known},
        )
        for row in rows
    ]


def _named(corpus: str, say: Callable[[Path], _Said | None]) -> Callable[[Path], list[Clip]]:
    """The loader of a corpus whose file names say everything."""

    def loader(folder: Path) -> list[Clip]:
        found: dict[str, Clip] = {}
        for path in _sounds(folder):
            said = say(path.relative_to(folder))
            # The copies of RAVDESS and TESS on Kaggle hold every file twice, one folder in the other.
            if said and said.name not in found:
                found[said.name] = Clip(
                    corpus, said.name, said.label, path, "", said.speaker, said.gender, said.text, said.more
                )
        return list(found.values())

    return loader


def _ravdess(path: Path) -> _Said | None:
    # 03 is sound alone, 01 is speech; the other parts of the corpus are films and songs.
    found = re.fullmatch(r"03-01-(0[1-8])-(0[12])-(0[12])-(0[12])-(\d\d)", path.stem)
    if not found:
        return None
    label, strength, sentence, repetition, actor = found.groups()
    more = {"intensity": "strong" if strength == "02" else "normal", "statement": sentence, "repetition": repetition}
    gender = "male" if int(actor) % 2 else "female"
    return _Said(path.stem, RAVDESS[label], f"Actor_{actor}", gender, "", more)


def _savee(path: Path) -> _Said | None:
    # The corpus has a folder a speaker (DC/a01), its copy on Kaggle one folder for all (DC_a01).
    name = path.stem if "_" in path.stem else f"{path.parent.name}_{path.stem}"
    found = re.fullmatch(r"(DC|JE|JK|KL)_(sa|su|[adfhn])(\d\d)", name)
    if not found:
        return None
    return _Said(name, SAVEE[found[2]], found[1], "male", "", {"sentence": found[3]})


def _tess(path: Path) -> _Said | None:
    # One clip is named OA_bite_neutral; its speaker is OAF.
    found = re.fullmatch(rf"(OAF?|YAF)_(\w+)_({'|'.join(TESS)})", path.stem)
    if not found:
        return None
    speaker = "YAF" if found[1] == "YAF" else "OAF"
    more = {"word": found[2], "age": "younger" if speaker == "YAF" else "older"}
    return _Said(path.stem, TESS[found[3]], speaker, "female", f"Say the word {found[2]}", more)


def _urdu(path: Path) -> _Said | None:
    found = re.fullmatch(r"(S([MF])\d+)_F(\d+)_([AHNS])(\d+)", path.stem)
    if not found:
        return None
    more = {"speaker_file": found[3], "emotion_file": found[5]}
    return _Said(path.stem, URDU[found[4]], found[1], GENDERS[found[2].lower()], "", more)


def _fsdd(path: Path) -> _Said | None:
    found = re.fullmatch(r"(\d)_([a-z]+)_(\d+)", path.stem)
    if not found:
        return None
    return _Said(path.stem, found[1], found[2], "male", DIGITS[int(found[1])], {"index": found[3]})


def _iqube(folder: Path) -> list[Clip]:
    """The clips that the author's table lists and that are there: it names twice as many as were published."""
    table = next(iter(sorted(folder.rglob("speech_to_intent.csv"))), None)
    if table is None:
        return []
    there = {path.stem: path for path in _sounds(folder)}
    rows = csv.DictReader(read_lines(table))
    return [
        Clip("iqube", row["audio_file"], row["intent"], there[row["audio_file"]])
        for row in rows
        if row["audio_file"] in there
    ]


def _speechocean762(folder: Path) -> list[Clip]:
    """The clips of Kaldi's tables in `train` and `test`."""
    root = next((path.parent.parent for path in sorted(folder.rglob("wav.scp")) if path.parent.name == "train"), folder)
    found = []
    for split in ("train", "test"):
        texts, speakers = _kaldi(root / split / "text"), _kaldi(root / split / "utt2spk")
        ages, genders = _kaldi(root / split / "spk2age"), _kaldi(root / split / "spk2gender")
        for name, place in _kaldi(root / split / "wav.scp").items():
            speaker = speakers.get(name, "")
            gender = GENDERS.get(genders.get(speaker, ""), "")
            more = {"age": ages.get(speaker, ""), "split": split}
            if (root / place).is_file():
                found.append(
                    Clip("speechocean762", name, "", root / place, "", speaker, gender, texts.get(name, ""), more)
                )
    return found


def _kaldi(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    pairs = (line.split(maxsplit=1) for line in read_lines(path))
    return {pair[0]: pair[1].strip() for pair in pairs if len(pair) == 2}


def _sounds(folder: Path) -> list[Path]:
    # An archive made on a Mac carries a hidden `._NAME.wav` beside every NAME.wav.
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in SOUNDS and not path.name.startswith("."))


def _in_order(clips: list[Clip]) -> list[Clip]:
    return sorted(clips, key=lambda clip: clip.name)


_AS_DOWNLOADED: dict[str, Callable[[Path], list[Clip]]] = {
    "ravdess": _named("ravdess", _ravdess),
    "savee": _named("savee", _savee),
    "tess": _named("tess", _tess),
    "urdu": _named("urdu", _urdu),
    "iqube": _iqube,
    "speechocean762": _speechocean762,
    "fsdd": _named("fsdd", _fsdd),
}
