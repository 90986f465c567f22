"""The tree is the architecture: imports run downwards only, and a command loads nothing heavy that it does not need."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# From the front ends down to the words that everything speaks. A line is a layer; its groups do not know each
# other; the modules of a group may. A name stands for the package and all in it, the longest name decides.
LAYERS: tuple[tuple[tuple[str, ...], ...], ...] = (
    (
        (
            "agent.cli",
            "agent.__main__",
            "agent.say",
            "agent.config",
            "agent.models",
            "agent.doctor",
            "agent.guard.command",
        ),
    ),
    (("agent.tui",), ("agent.plain",)),
    (("agent.tui.commands",),),  # what can be typed at the prompt, on the screen and line by line alike
    (("agent.turn",),),
    (("agent.guard",),),
    (("agent.understand",), ("agent.reply",)),
    (("agent.encoder",),),
    (("agent.artefacts",), ("agent.history",)),
    (("agent.store", "agent.migrations", "agent.database"), ("agent.settings",), ("agent.audio",)),
    (("agent.events",),),
    (
        ("agent.emotions",),
        ("agent.dangers",),
        ("agent.paths",),
        ("agent.plaintext",),
        ("agent.emoji",),
    ),
)
FRONT_ENDS = (*LAYERS[0][0], "agent.tui", "agent.plain")
TRAINING_ONLY = (
    "torch",
    "transformers",
    "peft",
    "bitsandbytes",
    "datasets",
    "trl",
    "accelerate",
    "sklearn",
    "matplotlib",
)
HEAVY = ("torch", "transformers", "onnxruntime", "ctranslate2")

PLACES = {name: (rank, group) for rank, groups in enumerate(LAYERS) for group in groups for name in group}


def within(module: str, package: str) -> bool:
    """Whether a module is the package or lies in it."""
    return module == package or module.startswith(f"{package}.")


def place(module: str) -> tuple[int, tuple[str, ...]] | None:
    """The layer's rank and the group of a module, by its longest name in LAYERS."""
    names = [name for name in PLACES if within(module, name)]
    return PLACES[max(names, key=len)] if names else None


def modules() -> dict[str, Path]:
    """Every module under agent/ and finetune/ by its dotted name."""
    paths = [path for package in ("agent", "finetune") for path in sorted((ROOT / package).rglob("*.py"))]
    return {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in paths}


MODULES = modules()


def imported(module: str, path: Path, top_level: bool = False) -> Iterator[str]:
    """The modules that a file imports, wherever it does; with `top_level` only what loads with the file itself."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in loaded_with_the_module(tree) if top_level else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*parents, *([node.module] if node.module else [])])
            for alias in node.names:
                full = f"{base}.{alias.name}"
                yield full if full in MODULES else base


def loaded_with_the_module(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes outside of functions and of `if TYPE_CHECKING`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from (inner for other in node.orelse for inner in (other, *loaded_with_the_module(other)))
            continue
        yield node
        yield from loaded_with_the_module(node)


def complaint(module: str, target: str) -> str | None:
    """Why `module` may not import `target`, or None where it may."""
    here, there = place(module), place(target)
    if not within(target, "agent") or target == "agent" or module == "agent" or here is None or there is None:
        return None
    if there[0] < here[0]:
        return f"{module} imports {target}, which stands above it"
    if there[0] == here[0] and there[1] != here[1]:
        return f"{module} imports its neighbour {target}"
    return None


AGENT = [name for name in MODULES if within(name, "agent")]
FINETUNE = [name for name in MODULES if within(name, "finetune")]


def test_every_module_of_the_product_has_its_layer():
    assert [name for name in AGENT if name != "agent" and place(name) is None] == []


@pytest.mark.parametrize("module", AGENT)
def test_imports_run_downwards_only(module):
    complaints = {complaint(module, target) for target in imported(module, MODULES[module])} - {None}
    assert complaints == set()


@pytest.mark.parametrize("module", AGENT)
def test_the_product_never_imports_the_workbench(module):
    assert [target for target in imported(module, MODULES[module]) if within(target, "finetune")] == []


@pytest.mark.parametrize("module", AGENT)
def test_no_module_of_the_product_loads_what_training_needs_when_it_is_imported(module):
    found = imported(module, MODULES[module], top_level=True)
    assert [target for target in found if target.partition(".")[0] in TRAINING_ONLY] == []


@pytest.mark.parametrize("module", FINETUNE)
def test_the_workbench_knows_no_front_end(module):
    targets = imported(module, MODULES[module])
    assert [target for target in targets if any(within(target, front) for front in FRONT_ENDS)] == []


class TestTheRuleItself:
    """A rule that lets everything through would pass above as well."""

    @pytest.mark.parametrize(
        ("module", "target"),
        [
            ("agent.events", "agent.store"),
            ("agent.store", "agent.turn"),
            ("agent.turn", "agent.tui.app"),
            ("agent.turn", "agent.cli"),
            ("agent.understand.text", "agent.reply.bank"),
            ("agent.understand.text", "agent.guard"),
            ("agent.plain", "agent.tui.app"),
            ("agent.tui.chat", "agent.plain"),
            ("agent.tui.commands", "agent.tui.app"),
            ("agent.emotions", "agent.paths"),
        ],
    )
    def test_refuses_upwards_and_sideways(self, module, target):
        assert complaint(module, target)

    @pytest.mark.parametrize(
        ("module", "target"),
        [
            ("agent.cli", "agent.tui.app"),
            ("agent.tui.app", "agent.turn"),
            ("agent.plain", "agent.tui.commands"),
            ("agent.turn", "agent.understand.text"),
            ("agent.guard.rules", "agent.guard.patterns"),
            ("agent.settings", "agent.events"),
        ],
    )
    def test_allows_downwards_and_within_a_group(self, module, target):
        assert complaint(module, target) is None

    def test_sees_imports_in_functions_and_relative_ones(self, tmp_path):
        path = tmp_path / "text.py"
        path.write_text("def late():\n    import agent.turn\n\nfrom .. import events\nfrom ..reply.bank import Bank\n")
        assert set(imported("agent.understand.text", path)) == {"agent.turn", "agent.events", "agent.reply.bank"}
        assert set(imported("agent.understand.text", path, top_level=True)) == {"agent.events", "agent.reply.bank"}

    def test_what_only_the_type_checker_reads_is_not_loaded(self, tmp_path):
        path = tmp_path / "hub.py"
        path.write_text(
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import torch\nelse:\n    import json\n"
        )
        assert set(imported("agent.reply.hub", path, top_level=True)) == {"typing", "json"}


def loaded_by(code: str) -> set[str]:
    """The top-level packages that a fresh interpreter has loaded after `code`."""
    listing = "import sys; print('LOADED', *{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{listing}"],
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.rpartition("LOADED")[2].split())


def command(*arguments: str) -> str:
    """Code that runs `agent` with these arguments and accepts the exit code 0."""
    return (
        "from agent.cli import main\n"
        "try:\n"
        f"    code = main({list(arguments)!r})\n"
        "except SystemExit as error:\n"
        "    code = error.code\n"
        "assert not code, code"
    )


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("import agent.cli", id="import agent.cli"),
        pytest.param(command("--help"), id="agent --help"),
        pytest.param(command("history", "list"), id="agent history list"),
        pytest.param(command("models"), id="agent models"),
    ],
)
def test_a_light_command_loads_no_model_runtime_no_screen_and_no_numpy(code):
    assert loaded_by(code) & {*HEAVY, "textual", "numpy", "tokenizers", "finetune"} == set()


def test_the_screen_opens_before_any_model_runtime_is_loaded():
    assert loaded_by("import agent.tui.app") & {*HEAVY, "numpy", "tokenizers", "finetune"} == set()
