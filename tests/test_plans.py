"""What becomes of a document: a plan with its id, or a refusal that says what was seen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from safeplan.cli import run
from safeplan.documents import DocumentError
from safeplan.models import Plan
from safeplan.plans import Given, parse
from tests.conftest import HEADER, tab_table

TABLE = "附件\n" + tab_table(HEADER, ["1", "火灾起数", "0", "县消安委", ""]) + "\n（完）\n"


def test_a_letter_is_refused_and_what_to_do_is_said(parse_text: Callable[..., Plan]) -> None:
    with pytest.raises(DocumentError) as refused:
        parse_text("尊敬的客户：\n一、付款\n（一）时间。请于3月底前付款100元。\n")
    assert refused.value.code == "not_told_a_plan"


def test_a_refusal_quotes_the_header_of_each_table_seen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "通讯录.html"
    page.write_text(
        "<meta charset=utf-8><p>联系人名单</p><table><tr><td>姓名<td>电话<td>住址</tr>"
        "<tr><td>张三<td>123<td>北街</tr></table>",
        encoding="utf-8",
    )
    assert run(["parse", str(page), "-o", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert "1 个表格" in said
    assert all(header in said for header in ("姓名", "电话", "住址"))


def test_the_user_gives_what_the_document_does_not_tell(tmp_path: Path) -> None:
    document = tmp_path / "upload.txt"
    document.write_text("安全生产工作要点\n" + TABLE, encoding="utf-8")
    assert parse(document).plan_id == "upload"
    assert parse(document, Given("忠县", "2025")).plan_id == "忠县-2025"
    assert parse(document, Given(region="忠县")).plan_id == "upload"


def test_the_command_takes_region_and_year(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = tmp_path / "upload.txt"
    document.write_text("安全生产工作要点\n" + TABLE, encoding="utf-8")
    given = ["--region", "忠县", "--year", "2024-2026"]
    assert run(["parse", str(document), "-o", str(tmp_path), *given]) == 0
    assert (tmp_path / "忠县-2024-2026.json").is_file()
    assert run(["parse", str(document), "--year", "明年"]) == 2
    assert "明年" in capsys.readouterr().err
