"""How the time of reading grows with what is read: no text may be dearer than its length.

Texts that make a careless pattern try every way (`python bench/growth.py`) stand in each place of a
document, at two sizes; twice the text may take `MOST` times the time, where it takes any. Counted in
the processor's time of this process, as a ratio.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from safeplan.documents import DocumentError
from safeplan.plans import parse

SIZE = 20_000
"""Bytes, and as many again."""
MOST = 3.0
"""What is quadratic takes four times as long."""
FREE = 0.15
"""Seconds below which a ratio says nothing."""

PUMPS = (
    *(
        " ",
        "\u3000",
        ".",
        "…",
        "·",
        "-",
        "—",
        "1",
        "1.",
        "1,",
        "9%",
        "一",
        "十",
        "（",
        "）",
        "()",
        "“",
    ),
    *(
        "《",
        "》",
        "、",
        "，",
        "：",
        "；",
        "。",
        "①",
        "0.",
        "A",
        "甲",
        "第",
        "的",
        "和",
        "等",
        "<",
        "<!--",
    ),
    *(
        "<a>",
        "&",
        "\\",
        "/",
        "=",
        "_",
        "附件",
        "附件1：",
        "目录",
        "每年",
        "2025年",
        "6月",
        "12月底前",
    ),
    *(
        "不少于",
        "以上",
        "达到",
        "100%",
        "全覆盖",
        "清零",
        "县",
        "局",
        "县应急管理局",
        "县应急局、",
        "各镇街",
    ),
    *(
        "（牵头单位：",
        "责任单位：",
        "（一）",
        "一、",
        "1.甲",
        "（一）甲。",
        "截至",
        "到",
        "至",
        "比",
        "较上年",
    ),
    *(
        "下降",
        "完成3次",
        "，3次",
        "3次、",
        "甲，",
        "甲；",
        "甲。",
        "甲、",
        "甲 ",
        "区委、",
        "含",
        "及其",
        "“甲”、",
    ),
)
"""What is repeated."""


def _table(column: int) -> Callable[[str], str]:
    header = ["序号", "名称", "目标", "责任单位", "完成时限"]

    def shaped(text: str) -> str:
        row = ["1", "道路交通", "整治隐患3处", "县公安局", "6月底前"]
        row[column] = text.replace("\n", " ")
        return "附件\n" + "\t".join(header) + "\n" + "\t".join(row) + "\n"

    return shaped


SHAPES: dict[str, Callable[[str], str]] = {
    "alone": str,
    "measure": lambda text: f"一、{text}\n二、做好巡查。\n",
    "lines": lambda text: text.replace(text[:8], text[:8] + "\n"),
    "numbered": lambda text: "".join(
        f"{at}.{text[at : at + 4]}\n" for at in range(1, len(text), 4)
    ),
    "name": _table(1),
    "content": _table(2),
    "owners": _table(3),
    "deadline": _table(4),
    "bars": lambda text: (
        "序号|名称|目标|责任单位|\n1|道路|" + text.replace("\n", " ") + "|县公安局|\n"
    ),
    "page": lambda text: f"<html><body><p>一、{text}</p><table><tr><td>{text[:2000]}</table>",
}
"""Where it stands."""


def seconds(text: str, folder: Path) -> float:
    """Return the processor's time of reading a text."""
    path = folder / "忠县2025年工作要点.txt"
    path.write_text(f"忠县2025年安全生产工作要点\n{text}", encoding="utf-8")
    start = time.process_time()
    with suppress(DocumentError):
        parse(path)
    return time.process_time() - start


def grown(pumps: tuple[str, ...], shapes: list[str]) -> Iterator[tuple[str, str, float, float]]:
    """Yield each pump, its place, and the times at the two sizes."""
    with tempfile.TemporaryDirectory() as name:
        seconds("一、做好巡查。", Path(name))
        for shape in shapes:
            for pump in pumps:
                text = pump * (SIZE // len(pump.encode()))
                times = [seconds(SHAPES[shape](text * k + "x"), Path(name)) for k in (1, 2)]
                yield pump, shape, times[0], times[1]


def main() -> int:
    """Print what grows faster than its length; 1 where anything does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shape", action="append", choices=[*SHAPES])
    shapes: list[str] = parser.parse_args().shape or [*SHAPES]
    over = worst = 0
    slowest = 0.0
    for pump, shape, once, twice in grown(PUMPS, shapes):
        slowest = max(slowest, twice)
        worst += 1
        if twice > FREE and twice > MOST * once:
            over += 1
            print(f"{shape:<10} {pump!r:<16} {once:7.3f} s {twice:7.3f} s  × {twice / once:.1f}")
    print(f"{worst} texts of {SIZE:,} and {2 * SIZE:,} bytes: {over} OVER, slowest {slowest:.2f} s")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
