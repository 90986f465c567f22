"""How long a whole ranked reply takes, what it costs in memory, and how fast the language model draws.

    python benchmarks/reply.py [--threads 2]

Turns of our thirty conversations (evaluate/talks.txt), through the chat's own path from the words to the reply's first
piece. The model is then set against `transformers` in fp32 with the same shape and random weights, the two in turn: the
same prompts, six samples of 24 tokens each; speed does not depend on the weights.
"""

import argparse
import os
import platform
import resource
import threading
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np

from agent.events import Done, History, Token, Typed
from agent.reply.generate import SAMPLES, MiniModel, open_mini
from agent.reply.prompt import build_messages
from agent.settings import Settings
from agent.store import Store
from agent.turn import NOT_UNDERSTOOD, open_agent
from finetune.evaluate.reply import talks

TOKENS = 24
REPEATS = 3


def replies() -> None:
    """Milliseconds from the words to the first piece of the reply, by the reply's origin, and memory."""
    agent = open_agent(Settings(), Store(Path(":memory:")), lambda _: None)
    taken: dict[str, list[float]] = {}
    for lines in talks():
        history = History()
        for words in lines:
            started, first = time.perf_counter(), 0.0
            for event in agent.respond(Typed(words), history, threading.Event()):
                if isinstance(event, Token) and not first:
                    first = 1000 * (time.perf_counter() - started)
                if isinstance(event, Done) and event.turn.reply:
                    taken.setdefault(event.turn.reply.origin, []).append(first)
    for origin, times in sorted(taken.items()):
        median, p95 = np.percentile(times, [50, 95])
        print(f"{origin:10} {len(times):4} replies   median {median:6.1f} ms   95 % {p95:6.1f} ms")
    # Linux counts in kilobytes.
    print(f"memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


def against_transformers(threads: int) -> None:
    """Tokens a second of both, drawing six samples of a prompt."""
    mini = open_mini("reply-mini", threads)
    words = [line for lines in talks() for line in lines][:20]
    prompts = [mini.prompt(build_messages((), text, NOT_UNDERSTOOD)) for text in words]
    peer = open_peer(threads, mini)
    ours, theirs = [], []
    for _ in range(REPEATS):
        ours.append(_rate(lambda prompt: mini.draw([prompt], SAMPLES, threading.Event(), TOKENS), prompts))
        theirs.append(_rate(peer, prompts))
    print(f"six samples of {TOKENS} tokens: ours {max(ours):.0f} tokens a second, transformers {max(theirs):.0f}:")
    print(f"ratio {max(ours) / max(theirs):.1f}")


def _rate(draw: Callable[[list[str]], object], prompts: list[list[str]]) -> float:
    started = time.perf_counter()
    for prompt in prompts:
        draw(prompt)
    return SAMPLES * TOKENS * len(prompts) / (time.perf_counter() - started)


def open_peer(threads: int, mini: MiniModel) -> Callable[[list[str]], Any]:
    """Sampling by `transformers` with random weights of our model's shape."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    from finetune.prune import SHAPE

    torch.set_num_threads(threads)
    size = mini.tokenizer.get_vocab_size()
    model = LlamaForCausalLM(LlamaConfig(vocab_size=size, num_hidden_layers=30, **SHAPE)).eval()

    def draw(prompt: list[str]) -> Any:
        ids = torch.tensor([[mini.tokenizer.token_to_id(token) for token in prompt]])
        with torch.inference_mode():
            return model.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                do_sample=True,
                num_return_sequences=SAMPLES,
                min_new_tokens=TOKENS,
                max_new_tokens=TOKENS,
                pad_token_id=0,
            )

    return draw


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=Settings().threads)
    arguments = parser.parse_args()
    print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, {arguments.threads} threads, "
        f"ctranslate2 {version('ctranslate2')}, transformers {version('transformers')}"
    )
    replies()
    against_transformers(arguments.threads)
