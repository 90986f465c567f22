"""Word error rates of a transcriber on people and sentences that taught nothing, and how long it takes."""

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from agent.audio.clips import RATE
from agent.understand.transcribe import Transcriber
from finetune.corpora import speech as corpora
from finetune.corpora.speech import Clip
from finetune.evaluate.metrics import bootstrap
from finetune.evaluate.text_emotion import Result
from finetune.evaluate.words import counted, error_rate

COMPONENT = "transcription"
# Speakers of speechocean762 from this age on are adults.
ADULT = 16
TO_BEAT = 0.25


def evaluate_transcription(data: Path, transcriber: Transcriber, limit: int | None = None) -> list[Result]:
    """Word error rates on the development part of speechocean762, adults and children apart, with intervals."""
    clips = [clip for clip in corpora.load(data, "speechocean762") if clip.more.get("split") == "test"][:limit]
    said, spent, length = [], 0.0, 0.0
    for samples in corpora.read(clips):
        started = time.perf_counter()
        said.append(transcriber.words(samples).text)
        spent += time.perf_counter() - started
        length += len(samples) / RATE
    results = []
    for name, adult in (("adults", True), ("children", False)):
        places = [at for at, clip in enumerate(clips) if (int(clip.more.get("age") or 0) >= ADULT) == adult]
        if places:
            results.append(_rate(name, [clips[at] for at in places], [said[at] for at in places], transcriber.name))
    protocol = "the same clips one after the other, on a machine that may be busy; `benchmarks/` has it in one run"
    factor = round(spent / length, 4)
    results.append(
        Result(COMPONENT, "real-time factor", factor, None, len(clips), protocol, 0.25, None, transcriber.name)
    )
    return results


def _rate(name: str, clips: Sequence[Clip], said: Sequence[str], artefact: str) -> Result:
    wanted = [clip.text for clip in clips]
    counts = np.array([counted(one, other) for one, other in zip(wanted, said, strict=True)], float)
    interval = bootstrap(lambda places: float(counts[places, 0].sum() / counts[places, 1].sum()), len(counts))
    protocol = "speechocean762, its own test speakers (75 here); interval over clips"
    bounds = (round(interval[0], 4), round(interval[1], 4))
    value = round(error_rate(wanted, said), 4)
    return Result(COMPONENT, f"word errors, {name}", value, bounds, len(clips), protocol, TO_BEAT, 1.0, artefact)
