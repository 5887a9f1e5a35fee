"""Word 97–2003 and WPS: read in Python, by LibreOffice where that fails."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest
from tests.conftest import RAW
from tests.documents.building import docx, p
from tests.documents.damage import damaged
from tests.documents.originals import NAMES, ORIGINALS, original

from safeplan.documents import DocumentError, RawGrid, doc, read_bytes
from safeplan.documents.doc import read_doc
from safeplan.documents.docx import read_docx
from safeplan.plans import parse

UNCLOSED = ORIGINALS / "doc" / "沙坪坝区2025年工作要点-末尾无段落.doc"
"""Ends in a table with no paragraph behind it: LibreOffice 7.4 drops that table."""


def test_a_last_table_that_no_paragraph_follows_is_read() -> None:
    expected = parse(RAW / "沙坪坝区2025年工作要点.txt")
    plan = parse(UNCLOSED)
    assert [task.model_dump(exclude={"source"}) for task in plan.tasks] == [
        task.model_dump(exclude={"source"}) for task in expected.tasks
    ]
    assert {task.table for task in plan.tasks} == {1, 2, 3, 4}


def test_each_task_says_its_table_and_row() -> None:
    plan = parse(original(NAMES[0], "doc"))
    assert (plan.tasks[0].source.table, plan.tasks[0].source.row) == (1, 2)


def test_wps_is_told_by_its_content() -> None:
    data = original(NAMES[0], "doc").read_bytes()
    read = read_bytes(data, "忠县2025年工作要点.wps")
    assert read.media_type == "application/msword"
    assert any(isinstance(block, RawGrid) for block in read.blocks)


# --- LibreOffice, played by a script ---------------------------------------------------------


@pytest.fixture
def broken_in_python(monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A file that msdoc2docx cannot read."""
    monkeypatch.setattr(doc, "_by_msdoc2docx", lambda original: None)
    return original(NAMES[2], "doc").read_bytes()


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where to write the script that stands for LibreOffice: `$out` is its output folder."""
    program = tmp_path / "bin" / "soffice"
    program.parent.mkdir()
    program.write_text("")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    return program


SCRIPT = """#!/bin/sh
while [ $# -gt 1 ]; do
  case "$1" in
    --outdir) out="$2";;
    -env:UserInstallation=file://*) profile="${1#*file://}";;
  esac
  shift
done
mkdir -p "$out"
"""


def test_libreoffice_stands_in_and_that_is_said(
    broken_in_python: bytes, office: Path, tmp_path: Path
) -> None:
    converted = original(NAMES[2], "docx")
    office.write_text(
        f'{SCRIPT}cp "{converted}" "$out/original.docx"\n'
        f'cp "$profile/user/registrymodifications.xcu" "{tmp_path}"\n'
    )
    reading = read_doc(broken_in_python)
    assert reading.blocks == read_docx(converted.read_bytes()).blocks
    assert [note.code for note in reading.notes] == ["doc_by_office"]
    settings = (tmp_path / "registrymodifications.xcu").read_text()
    for setting in ("DisableMacrosExecution", "DisableActiveContent", "BlockUntrustedRefererLinks"):
        assert f'"{setting}" oor:op="fuse"><value>true<' in settings


def test_what_the_converter_dropped_of_a_file_is_said(
    broken_in_python: bytes, office: Path, tmp_path: Path
) -> None:
    (tmp_path / "rest.docx").write_bytes(docx(p("沙坪坝区应急管理“十四五”规划")))
    office.write_text(f'{SCRIPT}cp "{tmp_path}/rest.docx" "$out/original.docx"\n')
    said = [note.args.get("text", "") for note in read_bytes(broken_in_python, "x").notes]
    assert any("应急管理体制机制明晰高效" in text for text in said)
    assert not any(text == "沙坪坝区应急管理“十四五”规划" for text in said)


def test_characters_that_are_zeros_are_said_to_be_lost() -> None:
    data = original(NAMES[-1], "doc").read_bytes()
    text = "应急管理".encode("utf-16-le")
    at = data.index(text, len(data) // 4)
    data = data[:at] + bytes(len(text)) + data[at + len(text) :]
    notes = {note.code: note.args for note in read_doc(data).notes}
    assert notes["characters_lost"] == {"count": "4"}


@pytest.mark.parametrize("does", ["exit 0", "exit 1", 'mkdir "$out/original.docx"'])
def test_libreoffice_that_writes_nothing_is_no_success(
    broken_in_python: bytes, office: Path, does: str
) -> None:
    office.write_text(SCRIPT + does + "\n")
    with pytest.raises(DocumentError) as error:
        read_doc(broken_in_python)
    assert error.value.code == "broken_file"


def test_libreoffice_that_hangs_is_ended_with_all_it_started(
    broken_in_python: bytes, office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doc, "OFFICE_SECONDS", 0.5)
    office.write_text(f'{SCRIPT}(sleep 600 & echo $! > "{tmp_path}/child"; wait)\n')
    with pytest.raises(DocumentError):
        read_doc(broken_in_python)
    child = Path("/proc") / (tmp_path / "child").read_text().strip() / "stat"
    assert not child.exists() or child.read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.mark.skipif(
    not (shutil.which("soffice") or shutil.which("libreoffice")), reason="LibreOffice is missing"
)
@pytest.mark.parametrize("name", NAMES)
def test_both_converters_agree(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = original(name, "doc").read_bytes()
    in_python = read_doc(data).blocks
    monkeypatch.setattr(doc, "_by_msdoc2docx", lambda original: None)
    assert read_doc(data).blocks == in_python


def test_the_office_is_found_where_its_installer_puts_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doc, "_PROGRAMS", ())
    installed = tmp_path / "LibreOffice" / "program" / "soffice.com"
    assert doc.office({"PROGRAMFILES": str(tmp_path)}) is None
    installed.parent.mkdir(parents=True)
    installed.write_bytes(b"")
    assert doc.office({"PROGRAMFILES": str(tmp_path)}) == str(installed)
    assert doc.office({}) is None


# --- trouble --------------------------------------------------------------------------------


def test_damaged_files_are_read_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doc, "_PROGRAMS", ())
    for seed, data in damaged(original(NAMES[2], "doc").read_bytes(), range(45)):
        try:
            reading = read_doc(data)
        except DocumentError as error:
            known = {"broken_file", "encrypted", "too_many_cells", "zip_bomb", "too_deep"}
            assert error.code in known, seed
        else:
            assert isinstance(reading.blocks, list), seed
