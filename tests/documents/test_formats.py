"""One document in many forms is one plan."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import RAW
from tests.documents.originals import FORMS, NAMES, original, parsed

from safeplan.documents import read_document
from safeplan.models import Plan
from safeplan.plans import parse

MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "html": "text/html",
    "doc": "application/msword",
    "pdf": "application/pdf",
    "ofd": "application/ofd",
}


def contents(plan: Plan) -> dict[str, object]:
    """All that a plan says, but where it stands in the file."""
    said = plan.model_dump(exclude={"source", "findings", "tasks", "measures"})
    return {
        **said,
        "tasks": [task.model_dump(exclude={"source"}) for task in plan.tasks],
        "measures": [
            measure.model_dump(exclude={"source": True, "tasks": {"__all__": {"source"}}})
            for measure in plan.measures
        ],
    }


@pytest.fixture(scope="module")
def from_text() -> dict[str, dict[str, object]]:
    return {name: contents(parse(RAW / f"{name}.txt")) for name in NAMES}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", NAMES)
def test_every_form_gives_the_plan_of_the_text(
    name: str, form: str, from_text: dict[str, dict[str, object]]
) -> None:
    plan = parsed(name, form)
    assert contents(plan) == from_text[name]
    assert plan.source.media_type == MEDIA_TYPES[form]
    (reader,) = [finding for finding in plan.findings if finding.code == "reader"]
    assert reader.args["format"] == form


@pytest.mark.parametrize("form", ["docx", "odt", "html"])
@pytest.mark.parametrize("name", NAMES)
def test_every_task_says_its_table_and_row(name: str, form: str) -> None:
    document = read_document(original(name, form))
    grids = [block for block in document.blocks if hasattr(block, "rows")]
    for task in parsed(name, form).tasks:
        table, row = task.source.table, task.source.row
        assert table is not None
        assert row is not None
        texts = [cell.text for cell in grids[table - 1].rows[row - 1]]
        assert any(task.content in "".join(text.split()) for text in texts)


@pytest.mark.parametrize("suffix", ["txt", "docx", "html", "doc", "zip", "", "PDF"])
@pytest.mark.parametrize("form", ["docx", "odt", "html", "xlsx", "xls"])
def test_the_name_of_a_file_says_nothing_of_its_format(
    form: str, suffix: str, tmp_path: Path
) -> None:
    right = original(NAMES[0], form)
    wrong = tmp_path / (right.stem + (f".{suffix}" if suffix else ""))
    shutil.copyfile(right, wrong)
    expected, found = read_document(right), read_document(wrong)
    assert (found.blocks, found.media_type, found.sha256) == (
        expected.blocks, expected.media_type, expected.sha256,
    )  # fmt: skip


def test_reading_text_imports_no_other_reader() -> None:
    script = (
        "import sys; from pathlib import Path; from safeplan.documents import read_document;"
        f"read_document(Path({str(RAW / '忠县2025年工作要点.txt')!r}));"
        "print([m for m in sys.modules if m.split('.')[0] in"
        " ('lxml', 'docx', 'openpyxl', 'xlrd', 'pypdfium2', 'doc2docx')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
