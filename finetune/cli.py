"""The `finetune` command: rebuild, measure and export components. A verb imports what it needs."""

import argparse
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from agent.events import AgentError, UsageError

R = TypeVar("R")


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = argparse.ArgumentParser(prog="finetune", description="Rebuilds, measures and exports every component.")
    verbs = parser.add_subparsers(dest="verb", metavar="command", required=True)

    train = verbs.add_parser("text-emotion", help="train the text encoder: emotions, nuances, sentence vector")
    _data(train)
    train.add_argument("--recipe", default="text-emotion", help="a recipe's name, or a TOML file")
    train.add_argument("--base", help="minilm, or any BERT-family hub id or folder")
    train.add_argument("--seed", type=int)
    train.add_argument("--epochs", type=float)
    train.add_argument("--out", type=Path, help="the run's folder (default: runs/RECIPE-SEED)")
    train.add_argument("--resume", action="store_true", help="go on from the run's last checkpoint")
    train.add_argument("--limit", type=int, help="keep that many training texts (a trial)")
    train.set_defaults(run=_train)

    pretrain = verbs.add_parser("pretrain", help="train a small language model on the dialogue corpora")
    _data(pretrain)
    pretrain.add_argument("--recipe", default="reply-mini", help="a recipe's name, or a TOML file")
    pretrain.add_argument("--base", help="smollm2, nothing (random weights), or a Llama-family folder or hub id")
    pretrain.add_argument("--seed", type=int)
    pretrain.add_argument("--out", type=Path, help="the run's folder (default: runs/RECIPE-SEED)")
    pretrain.add_argument("--resume", action="store_true", help="go on from the run's last checkpoint")
    pretrain.add_argument("--limit", type=int, help="keep that many dialogues (a trial)")
    pretrain.set_defaults(run=_pretrain)

    sft = verbs.add_parser("sft", help="teach a language model to listen (TRL SFT on EmpatheticDialogues and our own)")
    _data(sft)
    sft.add_argument("--recipe", default="reply-mini-listener", help="a recipe's name, or a TOML file")
    sft.add_argument("--base", help="the run of `finetune pretrain` to begin with")
    sft.add_argument("--seed", type=int)
    sft.add_argument("--epochs", type=float)
    sft.add_argument("--out", type=Path, help="the run's folder (default: runs/RECIPE-SEED)")
    sft.add_argument("--resume", action="store_true", help="go on from the run's last checkpoint")
    sft.add_argument("--limit", type=int, help="keep that many chats (a trial)")
    sft.set_defaults(run=_sft)

    export = verbs.add_parser("export", help="average runs, calibrate, quantise and write the artefact")
    export.add_argument("component", choices=["text-emotion", "reply-mini"])
    export.add_argument("runs", nargs="+", type=Path, metavar="run", help="folders of finished runs")
    export.add_argument("--out", type=Path, help="the artefact's folder (default: adapters/COMPONENT)")
    export.add_argument("--version", default="1.0")
    _data(export)
    export.set_defaults(run=_export)

    bank = verbs.add_parser("bank", help="give the reply bank's cues their vectors")
    bank.add_argument("--out", type=Path, default=Path("adapters/reply-bank"))
    bank.add_argument("--version", default="1.0")
    bank.set_defaults(run=_bank)

    evaluate = verbs.add_parser("eval", help="measure shipped components by the protocols of the figures to beat")
    evaluate.add_argument("components", nargs="+", choices=["text-emotion", "nuance", "reply"])
    evaluate.add_argument("--artefact", default="text-emotion", help="an artefact's name or folder")
    evaluate.add_argument("--json", action="store_true")
    evaluate.add_argument("--limit", type=int, help="reply: that many turns of the test set, drawn once and for all")
    evaluate.add_argument("--out", type=Path, help="write report, confusion matrices and calibration plots here")
    evaluate.add_argument("--run", type=Path, dest="of_run", help="add the learning curves of this run")
    _data(evaluate)
    evaluate.set_defaults(run=_evaluate)

    data = verbs.add_parser("data", help="look at the corpora")
    data.add_argument("action", choices=["describe"])
    data.add_argument("what", choices=["text"])
    data.add_argument("--out", type=Path, help="write plots here")
    _data(data)
    data.set_defaults(run=_describe)

    ranker = verbs.add_parser("ranker", help="train what chooses among replies, measure it and write its artefact")
    _data(ranker)
    ranker.add_argument("--recipe", default="reply-ranker", help="a recipe's name, or a TOML file")
    ranker.add_argument("--seed", type=int)
    ranker.add_argument("--out", type=Path, default=Path("adapters/reply-ranker"))
    ranker.add_argument("--version", default="1.0")
    ranker.set_defaults(run=_ranker)

    samples = verbs.add_parser("samples", help="thirty conversations of five turns, to be read")
    samples.add_argument("--out", type=Path, help="write them here as Markdown, instead of printing them")
    samples.set_defaults(run=_samples)
    return parser


def _data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", help="the folder of the corpora (default: AGENT_DATA, else ./data)")


def _train(arguments: argparse.Namespace) -> int:
    from finetune.text_emotion import Recipe, train

    return _run(arguments, Recipe(), train, ("base", "seed", "epochs"))


def _pretrain(arguments: argparse.Namespace) -> int:
    from finetune.pretrain import Recipe, train

    return _run(arguments, Recipe(), train, ("base", "seed"))


def _sft(arguments: argparse.Namespace) -> int:
    from finetune.sft import Recipe, train

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
    from finetune.runs import RECIPES, read_recipe

    given = Path(arguments.recipe)
    path = given if given.suffix == ".toml" else RECIPES / f"{arguments.recipe}.toml"
    return read_recipe(path, default, {flag: getattr(arguments, flag) for flag in flags})


def _export(arguments: argparse.Namespace) -> int:
    from finetune.corpora import corpora_folder

    out = arguments.out or Path("adapters") / arguments.component
    data = corpora_folder(arguments.data)
    if arguments.component == "reply-mini":
        from finetune.build_reply import build_reply

        if len(arguments.runs) != 1:
            raise UsageError("reply-mini is exported from one run: name its folder.")
        print(build_reply(data, arguments.runs[0], out, arguments.version))
    else:
        from finetune.build import build_text_emotion

        print(build_text_emotion(data, arguments.runs, out, arguments.version))
    return 0


def _bank(arguments: argparse.Namespace) -> int:
    from finetune.bank import build_bank

    print(build_bank(arguments.out, arguments.version))
    return 0


def _ranker(arguments: argparse.Namespace) -> int:
    from finetune.corpora import corpora_folder
    from finetune.ranker import Recipe, build_ranker

    recipe = _recipe(arguments, Recipe(), ("seed",))
    print(build_ranker(corpora_folder(arguments.data), arguments.out, recipe, arguments.version))
    return 0


def _evaluate(arguments: argparse.Namespace) -> int:
    from agent.understand.text import open_text_emotion
    from finetune.corpora import corpora_folder
    from finetune.evaluate import text_emotion as protocols
    from finetune.runs import metrics_table

    encoder = open_text_emotion(arguments.artefact, threads=os.cpu_count() or 1)
    data = corpora_folder(arguments.data)
    results = []
    if "text-emotion" in arguments.components:
        results += protocols.evaluate_dair(encoder, data)
        results += protocols.evaluate_goemotions(encoder, data)
        results += protocols.evaluate_everyday(encoder)
    if "nuance" in arguments.components:
        results += protocols.evaluate_nuance(encoder, data)
    if "reply" in arguments.components:
        from finetune.evaluate.reply import evaluate_reply

        results += evaluate_reply(data, arguments.limit)
    whole = protocols.as_object(results)
    if arguments.json:
        print(json.dumps(whole, indent=1))
    else:
        print(metrics_table(whole["results"]))  # type: ignore[arg-type]
    if arguments.out:
        protocols.write_report(encoder, data, arguments.out, arguments.of_run)
        print(f"Report and plots are in {arguments.out}.", file=sys.stderr)
    return 0


def _describe(arguments: argparse.Namespace) -> int:
    from finetune.corpora import corpora_folder
    from finetune.corpora.describe import describe_text

    print(describe_text(corpora_folder(arguments.data), arguments.out))
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
