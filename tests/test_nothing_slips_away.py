"""The law: words in tables and numbered paragraphs stand in the plan or in a finding."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from bench.mutations import ROOT, altered, originals, read_one

from safeplan.messages import printable
from safeplan.plans import parse
from safeplan.reports.frame import as_text

PLAN = """忠县2025年安全生产工作要点
附件
序号|名称|目标|责任单位|
1|道路交通|整治道路隐患30处|县公安局|
{between}
2|消防安全|新建消防站3个|县消防救援局|
3|森林防火|开展巡山护林活动|县林业局|
"""
EACH = 4


def the_originals() -> list[Path]:
    found = originals([ROOT / "tests" / "originals", ROOT / "data" / "raw"])
    return [path for path in found if path.suffix in (".txt", ".html", ".docx", ".odt", ".xlsx")]


@pytest.mark.parametrize("original", the_originals(), ids=lambda path: path.name)
def test_an_altered_file_ends_in_a_plan_or_a_refusal(original: Path, tmp_path: Path) -> None:
    path = tmp_path / f"忠县2025年工作要点{original.suffix}"
    for seed in range(EACH):
        path.write_bytes(altered(original.read_bytes(), original.suffix, random.Random(seed)))
        outcome = read_one(path)
        assert outcome.what not in ("hang", "traceback"), (seed, outcome.breaches)


@pytest.mark.parametrize("between", ["打印 关闭", "责任编辑：某某", "某某区工作委员会办公室"])
def test_rows_below_a_line_of_the_page_are_read_or_said(between: str, tmp_path: Path) -> None:
    path = tmp_path / "忠县2025年工作要点.txt"
    path.write_text(PLAN.format(between=between), encoding="utf-8")
    plan = parse(path)
    everything = plan.model_dump_json()
    assert "开展巡山护林活动" in everything
    assert "新建消防站" in everything


def test_a_plan_read_whole_has_nothing_unread() -> None:
    for original in the_originals():
        assert "words_unread" not in {finding.code for finding in parse(original).findings}


def test_a_clause_without_end_is_not_understood_and_said(tmp_path: Path) -> None:
    path = tmp_path / "忠县2025年工作要点.txt"
    path.write_text("忠县2025年工作要点\n一、" + "全覆盖" * 2000 + "\n二、做好巡查。\n")
    try:
        plan = parse(path)
    except ValueError:
        return
    assert "clause_endless" in {finding.code for finding in plan.findings}


def test_what_is_printed_commands_no_terminal_and_no_spreadsheet() -> None:
    assert printable("甲\x1b]52;c;x\x07乙\u202e") == "甲\\u001b]52;c;x\\u0007乙\\u202e"
    assert [as_text(cell) for cell in ("=1", " @x", "甲=1")] == ["'=1", "' @x", "甲=1"]
