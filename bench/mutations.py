"""Damaged files of all formats: each is read or refused, never a traceback, never a hang.

`python bench/mutations.py [--files N] [--seed S]` damages the originals in `tests/originals` and
`data/raw` (bytes flipped, blocks removed, repeated or exchanged, cut short), reads each as `parse`
does, and prints what became of them. Exit status 1 if one raised anything but a DocumentError or
took longer than the limit; its seed is printed, so that it can be made again.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from safeplan.documents import DocumentError
from safeplan.plans import parse

ROOT = Path(__file__).parent.parent
LIMIT = 600.0


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Return bytes with some damage."""
    broken = bytearray(data)
    kind = chance.choice(["flip", "flip", "cut", "drop", "repeat", "exchange", "zero"])
    at, end = sorted(chance.randrange(len(broken) + 1) for _ in range(2))
    end = min(end, at + 4096)
    if kind == "flip":
        for _ in range(chance.choice([1, 4, 32, 256])):
            broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
    elif kind == "cut":
        del broken[at:]
    elif kind == "drop":
        del broken[at:end]
    elif kind == "repeat":
        broken[at:at] = broken[at:end] * chance.randrange(1, 4)
    elif kind == "exchange":
        other = chance.randrange(len(broken))
        broken[at:end] = broken[other : other + end - at]
    else:
        broken[at:end] = bytes(end - at)
    return bytes(broken)


def main() -> int:
    """Damage and read the files; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=20261122)
    arguments = parser.parse_args()
    folders = ("docx", "odt", "html", "doc", "pdf")
    originals = [
        path
        for folder in folders
        for path in sorted((ROOT / "tests" / "originals" / folder).iterdir())
        if path.suffix == f".{folder}"
    ] + sorted((ROOT / "data" / "raw").glob("*.txt"))
    became: Counter[str] = Counter()
    slowest = 0.0
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(arguments.files):
            seed = arguments.seed + number
            chance = random.Random(seed)
            original = originals[number % len(originals)]
            path = Path(folder) / f"忠县2025年工作要点{original.suffix}"
            path.write_bytes(damaged(original.read_bytes(), chance))
            start = time.perf_counter()
            try:
                parse(path)
                became["read"] += 1
            except DocumentError as error:
                became[error.code] += 1
            except Exception as error:
                wrong += 1
                print(f"seed {seed} {original.name}: {type(error).__name__}: {error}")
            taken = time.perf_counter() - start
            slowest = max(slowest, taken)
            if taken > LIMIT:
                wrong += 1
                print(f"seed {seed} {original.name}: {taken:.0f} s")
    print(f"{arguments.files} files, {wrong} wrong, slowest {slowest:.1f} s")
    print(", ".join(f"{code} {count}" for code, count in became.most_common()))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
