"""Merged cells: text printed once for several rows is carried down to each of them.

Office files say which cells are merged, and those are carried whatever their role. In text a
merged cell and an empty one look alike, so each role has its own rule:

- a *name* (名称) and a *group* (行动名称) are carried: a row without one belongs to the row above, but
  no name is carried into another group;
- a *serial* (序号) goes with the name, or where the next printed serial leaves no gap;
- a *deadline* (完成时间) and *owners* (牵头单位, 责任单位) are carried within one name only, and
  never into a cell that the document has lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import accumulate

from safeplan.grids.grid import Grid, Note, Row
from safeplan.text.numbering import is_serial, serial_number

_NUMBERED = re.compile(r"\d{1,3}[.．、]")
_WITHIN_NAME = ("deadline", "lead", "responsible", "assisting")
_WHERE_COVERED = ("content", "aim", "remark")


def join_split_names(rows: list[Row], headings: str) -> tuple[list[Row], list[Note]]:
    """Join names that a page break has cut in two.

    The document makes it certain in one of two ways: names in this table are numbered and end
    with a full stop, the first part does not end and the second is not numbered; or the joined
    name stands in one of the headings of the text.
    """
    named = [row.cells.get("name", "") for row in rows if row.cells.get("name")]
    numbered = sum(bool(_NUMBERED.match(name)) for name in named)
    stopped = sum(name.endswith("。") for name in named)
    habit = len(named) > 3 and min(numbered, stopped) >= 0.6 * len(named)
    joined = list(rows)
    notes: list[Note] = []
    last = None
    for index, row in enumerate(rows):
        name = row.cells.get("name", "")
        above = joined[last].cells["name"] if last is not None else ""
        whole = above + name
        by_habit = (
            habit
            and _NUMBERED.match(above)
            and not above.endswith("。")
            and not _NUMBERED.match(name)
        )
        by_body = len(name) >= 2 and whole.rstrip("。") in headings and not is_serial(name)
        alone = not (row.cells.get("serial") or row.cells.get("group"))
        if name and last is not None and above != name and alone and (by_habit or by_body):
            joined[last] = joined[last].with_cells(name=whole)
            joined[index] = row.with_cells(name="")
            notes.append(Note("name_split", "repair", index + 1, {"name": whole}))
        elif name:
            last = index
    return joined, notes


def carry(grid: Grid) -> Grid:
    """Return the grid with merged cells filled down."""
    notes = list(grid.notes)
    merges = {
        role
        for role in ("name", "group")
        if any(not row.cells.get(role) and role not in row.missing for row in grid.rows)
    }
    rows: list[Row] = []
    above: dict[str, str] = {}
    above_lines: dict[str, str] = {}
    printed = [row.cells.get("serial") or "" for row in grid.rows]
    below: Iterable[str] = accumulate(["", *printed[:0:-1]], lambda last, own: own or last)
    next_serials = [*below][::-1]  # printed next below each row, empty where none is
    for number, (row, serial_below) in enumerate(
        zip(grid.rows, next_serials, strict=False), start=1
    ):
        cells = dict(row.cells)
        same_name = not cells.get("name") and bool(above.get("name"))
        for role in filter(grid.has, ("group", "name")):
            if cells.get(role):
                if role in merges and cells[role] == above.get(role):
                    notes.append(Note("merge_broken", "repair", number, {"text": cells[role]}))
                    same_name = same_name or role == "name"
                elif role == "group" and cells[role] != above.get(role) and not row.merges_known:
                    above, same_name = {**above, "name": ""}, False
            elif above.get(role):
                cells[role] = above[role]
                if role in row.missing:
                    notes.append(Note("name_lost_carried", "repair", number, {"text": cells[role]}))
            else:
                notes.append(_absent(row, role, number))
        if grid.has("serial") and not cells.get("serial") and above.get("serial"):
            lost = bool({"serial", "name"} & row.missing)
            merged = same_name and not lost and not row.merges_known
            no_gap = _no_gap(above["serial"], serial_below, row)
            if "serial" in row.covered or merged or no_gap:
                cells["serial"] = above["serial"]
            if no_gap and not ("serial" in row.covered or merged):
                notes.append(Note("serial_carried", "repair", number, {"text": above["serial"]}))
            elif not cells.get("serial"):
                notes.append(Note("serial_lost", "doubt", number))
        for role in filter(grid.has, _WITHIN_NAME):
            known = above.get(role, "")
            lost = role in row.missing and (row.cut_off or "name" not in row.missing)
            if cells.get(role) or (role in row.covered and known):
                cells[role] = cells.get(role) or known
            elif row.cut_off and lost:
                continue  # said once for the whole row
            elif same_name and known and not lost and not row.merges_known:
                cells[role] = known
            elif not same_name and known and _is_merged(role, row, grid):
                cells[role] = known
                notes.append(Note("cell_carried", "doubt", number, {"role": role, "text": known}))
            else:
                notes.append(_absent(row, role, number))
        parted = _is_parted(row, grid)
        for role in _WHERE_COVERED:
            if role in row.covered or (parted and role == "content" and not cells.get(role)):
                cells[role] = above.get(role) or cells.get(role, "")
        lines = {role: text for role, text in above_lines.items() if not row.cells.get(role)}
        rows.append(replace(row, cells=cells, lines={**lines, **row.lines}))
        above_lines = {role: text for role, text in rows[-1].lines.items() if cells.get(role)}
        kept = {role: above[role] for role in above if role not in (*_WITHIN_NAME, *_WHERE_COVERED)}
        above = {**kept, **{role: text for role, text in cells.items() if text}}
    return replace(grid, rows=rows, notes=notes)


def _is_merged(role: str, row: Row, grid: Grid) -> bool:
    """Tell whether an empty cell is taken for a merged one: beside a group that is merged too.

    Somebody answers for each row, by some day: who assists may be nobody.
    """
    grouped = grid.has("group") and not row.cells.get("group") and "group" not in row.missing
    return grouped and role != "assisting" and not row.merges_known and role not in row.missing


def _is_parted(row: Row, grid: Grid) -> bool:
    """Tell whether a row only parts the one above it, by a deadline or bodies of its own.

    Where merges are known the cells say so themselves.
    """
    own = any(row.cells.get(role) for role in _WITHIN_NAME)
    heads = [role for role in ("serial", "name") if grid.has(role)]
    bare = bool(heads) and not any(row.cells.get(role) for role in heads)
    return own and bare and not row.merges_known and not row.goals and not row.cut_off


def _absent(row: Row, role: str, number: int) -> Note:
    code = "cell_lost" if role in row.missing else "cell_empty"
    return Note(code, "doubt", number, {"role": role})


def _no_gap(above: str, below: str, row: Row) -> bool:
    """Tell whether no serial is wanting between two printed ones: the cell between is merged."""
    if not below:
        return "serial" not in row.missing and not row.merges_known
    last, following = serial_number(above), serial_number(below)
    return last is not None and following == last + 1


def check_serials(rows: list[Row]) -> list[Note]:
    """Report serial numbers that skip, or stand again in a group on a row of another name."""
    notes = []
    last: int | None = None
    last_name = last_group = ""
    for number, row in enumerate(rows, start=1):
        group = row.cells.get("group", "")
        text = (row.cells.get("serial") or "").rstrip(".．、")
        if not (text.isascii() and text.isdigit()):
            last = last + 1 if last is not None and not text else last
            continue
        value, name = int(text), row.cells.get("name", "")
        if last is not None and value > last + 1:
            args = {"after": str(last), "text": text}
            notes.append(Note("serial_skipped", "doubt", number, args))
        anew = value == 1 and group != last_group  # each group counts its own rows
        if last is not None and value <= last and not (anew or (name and name == last_name)):
            notes.append(Note("serial_repeated", "doubt", number, {"text": text}))
        last, last_name, last_group = value, name, group
    return notes
