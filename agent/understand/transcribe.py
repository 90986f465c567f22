"""The words of a clip, by faster-whisper: our own small transcriber, or a model of the person's.

Ours reads a clip at its own length, for which it was trained; a Whisper as it is published wants its 30 seconds.
Long speech is cut at pauses. What is repeated or was only guessed is dropped rather than invented.
"""

import math

import numpy as np

from agent.artefacts import installed, open_artefact
from agent.audio.activity import spoken
from agent.audio.clips import RATE, Samples
from agent.events import AgentError, Words

OURS = "transcriber"
# A window of speech ends at the last pause before this many seconds; where nobody pauses it is cut here.
WINDOW_SECONDS = 24
MARGIN = RATE // 5
# Nobody says more in a second; what runs on is invented.
TOKENS_A_SECOND = 7
# Ours learned from clips with silence around them, and hears their beginning and end better so (docs/log.md).
BEFORE, AFTER = int(0.3 * RATE), RATE // 2
BEAM = 4
# Below this mean probability of a token there were no words in the sound.
INVENTED = 0.15


class Transcriber:
    """A transcriber that is open."""

    def __init__(self, name: str, folder: str, threads: int = 1, own_length: bool = False) -> None:
        from faster_whisper import WhisperModel

        self.name = name
        self._own_length = own_length
        self._model = WhisperModel(
            folder, device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True
        )

    def words(self, samples: Samples, language: str = "en") -> Words:
        """What somebody says in a clip; no words where nobody speaks."""
        texts: list[str] = []
        logs: list[float] = []
        for window in windows(samples):
            found = self._short(window) if self._own_length else self._published(window, language)
            for text, log in found:
                if text and math.exp(log) >= INVENTED and text not in texts[-1:]:
                    texts.append(text)
                    logs.append(log)
        confidence = math.exp(sum(logs) / len(logs)) if logs else 0.0
        return Words(" ".join(texts), self.name, round(confidence, 4))

    def _published(self, window: Samples, language: str) -> list[tuple[str, float]]:
        segments, _ = self._model.transcribe(
            window, language=language, beam_size=BEAM, condition_on_previous_text=False, without_timestamps=True
        )
        return [(segment.text.strip(), float(segment.avg_logprob)) for segment in segments]

    def _short(self, window: Samples) -> list[tuple[str, float]]:
        features = self._model.feature_extractor(np.pad(window, (BEFORE, AFTER)), padding=0)
        states = self._model.encode(features[:, : features.shape[-1] // 2 * 2])
        tokens = self._model.hf_tokenizer
        prompt = [tokens.token_to_id(name) for name in ("<|startoftranscript|>", "<|notimestamps|>")]
        # CTranslate2 stops Whisper at half of what it is given.
        most = 2 * (10 + int(TOKENS_A_SECOND * len(window) / RATE))
        # No three tokens come twice: whoever repeats that much is the model, in circles.
        result = self._model.model.generate(
            states,
            [prompt],
            beam_size=BEAM,
            length_penalty=0,
            max_length=most,
            return_scores=True,
            no_repeat_ngram_size=3,
        )[0]
        found = result.sequences_ids[0]
        return [(str(tokens.decode(found)).strip(), float(result.scores[0]) / (len(found) + 1))]


def windows(samples: Samples) -> list[Samples]:
    """The spoken parts of a clip with a little around them, cut at pauses into windows a transcriber can read."""
    parts: list[tuple[int, int]] = []
    for begin, end in spoken(samples):
        if parts and end - parts[-1][0] <= WINDOW_SECONDS * RATE:
            parts[-1] = (parts[-1][0], end)
            continue
        pieces = range(begin, end, WINDOW_SECONDS * RATE)
        parts += [(at, min(end, at + WINDOW_SECONDS * RATE)) for at in pieces]
    return [samples[max(0, begin - MARGIN) : end + MARGIN] for begin, end in parts]


def open_transcriber(name: str, threads: int = 1) -> Transcriber:
    """Ours, a folder with a CTranslate2 model, or the name of one in the local hub cache.

    Raises:
        AgentError: if it is not on this machine, or is none.
    """
    if name == OURS or name in installed():
        artefact = open_artefact(name, "transcriber", {})
        return Transcriber(f"{artefact.name}@{artefact.version}", str(artefact.folder), threads, own_length=True)
    try:
        return Transcriber(name, name, threads)
    except Exception as error:  # the hub's, CTranslate2's and the tokenizer's own, all of which mean the same here
        why = next(iter(str(error).splitlines()), type(error).__name__)
        raise AgentError(
            f"The transcriber {name} cannot be opened ({why}): name a folder or a size that is on this machine, or "
            f"{OURS}, which is built in."
        ) from error
