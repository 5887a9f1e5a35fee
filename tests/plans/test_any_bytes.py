"""Whatever the bytes, `parse` gives a plan or a DocumentError, and nothing else."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import HEADER, tab_table
from tests.documents.building import docx, odf, odt_table, p, sheet_rows, tbl, tc, xlsx
from tests.documents.originals import original

from safeplan.documents import DocumentError
from safeplan.messages import catalogue
from safeplan.models import Plan
from safeplan.plans import parse

NAME = "忠县2025年工作要点"
ROW = ["1", "道路交通", "整治隐患30处", "县公安局", "6月底前"]
TITLE = "忠县2025年安全生产工作要点"
QUIET = settings(max_examples=40, suppress_health_check=list(HealthCheck))


@cache
def small(form: str) -> bytes:
    """A small plan in a format; of the old binary ones an original."""
    if form == "txt":
        return f"{TITLE}\n附件\n{tab_table(HEADER, ROW)}".encode()
    if form == "html":
        cells = "".join(f"<td>{cell}" for cell in ROW)
        return f"<html><p>{TITLE}<table><tr>{cells}<tr>{cells}</table>".encode()
    if form == "docx":
        return docx(p(TITLE) + tbl([tc(cell) for cell in HEADER], [tc(cell) for cell in ROW]))
    if form == "odt":
        return odf(odt_table(HEADER, ROW))
    if form == "xlsx":
        return xlsx(sheet_rows(HEADER, ROW))
    return original(NAME, form).read_bytes()


def outcome(data: bytes, folder: Path) -> Plan | None:
    path = folder / "文件"
    path.write_bytes(data)
    try:
        return parse(path)
    except DocumentError as error:
        assert f"trouble.{error.code}" in catalogue("zh")
        return None


@QUIET
@given(st.binary(max_size=400))
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    outcome(data, tmp_path_factory.getbasetemp())


@pytest.mark.parametrize(
    "start", [b"PK\3\4", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-1.7\n", b"<html>", b"\xff\xfe"]
)
@QUIET
@given(data=st.binary(max_size=2000))
def test_any_bytes_behind_the_sign_of_a_format(
    tmp_path_factory: pytest.TempPathFactory, start: bytes, data: bytes
) -> None:
    outcome(start + data, tmp_path_factory.getbasetemp())


@pytest.mark.parametrize("form", ["txt", "html", "docx", "odt", "xlsx", "xls", "ofd"])
@settings(QUIET, max_examples=12)
@given(
    changes=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6)), min_size=1, max_size=6),
    end=st.floats(0.3, 1),
)
def test_a_plan_of_which_some_bytes_are_others(
    tmp_path_factory: pytest.TempPathFactory,
    form: str,
    changes: list[tuple[float, bytes]],
    end: float,
) -> None:
    data = bytearray(small(form))
    for place, put in changes:
        at = int(place * len(data))
        data[at : at + len(put)] = put
    outcome(bytes(data[: int(end * len(data))]), tmp_path_factory.getbasetemp())


@given(text=st.text(max_size=300))
@settings(QUIET, max_examples=100)
def test_a_plan_whose_cells_say_anything(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    said = text.replace("\n", " ").replace("\t", " ").encode("utf-8", "replace").decode()
    rows = tab_table(HEADER, ["1", "道路交通", f"整治隐患30处{said}", f"县公安局{said}", "6月底前"])
    plan = outcome(f"{TITLE}\n附件\n{rows}".encode(), tmp_path_factory.getbasetemp())
    assert plan is None or plan.tasks


@pytest.mark.parametrize("text", ["（" * 5000, "“" * 5000, "《" * 5000, "等" * 5000, "、" * 5000])
@pytest.mark.parametrize("column", [1, 2, 3, 4])
def test_a_cell_of_one_sign(text: str, column: int, tmp_path: Path) -> None:
    row = [text if at == column else cell for at, cell in enumerate(ROW)]
    outcome(f"{TITLE}\n附件\n{tab_table(HEADER, row)}".encode(), tmp_path)


def test_half_a_character_in_a_sheet_is_no_character(tmp_path: Path) -> None:
    """`_xD800_` is how Excel writes half a pair, which no file could hold in UTF-8."""
    rows = sheet_rows(HEADER, [*ROW[:2], "整治隐患30处_xD800_", *ROW[3:]])
    plan = outcome(xlsx(rows), tmp_path)
    assert plan is not None
    plan.model_dump_json().encode()
