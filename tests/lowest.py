"""Runs the fast tests of the chat on the lowest versions that pyproject.toml allows (`make lowest`).

Turns each lower bound of the chat and of the test runner into a pin, installs them into .venv-lowest and
runs pytest there. The tests of training stay out: they need torch. Exits with pytest's code; further
arguments are pytest's.
"""

import hashlib
import re
import shutil
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv-lowest"
TEST_RUNNER = ("hypothesis", "pytest", "pytest-asyncio", "pytest-textual-snapshot")


def pins(pyproject: str) -> list[str]:
    """`name==version` for every dependency of the chat and of the test runner, from the text of pyproject.toml."""
    project = tomllib.loads(pyproject)["project"]
    runner = [line for line in project["optional-dependencies"]["test"] if re.split(r"[<>=\[]", line)[0] in TEST_RUNNER]
    return [pin(requirement) for requirement in (*project["dependencies"], *runner)]


def pin(requirement: str) -> str:
    """`numpy>=2.0,<3` as `numpy==2.0`; a requirement without a lower bound is refused."""
    found = re.match(r"([\w.-]+)\s*>=\s*([\w.]+)", requirement)
    if found is None:
        sys.exit(f"lowest: {requirement!r} in pyproject.toml has no lower bound: write it as name>=version.")
    return f"{found[1]}=={found[2]}"


def install(pinned: list[str], stamp: Path) -> None:
    """Makes the environment anew; the stamp is written last, so that a half-made one is never used."""
    shutil.rmtree(VENV, ignore_errors=True)
    venv.create(VENV, with_pip=True)
    constraints = VENV / "constraints.txt"
    constraints.write_text("".join(f"{line}\n" for line in pinned))
    pip = [str(VENV / "bin/python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run([*pip, "--constraint", str(constraints), "--editable", str(ROOT), *TEST_RUNNER], check=True)
    stamp.touch()


def main() -> int:
    """Installs if need be, then tests."""
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    pinned = pins(pyproject)
    stamp = VENV / f"{hashlib.sha256(pyproject.encode()).hexdigest()[:16]}.stamp"
    if not stamp.is_file():
        print("Installing the lowest versions:", ", ".join(pinned), flush=True)
        try:
            install(pinned, stamp)
        except subprocess.CalledProcessError as error:
            return error.returncode
    tests = ["-m", "not slow", f"--ignore={ROOT / 'tests/finetune'}"]
    return subprocess.run([VENV / "bin/python", "-m", "pytest", *tests, *sys.argv[1:]], cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
