"""OFD: text runs, rules and templates of the national format, and what is refused."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from tests.documents.damage import damaged
from tests.documents.originals import NAMES, original

from safeplan.documents import DocumentError, Paragraph, RawGrid, read_bytes
from safeplan.documents.blocks import Reading
from safeplan.documents.ofd import read_ofd

_NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
Parts = dict[str, str]


def text(
    x: float, y: float, printed: str, *, size: float = 4, deltas: str = "", more: str = ""
) -> str:
    """A run of text with its baseline at `y`; every glyph as wide as it is high, unless said."""
    deltas = deltas or f"g {max(len(printed) - 1, 0)} {size}"
    return (
        f'<ofd:TextObject ID="1" Font="2" Size="{size}" {more}'
        f' Boundary="{x} {y - size} {size * len(printed)} {size}">'
        f'<ofd:TextCode X="0" Y="{size}" DeltaX="{deltas}">{printed}</ofd:TextCode>'
        "</ofd:TextObject>"
    )


def rule(x0: float, y0: float, x1: float, y1: float) -> str:
    return (
        f'<ofd:PathObject ID="1" Boundary="{x0} {y0} {x1 - x0} {y1 - y0}" LineWidth="0.2">'
        f"<ofd:AbbreviatedData>M 0 0 L {x1 - x0} {y1 - y0}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def page(*content: str, head: str = "") -> str:
    return (
        f"<ofd:Page {_NAMESPACE}>{head}<ofd:Content><ofd:Layer ID='1'>{''.join(content)}"
        "</ofd:Layer></ofd:Content></ofd:Page>"
    )


def parts(*pages: str, folder: str = "Doc_0", common: str = "") -> Parts:
    """The parts of one document, each page by its place."""
    listed = "".join(
        f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages))
    )
    document = (
        f"<ofd:Document {_NAMESPACE}><ofd:CommonData><ofd:PageArea>"
        f"<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>{common}</ofd:CommonData>"
        f"<ofd:Pages>{listed}</ofd:Pages></ofd:Document>"
    )
    return {
        f"{folder}/Document.xml": document,
        **{f"{folder}/Pages/Page_{n}/Content.xml": one for n, one in enumerate(pages)},
    }


def package(*documents: Parts, body: str = "", extra: Parts | None = None) -> bytes:
    """An OFD of these documents."""
    bodies = "".join(
        f"<ofd:DocBody><ofd:DocRoot>{next(iter(one))}</ofd:DocRoot>{body}</ofd:DocBody>"
        for one in documents
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("OFD.xml", f"<ofd:OFD {_NAMESPACE}>{bodies}</ofd:OFD>")
        for document in (*documents, extra or {}):
            for name, data in document.items():
                archive.writestr(name, data)
    return out.getvalue()


def paragraphs(reading: Reading) -> list[str]:
    return [block.text for block in reading.blocks if isinstance(block, Paragraph)]


def rows(reading: Reading) -> list[list[list[str]]]:
    return [
        [[cell.text for cell in row] for row in block.rows]
        for block in reading.blocks
        if isinstance(block, RawGrid)
    ]


GRID = [
    *(rule(20, y, 120, y) for y in (40, 50, 60)),
    *(rule(x, 40, x, 60) for x in (20, 60, 120)),
    text(22, 46, "名称"),
    text(62, 46, "目标"),
    text(22, 56, "道路"),
    text(62, 56, "整治30处"),
]


@pytest.mark.parametrize("name", NAMES)
def test_the_originals_hold_what_their_pdf_does(name: str) -> None:
    ofd, pdf = (read_bytes(original(name, form).read_bytes(), name) for form in ("ofd", "pdf"))
    assert ofd.blocks == pdf.blocks
    assert ofd.media_type == "application/ofd"


def test_rules_make_cells() -> None:
    assert rows(read_ofd(package(parts(page(*GRID))))) == [[["名称", "目标"], ["道路", "整治30处"]]]


@pytest.mark.parametrize("deltas", ["g 4 4", "4 4 4 4", "g 2 4 4 4", "4 g 3 4"])
def test_advances_come_one_by_one_or_in_groups(deltas: str) -> None:
    data = package(parts(page(text(20, 30, "消防救援局", deltas=deltas))))
    assert paragraphs(read_ofd(data)) == ["消防救援局"]


def test_runs_are_put_in_order_by_their_places() -> None:
    data = package(parts(page(text(40, 30, "工作要点"), text(20, 30, "安全生产", deltas="g 3 4"))))
    assert paragraphs(read_ofd(data)) == ["安全生产工作要点"]


def test_a_matrix_scales_and_moves() -> None:
    moved = text(0, 2, "隐患", size=2, more='CTM="2 0 0 2 60 42"')
    data = package(parts(page(text(52, 46, "整治"), moved)))
    assert paragraphs(read_ofd(data)) == ["整治隐患"]


def test_a_page_is_laid_on_its_template() -> None:
    common = '<ofd:TemplatePage ID="9" BaseLoc="Tpls/Tpl_0/Content.xml"/>'
    document = parts(
        page(*GRID[6:], head='<ofd:Template TemplateID="9" ZOrder="Background"/>'), common=common
    )
    extra = {"Doc_0/Tpls/Tpl_0/Content.xml": page(*GRID[:6])}
    assert rows(read_ofd(package(document, extra=extra))) == [
        [["名称", "目标"], ["道路", "整治30处"]]
    ]


def test_all_documents_of_a_package_are_read() -> None:
    first = parts(page(*GRID))
    second = parts(page(text(20, 30, "附件二")), folder="Doc_1")
    reading = read_ofd(package(first, second))
    assert len(rows(reading)) == 1
    assert paragraphs(reading) == ["附件二"]
    (paragraph,) = [block for block in reading.blocks if isinstance(block, Paragraph)]
    assert paragraph.source.page == 2


def test_what_nothing_draws_and_what_a_page_lacks_is_said() -> None:
    stray = "<ofd:TextCode>县林业局牵头</ofd:TextCode>"
    placed = '<ofd:CompositeObject ID="3" Boundary="0 0 9 9" ResourceID="9"/>'
    reading = read_ofd(package(parts(page(text(20, 30, "整治隐患三十处"), stray, placed))))
    said = {note.code: dict(note.args) for note in reading.notes}
    assert said["unseen_text"] == {"text": "县林业局牵头", "pages": "1"}
    assert said["pages_damaged"] == {"pages": "1"}


def test_what_is_not_shown_is_not_read() -> None:
    gone = (
        text(62, 52, "99处", more='Visible="false"'),
        text(90, 56, "隐藏", more='Alpha="0"'),
        text(20, 58, "内部资料", size=14, more='Alpha="60"'),
    )
    reading = read_ofd(package(parts(page(*GRID, *gone))))
    assert rows(reading) == [[["名称", "目标"], ["道路", "整治30处"]]]
    said = {note.code: note.args["text"] for note in reading.notes}
    assert said == {"unseen_text": "99处隐藏", "watermark": "内部资料"}


def test_signatures_are_said() -> None:
    signatures = {
        "Doc_0/Signs/Signatures.xml": f"<ofd:Signatures {_NAMESPACE}>"
        '<ofd:Signature ID="1"/><ofd:Signature ID="2"/></ofd:Signatures>'
    }
    body = "<ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures>"
    reading = read_ofd(package(parts(page(*GRID)), body=body, extra=signatures))
    assert [(note.code, note.args) for note in reading.notes] == [("ofd_signed", {"count": "2"})]
    assert len(rows(reading)) == 1


# --- trouble --------------------------------------------------------------------------------


def code_of(data: bytes) -> str:
    with pytest.raises(DocumentError) as error:
        read_ofd(data)
    return error.value.code


@pytest.mark.parametrize("name", ["Encryptions.xml", "Doc_0/decryptseed.dat", "Doc_0/Page.enc"])
def test_an_encrypted_file_is_named_so(name: str) -> None:
    assert code_of(package(parts(page(*GRID)), extra={name: "x"})) == "encrypted"


def test_a_document_type_is_refused() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "x">]>' + page(text(20, 30, "&b;"))
    assert code_of(package(parts(bomb))) == "xml_dtd"


def test_a_page_that_is_named_but_missing_is_said() -> None:
    document = parts(page(*GRID), page())
    del document["Doc_0/Pages/Page_1/Content.xml"]
    notes = read_ofd(package(document)).notes
    assert [(note.code, note.args) for note in notes] == [("page_missing", {"page": "2"})]


def test_a_file_without_text_says_so() -> None:
    assert code_of(package(parts(page()))) == "no_text"


def test_a_drawing_placed_in_itself_ends() -> None:
    common = "<ofd:PublicRes>Res.xml</ofd:PublicRes>"
    placed = '<ofd:CompositeObject ID="3" Boundary="0 0 9 9" ResourceID="7"/>'
    resources = (
        f"<ofd:Res {_NAMESPACE}><ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID='7'>"
        f"<ofd:Content>{placed}{placed}{text(20, 30, '图')}</ofd:Content>"
        "</ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits></ofd:Res>"
    )
    data = package(parts(page(placed), common=common), extra={"Doc_0/Res.xml": resources})
    assert set("".join(paragraphs(read_ofd(data)))) == {"图"}


def test_more_pages_than_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("safeplan.documents.ofd.MAX_PAGES", 2)
    assert code_of(package(parts(*[page(*GRID)] * 3))) == "too_many_pages"


def test_damaged_files_are_read_or_refused() -> None:
    codes = {"broken_file", "encrypted", "no_text", "zip_bomb", "too_deep", "xml_dtd"}
    for seed, data in damaged(package(parts(page(*GRID), page(*GRID))), range(40)):
        try:
            read_bytes(data, "a.ofd")
        except DocumentError as error:
            assert error.code in {*codes, "empty_archive", "not_text", "unknown_encoding"}, seed


def test_a_page_that_no_list_names_is_said() -> None:
    document = parts(page(*GRID), page(*GRID))
    listed = document["Doc_0/Document.xml"]
    document["Doc_0/Document.xml"] = re.sub(r"<ofd:Page [^>]*Page_1/[^>]*/>", "", listed)
    assert document["Doc_0/Document.xml"] != listed
    notes = read_ofd(package(document)).notes
    assert [(note.code, note.args) for note in notes] == [("pages_unlisted", {"count": "1"})]


def test_a_page_named_within_another_is_read_and_doubted() -> None:
    document = parts(page(text(20, 30, "通知")), page(*GRID))
    listed = document["Doc_0/Document.xml"]
    document["Doc_0/Document.xml"] = re.sub(
        r"(<ofd:Page [^>]*Page_0/[^>]*)/>(<ofd:Page [^>]*/>)", r"\1>\2</ofd:Page>", listed
    )
    assert document["Doc_0/Document.xml"] != listed
    reading = read_ofd(package(document))
    assert any(isinstance(block, RawGrid) for block in reading.blocks)
    assert [(note.code, note.args) for note in reading.notes] == [("pages_damaged", {"pages": "2"})]


def test_what_stands_in_a_part_that_no_page_leads_to_is_said() -> None:
    """A note laid over a page is no page; what a page says, its cells in one run, is not said."""
    cells = text(20, 40, "各镇人民政府县应急管理局", deltas="g 5 4 20 g 5 4")
    whole = parts(page(text(20, 30, "忠县2025年工作要点"), cells))
    note = page(text(20, 60, "此件以修订后的目标为准"))
    data = package(whole, extra={"Doc_0/Annots/Page_0/Annotation.xml": note})
    dropped = [one.args["text"] for one in read_bytes(data, "x").notes if "dropped" in one.code]
    assert dropped == ["此件以修订后的目标为准"]
