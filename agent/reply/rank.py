"""Which of some replies answers what was said: a bi-encoder of two small networks on the text encoder's vectors.

The one reads what was said, the other a reply; a reply fits as far as their outputs point the same way (dual encoder
for response selection, Henderson et al. 2019; measured as by Rashkin et al., ACL 2019). Made by `finetune ranker`.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from agent.artefacts import open_artefact
from agent.emotions import EMOTIONS
from agent.events import AgentError
from agent.reply import Request

Floats = NDArray[np.float32]
LAYERS = ("said_in", "said_out", "reply_in", "reply_out")


class Ranker:
    """Scores replies; all vectors are the text encoder's, unit length (width)."""

    def __init__(self, weights: dict[str, Floats], name: str) -> None:
        self.name = name
        self._weights = weights

    def said(self, request: Request) -> Floats:
        """What the person said, in the space of `replies` (dimensions)."""
        vector = np.asarray(request.understanding.vector, dtype=np.float32)
        before = request.history[-1].understanding if request.history else None
        earlier = np.asarray(before.vector if before and before.vector else np.zeros_like(vector), dtype=np.float32)
        felt = np.array([request.understanding.emotion.scores[label] for label in EMOTIONS], dtype=np.float32)
        found: Floats = self._through("said", np.concatenate([vector, earlier, felt])[None])[0]
        return found

    def replies(self, vectors: Floats) -> Floats:
        """Reply vectors (n, width) in the space of `said` (n, dimensions)."""
        return self._through("reply", vectors)

    def _through(self, side: str, inputs: Floats) -> Floats:
        hidden = inputs @ self._weights[f"{side}_in"] + self._weights[f"{side}_in_bias"]
        # GELU, its tanh form (Hendrycks and Gimpel, 2016)
        hidden = 0.5 * hidden * (1 + np.tanh(0.7978845608 * (hidden + 0.044715 * hidden**3)))
        outputs = hidden @ self._weights[f"{side}_out"] + self._weights[f"{side}_out_bias"]
        found: Floats = outputs / np.maximum(np.linalg.norm(outputs, axis=-1, keepdims=True), 1e-6)
        return found


def open_ranker(encoder: str, name: str = "reply-ranker") -> Ranker:
    """The ranker of an artefact; `encoder` is the name@version whose vectors it must have learned from.

    Raises:
        AgentError: if it is missing, damaged or made for another encoder.
    """
    artefact = open_artefact(name, "reply-ranker", {"emotion": EMOTIONS})
    if artefact.manifest.get("encoder") != encoder:
        raise AgentError(
            f"The ranker in {artefact.folder} was made for {artefact.manifest.get('encoder')}, not for {encoder}: "
            "run `finetune ranker` to make it anew."
        )
    names: Sequence[str] = [each for layer in LAYERS for each in (layer, f"{layer}_bias")]
    weights = {each: np.load(artefact.folder / f"{each}.npy", allow_pickle=False).astype(np.float32) for each in names}
    return Ranker(weights, f"{artefact.name}@{artefact.version}")
