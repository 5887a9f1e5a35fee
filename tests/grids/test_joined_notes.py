"""What was noted of one piece of a table is noted of the table."""

from __future__ import annotations

from tests.conftest import HEADER, tab_table

from safeplan.documents import Paragraph, RawGrid, read_text
from safeplan.grids.grid import Note
from safeplan.grids.pages import joined_tables
from safeplan.models import Source

ONE, TWO = (tab_table(HEADER, [str(n), "道路交通", "整治隐患30处", "县公安局", ""]) for n in (1, 2))


def test_a_note_on_the_second_page_is_kept_when_the_pages_are_joined() -> None:
    blocks = [*read_text(f"附件\n{ONE}"), Paragraph("- 2 -", Source()), *read_text(TWO)]
    first, second = (at for at, block in enumerate(blocks) if isinstance(block, RawGrid))
    left_out = Note("table_ends", "repair", None, {"text": "注：以上为年度任务"})
    (table,) = joined_tables((b, [left_out] if b is blocks[second] else []) for b in blocks)
    assert (table.at, table.notes) == (first, [left_out])
