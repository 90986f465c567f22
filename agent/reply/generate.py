"""The embedded language model: several replies drawn at once by CTranslate2, in int8, without torch."""

import threading
from collections.abc import Sequence

import ctranslate2
import numpy as np
from tokenizers import Tokenizer

from agent.artefacts import Artefact, open_artefact
from agent.events import AgentError
from agent.reply import Message, Request, Sample
from agent.reply.packing import unfold
from agent.reply.prompt import EMBEDDED, encode

SAMPLES = 4
TOP_P = 0.9
# Warmer, it says what nobody would; colder, all samples are one.
TEMPERATURE = 0.4
MOST_TOKENS = 28
# The end of a long conversation is what a short answer hangs on, and each token read takes a millisecond.
PROMPT_TOKENS = 192


class MiniModel:
    """A small Llama of an artefact, ready to answer."""

    def __init__(self, artefact: Artefact, threads: int = 1) -> None:
        self.name = f"{artefact.name}@{artefact.version}"
        folder = artefact.folder
        # A file of the repository has to stay below 48 MB, so the folded matrices lie in parts.
        folded = b"".join(part.read_bytes() for part in sorted(folder.glob("folded.*")))
        places = np.load(folder / "places.npy", allow_pickle=False).tolist()
        weights = unfold((folder / "rest.bin").read_bytes(), folded, places)
        files = {name: (folder / name).read_bytes() for name in ("config.json", "vocabulary.json")}
        # Two threads on one small matrix wait for each other longer than they work; so each thread draws its own.
        self._workers = threads
        self._generator = ctranslate2.Generator(
            str(folder),
            compute_type="int8",
            inter_threads=threads,
            intra_threads=1,
            files={"model.bin": weights, **files},
        )
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))

    def samples(self, request: Request, stop: threading.Event) -> list[Sample]:
        """At least `SAMPLES` replies, the most probable first; cut off once `stop` is set."""
        workers = min(self._workers, SAMPLES)
        drawn = self.draw([self.prompt(request.messages)] * workers, -(-SAMPLES // workers), stop)
        return sorted((sample for one in drawn for sample in one), key=lambda sample: -sample.score)

    def draw(
        self, prompts: Sequence[Sequence[str]], count: int, stop: threading.Event, most: int = MOST_TOKENS
    ) -> list[list[Sample]]:
        """`count` replies of at most `most` tokens to each prompt, the most probable first."""
        drawn = self._generator.generate_batch(
            [list(prompt) for prompt in prompts],
            max_batch_size=-(-len(prompts) // self._workers),
            num_hypotheses=count,
            sampling_topk=0,
            sampling_topp=TOP_P,
            sampling_temperature=TEMPERATURE,
            max_length=most,
            end_token="<|end|>",
            include_prompt_in_result=False,
            return_scores=True,  # a mean over the tokens, as `length_penalty` is 1
            callback=lambda _: stop.is_set(),
        )
        return [
            sorted(
                (
                    Sample(self.tokenizer.decode(ids).strip(), score)
                    for ids, score in zip(one.sequences_ids, one.scores, strict=True)
                ),
                key=lambda sample: -sample.score,
            )
            for one in drawn
        ]

    def log_probabilities(self, pairs: Sequence[tuple[list[str], list[str]]]) -> list[list[float]]:
        """The log-probability of each token of a reply after its prompt, both as `prompt` and `pieces` give them."""
        scored = self._generator.score_batch([prompt + reply for prompt, reply in pairs], max_batch_size=32)
        return [
            [float(value) for value in one.log_probs[len(prompt) - 1 :]]
            for (prompt, _), one in zip(pairs, scored, strict=True)
        ]

    def prompt(self, messages: Sequence[Message]) -> list[str]:
        """The tokens of a conversation; its oldest turns fall away if it is long."""
        kept = list(messages)
        ids = encode(kept, self.tokenizer, EMBEDDED)
        while len(ids) > PROMPT_TOKENS and len(kept) > 1:
            kept = kept[2:] if kept[0]["role"] == "user" else kept[1:]
            ids = encode(kept, self.tokenizer, EMBEDDED)
        return [str(self.tokenizer.id_to_token(token)) for token in [*ids[:1], *ids[1:][-PROMPT_TOKENS:]]]

    def pieces(self, text: str) -> list[str]:
        """The tokens of a reply, its end among them."""
        return [*self.tokenizer.encode(text, add_special_tokens=False).tokens, "<|end|>"]


def open_mini(name: str, threads: int) -> MiniModel:
    """The language model of an artefact.

    Raises:
        AgentError: if it is missing or damaged.
    """
    artefact = open_artefact(name, "reply", {})
    try:
        return MiniModel(artefact, threads)
    except (OSError, RuntimeError, ValueError) as error:
        raise AgentError(
            f"The reply model {name} cannot be opened ({error}): restore the folder {artefact.folder}, "
            "or install agent again."
        ) from error
