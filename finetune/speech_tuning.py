"""Fine-tunes a whole speech model to hear emotion or intent: any Wav2Vec2, HuBERT, WavLM or Whisper, by transformers.

A clip is prepared as the chat prepares it (`agent.understand.hub_speech`), and what is left is a folder that the chat
opens by `--speech-model`. Which clips are held out is fixed by the recipe; their figures are followed while it trains,
and choose nothing: the last epoch is what is kept. Heads on a frozen encoder are `finetune.speech`.
"""

import dataclasses
import json
import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import (
    AutoConfig,
    AutoFeatureExtractor,
    AutoModelForAudioClassification,
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainingArguments,
    set_seed,
)
from transformers.utils import logging as transformers_logging

from agent.audio.clips import Samples
from agent.events import AgentError
from agent.understand.hub_speech import emotions_of, inputs, local_folder, refuse_lost
from agent.understand.speech import prepared
from finetune import augment
from finetune.corpora import speech as corpora
from finetune.corpora.folds import Fold, published, random_split, ravdess_folds, usual_label
from finetune.corpora.speech import Clip
from finetune.evaluate.metrics import bootstrap, f1_by_class, one_hot
from finetune.evaluate.text_emotion import Result, as_object
from finetune.runs import metrics_table
from finetune.speech import emotional

log = logging.getLogger(__name__)

Ints = NDArray[np.integer]
FAMILIES = ("hubert", "wav2vec2", "wavlm", "whisper")
WHISPER = "whisper"
# What is new in a classifier.
HEAD = ("classifier.", "projector.", "layer_weights")
# Of Whisper's log-mel frames, samples each.
HOP = 160


@dataclass(frozen=True)
class Recipe:
    """The settings of a run; `recipes/speech-emotion-whisper-large-v3.toml` gives the reason of each.

    `split` is random (`test_share`, `split_seed`), published (the corpus's own), or fold 1 to fold 6 (actors of RAVDESS
    that were never heard). Without `classes` all labels of the corpora are learned.
    """

    base: str = "facebook/wav2vec2-base"
    corpora: tuple[str, ...] = ("ravdess", "savee", "tess", "urdu")
    classes: tuple[str, ...] = ()
    split: str = "random"
    test_share: float = 0.2
    split_seed: int = 42
    epochs: float = 25.0
    batch_size: int = 2
    accumulation: int = 5
    learning_rate: float = 5e-5
    warmup: float = 0.1
    class_weights: bool = True
    disturb: float = 1.0
    mask_time: float = 0.05
    mask_features: float = 0.0
    seed: int = 42


def held_out(clips: Sequence[Clip], recipe: Recipe) -> Fold:
    """What is learned and what is held out.

    Raises:
        AgentError: if the clips cannot be split so.
    """
    if recipe.split == "random":
        try:
            return random_split(clips, recipe.test_share, recipe.split_seed)
        except ValueError as error:  # scikit-learn's, of shares that are too small
            raise AgentError(f"The clips cannot be split ({error}): give more of each label.") from error
    if recipe.split == "published":
        return published(clips)
    folds = {fold.name: fold for fold in ravdess_folds(clips)}
    if recipe.split not in folds:
        raise AgentError(f"There is no split {recipe.split!r}: name random, published, or {', '.join(folds)}.")
    found = folds[recipe.split]
    if not (found.train and found.test):
        raise AgentError(f"The split {recipe.split!r} is of RAVDESS's actors, who are not all here: name random.")
    return found


class Clips(torch.utils.data.Dataset[tuple[Samples, int, bool]]):
    """Clips with the place of their label among the classes, and whether they are `taught`: then also disturbed."""

    def __init__(self, clips: Sequence[Clip], classes: Sequence[str], disturb: float, taught: bool) -> None:
        self.clips = clips
        self.labels = np.array([classes.index(clip.label) for clip in clips])
        self._disturb = disturb
        self._taught = taught

    def __len__(self) -> int:
        return len(self.clips)

    def __getitem__(self, index: int) -> tuple[Samples, int, bool]:
        [samples] = corpora.read([self.clips[index]])
        if self._taught and self._disturb:
            # torch's chance: the trainer keeps it in a checkpoint, and gives each worker its own.
            chance = random.Random(int(torch.randint(2**62, ())))
            samples = augment.disturbed(samples, chance, self._disturb)
        return prepared(samples), int(self.labels[index]), self._taught


def batch(rows: Sequence[tuple[Samples, int, bool]], extractor: Any, recipe: Recipe) -> dict[str, Tensor]:
    """Rows of `Clips` as the model wants them."""
    found: dict[str, Tensor] = inputs(extractor, [samples for samples, _, _ in rows])
    # The others mask what their convolutions make of a clip; Whisper's classifier in transformers masks nothing.
    if "input_features" in found:
        for mel, (samples, _, taught) in zip(found["input_features"], rows, strict=True):
            if taught:
                mask(mel, len(samples) // HOP, recipe)
    found["labels"] = torch.tensor([label for _, label, _ in rows])
    return found


def mask(mel: Tensor, frames: int, recipe: Recipe) -> None:
    """Silences a span of the clip's `frames` and a span of the bands of (bands, frames), as SpecAugment does."""
    quiet = mel.min()
    for axis, size, share in ((1, min(frames, mel.shape[1]), recipe.mask_time), (0, len(mel), recipe.mask_features)):
        length = int(torch.randint(int(share * size) + 1, ()))
        begin = int(torch.randint(size - length + 1, ()))
        mel.narrow(axis, begin, length).fill_(quiet)


def start(recipe: Recipe, classes: Sequence[str]) -> tuple[Any, Any]:
    """The model with a new head for these classes, and what turns sound into its input.

    Raises:
        AgentError: if the base is not on this machine, or of another family.
    """
    folder = local_folder(recipe.base)
    try:
        config = AutoConfig.from_pretrained(
            folder, id2label=dict(enumerate(classes)), label2id={label: place for place, label in enumerate(classes)}
        )
        if config.model_type not in FAMILIES:
            raise AgentError(
                f"{recipe.base} is a {config.model_type}: name one of these families, {', '.join(FAMILIES)}."
            )
        if config.model_type != WHISPER:
            config.apply_spec_augment = recipe.mask_time + recipe.mask_features > 0
            config.mask_time_prob, config.mask_feature_prob = recipe.mask_time, recipe.mask_features
            config.mask_feature_min_masks = 0  # WavLM's model asks for it, and its configuration lacks it
        extractor = AutoFeatureExtractor.from_pretrained(folder)
        # Its table of what a classifier leaves of a checkpoint is long; what would be wrong is refused below.
        transformers_logging.set_verbosity_error()
        model, found = AutoModelForAudioClassification.from_pretrained(
            folder, config=config, dtype=torch.float32, ignore_mismatched_sizes=True, output_loading_info=True
        )
        refuse_lost(recipe.base, found["missing_keys"], HEAD)
    except (OSError, ValueError) as error:
        why = next(iter(str(error).splitlines()), type(error).__name__).rstrip(".")
        raise AgentError(
            f"The base {recipe.base} cannot be opened ({why}): fetch it anew with `hf download {recipe.base}`."
        ) from error
    if config.model_type != WHISPER:
        model.freeze_feature_encoder()  # its convolutions, which are learned from much more sound than there is here
    return model, extractor


def weighted_loss(weights: Tensor) -> Callable[..., Tensor]:
    """Cross entropy in which a class counts by its weight, over an accumulated batch."""

    def loss(outputs: Any, labels: Tensor, num_items_in_batch: Tensor | int | None = None) -> Tensor:
        logits = outputs["logits"].float()
        total = torch.nn.functional.cross_entropy(logits, labels, weights.to(logits.device), reduction="sum")
        return total / (len(labels) if num_items_in_batch is None else num_items_in_batch)

    return loss


def class_weights(labels: Ints, classes: int) -> Tensor:
    """Weights (classes,) by which each class that occurs counts alike, and a clip one on average."""
    counts = np.bincount(labels, minlength=classes)
    return torch.tensor(len(labels) / (np.count_nonzero(counts) * np.maximum(counts, 1)), dtype=torch.float32)


def figures(truth: Ints, said: Ints, classes: int) -> dict[str, float]:
    """Accuracy, and recall and F1 as means over the classes that occur."""
    wanted, got = one_hot(truth, classes), one_hot(said, classes)
    there = wanted.any(0)
    recall = (wanted & got).sum(0)[there] / wanted.sum(0)[there]
    return {
        "accuracy": float((truth == said).mean()),
        "macro recall": float(recall.mean()),
        "macro F1": float(f1_by_class(wanted, got)[there | got.any(0)].mean()),
    }


def results(fold: Fold, said: Ints, classes: Sequence[str], recipe: Recipe, out: Path) -> list[Result]:
    """The figures of the clips that were held out, with intervals, beside those of the rule that hears nothing.

    Intervals are over speakers where the speakers are held out, else over clips.
    """
    truth = np.array([classes.index(clip.label) for clip in fold.test])
    deaf = np.array([classes.index(label) for label in usual_label(fold)])
    apart = recipe.split.startswith("fold")
    owners = np.array([clip.speaker if apart else f"{index}" for index, clip in enumerate(fold.test)])
    own = [np.flatnonzero(owners == each) for each in sorted(set(owners))]

    def drawn(metric: str) -> Callable[[Ints], float]:
        def measured(places: Ints) -> float:
            chosen = np.concatenate([own[place] for place in places])
            return figures(truth[chosen], said[chosen], len(classes))[metric]

        return measured

    there = ", ".join(sorted({clip.corpus for clip in fold.test}))
    how = f"random {recipe.test_share:.0%}, split seed {recipe.split_seed}, the same speakers on both sides"
    protocol = f"{there}; {len(classes)} classes; {how if recipe.split == 'random' else recipe.split}"
    component = "speech-emotion" if emotions_of(str(out), classes) else "intent"
    trivial = figures(truth, deaf, len(classes))
    return [
        Result(
            component,
            metric,
            round(value, 4),
            tuple(round(end, 4) for end in bootstrap(drawn(metric), len(own))),  # type: ignore[arg-type]
            len(truth),
            f"{protocol}; trivial: the speaker's usual label",
            None,
            round(trivial[metric], 4),
            str(out),
            recipe.seed,
        )
        for metric, value in figures(truth, said, len(classes)).items()
    ]


class _Curve(TrainerCallback):  # type: ignore[misc]
    """Keeps what the trainer logged, also before it was resumed, in `curve.jsonl`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, Any], **_: Any) -> None:
        self.path.write_text("".join(json.dumps(line) + "\n" for line in state.log_history), encoding="utf-8")
        log.info("step %d: %s", state.global_step, logs)


def train(data: Path, out: Path, recipe: Recipe, resume: bool = False, limit: int | None = None) -> Path:
    """Trains by `recipe`; leaves the model's folder, the recipe, the curve and the results in `out`, and returns it.

    Prints the figures of the clips that were held out. `limit` keeps that many clips on either side, for a trial. A
    checkpoint every epoch is what `resume` goes on from.
    """
    set_seed(recipe.seed)
    clips = emotional(data, recipe.corpora)
    classes = tuple(recipe.classes) or tuple(sorted({clip.label for clip in clips}))
    emotions_of(str(out), classes)  # refused before hours of training rather than by the chat
    fold = _some(held_out([clip for clip in clips if clip.label in classes], recipe), limit)
    model, extractor = start(recipe, classes)
    taught = Clips(fold.train, classes, recipe.disturb, taught=True)
    tested = Clips(fold.test, classes, recipe.disturb, taught=False)
    log.info("%d clips are learned, %d held out, %d classes", len(taught), len(tested), len(classes))
    weights = class_weights(taught.labels, len(classes)) if recipe.class_weights else torch.ones(len(classes))
    trainer = Trainer(
        model=model,
        args=_arguments(out, recipe),
        data_collator=partial(batch, extractor=extractor, recipe=recipe),
        train_dataset=taught,
        eval_dataset=tested,
        compute_loss_func=weighted_loss(weights),
        compute_metrics=lambda found: figures(found.label_ids, found.predictions.argmax(-1), len(classes)),
        callbacks=[_Curve(out / "curve.jsonl")],
    )
    trainer.remove_callback(PrinterCallback)  # standard output is for the results
    trainer.train(resume_from_checkpoint=True if resume and any((out / "checkpoints").glob("checkpoint-*")) else None)
    said = trainer.predict(tested).predictions.argmax(-1)
    model.save_pretrained(out)
    extractor.save_pretrained(out)
    measured = as_object(results(fold, said, classes, recipe, out))
    counts = {name: sum(clip.corpus == name for clip in fold.train) for name in {clip.corpus for clip in fold.train}}
    (out / "recipe.json").write_text(json.dumps({**dataclasses.asdict(recipe), "clips": counts}, indent=1))
    (out / "results.json").write_text(json.dumps(measured, indent=1))
    print(metrics_table(measured["results"]))  # type: ignore[arg-type]
    return out


def _arguments(out: Path, recipe: Recipe) -> TrainingArguments:
    gpu = torch.cuda.is_available()
    brain_floats = gpu and torch.cuda.is_bf16_supported()
    return TrainingArguments(
        output_dir=str(out / "checkpoints"),
        num_train_epochs=recipe.epochs,
        per_device_train_batch_size=recipe.batch_size,
        per_device_eval_batch_size=1,  # as the chat hears: a clip, and no padding that some families would hear
        gradient_accumulation_steps=recipe.accumulation,
        learning_rate=recipe.learning_rate,
        lr_scheduler_type="linear",
        warmup_steps=recipe.warmup,
        bf16=brain_floats,
        fp16=gpu and not brain_floats,
        use_cpu=not gpu,
        dataloader_pin_memory=gpu,
        dataloader_num_workers=4 if gpu else 0,
        remove_unused_columns=False,
        label_names=["labels"],
        eval_strategy="epoch",
        save_strategy="epoch",
        save_total_limit=1,
        logging_steps=20,
        report_to="none",
        seed=recipe.seed,
        disable_tqdm=True,
    )


def _some(fold: Fold, limit: int | None) -> Fold:
    """At most so many clips of either side, drawn by chance."""
    if limit is None:
        return fold
    chance = random.Random(0)
    train, test = (tuple(chance.sample(side, min(limit, len(side)))) for side in (fold.train, fold.test))
    return Fold(fold.name, train, test)
