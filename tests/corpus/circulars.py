"""Small circulars as text, each of one region and year."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.conftest import HEADER, tab_table

from safeplan.corpus.store import Entry, chosen, survey

ROWS = (
    ("森林防火", "森林火灾受害率控制在0.3‰以内", "区林业局"),
    ("消防安全", "新建微型消防站3个", "区消防救援局"),
    ("危险化学品", "危险化学品企业检查覆盖率100%", "区应急管理局"),
)
"""Name, content, owner."""


def circular(region: str, year: int = 2025, rows: Sequence[tuple[str, str, str]] = ROWS) -> str:
    """The text of a region's annual circular."""
    header = [cell.replace("2025", str(year)) for cell in HEADER]
    table = [[str(number), *row, ""] for number, row in enumerate(rows, 1)]
    return (
        f"{region}安全生产委员会办公室\n关于印发{region}{year}年安全生产工作要点的通知\n\n"
        f"附件\n一、安全生产\n\n{tab_table(header, *table)}"
    )


def write_circulars(folder: Path, count: int) -> list[Path]:
    """Write circulars of so many districts; their names are in the order of the documents."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in range(count):
        region = (
            f"重庆市{'甲乙丙丁戊己庚辛壬癸'[number // 10]}{'子丑寅卯辰巳午未申酉'[number % 10]}区"
        )
        path = folder / f"{number:03}{region}2025年工作要点.txt"
        rows = [("巡查", f"开展巡查{number + 2}次", "区应急管理局"), *ROWS]
        path.write_text(circular(region, rows=rows), encoding="utf-8")
        paths.append(path)
    return paths


def entries(corpus: Path) -> list[Entry]:
    """What a corpus holds, by year, file and plan; a file that cannot be read is raised."""
    found, broken = survey(corpus)
    if broken:
        raise broken[0]
    return found


def find(corpus: Path, name: str) -> Entry:
    """The plan of this id, which may be shortened while it stays unique."""
    known = {entry.plan_id: entry for entry in entries(corpus)}
    return known[chosen(known, name, corpus)]
