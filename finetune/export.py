"""Turns a trained encoder into a graph that is served: ONNX in int8, equal to the model before it is quantised."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

log = logging.getLogger(__name__)

INPUTS = ("input_ids", "attention_mask", "token_type_ids")


class _Served(nn.Module):
    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> tuple[Tensor, ...]:
        outputs: tuple[Tensor, ...] = self.model.encode(input_ids, attention_mask, token_type_ids)
        return outputs


class _Embedded(nn.Module):
    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: Tensor, token_type_ids: Tensor) -> Tensor:
        states: Tensor = self.model.embed(input_ids, token_type_ids)
        return states


class _Tower(nn.Module):
    def __init__(self, model: Any, name: str) -> None:
        super().__init__()
        self.model, self.name = model, name

    def forward(self, states: Tensor, attention_mask: Tensor) -> tuple[Tensor, ...]:
        outputs: tuple[Tensor, ...] = getattr(self.model, self.name)(states, attention_mask)
        return outputs


def export_encoder(model: Any, outputs: Sequence[str], folder: Path, int8: bool = True) -> Path:
    """Writes `model.onnx` into `folder`: three inputs (batch, tokens), and what `model.encode` gives by its names."""
    folder.mkdir(parents=True, exist_ok=True)
    plain = _graph(_Served(model.eval()), INPUTS, outputs, folder / "fp32.onnx", model.backbone.config.hidden_size)
    _check_equal(model, [plain])
    return _finished(plain, folder / "model.onnx", int8)


def export_towers(model: Any, towers: Mapping[str, Sequence[str]], folder: Path, int8: bool = True) -> list[Path]:
    """Writes `embed.onnx`, from ids to states (batch, tokens, width), and a graph a tower that goes on from there.

    A tower is a method of `model` with its outputs; only those that are asked for are computed in the chat.
    """
    folder.mkdir(parents=True, exist_ok=True)
    width = model.backbone.config.hidden_size
    model.eval()
    graphs = {"embed": _graph(_Embedded(model), (INPUTS[0], INPUTS[2]), ("states",), folder / "embed.fp32", width)}
    for name, outputs in towers.items():
        graphs[name] = _graph(
            _Tower(model, name), ("states", "attention_mask"), outputs, folder / f"{name}.fp32", width
        )
    _check_equal(model, list(graphs.values()))
    return [_finished(plain, folder / f"{name}.onnx", int8) for name, plain in graphs.items()]


def _graph(module: nn.Module, inputs: Sequence[str], outputs: Sequence[str], path: Path, width: int) -> Path:
    import onnx

    # Tensors of their own, never one twice: the exporter would take two inputs for the same.
    values = {"input_ids": 5, "attention_mask": 1, "token_type_ids": 0}
    example = tuple(
        torch.ones(2, 8, width) if name == "states" else torch.full((2, 8), values[name], dtype=torch.int64)
        for name in inputs
    )
    batch, tokens = torch.export.Dim("batch", min=1, max=4096), torch.export.Dim("tokens", min=2, max=512)
    torch.onnx.export(
        module,
        example,
        str(path),
        input_names=list(inputs),
        output_names=list(outputs),
        dynamic_shapes=[{0: batch, 1: tokens}] * len(inputs),
        dynamo=True,
        external_data=False,
        verbose=False,
    )
    graph = onnx.load(str(path))
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
    onnx.save(graph, str(path))
    return path


def _finished(plain: Path, out: Path, int8: bool) -> Path:
    """The graph as it is served; with int8 weights, a scale a channel, activations quantised on the fly."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    if int8:
        quantize_dynamic(str(plain), str(out), weight_type=QuantType.QInt8, per_channel=True)
        plain.unlink()
    else:
        plain.rename(out)
    log.info("%s: %.1f MB", out, out.stat().st_size / 1e6)
    return out


def _check_equal(model: Any, graphs: Sequence[Path]) -> None:
    """Refuses graphs that do not compute what the model computes; after the first each goes on from its states."""
    import onnxruntime

    ids = torch.tensor([[101, 2026, 3899, 2351, 102], [101, 2748, 102, 0, 0]]) % model.backbone.config.vocab_size
    mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]])
    inputs = dict(zip(INPUTS, (ids, mask, torch.zeros_like(ids)), strict=True))
    with torch.inference_mode():
        wanted = model.encode(**inputs)
    known = {name: value.numpy() for name, value in inputs.items()}
    found = []
    for path in graphs:
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        outputs = session.run(None, {each.name: known[each.name] for each in session.get_inputs()})
        if len(graphs) > 1 and path is graphs[0]:
            known["states"] = outputs[0]
        else:
            found += outputs
    worst = max(float(np.abs(a - b.numpy()).max()) for a, b in zip(found, wanted, strict=True))
    if worst > 1e-3:
        raise RuntimeError(f"the exported graph differs from the model by {worst:.4f}")
