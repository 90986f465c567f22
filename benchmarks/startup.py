"""How soon the chat is there: `agent --help` and the import of the screen, against their budgets.

    python benchmarks/startup.py

Wall time of whole processes, the median of 10 in turn. Beside them, measured in the same run: Python alone,
and Textual alone, which is what no application on it can be faster than.
"""

import os
import platform
import statistics
import subprocess
import sys
import time
from importlib.metadata import version

ROUNDS = 10
PYTHON = [sys.executable, "-c"]
# What is measured, its command, and the budget in seconds.
MEASURED: tuple[tuple[str, list[str], float | None], ...] = (
    ("python alone", [*PYTHON, "pass"], None),
    ("textual alone", [*PYTHON, "import textual.app, textual.widgets"], None),
    ("agent --help", [sys.executable, "-m", "agent.cli", "--help"], 0.2),
    ("import agent.tui.app", [*PYTHON, "import agent.tui.app"], 0.7),
)


def seconds(command: list[str]) -> float:
    """Wall time of one process."""
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def main() -> None:
    """Prints the medians and the budgets."""
    versions = f"Python {platform.python_version()}, textual {version('textual')}"
    print(f"{versions}; {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for _, command, _ in MEASURED:
        seconds(command)  # the first start writes the bytecode
    times: dict[str, list[float]] = {name: [] for name, _, _ in MEASURED}
    for _ in range(ROUNDS):
        for name, command, _ in MEASURED:
            times[name].append(seconds(command))
    for name, _, budget in MEASURED:
        median = statistics.median(times[name])
        verdict = f"   budget {budget} s: {'within' if median <= budget else 'OVER'}" if budget else ""
        print(f"{name:<22}{median:7.3f} s{verdict}")


if __name__ == "__main__":
    main()
