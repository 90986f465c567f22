"""A run and what remains of it: recipes, model cards, package versions."""

import subprocess
import tomllib
from dataclasses import fields, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from agent.events import AgentError

RECIPES = Path(__file__).parent / "recipes"
PACKAGES = ("torch", "transformers", "tokenizers", "onnx", "onnxruntime", "numpy")
R = TypeVar("R")


def read_recipe(path: Path, default: R, changes: dict[str, Any]) -> R:
    """A recipe file over the defaults, with changes from flags above it.

    Raises:
        AgentError: at a file that is missing or no TOML, and at a key that the recipe does not have.
    """
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise AgentError(f"The recipe {path} cannot be read ({error.strerror}): name one of {RECIPES}.") from None
    except tomllib.TOMLDecodeError as error:
        raise AgentError(f"The recipe {path} is no valid TOML ({error}): mend that line.") from None
    known = {field.name for field in fields(default)}  # type: ignore[arg-type]
    for key in values:
        if key not in known:
            raise AgentError(f"{path}: unknown key {key!r}; a recipe of this kind has {', '.join(sorted(known))}.")
    given = {key: value for key, value in changes.items() if value is not None}
    return replace(default, **{**values, **given})  # type: ignore[type-var]


def provenance() -> dict[str, Any]:
    """Code revision and package versions, for a manifest."""
    try:
        found = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True)
        revision = found.stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        revision = "unknown"
    return {"revision": revision, "packages": {name: version(name) for name in PACKAGES}}


def metrics_table(results: list[dict[str, Any]]) -> str:
    """Results as a Markdown table, each with its protocol, baseline and the figure to beat."""
    lines = [
        "| metric | value | 95 % | n | to beat | trivial | protocol |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in results:
        interval = f"{row['interval'][0]:.3f} to {row['interval'][1]:.3f}" if row["interval"] else ""
        to_beat = f"{row['to_beat']:.4g}" if row["to_beat"] is not None else ""
        baseline = f"{row['baseline']:.4g}" if row["baseline"] is not None else ""
        cells = (row["metric"], f"{row['value']:.4f}", interval, row["n"], to_beat, baseline, row["protocol"])
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    return "\n".join(lines)


def write_card(folder: Path, title: str, body: str, manifest: dict[str, Any]) -> None:
    """The model card: what it is, what it learned from, how it was measured, what it must not be used for."""
    data = "\n".join(f"- {item['name']}: {item['count']:,} ({item['licence']})" for item in manifest["data"])
    seeds = manifest.get("seeds", [])
    lines = [
        f"# {title}",
        body,
        f"- Version {manifest['version']}, task `{manifest['task']}`, base {manifest['base']}.",
        f"- Licence of the weights: {manifest['licence']}.",
        f"- Rebuilt by: `{manifest['command']}`.",
        "## Data",
        data,
    ]
    if manifest.get("metrics"):
        lines += ["## Measured", metrics_table(manifest["metrics"])]
    if seeds:
        keys = list(seeds[0])
        lines += [
            "Single runs, in fp32, before averaging:",
            "\n".join(
                [
                    "| " + " | ".join(keys) + " |",
                    "| --- " * len(keys) + "|",
                    *("| " + " | ".join(str(seed[key]) for key in keys) + " |" for seed in seeds),
                ]
            ),
        ]
    if manifest.get("limits"):
        lines += ["## Limits", manifest["limits"]]
    (folder / "README.md").write_text("\n\n".join(lines) + "\n", encoding="utf-8")
