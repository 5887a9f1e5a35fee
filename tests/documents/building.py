"""The smallest files of each format, written by hand: what a test shows stands in the test."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_WORD = (
    f'{_W} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:wps="wps" xmlns:wp="wp"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    ' xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_ODF = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"),
        ("style", "style"), ("manifest", "manifest"), ("fo", "xsl-fo-compatible"),
        ("svg", "svg-compatible"),
    )
) + ' xmlns:xlink="http://www.w3.org/1999/xlink"'  # fmt: skip
MATHML = '<math xmlns="http://www.w3.org/1998/Math/MathML">{}</math>'
_TYPES = "application/vnd.openxmlformats-officedocument"


def packed(parts: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def docx(body: str, numbering: str = "", styles: str = "", **parts: str) -> bytes:
    """A Word document: the XML between `<w:body>` and its end."""
    return packed(
        {
            "[Content_Types].xml": f'<Types xmlns="ct"><Override PartName="/word/document.xml"'
            f' ContentType="{_TYPES}.wordprocessingml.document.main+xml"/></Types>',
            "word/document.xml": f"<w:document {_WORD}><w:body>{body}</w:body></w:document>",
            "word/numbering.xml": f"<w:numbering {_W}>{numbering}</w:numbering>",
            "word/styles.xml": f"<w:styles {_W}>{styles}</w:styles>",
            **parts,
        }
    )


def p(text: str = "", properties: str = "") -> str:
    """A Word paragraph of one run."""
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def tc(text: str = "", span: int = 1, merge: str = "") -> str:
    """A Word cell; `merge` is restart or continue."""
    down = f'<w:vMerge w:val="{merge}"/>' if merge else ""
    return f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/>{down}</w:tcPr>{p(text)}</w:tc>'


def tbl(*rows: Iterable[str], grid: Iterable[int] = ()) -> str:
    """A Word table: rows of `tc`, or of plain texts."""
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in grid)
    lines = "".join(
        "<w:tr>" + "".join(cell if cell.startswith("<") else tc(cell) for cell in row) + "</w:tr>"
        for row in rows
    )
    return f"<w:tbl><w:tblGrid>{columns}</w:tblGrid>{lines}</w:tbl>"


def odf(
    content: str, styles: str = "", kind: str = "text", manifest: str = "", **parts: str
) -> bytes:
    """An OpenDocument file: the XML between `<office:text>` and its end."""
    return packed(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": f"<office:document-content {_ODF}><office:automatic-styles>{styles}"
            f"</office:automatic-styles><office:body><office:{kind}>{content}</office:{kind}>"
            "</office:body></office:document-content>",
            "META-INF/manifest.xml": f"<manifest:manifest {_ODF}>{manifest}</manifest:manifest>",
            **parts,
        },
        zipfile.ZIP_STORED,
    )


def odt_table(*rows: Iterable[str]) -> str:
    """An ODF table: rows of cells, or of plain texts."""
    lines = "".join(
        "<table:table-row>"
        + "".join(
            cell
            if cell.startswith("<")
            else f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>"
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    return f"<table:table>{lines}</table:table>"


def xlsx(
    cells: str, merges: Iterable[str] = (), formats: Iterable[str] = (), name: str = "Sheet1",
    state: str = "visible", fonts: Iterable[str] = (), columns: str = "",
) -> bytes:  # fmt: skip
    """An Excel workbook of one sheet: the XML between `<sheetData>` and its end.

    Style `s="1"` is the first of `formats`; those of `fonts` (the XML in `<font>`) come after them.
    """
    sheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    codes = list(formats)
    own = "".join(
        f"<numFmt numFmtId='{164 + index}' formatCode='{code}'/>"
        for index, code in enumerate(codes)
    )
    used = "".join(f"<xf numFmtId='{164 + index}'/>" for index in range(len(codes)))
    own_fonts = list(fonts)
    used += "".join(f"<xf numFmtId='0' fontId='{at + 1}'/>" for at in range(len(own_fonts)))
    described = "<font/>" + "".join(f"<font>{font}</font>" for font in own_fonts)
    return packed(
        {
            "[Content_Types].xml": f'<Types xmlns="ct"><Override PartName="/xl/workbook.xml"'
            f' ContentType="{_TYPES}.spreadsheetml.sheet.main+xml"/></Types>',
            "xl/workbook.xml": f'<workbook xmlns="{sheet}" xmlns:r="{relations}"><sheets>'
            f'<sheet name="{name}" sheetId="1" state="{state}" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": '<Relationships xmlns="r">'
            f'<Relationship Id="rId1" Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="rId2" Type="{relations}/styles" Target="styles.xml"/>'
            "</Relationships>",
            "xl/styles.xml": f'<styleSheet xmlns="{sheet}"><numFmts>{own}</numFmts>'
            f"<fonts>{described}</fonts>"
            f"<cellXfs><xf numFmtId='0'/>{used}</cellXfs></styleSheet>",
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{sheet}"><cols>{columns}</cols>'
            f"<sheetData>{cells}</sheetData>"
            + "<mergeCells>" + "".join(f'<mergeCell ref="{ref}"/>' for ref in merges)
            + "</mergeCells></worksheet>",
        }
    )  # fmt: skip


def sheet_rows(*rows: Iterable[str]) -> str:
    """Rows of inline texts, from A1 on; an empty text is no cell."""
    return "".join(
        f'<row r="{number}">'
        + "".join(
            f'<c r="{chr(ord("A") + column)}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
            for column, text in enumerate(row)
            if text
        )
        + "</row>"
        for number, row in enumerate(rows, start=1)
    )
