"""The `finetune` command: rebuild, measure and export components. A verb imports what it needs."""

import argparse
import json
import logging
import os
import sys
import tomllib
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from agent.events import AgentError, UsageError

if TYPE_CHECKING:
    from finetune.evaluate.text_emotion import Result

R = TypeVar("R")
COMPONENTS = ("text-emotion", "nuance", "reply", "guard", "speech-emotion", "intent", "transcription", "fusion")
TEXT = frozenset({"text-emotion", "nuance", "guard"})
SPEECH_BASE = (
    "whisper-tiny.en, or a folder with another Whisper; with a recipe that fine-tunes: any Wav2Vec2, HuBERT, WavLM or "
    "Whisper, by hub id or folder"
)


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = argparse.ArgumentParser(prog="finetune", description="Rebuilds, measures and exports every component.")
    verbs = parser.add_subparsers(dest="verb", metavar="command", required=True)

    _trains(
        verbs.add_parser("text-emotion", help="train the text encoder: emotions, nuances, sentence vector"),
        _train,
        "text-emotion",
        base="minilm, or any BERT-family hub id or folder",
    )
    _trains(
        verbs.add_parser("pretrain", help="train a small language model on the dialogue corpora"),
        _pretrain,
        "reply-mini",
        base="smollm2, nothing (random weights), or a Llama-family folder or hub id",
        epochs=False,
    )
    _trains(
        verbs.add_parser("sft", help="teach a language model to listen (TRL SFT on EmpatheticDialogues and our own)"),
        _sft,
        "reply-mini-listener",
        base="mini, which is what `finetune pretrain` left, or the folder of another such run",
    )
    _trains(
        verbs.add_parser("guard", help="train the guard's ear, a branch of the finished text encoder"),
        _guard,
        "guard",
        base=None,
    )
    _trains(
        verbs.add_parser("ranker", help="train what chooses among replies"),
        _ranker,
        "reply-ranker",
        base="minilm, or any BERT-family hub id or folder",
    )

    _trains(
        verbs.add_parser("speech-emotion", help="train what hears emotion in a voice"),
        _speech,
        "speech-emotion",
        base=SPEECH_BASE,
        epochs=False,
    )
    _trains(
        verbs.add_parser("intent", help="train what hears in a voice what somebody wants"),
        _speech,
        "intent",
        base=SPEECH_BASE,
        epochs=False,
    )
    _trains(
        verbs.add_parser("transcriber", help="train the transcriber: the embedding that Whisper's blocks lack"),
        _transcriber,
        "transcriber",
        base="whisper-tiny.en, or a folder with another Whisper",
        epochs=False,
    )

    export = verbs.add_parser("export", help="average runs, calibrate, quantise and write the artefact")
    export.add_argument("component", choices=["text-emotion", "reply-mini", "reply-ranker", "speech", "transcriber"])
    export.add_argument("runs", nargs="+", type=Path, metavar="run", help="folders of finished runs")
    export.add_argument("--out", type=Path, help="the artefact's folder (default: adapters/COMPONENT)")
    export.add_argument("--version", default="1.0")
    export.add_argument("--guard", nargs="+", type=Path, metavar="run", help="text-emotion: runs of `finetune guard`")
    _data(export)
    export.set_defaults(run=_export)

    bank = verbs.add_parser("bank", help="give the reply bank's cues their vectors")
    bank.add_argument("--out", type=Path, default=Path("adapters/reply-bank"))
    bank.add_argument("--version", default="1.0")
    bank.set_defaults(run=_bank)

    evaluate = verbs.add_parser("eval", help="measure shipped components by the protocols of the figures to beat")
    evaluate.add_argument("components", nargs="+", choices=COMPONENTS)
    evaluate.add_argument("--artefact", default="text-emotion", help="an artefact's name or folder")
    evaluate.add_argument("--transcriber", default="transcriber", help="a name or folder that the chat takes, too")
    evaluate.add_argument("--json", action="store_true")
    evaluate.add_argument("--limit", type=int, help="reply: that many turns of the test set, drawn once and for all")
    evaluate.add_argument("--out", type=Path, help="write report, confusion matrices and calibration plots here")
    evaluate.add_argument("--run", type=Path, dest="of_run", help="add the learning curves of this run")
    _data(evaluate)
    evaluate.set_defaults(run=_evaluate)

    data = verbs.add_parser("data", help="look at the corpora")
    data.add_argument("action", choices=["describe"])
    data.add_argument(
        "what", nargs="+", help="text, speech, speech corpora by name (ravdess, urdu, …), or a folder of your own clips"
    )
    data.add_argument("--out", type=Path, help="text: write plots here")
    _data(data)
    data.set_defaults(run=_describe)

    blind = verbs.add_parser("blind", help="pairs of replies to be judged blindly: with the reply model, and without")
    blind.add_argument("folder", type=Path, help="where pairs.md and key.json are written, or lie")
    blind.add_argument("--judged", type=Path, help="a file with A, B or = for each pair: print who was preferred")
    _data(blind)
    blind.set_defaults(run=_blind)

    samples = verbs.add_parser("samples", help="thirty conversations of five turns, to be read")
    samples.add_argument("--out", type=Path, help="write them here as Markdown, instead of printing them")
    samples.set_defaults(run=_samples)
    return parser


def _trains(
    parser: argparse.ArgumentParser,
    run: Callable[[argparse.Namespace], int],
    recipe: str,
    base: str | None,
    epochs: bool = True,
) -> None:
    """What every command that trains takes."""
    _data(parser)
    parser.add_argument("--recipe", default=recipe, help="a recipe's name, or a TOML file")
    if base:
        parser.add_argument("--base", help=base)
    parser.add_argument("--seed", type=int)
    if epochs:
        parser.add_argument("--epochs", type=float)
    parser.add_argument("--out", type=Path, help="the run's folder (default: runs/RECIPE-SEED)")
    parser.add_argument("--resume", action="store_true", help="go on from the run's last checkpoint")
    parser.add_argument("--limit", type=int, help="keep that many training examples (a trial)")
    parser.set_defaults(run=run)


def _data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", help="the folder of the corpora (default: AGENT_DATA, else ./data)")


def _train(arguments: argparse.Namespace) -> int:
    from finetune.text_emotion import Recipe, train

    return _run(arguments, Recipe(), train, ("base", "seed", "epochs"))


def _pretrain(arguments: argparse.Namespace) -> int:
    from finetune.pretrain import Recipe, train

    return _run(arguments, Recipe(), train, ("base", "seed"))


def _sft(arguments: argparse.Namespace) -> int:
    from finetune.sft import MINI, Recipe, train

    if arguments.base == "mini":
        arguments.base = MINI
    return _run(arguments, Recipe(), train, ("base", "seed", "epochs"))


def _speech(arguments: argparse.Namespace) -> int:
    """A recipe that has `epochs` fine-tunes a whole model; one that has none trains heads on a frozen encoder."""
    if _has_epochs(_recipe_path(arguments)):
        from finetune import speech_tuning

        return _run(arguments, speech_tuning.Recipe(), speech_tuning.train, ("base", "seed"))
    from finetune import speech

    heads = speech.train_emotion if arguments.verb == "speech-emotion" else speech.train_intent
    return _run(arguments, speech.Recipe(), heads, ("base", "seed"))


def _has_epochs(recipe: Path) -> bool:
    with suppress(OSError, ValueError):  # what is wrong with it is said where it is read
        return "epochs" in tomllib.loads(recipe.read_text("utf-8"))
    return False


def _transcriber(arguments: argparse.Namespace) -> int:
    from finetune.transcriber import Recipe, train

    return _run(arguments, Recipe(), train, ("base", "seed"))


def _ranker(arguments: argparse.Namespace) -> int:
    from finetune.ranker import Recipe, train

    return _run(arguments, Recipe(), train, ("base", "seed", "epochs"))


def _run(arguments: argparse.Namespace, default: R, train: Callable[..., Path], flags: Sequence[str]) -> int:
    """A training run of the recipe that is named, with the flags that were given above it; prints its folder."""
    from finetune.corpora import corpora_folder

    recipe = _recipe(arguments, default, flags)
    stem = Path(arguments.recipe).stem
    out = arguments.out or Path("runs") / f"{stem}-{recipe.seed}"  # type: ignore[attr-defined]
    print(train(corpora_folder(arguments.data), out, recipe, arguments.resume, arguments.limit))
    return 0


def _recipe(arguments: argparse.Namespace, default: R, flags: Sequence[str]) -> R:
    from finetune.runs import read_recipe

    return read_recipe(_recipe_path(arguments), default, {flag: getattr(arguments, flag) for flag in flags})


def _recipe_path(arguments: argparse.Namespace) -> Path:
    from finetune.runs import RECIPES

    given = Path(arguments.recipe)
    return given if given.suffix == ".toml" else RECIPES / f"{arguments.recipe}.toml"


def _export(arguments: argparse.Namespace) -> int:
    from finetune.corpora import corpora_folder

    out = arguments.out or Path("adapters") / arguments.component
    data = corpora_folder(arguments.data)
    if arguments.component == "text-emotion":
        from finetune.build import build_text_emotion

        if arguments.guard is None:
            raise UsageError("text-emotion is exported with the guard's ear: name runs of `finetune guard` by --guard.")
        print(build_text_emotion(data, arguments.runs, arguments.guard, out, arguments.version))
        return 0
    if arguments.component == "speech":
        from finetune.build_speech import build_speech

        print(build_speech(data, arguments.runs, out, arguments.version))
        return 0
    if len(arguments.runs) != 1:
        raise UsageError(f"{arguments.component} is exported from one run: name its folder.")
    if arguments.component == "reply-mini":
        from finetune.build_reply import build_reply

        print(build_reply(data, arguments.runs[0], out, arguments.version))
    elif arguments.component == "transcriber":
        from finetune.build_transcriber import build_transcriber

        print(build_transcriber(data, arguments.runs[0], out, arguments.version))
    else:
        from finetune.build_ranker import build_ranker

        print(build_ranker(data, arguments.runs[0], out, arguments.version))
    return 0


def _bank(arguments: argparse.Namespace) -> int:
    from finetune.bank import build_bank

    print(build_bank(arguments.out, arguments.version))
    return 0


def _guard(arguments: argparse.Namespace) -> int:
    from finetune.guard import Recipe, train

    return _run(arguments, Recipe(), train, ("seed", "epochs"))


def _evaluate(arguments: argparse.Namespace) -> int:
    from agent.understand.text import open_text_emotion
    from finetune.corpora import corpora_folder
    from finetune.evaluate import text_emotion as protocols
    from finetune.runs import metrics_table

    data = corpora_folder(arguments.data)
    results = _evaluate_speech(arguments, data)
    if "reply" in arguments.components:
        from finetune.evaluate.reply import evaluate_reply

        results += evaluate_reply(data, arguments.limit)
    if arguments.out or TEXT.intersection(arguments.components):
        encoder = open_text_emotion(arguments.artefact, threads=os.cpu_count() or 1)
        if "text-emotion" in arguments.components:
            results += protocols.evaluate_dair(encoder, data)
            results += protocols.evaluate_goemotions(encoder, data)
            results += protocols.evaluate_everyday(encoder)
        if "nuance" in arguments.components:
            results += protocols.evaluate_nuance(encoder, data)
        if "guard" in arguments.components:
            from finetune.evaluate.guard import evaluate_guard

            results += evaluate_guard(encoder, data)
        if arguments.out:
            protocols.write_report(encoder, data, arguments.out, arguments.of_run)
            print(f"Report and plots are in {arguments.out}.", file=sys.stderr)
    whole = protocols.as_object(results)
    if arguments.json:
        print(json.dumps(whole, indent=1))
    else:
        print(metrics_table(whole["results"]))  # type: ignore[arg-type]
    return 0


def _evaluate_speech(arguments: argparse.Namespace, data: Path) -> "list[Result]":
    """What is heard: emotion and intent by their recipes on folds, words by the transcriber that serves the chat."""
    from finetune.runs import RECIPES, read_recipe

    found: list[Result] = []
    if {"speech-emotion", "intent"}.intersection(arguments.components):
        from finetune.evaluate.speech import evaluate_intent, evaluate_speech_emotion
        from finetune.speech import Recipe

        for name, measure in (("speech-emotion", evaluate_speech_emotion), ("intent", evaluate_intent)):
            if name in arguments.components:
                found += measure(data, Path("runs"), read_recipe(RECIPES / f"{name}.toml", Recipe(), {}))
    if "fusion" in arguments.components:
        from agent.understand.speech import open_embedded
        from agent.understand.text import open_text_emotion
        from finetune.evaluate.fusion import evaluate_fusion
        from finetune.speech import Recipe

        recipe = read_recipe(RECIPES / "speech-emotion.toml", Recipe(), {})
        opened = open_text_emotion("text-emotion"), open_embedded("speech")
        found += evaluate_fusion(data, Path("runs"), recipe, *opened)
    if "transcription" in arguments.components:
        from agent.understand.transcribe import open_transcriber
        from finetune.evaluate.transcription import evaluate_transcription

        transcriber = open_transcriber(arguments.transcriber, threads=os.cpu_count() or 1)
        found += evaluate_transcription(data, transcriber, arguments.limit)
    return found


def _describe(arguments: argparse.Namespace) -> int:
    from finetune.corpora import corpora_folder
    from finetune.corpora.describe import describe_text
    from finetune.corpora.describe_speech import describe_speech
    from finetune.corpora.speech import HOMES

    unknown = [name for name in arguments.what if name not in ("text", "speech", *HOMES) and not Path(name).is_dir()]
    if unknown:
        raise UsageError(f"There is no corpus {unknown[0]}: name text, speech, a folder, or one of {', '.join(HOMES)}.")
    if arguments.out and "text" not in arguments.what:
        raise UsageError("Plots are drawn of the text corpora alone: add text, or leave out --out.")
    data = corpora_folder(arguments.data)
    for name in arguments.what:
        if name == "text":
            print(describe_text(data, arguments.out))
        else:
            print(describe_speech(data, tuple(HOMES) if name == "speech" else (name,)))
    return 0


def _blind(arguments: argparse.Namespace) -> int:
    from finetune.corpora import corpora_folder
    from finetune.evaluate.blind import score, write_pairs

    if arguments.judged:
        print(json.dumps(score(arguments.folder, arguments.judged), indent=1))
    else:
        print(write_pairs(corpora_folder(arguments.data), arguments.folder))
    return 0


def _samples(arguments: argparse.Namespace) -> int:
    from finetune.evaluate.reply import conversations

    text = "\n\n".join(["# Thirty conversations", "Made by `finetune samples`.", *conversations()]) + "\n"
    if arguments.out:
        arguments.out.write_text(text, encoding="utf-8")
    else:
        print(text, end="")
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command; returns its exit code: 0 done, 1 failed, 2 wrong use, 130 interrupted."""
    # Nothing is downloaded silently; bitsandbytes warns of a kernel nobody needs here.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    for noisy in ("bitsandbytes", "transformers", "onnxscript", "httpx", "onnx_ir", "root"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    logging.getLogger("finetune").setLevel(logging.INFO)  # ours shows how far it is, whatever the root keeps silent
    arguments = build_parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except AgentError as error:
        print(f"finetune: {error}", file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1
    except KeyboardInterrupt:
        print("finetune: interrupted; `--resume` goes on from the last checkpoint.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
