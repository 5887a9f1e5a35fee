"""The type is told from the bytes, never from the name."""

from __future__ import annotations

import pytest
from tests.documents.building import docx, odf, p, packed, sheet_rows, xlsx
from tests.documents.originals import ORIGINALS, original

from safeplan.documents import DocumentError
from safeplan.documents.detection import detect, ole_streams

NAME = "忠县2025年工作要点"
_MAIN = '<Types><Override PartName="/x" ContentType="application/vnd.{}.main+xml"/></Types>'


def office(content_type: str) -> bytes:
    return packed({"[Content_Types].xml": _MAIN.format(content_type)})


@pytest.mark.parametrize("form", ["docx", "odt", "html", "doc", "pdf", "ofd", "xlsx", "xls"])
def test_the_originals(form: str) -> None:
    assert detect(original(NAME, form).read_bytes()) == form


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (docx(p("甲")), "docx"),
        (office("ms-word.document.macroEnabled"), "docx"),
        (office("openxmlformats-officedocument.wordprocessingml.template"), "docx"),
        (xlsx(sheet_rows(["甲"])), "xlsx"),
        (office("ms-excel.sheet.macroEnabled"), "xlsx"),
        (odf(""), "odt"),
        (odf("", kind="spreadsheet"), "ods"),
        (packed({"OFD.xml": "<ofd/>"}), "ofd"),
        (packed({"[Content_Types].xml": "<", "word/document.xml": "<"}), "docx"),
        (packed({"xl/workbook.xml": "<"}), "xlsx"),
        (packed({"a.txt": "甲"}), "zip"),
        (b"%PDF-1.7\n", "pdf"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "picture"),
        (b"\xff\xd8\xff\xe0" + bytes(64), "picture"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "picture"),
        (b"<!DOCTYPE html><html>", "html"),
        ("\ufeff\n<html lang=zh>".encode(), "html"),
        ("<table><tr><td>甲</td></tr></table>".encode("gb18030"), "html"),
        ("<html>甲".encode("utf-16"), "html"),
        (b"<?xml version='1.0'?><!DOCTYPE html><html>", "html"),
        ("标题<p>甲</p><p>乙</p><p>丙</p>".encode(), "html"),
        (b"From: <x>\nMIME-Version: 1.0\nContent-Type: multipart/related;\n", "mht"),
        ("忠县2025年工作要点\n".encode(), "text"),
        ("<15000人，≤1人".encode(), "text"),
        ("《通知》<重要>\n1 < 2 > 0\n".encode("gb18030"), "text"),
        ("MIME-Version 一词见附件".encode(), "text"),
        ("BM 项目\nMZ 项目".encode(), "text"),
        ("主送：各镇街\nContent-Type: 见附件\n\nMIME-Version: 1.0".encode(), "text"),
    ],
)
def test_by_what_stands_in_them(data: bytes, form: str) -> None:
    assert detect(data) == form


@pytest.mark.parametrize(
    ("data", "code", "named"),
    [
        (office("openxmlformats-officedocument.presentationml.presentation"), "not_text", "PPTX"),
        (office("ms-excel.sheet.binary.macroEnabled"), "not_text", "XLSB"),
        (packed({"mimetype": "application/epub+zip"}), "not_text", "epub+zip"),
        (packed({"META-INF/manifest.xml": "<", "content.xml": "<"}), "broken_file", "ODF"),
        (b"{\\rtf1", "not_text", "RTF"),
        (b"Rar!\x1a\x07\x00", "archive_unread", "RAR"),
        (b"7z\xbc\xaf\x27\x1c", "archive_unread", "7z"),
        (bytes(257) + b"ustar", "archive_unread", "TAR"),
        (b"BZh91AY&SY\0", "archive_unread", "bzip2"),
        (b"\0\0\0\x18ftypheic", "not_text", "HEIC/AVIF"),
        (b"HN\0\0", "not_text", "CAJ"),
        (b"Subject: x\nMIME-Version: 1.0\nContent-Type: text/plain\n\n", "mail", None),
        (b"From: a\nSubject: x\n\nhello\n", "mail", None),
        (b"MIME-Version: 1.0\nContent-Type: multipart/mixed;\n b=c\n\n", "mail", None),
        (b"<?xml version='1.0'?><w:wordDocument/>", "not_text", "XML"),
        (b"PK\x03\x04" + bytes(64), "broken_file", "ZIP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "broken_file", "OLE"),
    ],
)
def test_what_is_not_read_is_refused_by_name(data: bytes, code: str, named: str | None) -> None:
    with pytest.raises(DocumentError) as error:
        detect(data)
    assert (error.value.code, error.value.values.get("format")) == (code, named)


def test_a_plan_that_safeplan_wrote_is_no_document() -> None:
    with pytest.raises(DocumentError) as error:
        detect('{"schema_version": "1.1", "plan_id": "忠县-2025"}'.encode())
    assert error.value.code == "parsed_already"
    assert detect(b"{1} schema_version\n") == "text"


def test_the_streams_of_an_ole_file_are_those_of_its_root() -> None:
    assert "WordDocument" in ole_streams(original(NAME, "doc").read_bytes())
    assert "Workbook" in ole_streams(original(NAME, "xls").read_bytes())


@pytest.mark.parametrize("name", ["EncryptedPackage", "ENCRYPTEDPACKAGE", "\tDRMContent"])
def test_a_locked_office_file_says_so(name: str) -> None:
    data = original(NAME, "xls").read_bytes()
    locked = data.replace(
        "Workbook".encode("utf-16-le") + bytes(48) + b"\x12\0",
        name.encode("utf-16-le").ljust(64, b"\0") + bytes([2 * len(name) + 2, 0]),
    )
    assert locked != data
    with pytest.raises(DocumentError) as error:
        detect(locked)
    assert error.value.code == "encrypted"


def test_every_original_is_of_the_folder_it_lies_in() -> None:
    for path in sorted(ORIGINALS.glob("*/*")):
        expected = {"scan": "pdf"}.get(path.parent.name, path.parent.name)
        if path.suffix.removeprefix(".") == path.parent.name or path.parent.name == "scan":
            assert detect(path.read_bytes()) == expected
