"""Altered and damaged files of all formats: each is read or refused, and no row goes unsaid.

`python bench/mutations.py [--files N] [--seed S] [--from FOLDER …]` alters the originals in
`tests/originals`, `tests/shapes`, `tests/reported` and `data/raw` and reads each as `parse` does;
texts with bars are recast as texts with tabs, with a cell a line and as Markdown as well. Half of the files are altered as
people and programs alter them (a line of the web page between two rows, a tag lost, a table where
none may stand, an absurd span, a hidden row), half as disks and networks do (bytes flipped, blocks
lost, cut short).

The law that each must keep: it ends in a plan or in a `DocumentError`, within the limit; and
**whatever words stood in its tables and numbered paragraphs stand in the plan or in a finding**. The
words are taken from the altered file by means that share nothing with the readers. Exit status 1
if the law was broken; each breach is printed with its seed, so that it can be made again
(`--seed S --files 1 --keep FOLDER`).
"""

from __future__ import annotations

import argparse
import html.parser
import io
import json
import random
import re
import signal
import sys
import tempfile
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from safeplan.documents import DocumentError
from safeplan.documents.progress import awaited
from safeplan.models import Plan
from safeplan.plans import parse, to_json

ROOT = Path(__file__).parent.parent
FOLDERS = tuple(
    ROOT / name for name in ("tests/originals", "tests/shapes", "tests/reported", "data/raw")
)
LIMIT = 60
"""Seconds of a processor for one file, which a machine that is busy gives ten times later…"""
_WAITING = 10
PAGES_LIMIT = 20
"""…of which those pages have so many that have lost their text and are recognised."""
_TEXTS = (".txt", ".md", ".csv")
_XML_PARTS = {
    ".docx": re.compile(r"word/document\.xml"),
    ".odt": re.compile(r"content\.xml"),
    ".ods": re.compile(r"content\.xml"),
    ".ofd": re.compile(r".*/(Content|Document|PublicRes)\.xml"),
    ".xlsx": re.compile(r"xl/(worksheets/sheet\d+|sharedStrings)\.xml"),
}


# --- the law ----------------------------------------------------------------------------------


class Passage(NamedTuple):
    """The words of a row of a table, or of a numbered paragraph."""

    words: tuple[str, ...]
    of_table: int | None
    """Which table of the file; None for a paragraph."""
    text: str = ""
    """All of it, squeezed."""
    pages: tuple[int, ...] = ()
    """Its page, where the format has pages; of the first line of one the page before it as well,
    whose last paragraph may go on."""

    @property
    def begins(self) -> str:
        """Return how it begins, as far as its characters can be told."""
        begins = self.text[: 2 * _QUOTED]
        broken = _BROKEN.search(begins)
        return begins[: broken.start()] if broken and broken.start() >= _QUOTED else begins


_BROKEN = re.compile(r"[^\u0000-\u007f\u2000-\u9fff\uff00-\uffef]")
_WORD = re.compile(r"[\u4e00-\u9fff]{5,}")
_NUMBERED = re.compile(
    r"\s*(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,2}[.．、](?!\d))"
)
_BOX = re.compile(
    r"[\s\[【]*(?:索\s*引\s*号|组配分类|主题分类|发布机构|发文机关|[发公]文字号|文\s*号|生成日期|成文日期|发布日期"
    r"|有效性|公开方式)(?:[:：]|\s*[\]】]\s*\|)"
)
"""A row of the box above a page's text, which is of the page and not of its document."""
_COMMENT = re.compile(r"<!--.*?(-->|\Z)", re.DOTALL)
_HEAD = 3
"""So many rows of a table may be the one by which it is known: a lost tag divides its header."""
_QUOTED = 6
"""So many characters of a row in a finding are a quotation."""
_HEADER = re.compile(
    r"(?:序号|工作|任务|年度|目标|指标|内容|措施|要求|责任|牵头|配合|负责|主体|单位|部门|领导|人"
    r"|完成|时限|时间|[上下]半年|全年|季度|备注|名称|项目|重点|具体|主要|行动|专项|整治|行业|及|值|和|类别)+"
)
"""What is nothing but the header of a column; a plan keeps its sense."""


_DOUBTS_OF_PAGES = (
    "pages_damaged",
    "font_missing",
    "ocr",
    "ocr_late",
    "text_layer",
    "text_tangled",
)
"""Findings that name pages and say that their text may be incomplete or wrong."""


class Speech:
    """What a plan says and what its findings quote, one string each."""

    def __init__(self, plan: Plan) -> None:
        data = plan.model_dump(mode="json")
        findings = data.pop("findings")
        self.tables = _squeezed([each for each in findings if each["code"].startswith("table_")])
        self.findings = _squeezed(findings)
        self.said = _squeezed(data)
        self.doubtful_pages = {
            int(page)
            for each in findings
            if each["code"] in _DOUBTS_OF_PAGES
            for page in each["args"].get("pages", each["args"].get("page", "")).split("、")
        }
        if any(each["code"] == "pages_unlisted" for each in findings):
            self.doubtful_pages.add(0)
        self.moved = plan.source.media_type == "application/ofd"
        self.heading = (plan.title, plan.issuer, plan.document_number)

    def gone(self, words: Iterable[str]) -> list[str]:
        """Return the words that the plan does not hold."""
        return [word for word in words if not self._holds(word) and not _HEADER.fullmatch(word)]

    def _holds(self, word: str) -> bool:
        if word in self.said:
            return True
        # A sign of a page that damage has moved may stand within a word of another line.
        parts = (f"{re.escape(word[:at])}.{re.escape(word[at:])}" for at in range(1, len(word)))
        return self.moved and re.search("|".join(parts), self.said) is not None


def lost(passages: list[Passage], speech: Speech) -> list[str]:
    """Return the words of the passages that stand neither in the plan nor in a finding.

    A finding speaks for a row or paragraph of which it quotes some characters, for a table of
    whose first row it does, and for a page that it calls damaged.
    """
    told = _told_tables(passages, speech)
    missing = []
    for passage in passages:
        gone = speech.gone(passage.words)
        if not gone or speech.doubtful_pages & {*passage.pages}:
            continue
        if passage.begins in speech.findings or passage.of_table in told:
            continue
        # A row is quoted by what of it is missing.
        speaking = gone if passage.of_table is not None else passage.words
        if not _quoted(speaking, speech.findings):
            missing += gone
    return missing


def _told_tables(passages: list[Passage], speech: Speech) -> set[int]:
    """Return the tables for which a finding speaks."""
    heads: dict[int, list[str]] = {}
    for passage in passages:
        if passage.of_table is not None:
            texts = heads.setdefault(passage.of_table, [])
            if passage.text and len(texts) < _HEAD:
                texts.append(passage.begins)
    return {
        table
        for table, head in heads.items()
        if head and (head[0] in speech.findings or _quoted(head, speech.tables))
    }


def lost_rows(known: Known, passages: list[Passage], text: str, speech: Speech) -> list[str]:
    """Return what an altered file still says of the rows of its original, and the plan does not.

    Whatever became of the table: its cells may stand as lines of text by now. A word that was taken
    out of its row may still stand in the letter, or in another table for which a finding speaks.
    """
    told = _told_tables(passages, speech)
    elsewhere = "\n".join(
        word for passage in passages if passage.of_table in told for word in passage.words
    )
    quoted = {row.of_table for row in known.rows if _quoted([row.text], speech.tables)}
    missing = []
    for row in known.rows:
        gone = [
            word
            for word in speech.gone(row.words)
            if text.count(word) > elsewhere.count(word) + known.letter[word]
        ]
        if row.of_table not in quoted and gone and not _quoted(gone, speech.findings):
            missing += gone
    return missing


def _quoted(words: Iterable[str], findings: str) -> bool:
    return any(
        word[at : at + _QUOTED] in findings
        for word in words
        for at in range(max(len(word) - _QUOTED, 0) + 1)
    )


def _squeezed(data: object) -> str:
    return re.sub(r"[^\w{}\"]|\\n|_", "", json.dumps(data, ensure_ascii=False))


def _passage(texts: Iterable[str], of_table: int | None) -> Passage:
    text = "\n".join(texts)
    return Passage(_words(text), of_table, re.sub(r"\W|_", "", text))


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text))


def passages_of(data: bytes, ending: str) -> list[Passage] | None:
    """Return the rows and numbered paragraphs of a file; None where it cannot be told."""
    try:
        if ending in _TEXTS:
            return _of_text(data.decode("utf-8-sig"))
        if ending == ".html":
            page = _Page()
            page.feed(_COMMENT.sub("", data.decode("utf-8", "replace")))
            page.close()
            return page.passages
        if ending in (".docx", ".odt"):
            with zipfile.ZipFile(io.BytesIO(data)) as package:
                part = "word/document.xml" if ending == ".docx" else "content.xml"
                return _of_xml(etree.fromstring(package.read(part)))
        if ending in (".xlsx", ".xls"):
            return _of_workbook(data) if ending == ".xlsx" else _of_old_workbook(data)
        if ending == ".doc":
            return [_passage([line], number) for number, line in enumerate(_of_word(data))]
        if ending in (".pdf", ".ofd"):
            lines = _printed(data) if ending == ".pdf" else _of_package(data)
            # What is a table cannot be told by simple means: each line is a row of its own.
            return [
                _passage([line], number)._replace(pages=pages)
                for number, (pages, line) in enumerate(lines)
            ]
    except Exception:  # damaged beyond telling: then the law asks for no traceback only
        return None
    return None


def text_of(data: bytes, ending: str) -> str:
    """Return all that a file says, its tables or not; of the formats whose tables can be undone."""
    if ending in _TEXTS:
        return data.decode("utf-8-sig")
    if ending == ".html":
        page = data.decode("utf-8", "replace")
        page = re.sub(r"(?s)<(script|style|title)\b.*?(</\1>|\Z)", "", page)
        page = _COMMENT.sub("", page)
        return re.sub(r"<[^>]*>", "\n", page)
    if ending in (".docx", ".odt"):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            part = "word/document.xml" if ending == ".docx" else "content.xml"
            root = etree.fromstring(package.read(part))
        return "\n".join("".join(_texts(each)) for each in root.iter("{*}p") if not _undone(each))
    return ""


def _undone(paragraph: etree._Element) -> bool:
    """Tell whether a paragraph is no text of its document: deleted, or there in another form."""
    above = {_name(each) for each in paragraph.iterancestors()}
    return bool(above & {"del", "moveFrom", "tracked-changes", "Fallback", "annotation"})


def _of_text(text: str) -> list[Passage]:
    passages: list[Passage] = []
    tables = 0
    for line in text.split("\n"):
        tables += not line.strip()
        if _BOX.match(line):
            continue
        if "|" in line or "\t" in line.rstrip():
            passages.append(_passage([line], tables))
        elif _NUMBERED.match(line):
            passages.append(_passage([line], None))
    return passages


class _Page(html.parser.HTMLParser):
    """The words in the rows of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.passages: list[Passage] = []
        self._tables = 0
        self._depth = 0
        self._in_row = False
        self._silent = 0
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        if tag in ("script", "style", "title"):
            self._silent += 1
        # A cell that holds the title of a page only places it.
        self._in_row = self._in_row and tag != "h1"
        if tag == "table":
            self._end()
            self._tables += self._depth == 0
            self._depth += 1
        self._between(tag)
        self._in_row = self._in_row or tag in ("td", "th")
        if tag in ("td", "th", "br", "p"):
            self._text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "p"):
            self._text.append("\n")
        if tag in ("script", "style", "title"):
            self._silent = max(self._silent - 1, 0)
        if tag == "table":
            self._end()
            self._depth = max(self._depth - 1, 0)
        self._between(tag)

    def _between(self, tag: str) -> None:
        # A paragraph in a table that stands in none of its cells is a paragraph.
        if tag == "tr" or (tag in ("p", "div") and not (self._depth and self._in_row)):
            self._end()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._text.append(data)

    def close(self) -> None:
        super().close()
        self._end()

    def _end(self) -> None:
        text = "".join(self._text)
        self._text = []
        in_row, self._in_row = self._in_row and self._depth > 0, False
        if _BOX.match(text):
            return
        if in_row or _NUMBERED.match(text):
            self.passages.append(_passage([text], self._tables if in_row else None))


def _of_xml(root: etree._Element) -> list[Passage]:
    """Return the rows and numbered paragraphs of a Word or ODF document."""
    rows: dict[object, Passage] = {}
    tables: dict[object, int] = {}
    for paragraph in root.iter("{*}p"):
        if _undone(paragraph):
            continue
        text = "".join(_texts(paragraph))
        above = list(paragraph.iterancestors("{*}tr", "{*}table-row"))
        table = next(paragraph.iterancestors("{*}tbl", "{*}table"), None)
        if above or table is not None:
            row = above[0] if above else paragraph
            number = tables.setdefault(table, len(tables))
            before, here = rows.get(row, Passage((), number)), _passage([text], number)
            rows[row] = Passage(before.words + here.words, number, before.text + here.text)
        elif _NUMBERED.match(text):
            rows[paragraph] = _passage([text], None)
    return list(rows.values())


def _texts(paragraph: etree._Element) -> Iterator[str]:
    if "office" in paragraph.nsmap and paragraph.nsmap["office"].startswith("urn:oasis"):
        yield from _own_texts(paragraph)
    else:
        for part in paragraph.iter("{*}t", "{*}sym", "{*}tab", "{*}br", "{*}tc"):
            if _name(part) != "t":
                yield "\n"
            elif (run := part.getparent()) is None or _name(run) != "r":
                continue
            else:
                own = next(part.iterancestors("{*}p")) is paragraph
                yield (part.text or "") if own else "\n"


def _own_texts(element: etree._Element) -> Iterator[str]:
    """Yield the texts of a paragraph; what a paragraph or a cell within it says is a text apart."""
    yield element.text or ""
    for child in element:
        if _name(child) in ("p", "h", "table", "table-row", "table-cell"):
            yield "\n"
        else:
            yield from _own_texts(child)
        yield child.tail or ""


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _of_workbook(data: bytes) -> list[Passage]:
    """Return the rows of a workbook as its XML has them; openpyxl turns rich texts round."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = sorted(package.namelist())
        shared = [
            "".join(text.text or "" for text in each.iter("{*}t"))
            for name in parts
            if name == "xl/sharedStrings.xml"
            for each in etree.fromstring(package.read(name)).iter("{*}si")
        ]
        return [
            _passage((_cell_text(cell, shared) for cell in row.iter("{*}c")), number)
            for number, name in enumerate(parts)
            if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)
            for row in etree.fromstring(package.read(name)).iter("{*}row")
        ]


def _cell_text(cell: etree._Element, shared: list[str]) -> str:
    value = cell.findtext("{*}v") or ""
    if cell.get("t") != "s":
        # A cell within a cell is one of its own.
        own = (text for text in cell.iter("{*}t") if next(text.iterancestors("{*}c")) is cell)
        return value + "".join(text.text or "" for text in own)
    return shared[int(value)] if value.isdecimal() and int(value) < len(shared) else ""


def _of_old_workbook(data: bytes) -> list[Passage]:
    import xlrd

    return [
        _passage((v for v in sheet.row_values(row) if isinstance(v, str)), n)
        for n, sheet in enumerate(xlrd.open_workbook(file_contents=data, logfile=io.StringIO()))
        for row in range(sheet.nrows)
    ]


def _printed(data: bytes) -> Iterator[tuple[tuple[int, ...], str]]:
    import pypdfium2

    for number, page in enumerate(pypdfium2.PdfDocument(data), start=1):
        lines = page.get_textpage().get_text_range().splitlines()
        for at, line in enumerate(lines):
            yield (number,) if at else (number - 1, number), line


def _of_package(data: bytes) -> Iterator[tuple[tuple[int, ...], str]]:
    """Yield the texts of an OFD's pages, which are numbered as their parts are named.

    One that no list of pages names is shown by no viewer; its number is 0.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        lists = b"".join(package.read(n) for n in package.namelist() if n.endswith("Document.xml"))
        for name in package.namelist():
            if number := re.search(r"Pages/Page_(\d+)/Content\.xml$", name):
                listed = number.group().encode() in lists
                for text in etree.fromstring(package.read(name)).iter("{*}TextCode"):
                    yield (int(number[1]) + 1 if listed else 0,), text.text or ""


def _of_word(data: bytes) -> Iterator[str]:
    """Yield the cells and numbered paragraphs of a .doc, as far as they are UTF-16, in one piece."""
    text = data[512:].decode("utf-16-le", "replace")
    *ended, _ = re.split(r"(?<=[\x07\r])", text)  # to look for each end anew would take minutes
    for line, end in ((each[:-1], each[-1]) for each in ended):
        # Bytes of anything else make characters of all scripts.
        sound = line.encode("gb18030", "replace") == line.encode("gbk", "replace")
        if line and sound and (end == "\x07" or _NUMBERED.match(line)):
            yield line


# --- as people and programs alter files -------------------------------------------------------

BETWEEN = (
    "打印 关闭", "【打印】【关闭】", "版权所有：某某区人民政府办公室", "某ICP备12345678号", "分享到：微信 微博",
    "上一篇：关于某事的通知", "下一篇：没有了", "— 3 —", "- 12 -", "第 3 页 共 9 页", "续表", "（续表）", "附件1续",
    "（此页无正文）", "字号：大 中 小", "扫一扫在手机打开当前页", "责任编辑：某某", "来源：某某区应急管理局",
    "某某区安全生产委员会办公室", "注：以上任务按月调度", "二、防灾减灾", "3", "", "点击数：1234", "返回顶部", "合计",
)  # fmt: skip


def altered_text(text: str, chance: random.Random) -> str:
    """Return a text with one to three things done to its lines."""
    lines = text.split("\n")
    for _ in range(chance.choice((1, 1, 2, 3))):
        rows = [number for number, line in enumerate(lines) if "|" in line or "\t" in line]
        at = chance.choice(rows) if rows and chance.random() < 0.8 else chance.randrange(len(lines))
        mark = "|" if "|" in lines[at] else "\t"
        way = chance.randrange(12)
        if way < 3:
            lines.insert(at, chance.choice(BETWEEN))
        elif way == 3:
            lines.insert(at, lines[at])
        elif way == 4:
            del lines[at]
        elif way == 5 and at + 1 < len(lines):
            lines[at : at + 2] = [lines[at] + lines[at + 1]]
        elif way == 6 and len(lines[at]) > 2:
            cut = chance.randrange(1, len(lines[at]))
            lines[at : at + 1] = [lines[at][:cut], lines[at][cut:]]
        elif way == 7:
            lines[at] = lines[at].replace(mark, "", 1)
        elif way == 8:
            lines[at] = lines[at] + mark
        elif way == 9:
            other = chance.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        elif way == 10:
            lines[at : at + 3] = [line for line in lines[at : at + 3] if line.strip()]
        else:
            lines[at:at] = ["", chance.choice(BETWEEN), ""]
        lines = lines or [""]
    return "\n".join(lines)


def recast(text: str, chance: random.Random) -> str:
    """Return a text, its tables as one of the forms in which a page or a file is copied."""
    form = chance.choice(("bars", "bars", "tabs", "lines", "markdown"))
    lines: list[str] = []
    for line in text.split("\n"):
        cells = line.rstrip("|").split("|")
        if line.count("|") < 2 or form == "bars":
            lines.append(line)
        elif form == "tabs":
            lines.append("\t" + "\t".join(cells))
        elif form == "lines":
            lines += cells
        else:
            lines.append(f"|{'|'.join(cells)}|")
            if "责任单位" in line:
                lines.append("|---" * len(cells) + "|")
    return "\n".join(lines)


_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


def altered_page(page: str, chance: random.Random) -> str:
    """Return a page with one to three things done to its tags, most often to those of tables."""
    for _ in range(chance.choice((1, 1, 2, 3))):
        tags = list(_TAG.finditer(page))
        chosen = [tag for tag in tags if re.match(r"</?(table|t[rdh]|tbody)\b", tag.group())]
        if not tags:
            return page
        tag = chance.choice(chosen if chosen and chance.random() < 0.8 else tags)
        start, end, text = tag.start(), tag.end(), tag.group()
        way = chance.randrange(9)
        if way < 2:
            text = ""
        elif way == 2:
            text += text
        elif way == 3:
            text = f"<p>{chance.choice(BETWEEN)}</p>" + text
        elif way == 4:
            text = chance.choice(BETWEEN) + text
        elif way == 5 and not text.startswith("</"):
            span = chance.choice(("0", "-1", "2", "9", "99", "65535", "x"))
            text = text[:-1] + f' {chance.choice(("rowspan", "colspan"))}="{span}">'
        elif way == 6 and not text.startswith("</"):
            hidden = ('style="display:none"', "hidden", 'class="share"', 'style="color:#fff"')
            text = text[:-1] + f" {chance.choice(hidden)}>"
        elif way == 7:
            other = chance.choice(tags)
            moved, (start, end), text = text, other.span(), other.group() + text
            del moved
        else:
            text = chance.choice(("</table>", "<table>", "</td>", "</tr>", "<tr>", "<td>", "<!--"))
        page = page[:start] + text + page[end:]
    return page


def altered_tree(root: etree._Element, chance: random.Random) -> None:
    """Do one to three things to the elements of a document, which stays well-formed."""
    for _ in range(chance.choice((1, 1, 2, 3))):
        elements = [each for each in root.iter("{*}*") if each.getparent() is not None]
        rows = [
            each
            for each in elements
            if _name(each) in ("tbl", "tr", "tc", "table", "table-row", "table-cell", "row", "c")
        ]
        element = chance.choice(rows if rows and chance.random() < 0.7 else elements)
        parent = element.getparent()
        assert parent is not None
        at = parent.index(element)
        way = chance.randrange(8)
        if way == 0:  # its tags are lost
            for child in reversed(element):
                parent.insert(at, child)
            parent.remove(element)
        elif way == 1:
            parent.insert(at, etree.fromstring(etree.tostring(element, with_tail=False)))
        elif way == 2:  # into another place
            target = chance.choice(elements)
            if element not in (target, *target.iterancestors()):
                target.insert(chance.randrange(len(target) + 1), element)
        elif way == 3 and element.attrib:
            element.attrib[chance.choice(sorted(element.attrib))] = chance.choice(
                ("0", "-1", "2", "9", "99", "65535", "x", "")
            )
        elif way == 4 and rows:
            _span(chance.choice(rows), chance)
        elif way == 5 and rows:
            _hide(chance.choice(rows))
        elif way == 6:
            other = chance.choice(elements)
            element.tag, other.tag = other.tag, element.tag
        elif way == 7:
            parent.remove(element)


def _span(cell: etree._Element, chance: random.Random) -> None:
    """Give an element an absurd span, in the words of its format."""
    space = etree.QName(cell).namespace
    number = chance.choice(("2", "9", "99", "65535", "-3"))
    if _name(cell) in ("tc", "tr", "tbl"):
        properties = cell.find(f"{{{space}}}tcPr")
        if properties is None:
            properties = etree.Element(f"{{{space}}}tcPr")
            cell.insert(0, properties)
        kind = chance.choice(("gridSpan", "vMerge"))
        etree.SubElement(properties, f"{{{space}}}{kind}").set(
            f"{{{space}}}val", number if kind == "gridSpan" else "continue"
        )
    else:
        for name in ("number-rows-spanned", "number-columns-repeated", "number-rows-repeated"):
            if chance.random() < 0.5:
                cell.set(f"{{{space}}}{name}", number)


def _hide(row: etree._Element) -> None:
    """Hide a row, in the words of its format."""
    space = etree.QName(row).namespace
    if _name(row) == "tr":
        properties = etree.Element(f"{{{space}}}trPr")
        etree.SubElement(properties, f"{{{space}}}hidden")
        row.insert(0, properties)
    elif _name(row) == "row":
        row.set("hidden", "1")
    else:
        row.set(f"{{{space}}}visibility", "collapse")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def altered(data: bytes, ending: str, chance: random.Random) -> bytes:
    """Return a file altered as people and programs do; other formats are damaged."""
    if ending in _TEXTS and _is_utf8(data):
        return altered_text(recast(data.decode("utf-8-sig"), chance), chance).encode()
    if ending == ".html" and _is_utf8(data):
        return altered_page(data.decode("utf-8"), chance).encode()
    try:
        return _altered_package(data, _XML_PARTS[ending], chance)
    except (KeyError, zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, IndexError):
        return damaged(data, chance)  # another format, or broken from the beginning


def _altered_package(data: bytes, altering: re.Pattern[str], chance: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    able = sorted(name for name in parts if altering.fullmatch(name))
    name = chance.choice(able)
    root = etree.fromstring(parts[name])
    altered_tree(root, chance)
    parts[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return written.getvalue()


# --- as disks and networks do -----------------------------------------------------------------


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Return bytes with some damage."""
    broken = bytearray(data)
    kind = chance.choice(["flip", "flip", "cut", "drop", "repeat", "exchange", "zero"])
    at, end = sorted(chance.randrange(len(broken) + 1) for _ in range(2))
    end = min(end, at + 4096)
    if kind == "flip":
        for _ in range(chance.choice([1, 4, 32, 256])):
            broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
    elif kind == "cut":
        del broken[at:]
    elif kind == "drop":
        del broken[at:end]
    elif kind == "repeat":
        broken[at:at] = broken[at:end] * chance.randrange(1, 4)
    elif kind == "exchange":
        other = chance.randrange(len(broken))
        broken[at:end] = broken[other : other + end - at]
    else:
        broken[at:end] = bytes(end - at)
    return bytes(broken)


# --- the run ----------------------------------------------------------------------------------


class Hang(BaseException):
    """A file took longer than the limit."""


def _ring(*_: object) -> None:
    raise Hang


class Outcome(NamedTuple):
    """What became of a file."""

    what: str
    breaches: list[str]
    passages: Sequence[Passage] = ()
    """What was asked for…"""
    speech: Speech | None = None
    """…and what the plan says; None where there is none, or nothing could be asked."""


class Known(NamedTuple):
    """What is known of a file that is not altered."""

    rows: list[Passage]
    """Those of its tables, with what the plan says of them."""
    unsaid: str
    """What goes unsaid here as well: of its letter (现将…印发给你们) nothing is asked."""
    letter: Counter[str]
    """How often words of its rows stand outside of them."""
    breaches: Sequence[str]
    """How it breaks the law itself."""


NOTHING_KNOWN = Known([], "", Counter(), [])


def read_one(path: Path, known: Known = NOTHING_KNOWN) -> Outcome:
    """Read a file as `parse` does and hold it against the law.

    Args:
        path: the file.
        known: what is known of the original.
    """
    if sys.platform == "win32":
        raise NotImplementedError("a reader that hangs is ended by SIGALRM, which Windows lacks")
    signal.signal(signal.SIGALRM, _ring)
    signal.signal(signal.SIGPROF, _ring)
    signal.alarm(_WAITING * LIMIT)
    signal.setitimer(signal.ITIMER_PROF, LIMIT)
    try:
        with awaited(seconds=PAGES_LIMIT):
            plan = parse(path)
        to_json(plan).encode()
    except DocumentError as error:
        return Outcome(error.code, [])
    except Hang:
        return Outcome("hang", [f"more than {LIMIT} s"])
    except Exception as error:
        return Outcome("traceback", [f"{type(error).__name__}: {error}"[:300]])
    finally:
        signal.alarm(0)
        signal.setitimer(signal.ITIMER_PROF, 0)
    passages = passages_of(path.read_bytes(), path.suffix)
    if passages is None:
        return Outcome("read, law unasked", [])
    speech = Speech(plan)
    text = text_of(path.read_bytes(), path.suffix)
    gone = lost(passages, speech) + lost_rows(known, passages, text, speech)
    gone = [word for word in dict.fromkeys(gone) if not _stands_in(word, known.unsaid)]
    return Outcome("silent loss" if gone else "read", gone, passages, speech)


def _stands_in(word: str, text: str) -> bool:
    """Tell whether a word stands in a text, but for some signs that damage has made others."""
    return word in text or any(
        sum(map(str.__ne__, word, text[at:])) <= len(word) // 5
        for at in range(len(text) - len(word) + 1)
    )


def known_of(path: Path) -> Known:
    """Return what is known of an original."""
    _, unsaid, passages, speech = read_one(path)
    if speech is None:
        return NOTHING_KNOWN
    rows = [
        each._replace(words=tuple(word for word in each.words if word in speech.said))
        for each in passages
        if each.of_table is not None
    ]
    # Damage may set a copy of the letter (现将…印发给你们) into a row: it is no row for that.
    text = text_of(path.read_bytes(), path.suffix)
    asked = [word for each in passages for word in each.words]
    within = "\n".join(asked)
    letter = Counter({word: max(text.count(word) - within.count(word), 0) for word in asked})
    breaches = unsaid
    unsaid = [*unsaid, *(word for word in speech.gone(_words(text)) if word not in letter)]
    if path.suffix in (".pdf", ".doc", ".ofd", ".xlsx", ".xls", ".ods"):
        # Each line, each row of a sheet is asked for there; the heading is no table.
        unsaid = [*unsaid, *_words("\n".join(filter(None, speech.heading)))]
    if path.suffix in (".pdf", ".doc", ".ofd"):
        # Of a paragraph that a finding tells by how it begins the lines that follow are in neither.
        unsaid += [word for each in passages if speech.gone(each.words) for word in each.words]
    return Known(rows, "\n".join(unsaid), letter, breaches)


def originals(folders: Iterable[Path]) -> list[Path]:
    """Return the files to alter, those of one format after those of another."""
    endings = {*_TEXTS, ".ods", ".html", ".docx", ".odt", ".xlsx", ".xls", ".doc", ".pdf", ".ofd"}
    return [
        path
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.suffix in endings and path.parent.name != "scan" and path.name != "README.md"
    ]


def main() -> int:
    """Alter and read the files; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--from", dest="folders", type=Path, nargs="*")
    parser.add_argument("--only", help="endings, as .txt,.docx")
    parser.add_argument("--keep", type=Path, help="where files that break the law are kept")
    arguments = parser.parse_args()
    found = originals(arguments.folders or FOLDERS)
    if arguments.only:
        found = [path for path in found if path.suffix in arguments.only.split(",")]
    known: dict[Path, Known] = {}
    became: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(arguments.files):
            seed = arguments.seed + number
            chance = random.Random(seed)
            original = found[seed % len(found)]
            data = original.read_bytes()
            if original not in known:
                known[original] = known_of(original)
                if broken := known[original].breaches:
                    print(f"unaltered {original.name}: {'; '.join(broken)[:60]}", flush=True)
            way: Callable[[], bytes] = (
                (lambda: altered(data, original.suffix, chance))  # noqa: B023
                if chance.random() < 0.5
                else (lambda: damaged(data, chance))  # noqa: B023
            )
            path = Path(folder) / f"忠县2025年工作要点{original.suffix}"
            path.write_bytes(way())
            start = time.perf_counter()
            outcome = read_one(path, known[original])
            slowest = max(slowest, time.perf_counter() - start)
            became[f"{original.suffix} {outcome.what}"] += 1
            if outcome.breaches:
                wrong[outcome.what] += 1
                shown = "; ".join(outcome.breaches[:4])
                print(f"seed {seed} {original.name}: {outcome.what}: {shown}", flush=True)
                if arguments.keep:
                    arguments.keep.mkdir(parents=True, exist_ok=True)
                    (arguments.keep / f"{seed}{original.suffix}").write_bytes(path.read_bytes())
    print(f"{arguments.files} files, {sum(wrong.values())} wrong, slowest {slowest:.1f} s")
    for ending in sorted({key.split()[0] for key in became}):
        counts = [
            (key, count) for key, count in became.most_common() if key.startswith(f"{ending} ")
        ]
        print(ending, ", ".join(f"{key.partition(' ')[2]} {count}" for key, count in counts))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
