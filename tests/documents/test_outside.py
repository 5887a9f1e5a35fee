"""Nothing outside a document is asked for or touched: no address, no file, no macro of it."""

from __future__ import annotations

import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.documents.building import docx, odf, odt_table, p, packed, sheet_rows, tbl, xlsx

from safeplan.documents import DocumentError, doc, read_bytes

HEADER = ["序号", "名称", "目标", "责任单位"]
ROW = ["1", "道路交通", "整治隐患30处", "县公安局"]
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server that nobody may call."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.setblocking(False)
        yield server


def called(server: socket.socket) -> bool:
    try:
        server.accept()
    except BlockingIOError:
        return False
    return True


def related(data: bytes, part: str, address: str, *kinds: str) -> bytes:
    """An Office file whose part refers to an address outside, in relations of these kinds."""
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    folder, _, name = part.rpartition("/")
    relations = "".join(
        f'<Relationship Id="x{n}" Type="{_RELATIONS}/{kind}" Target="{address}/{kind}"'
        ' TargetMode="External"/>'
        for n, kind in enumerate(kinds)
    )
    place = f"{folder}/_rels/{name}.rels"
    inside = parts.get(place, b"<Relationships></Relationships>").decode()
    parts[place] = inside.replace("</Relationships>", relations + "</Relationships>").encode()
    return packed(parts)


def html(address: str) -> bytes:
    rows = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in (HEADER, ROW)
    )
    return (
        f'<!DOCTYPE html SYSTEM "{address}/dtd"><html><head><base href="{address}/">'
        f'<link rel="stylesheet" href="{address}/css"><style>@import url({address}/more);'
        f'td{{background:url({address}/bg)}}</style><script src="{address}/js"></script>'
        f'<meta http-equiv="refresh" content="0;url={address}/next"></head><body>'
        f'<img src="{address}/img"><iframe src="{address}/frame"></iframe>'
        f'<object data="{address}/object"></object><svg><image href="{address}/svg"/>'
        f'<use href="{address}/use#x"/></svg><table>{rows}</table></body></html>'
    ).encode()


def word(address: str) -> bytes:
    body = (
        f'<w:altChunk r:id="x1"/>{tbl(HEADER, ROW)}<w:p><w:r><w:fldChar w:fldCharType="begin"/>'
        f'<w:instrText>INCLUDETEXT "{address}/field"</w:instrText>'
        '<w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )
    kinds = ("image", "aFChunk", "attachedTemplate", "oleObject", "subDocument")
    return related(docx(p("附件") + body), "word/document.xml", address, *kinds)


def text(address: str) -> bytes:
    section = (
        f'<text:section><text:section-source xlink:href="{address}/section"/></text:section>'
        f'<text:p><draw:frame><draw:image xlink:href="{address}/image"/></draw:frame></text:p>'
    )
    return odf(section + odt_table(HEADER, ROW))


def sheet(address: str) -> bytes:
    kinds = ("externalLink", "externalLinkPath", "image")
    return related(xlsx(sheet_rows(HEADER, ROW)), "xl/workbook.xml", address, *kinds)


@pytest.mark.parametrize("made", [html, word, text, sheet])
def test_no_address_of_a_document_is_called(made, listener: socket.socket) -> None:  # type: ignore[no-untyped-def]
    port = listener.getsockname()[1]
    read = read_bytes(made(f"http://127.0.0.1:{port}"), "忠县2025年工作要点")
    assert "整治隐患30处" in str(read.blocks)
    assert not called(listener)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_no_entity_of_a_workbook_is_called(part: str, listener: socket.socket) -> None:
    import io
    import zipfile

    address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    with zipfile.ZipFile(io.BytesIO(xlsx(sheet_rows(HEADER, ROW)))) as package:
        parts = {name: package.read(name).decode() for name in package.namelist()}
    parts[part] = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{address}">]>' + parts[part]
    parts[part] = parts[part].replace("县公安局", "&e;")
    with pytest.raises(DocumentError) as refused:
        read_bytes(packed(parts), "忠县2025年工作要点.xlsx")
    assert refused.value.code == "xml_dtd"
    assert not called(listener)


FLAT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
 xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0"
 xmlns:ooo="http://openoffice.org/2004/office" xmlns:xlink="http://www.w3.org/1999/xlink"
 office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text">
 <office:scripts><office:script script:language="ooo:Basic">
  <ooo:libraries><ooo:library-embedded ooo:name="Standard"><ooo:module ooo:name="M">
   <ooo:source-code>Sub Main
Open "{file}" For Output As #1
Close #1
End Sub</ooo:source-code></ooo:module></ooo:library-embedded></ooo:libraries></office:script>
 <office:event-listeners><script:event-listener script:language="ooo:script"
  script:event-name="dom:load" xlink:type="simple"
  xlink:href="vnd.sun.star.script:Standard.M.Main?language=Basic&amp;location=document"/>
 </office:event-listeners></office:scripts>
 <office:body><office:text><text:p>一、整治隐患30处</text:p>
  <text:section text:name="s"><text:section-source xlink:href="{address}/section"/>
   <text:p>原文</text:p></text:section>
  <text:p><draw:frame draw:name="f"><draw:image xlink:href="{address}/image"/></draw:frame>
  </text:p></office:text></office:body></office:document>"""


@pytest.mark.skipif(
    sys.platform == "win32" or not shutil.which("soffice"), reason="LibreOffice is missing"
)
def test_libreoffice_runs_no_macro_and_calls_nobody(
    listener: socket.socket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doc, "_by_msdoc2docx", lambda original: None)
    written = tmp_path / "macro-ran"
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    reading = doc.read_doc(FLAT.format(file=written, address=address).encode())
    assert "整治隐患30处" in str(reading.blocks)
    assert not written.exists()
    assert not called(listener)
