"""The review sheet: doubtful links first, a drop-down per row; written for colleagues, read back.

The sheet carries each record's words, so a verdict is tied to them and to no row number. Cells
are text throughout: ids stay ids, and nothing a document says becomes a formula.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.datavalidation import DataValidation

from safeplan.links import Match, threshold
from safeplan.links.decisions import DecidedRecord, Decision, decided, read
from safeplan.messages import LANGUAGES, catalogue, say
from safeplan.models import Plan, Verdict
from safeplan.reports.phrasing import sides
from safeplan.reports.result_sheets import Cell, Sheet, columns
from safeplan.reports.workbook import add_sheet, to_bytes

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
COLUMNS = columns(
    "verdict:10 who:10 when:12 note:24 machine:12 score:8 "
    "left_region:10 left_task:10 left_name:24 left_content:56 "
    "right_region:10 right_task:10 right_name:24 right_content:56 evidence:36"
)
"""The columns, and how many cells wide each is."""
MAX_ROWS = 100_000
_LEAST = 0.1  # pairs below were never near a link: nobody wants to read them


class ReviewError(ValueError):
    """A review sheet that cannot be read.

    `wrong` holds for each thing that is wrong the code that names its message, and what fills it.
    """

    def __init__(self, *wrong: tuple[str, dict[str, str]]) -> None:
        self.wrong = wrong
        super().__init__(*(code for code, _ in wrong))


@dataclass(frozen=True)
class ReviewRow:
    """One pair to be judged."""

    match: Match
    linked: bool
    verdict: Verdict | None
    """The decision in force, where there is one."""


def review_rows(weighed: Sequence[Match], linked: Sequence[Match]) -> list[ReviewRow]:
    """Return the pairs to judge, of all that were weighed, the most doubtful first."""
    links = {(match.left, match.right) for match in linked}
    rows = [ReviewRow(match, True, match.decided) for match in linked]
    rows += [
        ReviewRow(match, False, None)
        for match in weighed
        if (match.left, match.right) not in links and match.score >= _LEAST
    ]

    doubt = threshold()
    return sorted(
        rows, key=lambda row: (bool(row.verdict), abs(row.match.score - doubt), sides(row.match))
    )


def write_review(rows: Sequence[ReviewRow], plans: Sequence[Plan]) -> bytes:
    """Return the sheet as .xlsx."""
    by_id = {plan.plan_id: plan for plan in plans}
    listed = [replace(column, title=say(f"review.{column.key}")) for column in COLUMNS]
    cells = [_cells(row, by_id) for row in rows]
    book = Workbook()
    blank: Any = book.active
    made = Sheet(say("review.sheet"), listed, cells)
    sheet = add_sheet(book, made, [column.ratio for column in COLUMNS])
    book.remove(blank)
    choices = ",".join(say(f"verdict.{verdict}") for verdict in VERDICTS)
    drop_down = DataValidation(type="list", formula1=f'"{choices}"', allow_blank=True)
    drop_down.add(f"A2:A{max(len(rows), 1) + 1}")
    sheet.add_data_validation(drop_down)
    return to_bytes(book)


def _cells(row: ReviewRow, plans: dict[str, Plan]) -> list[Cell]:
    match = row.match
    both: list[Cell] = []
    for ref in (match.left, match.right):
        record = decided(plans[ref.plan_id], ref.task_id)
        both += [record.region, f"{ref.plan_id} {ref.task_id}", record.name, record.content]
    machine = say(f"relation.{match.relation}") if row.linked else say("relation.none")
    evidence = "；".join(f"{one.left} ~ {one.right}" for one in match.evidence[:3])
    verdict = say(f"verdict.{row.verdict}") if row.verdict else ""
    return [verdict, "", "", "", machine, f"{match.score:.2f}", *both, evidence]


def read_verdicts(data: bytes) -> list[Decision]:
    """Return the decisions of a review sheet, or of the file that a page saves.

    Raises:
        ReviewError: the sheet cannot be read, or holds what is no verdict.
        DecisionsError: the page's file holds lines that are no decisions.
    """
    lines = [line.strip() for line in data.removeprefix(b"\xef\xbb\xbf").splitlines()]
    first = next((line for line in lines if line and not line.startswith(b"#")), b"{")
    if data and first.startswith(b"{"):
        return read(data)
    return read_review(data)


def read_review(data: bytes) -> list[Decision]:
    """Return the decisions of a review sheet: the rows that hold a verdict.

    Raises:
        ReviewError: not a review sheet, or a verdict that is none of the three.
    """
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        # Read whole here: a damaged sheet breaks off only where it is damaged.
        rows = iter(list(sheet.iter_rows(values_only=True, max_row=MAX_ROWS)))
        header = [str(cell or "").strip() for cell in next(rows, ())]
    except Exception as error:
        # openpyxl raises whatever its parsers raise; the reason is for the reader to see.
        raise ReviewError(("not_a_sheet", {"reason": type(error).__name__})) from None
    at = {column.key: _index(header, f"review.{column.key}") for column in COLUMNS}
    decisions: list[Decision] = []
    wrong: list[tuple[str, dict[str, str]]] = []
    for number, row in enumerate(rows, start=2):
        cells = {key: _text(row[index]) if index < len(row) else "" for key, index in at.items()}
        if cells["verdict"]:
            try:
                decisions.append(_decision(cells, number))
            except ReviewError as error:
                wrong += error.wrong
    if wrong:
        raise ReviewError(*wrong)
    return decisions


def _decision(cells: dict[str, str], number: int) -> Decision:
    """Return the decision of one row; refuse a verdict that is none of the three, or no date."""
    said = cells["verdict"]
    verdict = next((one for one in VERDICTS if said in (one, *_words(f"verdict.{one}"))), None)
    if verdict is None:
        raise ReviewError(("unknown_verdict", {"row": str(number), "text": said}))
    left, right = (
        DecidedRecord(**{key: cells[f"{side}_{key}"] for key in ("region", "name", "content")})
        for side in ("left", "right")
    )
    try:
        when = _date(cells["when"])
    except (TypeError, ValueError):
        values = {"row": str(number), "text": cells["when"]}
        raise ReviewError(("bad_date", values)) from None
    who, note = cells["who"], cells["note"]
    return Decision(verdict=verdict, left=left, right=right, who=who, when=when, note=note)


def _words(key: str) -> list[str]:
    return [catalogue(lang)[key] for lang in LANGUAGES]


def _index(header: list[str], key: str) -> int:
    """Return where a column stands, by its heading in either language."""
    names = _words(key)
    index = next((index for index, text in enumerate(header) if text in names), None)
    if index is None:
        raise ReviewError(("column_missing", {"column": say(key)}))
    return index


def _text(cell: object) -> str:
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    return "" if cell is None else str(cell).strip()


def _date(text: str) -> dt.date | None:
    """Read a date as an analyst types it: 2026-11-22, 2026/11/22, 2026.11.22, 2026年11月22日."""
    return dt.date(*map(int, re.split("[年月/.-]", text.rstrip("日")))) if text else None
