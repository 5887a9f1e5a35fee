"""What answers first: who is stricter, what is lacking, who carries more; filters for every form."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest

from safeplan.cli import run
from safeplan.models import Comparison, Plan
from safeplan.reports.bodies import bodies, load_sheet
from safeplan.reports.filters import Filters
from safeplan.reports.result_sheets import Run, Sheet, SheetColumn
from safeplan.reports.view import ComparisonView
from safeplan.reports.word import document

THREE = ["沙坪坝-2025", "忠县-2025", "南岸-2025"]


def test_the_three_questions_are_answered_on_the_first_sixty_lines(
    at_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["compare", *THREE, "--width", "100"]) == 0
    head = "\n".join(capsys.readouterr().out.splitlines()[:60])
    assert head.startswith("＝一致")
    for said in ("谁更严", "▲忠县最严", "缺什么", "谁担得多", "乡镇街道", "--missing"):
        assert said in head


def test_the_summary_says_how_many_bodies_it_leaves_out(three: list[Plan]) -> None:
    found = bodies(three)
    sheet = load_sheet(found, three, most=6)
    assert len(sheet.rows) == 6
    assert f"另有 {len(found) - 6} 个" in sheet.title


@pytest.mark.parametrize("asked", ["", "any", "owners", "单位"])
def test_differs_may_name_in_what(
    asked: str, at_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Alone it stands for anything; a plan's name after it is no aspect."""
    arguments = ["compare", "--differs", asked, *THREE[:2], "-f", "json"]
    assert run([one for one in arguments if one]) == 0
    links = json.loads(capsys.readouterr().out)["links"]
    assert links
    if asked in ("owners", "单位"):
        for link in links:
            owners = link["owners"]
            assert owners["only_left"] or owners["only_right"] or owners["lead_changed"]


def test_a_word_that_is_no_kind_is_refused_with_those_there_are(
    at_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["compare", *THREE, "--only", "严厉"]) == 2
    assert "加码 tighter" in capsys.readouterr().err


@pytest.mark.parametrize("word", ["tighter", "加码", "▲加码"])
def test_filters_hold_for_json_and_csv(
    word: str, at_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["compare", *THREE, "--only", word, "-f", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["links"]
    for link in document["links"]:
        assert "tighter" in {change["change"] for change in link["targets"]}
    assert run(["compare", *THREE, "--only", word, "-f", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out.removeprefix("\ufeff"))))
    assert len(rows) == len(document["links"])


def test_what_a_plan_lacks_is_what_no_link_joins_to_it(
    three: list[Plan], compared: Comparison
) -> None:
    kept = ComparisonView(compared, three, Filters(missing="忠县-2025")).kept
    sides = [(link.left, link.right) for link in compared.links]
    known = {
        (ref.plan_id, ref.task_id)
        for both in sides
        if "忠县-2025" in [ref.plan_id for ref in both]
        for ref in both
    }
    assert kept.links
    assert kept.unmatched["忠县-2025"] == []
    assert kept.unmatched["南岸-2025"] == compared.unmatched["南岸-2025"]
    for link in kept.links:
        assert "忠县-2025" not in (link.left.plan_id, link.right.plan_id)
        assert (link.left.plan_id, link.left.task_id) not in known


@pytest.mark.parametrize("form", ["应急管理局", "区应急管理局", "县应急局", "应急局"])
def test_any_form_of_a_name_finds_the_body(form: str, three: list[Plan]) -> None:
    found = bodies(three, form)
    assert "应急管理局" in [body.name for body in found]


def test_what_one_plan_gives_a_body_and_another_does_not(
    three: list[Plan], compared: Comparison
) -> None:
    (body,) = bodies(three, "海事处", comparison=compared)
    named = {
        (plan.plan_id, task.task_id): {owner.name for owner in task.owners}
        for plan in three
        for task in plan.tasks
    }
    for plan_id, others in body.without.items():
        for other, task_ids in others.items():
            for task_id in task_ids:
                assert body.name in named[plan_id, task_id]
                ends = [
                    {(ref.plan_id, ref.task_id) for ref in (link.left, link.right)}
                    for link in compared.links
                ]
                partners = {
                    place
                    for pair in ends
                    if (plan_id, task_id) in pair
                    for place in pair
                    if place[0] == other
                }
                assert partners
                assert all(body.name not in named[place] for place in partners)


def test_a_word_document_is_landscape_and_repeats_its_headings() -> None:
    sheet = Sheet(
        "表", [SheetColumn("task", 0), SheetColumn("content", 3)], [["t1.1", [Run("新", "own")]]]
    )
    with zipfile.ZipFile(io.BytesIO(document("题", [sheet]))) as made:
        body = made.read("word/document.xml").decode()
        foot = "".join(made.read(n).decode() for n in made.namelist() if "footer" in n)
        fonts = made.read("word/fontTable.xml").decode()
    assert 'w:orient="landscape"' in body
    assert "w:tblHeader" in body
    assert 'w:eastAsia="仿宋"' in body
    assert 'w:u w:val="single"' in body
    assert "NUMPAGES" in foot
    assert "FangSong" in fonts


def test_the_ending_docx_is_word(at_root: Path, tmp_path: Path) -> None:
    made = tmp_path / "对照.docx"
    assert run(["compare", *THREE[:2], "-o", str(made)]) == 0
    assert zipfile.is_zipfile(made)
