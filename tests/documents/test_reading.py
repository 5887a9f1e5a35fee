"""Bytes to text: what is read, what is refused, and how it is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import RAW

from safeplan.documents import DocumentError, decode, read_document
from safeplan.text.folding import tidy

TEXT = "忠县2025年工作要点\n一、核心绩效指标\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_encodings_of_office_files_are_read(encoding: str) -> None:
    text, _ = decode(TEXT.encode(encoding))
    assert text == TEXT


def test_a_whole_document_in_gb18030_reads_the_same(tmp_path: Path) -> None:
    original = RAW / "忠县2025年工作要点.txt"
    text = original.read_text(encoding="utf-8")
    copy = tmp_path / original.name
    copy.write_bytes(text.encode("gb18030"))
    assert read_document(copy).blocks == read_document(original).blocks


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b" \n\t ", "empty_file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "not_text"),
        (b"\xff\xd8\xff\xe0" + bytes(64), "not_text"),
        (b"%PDF-1.7\n", "not_text"),
        (b"PK\x03\x04" + bytes(64), "not_text"),
        ("安全生產工作要點".encode("big5") * 9, "unknown_encoding"),
        (b"\x00\x01\x02\x03", "unknown_encoding"),
        (bytes(range(128, 256)) * 4, "unknown_encoding"),
    ],
)
def test_what_is_not_text_is_refused_by_name(data: bytes, code: str) -> None:
    with pytest.raises(DocumentError) as error:
        decode(data)
    assert error.value.code == code


@given(st.text(alphabet="安全生产，。AB1 \u3000\n\t"))
def test_folding_is_done_once_and_loses_only_white_space(text: str) -> None:
    folded = tidy(text)
    assert tidy(folded) == folded
    assert "".join(folded.split()) == "".join(text.split())


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        text, _ = decode(data)
    except DocumentError as error:
        assert error.code in {"empty_file", "not_text", "unknown_encoding"}
    else:
        assert text.strip()
