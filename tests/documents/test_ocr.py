"""Pictures of pages: what is recognised, how sure, and that every figure is said."""

from __future__ import annotations

import io
import os
import re
import sys
import time

import numpy as np
import pypdfium2
import pytest
from PIL import Image
from tests.conftest import RAW
from tests.documents.damage import damaged
from tests.documents.originals import ORIGINALS

from safeplan.documents import Document, DocumentError, ocr
from safeplan.documents.blocks import Reading
from safeplan.documents.ocr import Scan, read_picture, recognised
from safeplan.documents.pdf import read_pdf
from safeplan.documents.printed.flow import read_pages
from safeplan.documents.printed.lines import Glyph, Page
from safeplan.documents.progress import awaited, check_time
from safeplan.grids import whole_grids
from safeplan.models import Task
from safeplan.plans import parse
from safeplan.tasks import read_tasks

SCAN = ORIGINALS / "scan" / "沙坪坝区2025年工作要点-扫描.pdf"
FIELDS = (
    "table_title", "row", "serial", "group", "name", "sub_item", "content", "lead_text",
    "responsible_text", "deadline_text", "remark",
)  # fmt: skip
FIGURE = re.compile(r"\d+(?:\.\d+)?")


def tasks_of(reading: Reading) -> list[Task]:
    drafts, _ = read_tasks(whole_grids(Document("扫描.pdf", "", "", "", reading.blocks)))
    return [draft.task for draft in drafts]


def pages(first: int, last: int) -> bytes:
    """The scan's pages from `first` to `last`, from 1, as a PDF of their own."""
    part = pypdfium2.PdfDocument.new()
    with pypdfium2.PdfDocument(SCAN) as whole:
        part.import_pages(whole, list(range(first - 1, last)))
    out = io.BytesIO()
    part.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def last_table() -> Reading:
    """The three pages that hold the last table."""
    pytest.importorskip("onnxruntime")
    pytest.importorskip("cv2")
    return read_pdf(pages(26, 28))


@pytest.fixture(scope="module")
def expected() -> list[Task]:
    return parse(RAW / "沙坪坝区2025年工作要点.txt").tasks


def exact(found: list[Task], expected: list[Task]) -> float:
    """The share of cells that are equal to the text's."""
    assert len(found) == len(expected)
    same = [
        bool(getattr(left, field) == getattr(right, field))
        for left, right in zip(found, expected, strict=True)
        for field in FIELDS
    ]
    return sum(same) / len(same)


def test_the_cells_of_a_scanned_table_are_those_of_the_text(
    last_table: Reading, expected: list[Task]
) -> None:
    tables = [task for task in tasks_of(last_table) if task.table_title == "消防工作任务及责任分工"]
    assert exact(tables, [task for task in expected if task.table == 4]) >= 0.97


def figures_said(reading: Reading) -> dict[int, set[str]]:
    """The figures that findings name, by page; a row may end on the page after its own."""
    said: dict[int, set[str]] = {}
    for note in reading.notes:
        if note.code in ("ocr_figure", "ocr_figures"):
            assert note.source is not None
            assert note.source.page is not None
            for page in (note.source.page - 1, note.source.page):
                said.setdefault(page, set()).update(FIGURE.findall(note.args["text"]))
    return said


def test_every_figure_is_said_the_certain_ones_of_a_page_together(last_table: Reading) -> None:
    said = figures_said(last_table)
    for task in tasks_of(last_table):
        for text in (task.content, task.responsible_text):
            assert set(FIGURE.findall(text)) <= said[task.source.page or 0], task.task_id
    together = [note for note in last_table.notes if note.code == "ocr_figures"]
    assert len(together) == 3
    assert {note.severity for note in together} == {"repair"}


def test_a_figure_that_is_not_certain_is_a_doubt_of_its_own() -> None:
    page = Page(1, 595, 842)
    for n, (char, sure) in enumerate([("整", 0.99), ("治", 0.99), ("8", 0.6), ("处", 0.99)]):
        page.glyphs.append(Glyph(char, 60 + 12 * n, 72 + 12 * n, 100, 12, sure))
    (figure, unsure) = read_pages([page]).notes
    assert (figure.code, figure.severity) == ("ocr_figure", "doubt")
    assert figure.args == {"text": "8", "confidence": "0.60", "context": "整治8处"}
    assert unsure.code == "ocr_unsure"


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("（2024一2026年）", "（2024—2026年）"),
        ("2024一2026", "2024—2026"),
        ("2024一", "2024—"),
        ("2024年一季度", "2024年一季度"),
        ("第一12026", "第一12026"),
    ],
)
def test_a_one_between_two_years_is_a_dash(read: str, meant: str) -> None:
    characters = [ocr._Character(char, 10.0 * n, 0.9) for n, char in enumerate(read)]
    ocr._settle_years(characters)
    assert "".join(character.text for character in characters) == meant


def test_a_page_that_is_a_picture_is_said(last_table: Reading) -> None:
    (note,) = [note for note in last_table.notes if note.code == "ocr"]
    assert (note.severity, note.args["pages"]) == ("doubt", "1、2、3")


@pytest.mark.skipif("SAFEPLAN_SLOW" not in os.environ, reason="a minute; set SAFEPLAN_SLOW=1")
def test_the_whole_scan(expected: list[Task]) -> None:
    reading = read_pdf(SCAN.read_bytes())
    found = tasks_of(reading)
    assert exact(found, expected) >= 0.97
    said = figures_said(reading)
    for task in found:
        for figure in FIGURE.findall(task.content + " " + task.responsible_text):
            assert figure in said[task.source.page or 0], task.task_id


@pytest.mark.parametrize(("form", "degrees"), [("TIFF", 0.0), ("PNG", -1.0), ("JPEG", 0.7)])
def test_a_picture_is_read_like_a_scanned_page_and_turned_upright(
    form: str, degrees: float
) -> None:
    pytest.importorskip("onnxruntime")
    with pypdfium2.PdfDocument(pages(28, 28)) as document:
        picture = document[0].render(scale=200 / 72).to_pil()
    out = io.BytesIO()
    picture.rotate(degrees, fillcolor="white", resample=3).save(out, form)
    tasks = tasks_of(read_picture(out.getvalue()))
    assert tasks[-1].name == "抓好消防救援体系和力量建设"
    (task, *_) = [task for task in tasks if task.serial == "9"]
    assert task.name == "抓好消防救援体系和力量建设"
    assert "试点“中心站+小型站”执勤模式" in task.content


# --- trouble --------------------------------------------------------------------------------


def test_without_the_extra_a_scan_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    ocr._recogniser.cache_clear()
    for read, data in ((read_pdf, pages(28, 28)), (read_picture, b"\x89PNG\r\n\x1a\n")):
        with pytest.raises(DocumentError) as error:
            read(data)
        assert error.value.code == "ocr_missing"


def test_pages_that_are_not_recognised_in_time_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("onnxruntime")

    class Slow:
        def read(self, strips: object) -> list[object]:
            time.sleep(0.3)
            check_time()
            return [[] for _ in strips]  # type: ignore[attr-defined]

    monkeypatch.setattr(ocr, "_recogniser", Slow)
    with awaited(seconds=0.1), pytest.raises(DocumentError) as refused:
        read_pdf(pages(26, 27))
    assert refused.value.code == "no_time"
    scans = [Scan(n, lambda: np.full((40, 40, 3), 255, np.uint8), lambda _: 1.0) for n in (3, 4)]
    with awaited(seconds=0.1):
        found, notes = recognised(scans)
    assert [page.number for page in found] == [3, 4]
    assert [(note.code, note.args) for note in notes] == [("ocr_late", {"pages": "3、4"})]


def test_a_picture_of_no_shape_a_page_has_is_read_as_any_other() -> None:
    pytest.importorskip("onnxruntime")
    out = io.BytesIO()
    Image.new("L", (8, 200_000), 255).save(out, "png")
    with pytest.raises(DocumentError) as refused:
        read_picture(out.getvalue())
    assert refused.value.code == "no_text"


def test_a_picture_larger_than_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("onnxruntime")
    image = pytest.importorskip("PIL.Image")
    monkeypatch.setattr(ocr, "MAX_PIXELS", 10_000)
    out = io.BytesIO()
    image.new("L", (200, 200)).save(out, "PNG")
    with pytest.raises(DocumentError) as error:
        read_picture(out.getvalue())
    assert error.value.code == "too_many_pixels"


def test_damaged_pictures_are_read_or_refused() -> None:
    pytest.importorskip("onnxruntime")
    with pypdfium2.PdfDocument(pages(28, 28)) as document:
        picture = document[0].render(scale=0.8).to_pil().crop((0, 60, 320, 160))
    for form in ("PNG", "JPEG"):
        out = io.BytesIO()
        picture.save(out, form)
        for seed, data in damaged(out.getvalue(), range(18)):
            try:
                read_picture(data)
            except DocumentError as error:
                assert error.code in {"broken_file", "no_text", "too_many_pixels"}, (form, seed)
