"""How amounts, their ranges, years and places of a corpus are said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePath

from safeplan.corpus.catalogue.records import Level, Place, Range, Spread
from safeplan.messages import say
from safeplan.models import Number, Target
from safeplan.reports.phrasing import amount_words, source_words
from safeplan.reports.result_sheets import Cell, Run, Sheet, columns


def range_words(one: Range) -> str:
    """Return how far targets lie apart: `火灾起数：↓11%至↓10%，中位 ↓10%（2023年；2个方案）`."""
    levels = level_words(one)
    counted = "；".join([*scale_words(one), say("catalogue.plans", count=one.plans)])
    key = "catalogue.same" if len(set(levels.values())) == 1 else "catalogue.range"
    return say(key, subject=one.subject, **levels, counted=counted)


def level_words(one: Spread) -> dict[str, str]:
    """Return the strictest, the median and the loosest amount, without baselines."""
    levels = {"strictest": one.strictest, "median": one.median, "loosest": one.loosest}
    return {key: bare(level) for key, level in levels.items()}


def scale(one: Spread) -> str:
    """Return in what targets are comparable: `下降 %（2023年）`."""
    words = f"{say(f'form.{one.form}')} {one.unit}".strip()
    more = "；".join(scale_words(one))
    return f"{words}（{more}）" if more else words


def scale_words(one: Spread) -> list[str]:
    """Return what else the targets have in common: the baseline, the kind of plan if not annual."""
    kind = "" if one.kind == "annual" else say(f"catalogue.kind_{one.kind}")
    return [word for word in (one.baseline, kind) if word]


def scale_cells(one: Spread) -> list[Cell]:
    """Return in what targets are comparable, as CSV has it."""
    return [one.form, one.unit, one.baseline or "", one.kind]


def bare(level: Level) -> str:
    """Return an amount without its baseline."""
    return amount_words(
        Target(subject="", direction=level.direction, value=level.value, unit=level.unit, text="")
    ) or say(f"direction.{level.direction}")


def value_words(value: Number | tuple[Number, Number] | None) -> str:
    """Return a value as CSV has it: `10`, `1–2`, empty where there is none."""
    if value is None:
        return ""
    return "–".join(f"{part:.10g}" for part in (value if isinstance(value, tuple) else (value,)))


def place_words(place: Place) -> str:
    """Return where something was read: the file's name and the place in it."""
    return f"{PurePath(place.path).name} {source_words(place)}".strip()


def wording_cell(name: str, content: str) -> Cell:
    """Return a measure's name, and below it its words."""
    return [Run(name, "head"), Run(f"\n{content}")] if content else [Run(name, "head")]


def year_words(years: Sequence[int]) -> str:
    """Return years as runs: `2021–2023、2025`."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return "、".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def facts_sheet(title: str, facts: Iterable[tuple[str, Cell]], note: str = "") -> Sheet:
    """Return what is known of a thing, an entry a row."""
    rows: list[list[Cell]] = [[say(f"catalogue.fact_{key}"), cell] for key, cell in facts]
    return Sheet(title, columns("entry meaning:3"), rows, note=note)
