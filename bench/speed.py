"""Speed as ratios: whole processes, run in turn with the peer they are held against.

`python bench/speed.py [--runs N]` prints a line a bar: our median over the peer's median, pair by
pair, so that a busy machine weighs on both alike.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
SAFEPLAN = [sys.executable, "-m", "safeplan"]
IMPORTS = [sys.executable, "-c", "import pandas, jieba; jieba.setLogLevel(60); jieba.initialize()"]
MARKITDOWN = [sys.executable, "-m", "markitdown"]
PDFPLUMBER = [
    sys.executable,
    "-c",
    "import pdfplumber, sys; [page.extract_tables() for page in pdfplumber.open(sys.argv[1]).pages]",
]
BARE = """
import typer
app = typer.Typer()
@app.callback()
def main(): "A bare program."
@app.command()
def one(name: str): "One verb."
@app.command()
def two(name: str): "Another verb."
app()
"""


@dataclass(frozen=True)
class Bar:
    """One command, the peer it is held against, and the ratio it must stay under."""

    name: str
    ours: list[str]
    peer_name: str
    peer: list[str]
    limit: float


def bars(folder: Path) -> list[Bar]:
    """Return the bars; `folder` takes what parsing writes."""
    three = ["沙坪坝-2025", "忠县-2025", "南岸-2025"]
    imports = "import pandas, jieba"
    docx, pdf = (
        f"tests/originals/{form}/沙坪坝区2025年工作要点.{form}" for form in ("docx", "pdf")
    )
    parse = [*SAFEPLAN, "parse", "-o", str(folder)]
    peers = [
        Bar("parse, docx", [*parse, docx], "markitdown", [*MARKITDOWN, docx], 1.0),
        Bar("parse, pdf", [*parse, pdf], "pdfplumber tables", [*PDFPLUMBER, pdf], 1.2),
    ]
    return [
        *peers,
        Bar(
            "--help",
            [*SAFEPLAN, "--help"],
            "bare Typer",
            [sys.executable, "-c", BARE, "--help"],
            1.5,
        ),
        Bar("compare, 3 plans", [*SAFEPLAN, "compare", *three], imports, IMPORTS, 1.5),
        Bar("compare, csv", [*SAFEPLAN, "compare", *three, "-f", "csv"], imports, IMPORTS, 1.5),
        Bar(
            "parse, 5 files",
            [*SAFEPLAN, "parse", "data/raw", "-o", str(folder), "--force"],
            imports,
            IMPORTS,
            1.0,
        ),
    ]


def seconds(command: list[str]) -> float:
    """Return the wall time of one run of a command."""
    start = time.perf_counter()
    subprocess.run(
        command,
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "NO_COLOR": "1"},
    )
    return time.perf_counter() - start


def main() -> None:
    """Run every bar and print its ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    runs: int = parser.parse_args().runs
    print(f"{'what':<20} {'against':<22} {'ours s':>8} {'peer s':>8} {'ratio':>7} {'bar':>6}")
    with tempfile.TemporaryDirectory() as folder:
        for bar in bars(Path(folder)):
            seconds(bar.ours), seconds(bar.peer)
            pairs = [(seconds(bar.ours), seconds(bar.peer)) for _ in range(runs)]
            ratio = statistics.median(ours / peer for ours, peer in pairs)
            ours, peer = (statistics.median(side) for side in zip(*pairs, strict=True))
            verdict = "ok" if ratio <= bar.limit else "OVER"
            print(
                f"{bar.name:<20} {bar.peer_name:<22} {ours:8.3f} {peer:8.3f} {ratio:7.2f} "
                f"≤{bar.limit:4.1f} {verdict}"
            )


if __name__ == "__main__":
    main()
