"""Archives: each member a document, named by a path through the archive."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from tests.documents.building import docx, p, packed
from tests.documents.originals import original

from safeplan.documents import DocumentError, documents_in, read_document
from safeplan.plans import load, parse

ZHONGXIAN = original("忠县2025年工作要点", "docx")
SHAPINGBA = original("沙坪坝区2025年工作要点", "odt")


def code(path: Path) -> tuple[str, dict[str, str]]:
    with pytest.raises(DocumentError) as error:
        read_document(path)
    return error.value.code, error.value.values


def test_members_are_read_like_files_and_named_by_their_path(tmp_path: Path) -> None:
    archive = tmp_path / "资料.zip"
    archive.write_bytes(
        packed({"区县/忠县.docx": ZHONGXIAN.read_bytes(), "沙坪坝.odt": SHAPINGBA.read_bytes()})
    )
    assert documents_in(archive) == [archive / "区县" / "忠县.docx", archive / "沙坪坝.odt"]
    plan, alone = parse(archive / "区县" / "忠县.docx"), parse(ZHONGXIAN)
    assert plan.tasks == alone.tasks
    assert plan.source.path == (archive / "区县" / "忠县.docx").as_posix()
    assert plan.source.sha256 == alone.source.sha256
    assert load(archive / "沙坪坝.odt").plan_id == "沙坪坝-2025"


def test_an_archive_of_one_document_stands_for_it(tmp_path: Path) -> None:
    archive = tmp_path / "附件.zip"
    junk = {"__MACOSX/._忠县.docx": b"x", ".DS_Store": b"x", "Thumbs.db": b"x", "~$忠县.docx": b"x"}
    archive.write_bytes(packed({"忠县.docx": ZHONGXIAN.read_bytes(), **junk}))
    document = read_document(archive)
    assert document.path == f"{archive.as_posix()}/忠县.docx"
    assert document.media_type.endswith("wordprocessingml.document")


def test_several_documents_ask_which_one(tmp_path: Path) -> None:
    archive = tmp_path / "资料.zip"
    archive.write_bytes(packed({"甲.txt": "甲", "乙.txt": "乙"}))
    assert code(archive) == ("several_documents", {"members": "甲.txt、乙.txt"})
    assert code(archive / "丙.txt") == ("missing_file", {})
    assert code(archive / "甲.txt" / "深处") == ("missing_file", {})


def test_an_archive_in_an_archive_is_opened_and_no_deeper(tmp_path: Path) -> None:
    inner = packed({"甲.docx": docx(p("正文"))})
    archive = tmp_path / "外.zip"
    archive.write_bytes(packed({"内.zip": inner}))
    assert read_document(archive).blocks == read_document(archive / "内.zip" / "甲.docx").blocks
    archive.write_bytes(packed({"中.zip": packed({"内.zip": inner})}))
    assert code(archive) == ("nested_archives", {"limit": "2"})


def test_names_as_chinese_windows_writes_them(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("name.txt", "忠县\n")
    raw = "忠县.txt".encode("gb18030")
    assert len(raw) == len(b"name.txt")
    archive = tmp_path / "资料.zip"
    archive.write_bytes(out.getvalue().replace(b"name.txt", raw))
    assert documents_in(archive) == [archive / "忠县.txt"]


def test_a_member_can_name_no_place_outside(tmp_path: Path) -> None:
    archive = tmp_path / "资料.zip"
    archive.write_bytes(packed({"../../etc/passwd": "忠县\n", "/abs.txt": "忠县\n"}))
    assert documents_in(archive) == [archive / "etc" / "passwd", archive / "abs.txt"]


def test_an_empty_archive_says_so(tmp_path: Path) -> None:
    archive = tmp_path / "资料.zip"
    archive.write_bytes(packed({}))
    assert code(archive)[0] == "empty_archive"
    with pytest.raises(DocumentError):
        documents_in(archive)


def test_names_that_no_system_knows_are_refused_like_others() -> None:
    assert code(Path("长" * 3000))[0] == "unreadable"
    assert code(Path("a\0b"))[0] in ("unreadable", "missing_file")


def test_a_plain_file_stands_for_itself() -> None:
    assert documents_in(ZHONGXIAN) == [ZHONGXIAN]
