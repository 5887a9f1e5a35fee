"""What a file holds and its reader did not read is quoted; what was read, or is the page's own, is not."""

from __future__ import annotations

import pytest
from tests.documents.building import docx, odf, odt_table, p, packed, sheet_rows, tbl, xlsx
from tests.documents.originals import NAMES, original

from safeplan.documents import read_bytes
from safeplan.documents.blocks import Reading
from safeplan.documents.sheets import read_xls
from safeplan.documents.written import dropped, of_doc

HEADER = ["序号", "名称", "目标", "责任单位"]
ROW = ["1", "道路交通", "整治临水临崖隐患三十处", "县公安局"]
LOST = "开展巡山护林活动"
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_X = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def quoted(data: bytes) -> str:
    """All that is said of a file to have been dropped."""
    notes = read_bytes(data, "x").notes
    return "".join(note.args["text"] for note in notes if note.code == "text_dropped")


def page(body: str) -> bytes:
    rows = "".join(
        f"<tr>{''.join(f'<td>{text}</td>' for text in row)}</tr>" for row in (HEADER, ROW)
    )
    return (
        f"<html><body><h1>忠县2025年工作要点</h1><table>{rows}</table>{body}</body></html>".encode()
    )


def word(body: str, **parts: str) -> bytes:
    return docx(p("忠县2025年工作要点") + tbl(HEADER, ROW) + body, **parts)


def with_part(name: str, part: str) -> bytes:
    """A workbook with one part more."""
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(xlsx(sheet_rows(HEADER, ROW)))) as package:
        parts = {each: package.read(each) for each in package.namelist()}
    return packed({**parts, name: part})


@pytest.mark.parametrize(
    "data",
    [
        page(f"<div style='display:none'><p>3.{LOST}十次。</p></div>"),
        page(f"<nav><p>3.{LOST}十次。</p></nav>"),
        page(f"<script>x</script><div class='share'><p>3.{LOST}十次</p></div>"),
        page(f"<noscript><table><tr><td>2</td><td>{LOST}</td></tr></table></noscript>"),
        page(f"<iframe><table><tr><td>2</td><td>{LOST}</td></tr></table></iframe>"),
        word(p("见附注"), **{"word/footnotes.xml": f"<w:footnotes {_W}>{p(LOST)}</w:footnotes>"}),
        word("", **{"word/header1.xml": f"<w:hdr {_W}>{tbl(['2', LOST])}</w:hdr>"}),
        word("", **{"word/comments.xml": f"<w:comments {_W}>{p(LOST)}</w:comments>"}),
        word(f"<mc:AlternateContent><mc:Choice Requires='x'>{p('别的话')}</mc:Choice><mc:Fallback>{p(LOST)}</mc:Fallback></mc:AlternateContent>"),
        word(f"<w:p><w:pPr><w:r><w:t>{LOST}</w:t></w:r></w:pPr></w:p>"),
        odf(odt_table(HEADER, ROW) + f"<text:p>x<text:note><text:note-body><text:p>{LOST}</text:p></text:note-body></text:note></text:p>"),
        odf(odt_table(HEADER, ROW) + f"<office:forms><text:p>{LOST}</text:p></office:forms>"),
        with_part("xl/worksheets/sheet2.xml", f"<worksheet {_X}><sheetData>{sheet_rows(['2', LOST])}</sheetData></worksheet>"),
        with_part("xl/comments1.xml", f"<comments {_X}><comment><text><t>{LOST}</t></text></comment></comments>"),
        with_part("xl/comments/comment1.xml", f"<comments {_X}><comment><text><t>{LOST}</t></text></comment></comments>"),
        with_part("xl/drawings/drawing1.xml", f"<d xmlns:a='a'><a:p><a:r><a:t>{LOST}</a:t></a:r></a:p></d>"),
    ],
)  # fmt: skip
def test_what_no_reader_reads_is_quoted(data: bytes) -> None:
    assert LOST in quoted(data)


@pytest.mark.parametrize(
    "data",
    [
        page(f"<p>{LOST}</p><!-- <tr><td>2</td><td>别的话</td></tr> -->"),
        page("<table><tr><td><a href=x>政务公开专栏</a></td><td><a href=y>互动交流平台</a></td></tr></table>"),
        page("<select><option>国务院部门网站</option></select><script>'<tr><td>一</td><td>隐患整治</td></tr>'</script>"),
        word(p(LOST)),
        word(f"<w:p><w:del><w:r><w:delText>{LOST}</w:delText></w:r></w:del></w:p>"),
        word(f"<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>{LOST}</w:t></w:r></w:p>"),
        word("<w:p><w:r><w:t>隐患</w:t></w:r><w:r><w:t>30处整</w:t></w:r><w:r><w:t>治</w:t></w:r></w:p>"),
        odf(odt_table(HEADER, ROW) + f"<text:p>{LOST}</text:p>"),
        xlsx(sheet_rows(HEADER, ROW)),
        f"忠县2025年工作要点\n附件\n{'|'.join(HEADER)}|\n{'|'.join(ROW)}|\n".encode(),
    ],
)  # fmt: skip
def test_what_was_read_hidden_or_deleted_is_not(data: bytes) -> None:
    assert quoted(data) == ""


def test_what_a_damaged_doc_holds_is_told_from_its_bytes() -> None:
    line = f"\r{LOST}\x07县林业局\x07"
    said = [n.args["text"] for n in dropped(Reading([], written=of_doc(line.encode("utf-16-le"))))]
    assert said == [f"{LOST}、县林业局"]
    noise = bytes(range(256)) * 200
    assert [*dropped(Reading([], written=of_doc(noise)))] == []


def test_what_is_beyond_a_hundred_quotations_is_quoted_together() -> None:
    name = "甲乙丙丁戊己庚辛壬癸"
    words = [f"巡{name[i // 100]}查{name[i // 10 % 10]}山{name[i % 10]}林" for i in range(1000)]
    data = "".join(f"\r{word}\x07" for word in words).encode("utf-16-le")
    notes = [*dropped(Reading([], written=of_doc(data)))]
    assert len(notes) == 101
    assert all(word in "".join(note.args["text"] for note in notes) for word in words)


def test_a_paragraph_within_another_is_said() -> None:
    within = "<w:p><w:r><w:t>各镇</w:t>{}</w:r></w:p>"
    for held, codes in ((p("新建消防站"), ["misplaced_text"]), ("", [])):
        notes = read_bytes(word(within.format(held)), "x").notes[1:]
        assert [note.code for note in notes] == codes


def test_each_row_of_an_old_workbook_is_looked_for() -> None:
    """Nothing is said of one that was read; all is said where nothing was."""
    data = original(NAMES[0], "xls").read_bytes()
    assert quoted(data) == ""
    written = read_xls(data).written
    said = "".join(note.args["text"] for note in dropped(Reading([], written=written)))
    assert "水旱灾害防御" in said
