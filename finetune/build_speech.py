"""Exports the speech encoder: Whisper's encoder and the heads as one ONNX graph, with its calibration and card."""

import json
import logging
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from agent.artefacts import write_manifest
from agent.emotions import SPEECH, SPEECH_TO_EMOTION
from agent.understand.speech import NONE
from finetune import speech
from finetune.calibrate import best_temperature, unsure_below
from finetune.corpora import speech as corpora
from finetune.corpora.folds import ravdess_folds, stratified_folds
from finetune.evaluate.metrics import softmax
from finetune.evaluate.speech import HOTTEST, evaluate_intent, evaluate_speech_emotion, heard, rows_of
from finetune.evaluate.text_emotion import as_object
from finetune.runs import provenance, write_card
from finetune.speech import Encoder, Head, Recipe
from finetune.transcriber import base_folder

log = logging.getLogger(__name__)

LICENCE = "non-commercial: the strictest of its data, RAVDESS' CC BY-NC-SA 4.0 and TESS' CC BY-NC-ND 4.0"
BODY = (
    "Hears emotion and intent in the sound of a clip, in one pass: Whisper tiny.en's encoder as OpenAI published it "
    "(MIT), and linear heads on the mean and deviation of its layers over time. It gets to know a voice by eight "
    "numbers, without labels. Emotion: the eight words of the speech corpora, of which calm is neutral in the chat. "
    "Intent: nine of an electric scooter's sales assistant, or none."
)
LIMITS = (
    "Learned from actors: RAVDESS (24 people, two sentences, one studio) and TESS (two actresses, one phrase). On "
    "other people, languages and microphones it is far less often right: learned from RAVDESS alone it is right in "
    "half of TESS, and in half of URDU's four classes. Random splits of these corpora say nothing (the same voices on "
    "both sides). A guess from the sound of a voice, not a fact about a person, and no medical device. The intent "
    "corpus has 160 clips and no speaker codes: the same voice may be taught and tested."
)


class Whole(nn.Module):
    """Log-mel frames (1, 80, frames) in; scores of the two emotion heads (1, 8) and of the intents (1, 10) out."""

    def __init__(self, encoder: Encoder, emotion: Head, known: Head, intent: Head) -> None:
        super().__init__()
        self.encoder = encoder
        self.heads = nn.ModuleList([_linear(emotion, True), _linear(known, False), _linear(intent, True)])

    def forward(self, mel: Tensor) -> tuple[Tensor, ...]:
        statistics = self.encoder(mel).reshape(1, -1)
        return tuple(head(statistics) for head in self.heads)


def _linear(head: Head, bias: bool) -> nn.Linear:
    found = nn.Linear(*head.weights.shape)
    found.weight.data = torch.from_numpy(np.ascontiguousarray(head.weights.T))
    found.bias.data = torch.from_numpy(head.offset + head.bias if bias else head.offset)
    return found.requires_grad_(False)


def build_speech(data: Path, runs: list[Path], out: Path, version: str) -> Path:
    """Writes the artefact `speech` from a run of `finetune speech-emotion` and one of `finetune intent`."""
    emotion_run, intent_run = (
        next(run for run in runs if (run / f"{name}.npz").is_file()) for name in ("emotion", "intent")
    )
    emotion, known = speech.load(emotion_run, "emotion"), speech.load(emotion_run, "known")
    intent = speech.load(intent_run, "intent")
    recipes = [_recipe(run) for run in (emotion_run, intent_run)]
    cache = emotion_run.parent
    whole = Whole(Encoder(base_folder(recipes[0].base)), emotion, known, intent).eval()
    out.mkdir(parents=True, exist_ok=True)
    for file in out.iterdir():
        file.unlink()
    write_graph(whole, out / "speech.onnx")
    log.info("measuring; every figure is refitted on its folds")
    results = [*evaluate_speech_emotion(data, cache, recipes[0]), *evaluate_intent(data, cache, recipes[1])]
    manifest: dict[str, Any] = {
        "name": "speech",
        "version": version,
        "task": "speech",
        "base": "Whisper tiny.en's encoder (OpenAI, MIT)",
        "licence": LICENCE,
        "labels": {"emotion": list(SPEECH), "intent": list(intent.classes)},
        "calibration": {**calibration(data, cache, *recipes), "known_means": known.means.tolist()},
        "data": _sources(emotion_run, intent_run),
        "command": f"finetune export speech {emotion_run} {intent_run} --version {version}",
        "recipes": [json.loads((run / "recipe.json").read_text()) for run in (emotion_run, intent_run)],
        "metrics": as_object(results)["results"],
        "limits": LIMITS,
        **provenance(),
    }
    write_card(out, "Speech encoder", BODY, manifest)
    write_manifest(out, manifest)
    return out


def calibration(data: Path, cache: Path, emotion: Recipe, intent: Recipe) -> dict[str, float]:
    """Temperatures and thresholds, from clips of speakers (of intents: clips) that the heads did not learn from."""
    clips = speech.emotional(data, emotion.corpora)
    rows = rows_of(clips, emotion, cache)
    folds = [heard(fold, rows, emotion) for fold in ravdess_folds([clip for clip in clips if clip.corpus == "ravdess"])]
    temperature = best_temperature([(one.plain, one.truth) for one in folds], HOTTEST)
    # As in the chat, where calm is neutral.
    ours = sorted(set(SPEECH_TO_EMOTION.values()))
    merge = np.array([[SPEECH_TO_EMOTION[label] == one for one in ours] for label in folds[0].classes], np.float64)
    probabilities = np.concatenate([softmax(one.plain / temperature) @ merge for one in folds])
    truth = np.concatenate([merge.argmax(1)[one.truth] for one in folds])
    return {
        "emotion_temperature": temperature,
        "unsure_below": unsure_below(probabilities, truth),
        **_intent_calibration(data, cache, intent),
    }


def _intent_calibration(data: Path, cache: Path, recipe: Recipe) -> dict[str, float]:
    clips = corpora.load(data, "iqube")
    rows = rows_of(clips, recipe, cache)
    others = speech.statistics(speech.outside(data, "train"), recipe.base, recipe.copies, cache)
    logits: list[NDArray[np.float32]] = []
    truth: list[int] = []
    strange: list[NDArray[np.float32]] = []
    for number, fold in enumerate(stratified_folds(clips)):
        kept = others[number::5]
        taught = np.concatenate([others[other::5] for other in range(5) if other != number])
        train = np.stack([rows[clip.corpus, clip.name] for clip in fold.train])
        head = speech.fit_intent(train, [clip.label for clip in fold.train], taught, recipe)
        tested = np.concatenate([np.stack([rows[clip.corpus, clip.name][0] for clip in fold.test]), kept[:, 0]])
        scores = head.scores(tested) + head.bias
        logits.append(scores)
        truth += [*[head.classes.index(clip.label) for clip in fold.test], *[head.classes.index(NONE)] * len(kept)]
        strange.append(scores[len(fold.test) :])
    temperature = best_temperature([(np.concatenate(logits), np.array(truth))], HOTTEST)
    aliens = softmax(np.concatenate(strange) / temperature)[:, :-1].max(1)
    # One in a hundred sentences that are none may be taken for one.
    return {"intent_temperature": temperature, "intent_from": round(float(np.quantile(aliens, 0.99)), 4)}


def write_graph(model: nn.Module, path: Path) -> None:
    """The model as ONNX for any number of frames; large weights are stored in half precision, computed in single."""
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.onnx"
        torch.onnx.export(
            model,
            (torch.zeros(1, 80, 300),),
            str(whole),
            input_names=["mel"],
            output_names=["emotion", "known", "intent"],
            dynamic_shapes={"mel": {2: 2 * torch.export.Dim("half", min=8, max=1500)}},
            dynamo=True,
            external_data=False,
            verbose=False,
        )
        graph = onnx.load(whole)
    del graph.graph.value_info[:]
    onnx.save(halved(graph), path)


def halved(model: onnx.ModelProto) -> onnx.ModelProto:
    """The graph with its large weights in half precision, each cast to single when it is opened."""
    casts = []
    for weight in model.graph.initializer:
        if weight.data_type != TensorProto.FLOAT or np.prod(weight.dims) < 4096:
            continue
        values = numpy_helper.to_array(weight).astype(np.float16)
        name = weight.name
        weight.CopyFrom(numpy_helper.from_array(values, f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    return model


def _recipe(run: Path) -> Recipe:
    kept: dict[str, Any] = json.loads((run / "recipe.json").read_text())
    kept.pop("clips")
    kept["layers"] = tuple(map(tuple, kept["layers"]))
    return Recipe(**kept)


def _sources(*runs: Path) -> list[dict[str, Any]]:
    licences = {
        "ravdess": "CC BY-NC-SA 4.0",
        "savee": "research only",
        "tess": "CC BY-NC-ND 4.0",
        "iqube": "unknown",
        "urdu": "research only",
        "speechocean762": "CC BY-SA 4.0",
    }
    counts: dict[str, int] = {}
    for run in runs:
        for corpus, count in json.loads((run / "recipe.json").read_text())["clips"].items():
            counts[corpus] = max(count, counts.get(corpus, 0))
    return [{"name": name, "count": count, "licence": licences.get(name, "unknown")} for name, count in counts.items()]
