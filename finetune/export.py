"""Turns a training run into an artefact: ONNX in int8, tokenizer, manifest and model card."""

import logging
from pathlib import Path

import torch
from torch import Tensor, nn

from finetune.text_emotion import TextEmotionModel

log = logging.getLogger(__name__)

INPUTS = ("input_ids", "attention_mask", "token_type_ids")


class _Served(nn.Module):
    def __init__(self, model: TextEmotionModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> tuple[Tensor, ...]:
        return self.model.encode(input_ids, attention_mask, token_type_ids)


def export_text_emotion(model: TextEmotionModel, folder: Path, int8: bool = True) -> Path:
    """Writes `model.onnx` into `folder`: three inputs (batch, tokens), outputs emotion, nuance, vector.

    Weights are int8, a scale a channel, activations quantised on the fly (ONNX Runtime dynamic
    quantisation).
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    folder.mkdir(parents=True, exist_ok=True)
    plain = folder / "fp32.onnx"
    # Three tensors, never one twice: the exporter would take two inputs for the same.
    example = tuple(torch.full((2, 8), value, dtype=torch.int64) for value in (5, 1, 0))
    batch, tokens = torch.export.Dim("batch", min=1, max=4096), torch.export.Dim("tokens", min=2, max=512)
    torch.onnx.export(
        _Served(model.eval()),
        example,
        str(plain),
        input_names=list(INPUTS),
        output_names=["emotion", "nuance", "vector"],
        dynamic_shapes=[{0: batch, 1: tokens}] * 3,
        dynamo=True,
        external_data=False,
        verbose=False,
    )
    graph = onnx.load(str(plain))
    # The exporter's shapes of inner values contradict the quantiser's own inference.
    del graph.graph.value_info[:]
    # The exporter also notes the stack trace of every node, with the paths of the machine that trained.
    for noted in (
        graph,
        graph.graph,
        *graph.graph.node,
        *graph.graph.input,
        *graph.graph.output,
        *graph.graph.initializer,
    ):
        del noted.metadata_props[:]
    onnx.save(graph, str(plain))
    _check_equal(model, plain)
    out = folder / "model.onnx"
    if int8:
        quantize_dynamic(str(plain), str(out), weight_type=QuantType.QInt8, per_channel=True)
        plain.unlink()
    else:
        plain.rename(out)
    log.info("%s: %.1f MB", out, out.stat().st_size / 1e6)
    return out


def _check_equal(model: TextEmotionModel, path: Path) -> None:
    """Refuses a graph that does not compute what the model computes."""
    import numpy as np
    import onnxruntime

    ids = torch.tensor([[101, 2026, 3899, 2351, 102], [101, 2748, 102, 0, 0]]) % model.backbone.config.vocab_size
    mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]])
    inputs = dict(zip(INPUTS, (ids, mask, torch.zeros_like(ids)), strict=True))
    with torch.inference_mode():
        wanted = model.encode(**inputs)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    found = session.run(None, {name: value.numpy() for name, value in inputs.items()})
    worst = max(float(np.abs(a - b.numpy()).max()) for a, b in zip(found, wanted, strict=True))
    if worst > 1e-3:
        raise RuntimeError(f"the exported graph differs from the model by {worst:.4f}")
