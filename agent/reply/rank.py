"""Which of some replies answers what was said: a bi-encoder, trained to find the right reply among many.

One encoder reads what was said, with the talk before it, and replies; a reply fits as far as their vectors point the
same way (dual encoder for response selection, Henderson et al. 2019; measured as by Rashkin et al., ACL 2019). Made by
`finetune ranker`.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from agent.artefacts import Artefact, open_artefact
from agent.encoder import Encoder
from agent.reply import Request

Floats = NDArray[np.float32]
# Of the talk before, the end matters, and it must not crowd out the words themselves.
BEFORE_CHARACTERS = 200


def before(turns: Sequence[str]) -> str:
    """The texts before what was said, both sides' in their order, as the ranker reads them."""
    return " ".join(turns)[-BEFORE_CHARACTERS:]


class Ranker:
    """The bi-encoder of an artefact, ready to rank."""

    def __init__(self, artefact: Artefact, threads: int = 1) -> None:
        self.name = f"{artefact.name}@{artefact.version}"
        self._encoder = Encoder(artefact, threads)

    def said(self, request: Request) -> Floats:
        """What the person said: a unit vector (width,)."""
        texts = [text for turn in request.history for text in (turn.words, turn.reply.text if turn.reply else "")]
        vector: Floats = self.read([(request.words, before(texts))])[0]
        return vector

    def read(self, pairs: Sequence[tuple[str, str]]) -> Floats:
        """What was said, each with the talk before it (`before`), as unit vectors (n, width)."""
        return self._encoder.run(pairs, ["said"])[0]

    def replies(self, texts: Sequence[str]) -> Floats:
        """Replies as unit vectors (n, width) in the space of `said`."""
        return self._encoder.run([(text, "") for text in texts], ["reply"])[0]


def open_ranker(name: str = "reply-ranker", threads: int = 1) -> Ranker:
    """The ranker of an artefact.

    Raises:
        AgentError: if it is missing or damaged.
    """
    return Ranker(open_artefact(name, "reply-ranker", {}), threads)
