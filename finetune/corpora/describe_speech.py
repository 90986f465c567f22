"""What the speech corpora hold, by listening to every clip: labels, voices, lengths, levels, repeats."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agent.audio.clips import RATE, Samples
from agent.events import AgentError
from finetune.corpora.describe import table
from finetune.corpora.folds import Fold, distinct, usual_label
from finetune.corpora.speech import Clip, load, read

# A table of more voices than this would not be read.
MOST_SPEAKERS = 40
# A sample of 16 bits that could not be louder, less one step for what decoders round.
FULL_SCALE = 32_766 / 32_768
CLIPPED_SHARE = 0.001
SILENT_DBFS = -80.0


@dataclass(frozen=True)
class Heard:
    """A clip as it sounds: length, level (RMS of the whole clip), share of samples at full scale, hash of the sound."""

    clip: Clip
    seconds: float
    level_dbfs: float
    full_scale: float
    sound: str


def hear(clip: Clip, samples: Samples) -> Heard:
    """What is measured of a clip whose samples (n,) are given."""
    power = float(np.mean(np.square(samples, dtype=np.float64)))
    return Heard(
        clip,
        len(samples) / RATE,
        10 * np.log10(max(power, 1e-12)),
        float(np.mean(np.abs(samples) >= FULL_SCALE)),
        hashlib.sha256(samples.tobytes()).hexdigest(),
    )


def describe_speech(data: Path, corpora: Sequence[str]) -> str:
    """The report of speech corpora, by name or by folder; one that is not there is named with its source."""
    parts = []
    for name in corpora:
        try:
            clips = load(data, name)
            heard = [hear(clip, samples) for clip, samples in zip(clips, read(clips), strict=True)]
        except AgentError as error:
            parts.append(f"{name}\n  {error}")
            continue
        parts.append(report(clips[0].corpus, heard))
    return "\n\n".join(parts) + "\n"


def report(name: str, heard: Sequence[Heard]) -> str:
    """One corpus as aligned text: its size, a row a label, a row a voice, what repeats."""
    speakers = {one.clip.speaker for one in heard} - {""}
    hours = sum(one.seconds for one in heard) / 3600
    head = f"{name}: {len(heard):,} clips, {hours:.2f} hours, {len(speakers) or 'unknown'} speakers"
    columns = ["", "clips", "share", "speakers", "seconds: shortest", "median", "longest"]
    columns += ["dBFS: 5th", "median", "95th", "clipped", "silent"]
    by_label: dict[str, list[Heard]] = defaultdict(list)
    for one in heard:
        by_label[one.clip.label].append(one)
    rows = [_row(label, by_label[label], len(heard)) for label in sorted(by_label) if label]
    parts = [head, table([columns, *rows, _row("all", heard, len(heard))])]
    if speakers:
        parts.append(_voices([one.clip for one in heard]))
    parts.append("\n".join(f"  {line}" for line in [*_confound([one.clip for one in heard]), *_repeats(heard)]))
    return "\n\n".join(parts)


def _row(name: str, heard: Sequence[Heard], of: int) -> list[str]:
    seconds = np.array([one.seconds for one in heard])
    levels = np.array([one.level_dbfs for one in heard])
    speakers = {one.clip.speaker for one in heard} - {""}
    return [
        name,
        f"{len(heard):,}",
        f"{len(heard) / of:.1%}",
        str(len(speakers) or "?"),
        *(f"{value:.2f}" for value in (seconds.min(), np.median(seconds), seconds.max())),
        *(f"{value:.0f}" for value in np.percentile(levels, (5, 50, 95))),
        f"{sum(one.full_scale > CLIPPED_SHARE for one in heard):,}",
        f"{sum(one.level_dbfs < SILENT_DBFS for one in heard):,}",
    ]


def _voices(clips: Sequence[Clip]) -> str:
    """Speaker by label, the most heard first; of many speakers how much is heard of each."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    genders = {clip.speaker: clip.gender for clip in clips}
    for clip in clips:
        counts[clip.speaker][clip.label] += 1
    if len(counts) > MOST_SPEAKERS:
        each = sorted(counter.total() for counter in counts.values())
        by_gender = Counter(genders.values())
        of = ", ".join(f"{number} {gender or 'unknown'}" for gender, number in sorted(by_gender.items()))
        return f"  {len(counts)} speakers ({of}) with {each[0]} to {each[-1]} clips each"
    labels = sorted({clip.label for clip in clips} - {""})
    rows = [
        [speaker or "?", genders[speaker], f"{counts[speaker].total():,}", *(str(counts[speaker][n]) for n in labels)]
        for speaker in sorted(counts, key=lambda speaker: (-counts[speaker].total(), speaker))
    ]
    return table([["speaker", "", "clips", *labels], *rows])


def _confound(clips: Sequence[Clip]) -> list[str]:
    """How far the voice alone tells the label: one that hears nothing but who speaks."""
    labels = Counter(clip.label for clip in clips)
    speakers = {clip.speaker for clip in clips}
    if len(labels) < 2 or len(speakers) < 2:
        return []
    kept = tuple(distinct(clips))
    said = usual_label(Fold("all", kept, kept))
    right = sum(guess == clip.label for guess, clip in zip(said, kept, strict=True)) / len(kept)
    alone = sum(len({clip.label for clip in clips if clip.speaker == speaker}) == 1 for speaker in speakers)
    return [
        f'the rule "this speaker\'s usual label", which hears nothing, is right for {right:.1%} (a constant answer for '
        f"{max(labels.values()) / len(clips):.1%})",
        f"{alone} of {len(speakers)} speakers have one label only",
    ]


def _repeats(heard: Sequence[Heard]) -> list[str]:
    same: dict[str, list[str]] = defaultdict(list)
    for one in heard:
        same[one.sound].append(one.clip.name)
    groups = [names for names in same.values() if len(names) > 1]
    return [f"{sum(len(names) - 1 for names in groups)} clips repeat another's sound"] + [
        f"  the same sound: {', '.join(names)}" for names in groups
    ]
