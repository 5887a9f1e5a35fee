"""A damaged PDF says which of its pages are not what they were."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

import pytest
from tests.documents.printing import pdf, text

from safeplan.documents.blocks import Reading
from safeplan.documents.pdf import read_pdf
from safeplan.documents.pdf_damage import Damage, damage_of

PAGES = ("整治隐患十处", "新建消防站三个")


def packed(streams: Iterable[bytes], *, kids: str = "3 0 R 5 0 R") -> bytes:
    """A PDF of two pages, each with a compressed stream."""
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(kids) // 5}>>",
    ]
    written = b"%PDF-1.4\n"
    for number, one in enumerate(objects, start=1):
        written += f"{number} 0 obj\n{one}\nendobj\n".encode()
    for at, stream in enumerate(streams):
        page = f"<</Type/Page/Parent 2 0 R/Contents {4 + 2 * at} 0 R/MediaBox[0 0 595 842]>>"
        written += f"{3 + 2 * at} 0 obj\n{page}\nendobj\n".encode()
        head = f"{4 + 2 * at} 0 obj\n<</Filter/FlateDecode/Length {len(stream)}>>\nstream\n"
        written += head.encode() + stream + b"\nendstream\nendobj\n"
    return written + b"trailer\n<</Root 1 0 R>>\n%%EOF"


WHOLE = [zlib.compress(f"({page}) Tj ".encode() * 50) for page in PAGES]


def test_a_whole_file_has_no_damage() -> None:
    assert damage_of(packed(WHOLE), 2) == Damage([])


@pytest.mark.parametrize(
    "broken",
    [WHOLE[1][:-4] + bytes(4), WHOLE[1][:20], WHOLE[1][:9] + b"?" + WHOLE[1][10:], b""],
    ids=["check sum", "cut short", "a byte", "nothing"],
)
def test_a_page_with_a_broken_stream_is_named(broken: bytes) -> None:
    assert damage_of(packed([WHOLE[0], broken]), 2) == Damage([2])


def test_a_page_that_draws_with_an_object_that_is_not_there_is_named() -> None:
    assert damage_of(packed(WHOLE).replace(b"/Contents 4 0", b"/Contents 9 0"), 2) == Damage([1])


def test_what_all_pages_draw_with_is_damage_to_all() -> None:
    font = b"/Resources<</Font<</F 9 0 R>>>>/Contents"
    assert damage_of(packed(WHOLE).replace(b"/Contents", font), 2) == Damage([1, 2])


def test_a_link_from_page_to_page_carries_no_damage() -> None:
    link = b"/Annots[<</Dest[5 0 R/Fit]>>]/Contents 4"
    data = packed([WHOLE[0], WHOLE[1][:20]]).replace(b"/Contents 4", link)
    assert damage_of(data, 2) == Damage([2])


def test_damage_is_to_all_where_the_parser_counts_other_pages() -> None:
    assert damage_of(packed([WHOLE[0], WHOLE[1][:20]]), 3) == Damage([1, 2, 3])


def test_a_page_that_is_not_in_the_list_is_said() -> None:
    assert damage_of(packed(WHOLE, kids="3 0 R"), 1) == Damage([], 1)


def test_a_locked_file_is_not_asked() -> None:
    assert damage_of(packed([b"", b""]) + b"<</Encrypt 7 0 R>>", 2) == Damage([])


# --- what a reading says of it ----------------------------------------------------------------


def said(reading: Reading) -> dict[str, dict[str, str]]:
    return {note.code: dict(note.args) for note in reading.notes}


def test_a_reading_names_damaged_pages() -> None:
    sound = pdf([text(56, 100, page)] for page in PAGES)
    assert "pages_damaged" not in said(read_pdf(sound))
    lost = sound.replace(b"/R 9 0 R >>", b"/R 19 0 R>>", 1)
    assert said(read_pdf(lost))["pages_damaged"] == {"pages": "1"}


def test_an_empty_page_is_said() -> None:
    assert said(read_pdf(pdf([[text(56, 100, PAGES[0])], []])))["pages_empty"] == {"pages": "2"}


def test_text_that_runs_another_way_is_said() -> None:
    page = [text(56, 100 + 20 * n, line) for n, line in enumerate(PAGES)]
    turned = text(400, 300, "责任单位县公安局", turn="0 1 -1 0")
    reading = read_pdf(pdf([[*page, turned]]))
    assert said(reading)["turned_text"] == {"text": "责任单位县公安局", "pages": "1"}


def test_two_texts_over_each_other_are_said_and_signs_set_close_are_not() -> None:
    over = [text(56, 100, "整治隐患三十处"), text(59, 100, "县公安局牵头负责")]
    assert said(read_pdf(pdf([over])))["text_tangled"]["page"] == "1"
    close = [text(56 + 7 * n, 100, sign) for n, sign in enumerate("（整）（治）")]
    assert "text_tangled" not in said(read_pdf(pdf([close])))
