"""Tiny speech models with random weights, in the layouts in which the hub has them."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import transformers

FAMILIES = ("wav2vec2", "hubert", "wavlm", "whisper")
CONVOLUTIONS = {
    "conv_dim": (16,) * 7, "num_conv_pos_embeddings": 16, "num_conv_pos_embedding_groups": 2, "hidden_size": 16,
    "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32, "classifier_proj_size": 16,
    "vocab_size": 8,
}  # fmt: skip
PREFIX = {"wav2vec2": "Wav2Vec2", "hubert": "Hubert", "wavlm": "WavLM"}


def save_base(folder: Path, family: str) -> Path:
    """A model as it is before anybody fine-tuned it: an encoder, or a Whisper that writes words."""
    transformers.set_seed(0)
    if family == "whisper":
        _whisper(transformers.WhisperForConditionalGeneration).save_pretrained(folder)
    else:
        _convolved(family, "Model").save_pretrained(folder)
    _extractor(family).save_pretrained(folder)
    return folder


def save_classifier(folder: Path, family: str, labels: Sequence[str], seed: int = 0) -> Path:
    """A classifier with these labels."""
    transformers.set_seed(seed)
    named = {"id2label": dict(enumerate(labels)), "label2id": {label: place for place, label in enumerate(labels)}}
    if family == "whisper":
        model = _whisper(transformers.WhisperForAudioClassification, **named)
    else:
        model = _convolved(family, "ForSequenceClassification", **named)
    model.save_pretrained(folder)
    _extractor(family).save_pretrained(folder)
    return folder


def into_cache(cache: Path, hub_id: str, folder: Path) -> None:
    """Lays a model into a hub cache, as `hf download` leaves it."""
    home = cache / f"models--{hub_id.replace('/', '--')}"
    (home / "refs").mkdir(parents=True)
    (home / "refs" / "main").write_text("0123abcd")
    shutil.copytree(folder, home / "snapshots" / "0123abcd")


def _whisper(kind: Any, **more: Any) -> Any:
    config = transformers.WhisperConfig(
        vocab_size=64, d_model=16, encoder_layers=2, decoder_layers=1, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_ffn_dim=32, decoder_ffn_dim=32, pad_token_id=0, bos_token_id=0,
        eos_token_id=0, decoder_start_token_id=0, classifier_proj_size=16, **more,
    )  # fmt: skip
    return kind(config)


def _convolved(family: str, kind: str, **more: Any) -> Any:
    name = PREFIX[family]
    # The larger models of these families norm layers and take a mask, the base ones norm groups and take none.
    config = getattr(transformers, f"{name}Config")(
        feat_extract_norm="layer" if family == "wavlm" else "group", **CONVOLUTIONS, **more
    )
    return getattr(transformers, f"{name}{kind}")(config)


def _extractor(family: str) -> Any:
    if family == "whisper":
        return transformers.WhisperFeatureExtractor(feature_size=80)
    return transformers.Wav2Vec2FeatureExtractor(return_attention_mask=family == "wavlm")
