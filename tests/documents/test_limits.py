"""Hostile and broken files: one `DocumentError` with its code, and nothing else, ever."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.documents.building import docx, odf, odt_table, p, packed, sheet_rows, tbl, tc, xlsx
from tests.documents.originals import original

from safeplan.documents import DocumentError, RawGrid, limits, read_bytes, read_document
from safeplan.documents.packages import Package, parse_xml
from safeplan.documents.reading import open_member
from safeplan.messages import catalogue, say

NAME = "忠县2025年工作要点"
FORMS = ("docx", "odt", "html", "xlsx", "xls")


def code(data: bytes) -> str:
    """The code of the error that reading gives; it must have a message."""
    with pytest.raises(DocumentError) as error:
        read_bytes(data, "x")
    assert say(f"trouble.{error.value.code}", **error.value.values)
    return error.value.code


# --- packages -------------------------------------------------------------------------------

LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)  # fmt: skip
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def with_main(form: str, change: Callable[[str], str | bytes]) -> bytes:
    """A small file of a format, the XML of its main part changed."""
    made, name = {
        "docx": (docx(p("&i;")), "word/document.xml"),
        "odt": (odf("<text:p>&i;</text:p>"), "content.xml"),
        "xlsx": (xlsx(sheet_rows(["&i;"])), "xl/worksheets/sheet1.xml"),
    }[form]
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        parts: dict[str, str | bytes] = {n: package.read(n) for n in package.namelist()}
    parts[name] = change(bytes(parts[name]).decode())  # type: ignore[arg-type]
    return packed(parts)


@pytest.mark.parametrize("form", ["docx", "odt", "xlsx"])
@pytest.mark.parametrize(
    "doctype", [LAUGHS, OUTSIDE, "<!DOCTYPE x SYSTEM 'http://example.org/x.dtd'>"]
)
def test_entities_and_document_types_are_refused(form: str, doctype: str) -> None:
    assert code(with_main(form, lambda xml: doctype + xml)) == "xml_dtd"
    for encoding in ("utf-16", "utf-32"):
        head = f'<?xml version="1.0" encoding="{encoding}"?>{doctype}'

        def encoded(xml: str, head: str = head, encoding: str = encoding) -> bytes:
            return (head + xml).encode(encoding)

        assert code(with_main(form, encoded)) in ("xml_dtd", "broken_file")


@pytest.mark.parametrize("form", ["docx", "odt", "xlsx"])
def test_a_part_that_unpacks_to_too_much_is_not_unpacked(form: str) -> None:
    huge = "<!--" + " " * (limits.MAX_PART_BYTES + 1) + "-->"
    assert code(with_main(form, lambda xml: xml + huge)) == "zip_bomb"


def test_a_member_that_unpacks_to_too_much_is_not_unpacked() -> None:
    with pytest.raises(DocumentError) as error:
        open_member(packed({"a.txt": b"\0" * 32 * 2**20}), "a.txt")
    assert error.value.code == "zip_bomb"


def test_many_parts_that_are_honest_alone_are_too_much_together() -> None:
    noise = random.Random(1).randbytes(2**20)
    package = Package(packed({f"{n}": noise * 8 for n in range(25)}, compression=0))
    with pytest.raises(DocumentError) as error:
        for name in package.names:
            package.read(name)
    assert error.value.code == "zip_bomb"


def test_too_many_members() -> None:
    assert code(packed({str(n): b"" for n in range(limits.MAX_MEMBERS + 1)})) == "too_many_members"


def test_a_file_larger_than_the_limit_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with path.open("wb") as file:
        file.truncate(limits.MAX_BYTES + 1)
    with pytest.raises(DocumentError) as error:
        read_document(path)
    assert error.value.code == "too_large"


# --- nesting --------------------------------------------------------------------------------


def nested(open_: str, close: str, depth: int) -> str:
    return open_ * depth + close * depth


@pytest.mark.parametrize("depth", [30, 70, 10_000])
def test_tables_within_tables_within_tables(depth: int) -> None:
    html = nested("<table><tr><td>甲", "</td></tr></table>", depth)
    assert code(html.encode()) == "too_deep"
    word = nested("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>", depth)
    assert code(docx(word)) == "too_deep"
    odt = nested(
        "<table:table><table:table-row><table:table-cell>",
        "</table:table-cell></table:table-row></table:table>", depth,
    )  # fmt: skip
    assert code(odf(odt)) == "too_deep"


def test_tables_within_the_cells_of_a_table() -> None:
    html = nested(
        "<table><tr><td>序号<td>名称<td>目标<tr><td>1<td>甲<td>", "</td></tr></table>", 40
    )
    assert code(html.encode()) == "too_deep"


@pytest.mark.parametrize("tag", ["div", "span", "ul><li", "b", "font"])
def test_elements_within_elements(tag: str) -> None:
    page = f"<html><body>{f'<{tag}>' * 10_000}甲"
    try:
        blocks = read_bytes(page.encode(), "x").blocks
    except DocumentError as error:
        assert error.code == "too_deep"
    else:
        assert len(blocks) == 1


def test_text_boxes_lists_and_wrappers_within_each_other() -> None:
    box = nested("<w:p><w:r><w:pict><w:txbxContent>", "</w:txbxContent></w:pict></w:r></w:p>", 50)
    assert code(docx(box)) == "too_deep"
    assert code(docx(nested("<w:customXml>", "</w:customXml>", 10_000))) == "too_deep"
    assert code(odf(nested("<text:list><text:list-item>", "</text:list-item></text:list>", 5000)))
    read_bytes(docx(nested("<w:customXml>", "</w:customXml>", 240)), "x")
    read_bytes(
        odf(nested("<text:list><text:list-item>", "</text:list-item></text:list>", 120)), "x"
    )


def test_envelopes_within_envelopes() -> None:
    part = b"Content-Type: multipart/related; boundary=x%d\n\n--x%d\n"
    many = b"MIME-Version: 1.0\n" + b"".join(part % (n, n) for n in range(5000))
    assert code(many) in ("too_deep", "broken_file")


# --- cells ----------------------------------------------------------------------------------


def test_endless_cells() -> None:
    row = "<tr>" + "<td>1" * 100
    assert code(f"<table>{row * 600}</table>".encode()) == "too_many_cells"
    assert code(f"<table>{'<tr><td>1<td>2' * 30_000}</table>".encode()) == "too_many_cells"
    assert code(docx(tbl(*[["1"] * 50] * 1100))) == "too_many_cells"
    sheet = "".join(f"<row><c><v>{n * n}</v></c><c><v>{n}</v></c></row>" for n in range(30_000))
    assert code(xlsx(sheet)) == "too_many_cells"


def test_endless_elements_and_endless_text() -> None:
    assert code(b"<p>" * (limits.MAX_PAGE_NODES + 1)) == "too_many_elements"
    with pytest.raises(DocumentError) as error:
        parse_xml(b"<a>" + b'<b c=""/>' * (limits.MAX_NODES // 2), "XML")
    assert error.value.code == "too_many_elements"
    noise = "".join(map(chr, random.Random(1).choices(range(0x4E00, 0x9FFF), k=200_000)))
    repeated = f'<table:table-cell table:number-columns-repeated="200"><text:p>{noise}</text:p>'
    rows = [[f"{repeated}</table:table-cell>", "甲"]]
    assert code(odf(odt_table(*rows, ["序号", "名称"]))) == "too_much_text"


def test_a_few_cells_that_span_endlessly() -> None:
    wide = '<td colspan="1000" rowspan="65534">甲</td>'
    page = f"<table>{''.join(f'<tr>{wide}{wide}</tr>' for _ in range(2000))}</table>"
    try:
        read_bytes(page.encode(), "x")
    except DocumentError as error:
        assert error.code == "too_many_cells"
    tens = "9" * 10
    word = tbl([tc("甲", span=int(tens)), "乙"], ["丙", tc("丁", span=int(tens))])
    (grid,) = read_bytes(docx(word), "x").blocks
    assert isinstance(grid, RawGrid)
    assert len(grid.rows[0]) <= limits.MAX_COLUMNS
    cell = (
        f'<table:table-cell table:number-columns-repeated="{tens}"'
        f' table:number-rows-spanned="{tens}"><text:p>甲</text:p></table:table-cell>'
    )
    (grid,) = read_bytes(odf(odt_table([cell], ["甲", "乙"])), "x").blocks
    assert isinstance(grid, RawGrid)
    assert len(grid.rows[0]) <= limits.MAX_COLUMNS


def test_a_sheet_with_a_cell_at_its_far_end() -> None:
    cells = sheet_rows(["序号", "名称"]) + (
        '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>甲</t></is></c></row>'
    )
    merges = ["A1:XFD1048576", "B1:XFD2", "ZZZ9:A1", "A1", "A0:B0"]
    try:
        (grid,) = read_bytes(xlsx(cells, merges=merges), "x").blocks
    except DocumentError as error:
        assert error.code == "too_many_cells"
    else:
        assert isinstance(grid, RawGrid)
        assert len(grid.rows) <= 3


# --- broken files ---------------------------------------------------------------------------


def reads_or_refuses(data: bytes) -> None:
    """Reading ends in blocks, or in a trouble that the catalogue can say."""
    try:
        read_bytes(data, "x")
    except DocumentError as error:
        assert f"trouble.{error.code}" in catalogue("zh")
        say(f"trouble.{error.code}", **error.values)


@pytest.mark.parametrize("form", FORMS)
def test_a_file_cut_short_anywhere(form: str) -> None:
    data = original(NAME, form).read_bytes()
    for at in [*range(0, 600, 37), *range(600, len(data), len(data) // 40)]:
        reads_or_refuses(data[:at])


@pytest.mark.parametrize("form", ["docx", "odt", "xlsx"])
def test_a_package_cut_short_is_broken(form: str) -> None:
    assert code(original(NAME, form).read_bytes()[:-200]) == "broken_file"


@pytest.mark.parametrize("form", FORMS)
def test_bytes_flipped_anywhere(form: str) -> None:
    data = original(NAME, form).read_bytes()
    for seed in range(30):
        draw = random.Random(seed)
        bent = bytearray(data)
        for _ in range(draw.choice((1, 4, 40, 400))):
            bent[draw.randrange(len(bent))] = draw.randrange(256)
        reads_or_refuses(bytes(bent))


@pytest.mark.parametrize("form", ["docx", "odt", "xlsx"])
def test_xml_bent_inside_a_sound_package(form: str) -> None:
    """The package is whole and its XML is well-formed, but numbers and names are not what they were."""
    with zipfile.ZipFile(io.BytesIO(original(NAME, form).read_bytes())) as package:
        parts: dict[str, str | bytes] = {n: package.read(n) for n in package.namelist()}
    main = {"docx": "word/document.xml", "odt": "content.xml", "xlsx": "xl/worksheets/sheet4.xml"}
    whole = bytes(parts[main[form]]).decode()  # type: ignore[arg-type]
    places = list(re.finditer(r'="[^"]*"|<[a-z]+:?[a-zA-Z-]*(?=[ />])', whole))
    for seed in range(30):
        draw = random.Random(seed)
        bent = whole
        chosen = sorted(draw.sample(places, 20), key=lambda match: -match.start())
        for place in islice(chosen, 20):
            new = draw.choice(['="-1"', '="99999999999"', '=""', '="x"', '="1.5"', '="\u0661"'])
            if place.group().startswith("="):
                bent = bent[: place.start()] + new + bent[place.end() :]
            elif draw.random() < 0.05:
                bent = bent[: place.start()] + "<x" + bent[place.end() :]
        reads_or_refuses(packed({**parts, main[form]: bent}))


@pytest.mark.parametrize("size", [0, 1, 7, 64, 5000])
def test_noise_behind_every_signature(size: int) -> None:
    noise = random.Random(size).randbytes(size)
    for sign in (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<html>", b""):
        reads_or_refuses(sign + noise)


def test_the_documentation_states_the_limits() -> None:
    documented = (ROOT / "docs" / "limits.md").read_text(encoding="utf-8")
    for limit, unit in (
        (limits.MAX_BYTES, " MB"),
        (limits.MAX_PART_BYTES, " MB"),
        (limits.MAX_UNPACKED_BYTES, " MB"),
        (limits.MAX_RATIO, ""),
        (limits.MAX_MEMBERS, ""),
        (limits.MAX_ARCHIVE_DEPTH, ""),
        (limits.MAX_NODES, ""),
        (limits.MAX_PAGE_NODES, ""),
        (limits.MAX_CELLS, ""),
        (limits.MAX_CHARACTERS, ""),
        (limits.MAX_COLUMNS, ""),
        (limits.MAX_NESTING, ""),
        (limits.MAX_LINES, ""),
        (limits.MAX_MEMORY, " MB"),
    ):
        number = limit // 2**20 if unit else limit
        assert f"| {number:,}{unit} |" in documented
    for refused in re.findall(r"`([a-z_]+)`", documented):
        assert f"trouble.{refused}" in catalogue("zh") or f"finding.{refused}" in catalogue("zh")
