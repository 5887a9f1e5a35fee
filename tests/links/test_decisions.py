"""The analyst's last word: written to a sheet, edited, read back, obeyed, kept alive."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import subprocess
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from openpyxl import load_workbook

from safeplan.changes import compare
from safeplan.links import Match, align, threshold
from safeplan.links.decisions import (
    DecidedRecord,
    Decision,
    DecisionsError,
    decided,
    dump,
    load,
    merge,
    obey,
)
from safeplan.models import Plan, Task, Verdict
from safeplan.reports.review import ReviewError, read_review, review_rows, write_review

WHEN = dt.date(2026, 11, 22)


@pytest.fixture(scope="module")
def pair(real_plans: dict[str, Plan]) -> list[Plan]:
    return [real_plans["沙坪坝-2025"], real_plans["忠县-2025"]]


@pytest.fixture(scope="module")
def matches(pair: list[Plan]) -> list[Match]:
    return align(pair)


def decide(pair: list[Plan], left: str, right: str, verdict: Verdict, **more: object) -> Decision:
    return Decision.model_validate(
        {
            "verdict": verdict,
            "left": decided(pair[0], left),
            "right": decided(pair[1], right),
            "when": WHEN,
            **more,
        }
    )


def pairs(found: list[Match]) -> dict[tuple[str, str], str]:
    return {(match.left.task_id, match.right.task_id): match.relation for match in found}


def test_different_unlinks_and_same_links_whatever_the_score(
    pair: list[Plan], matches: list[Match]
) -> None:
    assert ("t1.5", "t1.5") in pairs(matches)
    assert ("t1.5", "t6.17") not in pairs(matches)
    decisions = [
        decide(pair, "t1.5", "t1.5", "different"),
        decide(pair, "t1.5", "t6.17", "same"),
        decide(pair, "t1.1", "t1.2", "partial"),
    ]
    ruling = obey(matches, pair, decisions)
    assert ("t1.5", "t1.5") not in pairs(ruling.matches)
    assert pairs(ruling.matches)["t1.5", "t6.17"] == "equivalent"
    assert pairs(ruling.matches)["t1.1", "t1.2"] == "partial"
    assert len(ruling.matches) == len(matches)
    assert ruling.obeyed == decisions
    links = {
        (link.left.task_id, link.right.task_id): link
        for link in compare(pair, ruling.matches).links
    }
    assert links["t1.5", "t6.17"].decided == "same"
    assert links["t1.5", "t6.17"].score == 1.0
    assert links["t1.2", "t1.3"].decided is None


def test_a_verdict_holds_whichever_plan_comes_first(pair: list[Plan]) -> None:
    decision = decide(pair, "t1.5", "t1.5", "different")
    turned = pair[::-1]
    ruling = obey(align(turned), turned, [decision])
    assert ("t1.5", "t1.5") not in pairs(ruling.matches)


def renumbered(plan: Plan, change: Callable[[Task], Task]) -> Plan:
    tasks = [change(task) for task in plan.tasks]
    return plan.model_copy(update={"tasks": tasks, "plan_id": f"{plan.region.name}-2026"})


def test_a_verdict_survives_new_numbers_a_new_year_and_a_small_rewording(pair: list[Plan]) -> None:
    def next_year(task: Task) -> Task:
        table, row = task.task_id[1:].split(".")
        content = task.content.replace("2024年", "2025年").replace("93个", "88个")
        if task.task_id == "t3.6":
            content = content.replace("扎实推进", "持续推进")
        return task.model_copy(update={"task_id": f"t{table}.{int(row) + 1}", "content": content})

    newer = [renumbered(pair[0], next_year), pair[1]]
    decision = decide(pair, "t3.6", "t3.2", "different")
    ruling = obey(align(newer), newer, [decision])
    assert ruling.dead == []
    assert ("t3.7", "t3.2") not in pairs(ruling.matches)


def test_what_is_gone_is_reported_and_other_regions_are_not(pair: list[Plan]) -> None:
    gone = Decision(
        verdict="same",
        left=DecidedRecord(region="沙坪坝", name="水上乐园", content="建成水上乐园三座。"),
        right=decided(pair[1], "t1.1"),
    )
    elsewhere = Decision(
        verdict="same",
        left=DecidedRecord(region="江北", name="甲", content="做甲。"),
        right=decided(pair[1], "t1.1"),
    )
    ruling = obey(align(pair), pair, [gone, elsewhere])
    assert (ruling.dead, ruling.obeyed) == ([gone], [])


def test_of_two_verdicts_on_one_pair_the_later_holds_and_both_are_reported(
    pair: list[Plan],
) -> None:
    later = decide(pair, "t1.1", "t1.2", "same")
    earlier = decide(pair, "t1.1", "t1.2", "different", when=dt.date(2025, 1, 1))
    ruling = obey(align(pair), pair, [later, earlier])
    assert ruling.conflicts == [(earlier, later)]
    assert pairs(ruling.matches)["t1.1", "t1.2"] == "equivalent"


def test_no_decisions_change_nothing(pair: list[Plan], matches: list[Match]) -> None:
    assert obey(matches, pair, []).matches == matches


def test_the_file_reads_back_as_written(tmp_path: Path, pair: list[Plan]) -> None:
    path = tmp_path / "decisions.jsonl"
    decisions = [
        decide(pair, "t1.1", "t1.2", "same", who="李", note="=1+1"),
        decide(pair, "t1.2", "t1.3", "different"),
    ]
    path.write_text(dump(decisions), encoding="utf-8")
    assert load(path) == decisions
    assert len(path.read_text(encoding="utf-8").splitlines()) == 2
    assert merge(decisions, decisions) == decisions
    assert load(tmp_path / "none.jsonl") == []


def test_every_bad_line_is_named(tmp_path: Path, pair: list[Plan]) -> None:
    path = tmp_path / "decisions.jsonl"
    good = dump([decide(pair, "t1.1", "t1.2", "same")])
    perhaps = good.replace('"same"', '"perhaps"')
    path.write_text(f"\n{perhaps}{good}{{no json\n", encoding="utf-8")
    with pytest.raises(DecisionsError) as error:
        load(path)
    assert error.value.wrong == [(2, "verdict “perhaps”"), (4, "“{no json”")]
    assert str(path) in str(error.value)


# --- the review sheet -----------------------------------------------------------------------


def sheet(pair: list[Plan]) -> bytes:
    return write_review(review_rows(align(pair, threshold=0.0), align(pair)), pair)


def fill(data: bytes, verdicts: dict[tuple[str, str], str]) -> bytes:
    """Choose verdicts as a colleague would, by the ids in print."""
    book = load_workbook(io.BytesIO(data))
    page = book.worksheets[0]
    columns = {str(cell.value): number for number, cell in enumerate(page[1], start=1)}
    for row in range(2, page.max_row + 1):
        left = str(page.cell(row, columns["左编号"]).value).split()[1]
        right = str(page.cell(row, columns["右编号"]).value).split()[1]
        if (left, right) in verdicts:
            page.cell(row, columns["判定"]).value = verdicts[left, right]
            page.cell(row, columns["审核人"]).value = "王"
            page.cell(row, columns["日期"]).value = "2026-11-22"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_doubtful_come_first_and_every_cell_is_text(pair: list[Plan]) -> None:
    page = load_workbook(io.BytesIO(sheet(pair))).worksheets[0]
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    columns = rows[0]
    scores = [abs(float(str(row[columns.index("把握")])) - threshold()) for row in rows[1:]]
    assert scores[0] < 0.2
    assert all(a <= b + 0.01 for a, b in pairwise(scores))
    assert {cell.data_type for row in page.iter_rows() for cell in row if cell.value} == {"s"}
    (drop_down,) = page.data_validations.dataValidation
    assert drop_down.formula1 == '"相同,部分相同,不同"'
    assert page.freeze_panes == "B2"


def test_verdicts_are_read_back_and_obeyed(pair: list[Plan]) -> None:
    taken = read_review(fill(sheet(pair), {("t1.5", "t1.5"): "不同", ("t1.1", "t1.2"): "部分相同"}))
    assert {(decision.verdict, decision.who, decision.when) for decision in taken} == {
        ("different", "王", WHEN),
        ("partial", "王", WHEN),
    }
    ruled = pairs(obey(align(pair), pair, taken).matches)
    assert ("t1.5", "t1.5") not in ruled
    assert ruled["t1.1", "t1.2"] == "partial"


@pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed"
)
def test_a_sheet_saved_by_libreoffice_reads_back_the_same(pair: list[Plan], tmp_path: Path) -> None:
    filled = fill(sheet(pair), {("t1.5", "t1.5"): "不同", ("t3.6", "t3.2"): "相同"})
    source = tmp_path / "审核.xlsx"
    source.write_bytes(filled)
    for target in ("ods", "xlsx"):
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
             "--convert-to", target, "--outdir", str(tmp_path / target), str(source)],
            check=True, capture_output=True, timeout=180,
        )  # fmt: skip
        source = tmp_path / target / f"审核.{target}"
    assert read_review(source.read_bytes()) == read_review(filled)


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"PK\x03\x04broken", "not_a_sheet"), (b"text", "not_a_sheet")],
)
def test_what_is_no_review_sheet_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(ReviewError) as error:
        read_review(data)
    assert error.value.wrong[0][0] == code


def test_a_verdict_that_is_none_is_refused(pair: list[Plan]) -> None:
    with pytest.raises(ReviewError) as error:
        read_review(fill(sheet(pair), {("t1.5", "t1.5"): "大概吧"}))
    assert error.value.wrong[0][0] == "unknown_verdict"
