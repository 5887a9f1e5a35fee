"""Which blocks are the plan's own text and which stand in an annex."""

from __future__ import annotations

import pytest

from safeplan.documents import Document, RawGrid, read_text
from safeplan.tasks import Layout

TABLE = "\t序号\n\t名称\n\n\t1\n\t丙\n\n"
LETTER = (
    "甲县人民政府\n关于印发《甲县2025年工作计划》的通知\n各镇：\n现将计划印发给你们。\n"
    "甲县人民政府\n2025年3月5日\n"
)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        pytest.param(
            LETTER + "甲县2025年工作计划\n制定本计划。\n" + TABLE, "body", id="in the text"
        ),
        pytest.param(
            LETTER + "甲县2025年工作计划\n一、乙\n1.丙。丁。\n附件\n任务分工\n" + TABLE,
            "annex",
            id="below the mark of an annex",
        ),
        pytest.param(LETTER + "甲县2025年工作计划\n" + TABLE, "annex", id="handed on by a letter"),
    ],
)
def test_the_part_of_a_table(text: str, part: str) -> None:
    document = Document("x.txt", "", "text/plain", "utf-8", read_text(text))
    parts = Layout(document).parts()
    assert [
        found
        for found, block in zip(parts, document.blocks, strict=True)
        if isinstance(block, RawGrid)
    ] == [part]
