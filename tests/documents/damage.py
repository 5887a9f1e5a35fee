"""Files damaged on purpose, each by a seed that a failing test names."""

from __future__ import annotations

import random
from collections.abc import Iterator


def damaged(data: bytes, seeds: range) -> Iterator[tuple[int, bytes]]:
    """Yield (seed, the file with bytes flipped, a piece taken out, or the end cut off)."""
    for seed in seeds:
        chance = random.Random(seed)
        broken = bytearray(data)
        way = seed % 3
        if way == 0:
            for _ in range(chance.choice((1, 8, 64))):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
        elif way == 1:
            del broken[chance.randrange(len(broken)) :]
        else:
            start = chance.randrange(len(broken))
            del broken[start : start + chance.choice((1, 16, 512))]
        yield seed, bytes(broken)
