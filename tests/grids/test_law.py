"""Nothing vanishes: what stands in a table ends in a field, in `extra`, or in a finding."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from safeplan.documents import RawCell, RawGrid, read_text
from safeplan.documents.blocks import Document, Paragraph
from safeplan.grids import whole_grids
from safeplan.models import Source
from safeplan.tasks import read_tasks

BODIES = ["区应急管理局", "各镇街", "区水利局、区气象局", "区教委牵头，各镇街配合"]
COLUMNS = {
    "序号": ["1", "2", "3", "4"],
    "编次": ["1", "2", "3", "4"],
    "类别": ["道路交通", "消防安全", "防汛抗旱"],
    "重点任务": ["甲项工作", "乙项工作", "整治农村公路隐患30处"],
    "工作内容": ["开展隐患排查，建立台账。", "新建消防站2座", "完成高层建筑改造12栋，覆盖率100%"],
    "怎么干": ["开展隐患排查，建立台账。", "新建消防站2座，配齐人员", "完成改造12栋，覆盖率100%"],
    "目标值（%）": ["98", "≥95", "100"],
    "2025年目标": ["30处", "下降5%", "—"],
    "2026年目标": ["50处", "全覆盖", ""],
    "计量单位": ["%", "处", "人"],
    "牵头单位": BODIES,
    "责任单位": BODIES,
    "配合单位": BODIES,
    "督导单位": BODIES,
    "完成时限": ["6月底前", "2025年12月", "全年"],
    "责任领导": ["分管副区长", "张某某"],
    "备注": ["新增", "滚动"],
    "某栏": ["甲", "乙", "丙12"],
}


@st.composite
def tables(draw: st.DrawFn) -> RawGrid:
    """A table of some columns, with cells left out, merged down, or over the whole width."""
    headers = draw(st.lists(st.sampled_from(sorted(COLUMNS)), min_size=2, max_size=7, unique=True))
    rows = [[RawCell(header, Source(table=1, row=1)) for header in headers]]
    for number in range(2, draw(st.integers(3, 7))):
        source = Source(table=1, row=number)
        if draw(st.integers(0, 9)) == 0:
            text = draw(st.sampled_from(["一、重点领域", "注：按月调度", "合计"]))
            over = [RawCell("", source, spanned=True) for _ in headers[1:]]
            rows.append([RawCell(text, source), *over])
            continue
        row = []
        for header in headers:
            kind = draw(st.integers(0, 9))
            covered = kind == 0 and number > 2
            text = "" if covered or kind == 1 else draw(st.sampled_from(COLUMNS[header]))
            row.append(RawCell(text, source, covered=covered))
        rows.append(row)
    return RawGrid(rows, merges_known=True, lines_true=True)


@given(tables())
@settings(max_examples=300)
def test_every_cell_ends_in_a_field_or_in_a_finding(grid: RawGrid) -> None:
    above = Paragraph("重点任务分解表", Source())
    document = Document("x", "", "", "utf-8", [above, grid])
    tables_ = whole_grids(document)
    drafts, findings = read_tasks(tables_)
    read = str([(draft.task, draft.unit) for draft in drafts]) + str(findings)
    if tables_.unread:
        assert not drafts
        assert any(finding.code.startswith("table_") for finding in findings)
        return
    cells = [cell.text for row in grid.rows[1:] for cell in row if cell.text]
    assert [text for text in cells if text not in read] == []


@given(tables())
@settings(max_examples=200)
def test_a_task_without_content_is_said(grid: RawGrid) -> None:
    document = Document("x", "", "", "utf-8", [Paragraph("重点任务分解表", Source()), grid])
    drafts, findings = read_tasks(whole_grids(document))
    whole = any(finding.code == "no_content_column" for finding in findings)
    said = {finding.task_id for finding in findings if finding.args.get("role") == "content"}
    bare = [draft.task.task_id for draft in drafts if not draft.task.content]
    assert whole or [task_id for task_id in bare if task_id not in said] == []


FORMS = {
    "cell a line, tabs": lambda row: "".join(f"\t{cell}\n" for cell in row) + "\n",
    "row a line, tabs": lambda row: "\t".join(row) + "\n",
    "cell a line, bars": lambda row: "".join(f"{cell} |\n" for cell in row),
    "row a line, bars": lambda row: " | ".join(row) + " |\n",
}


@given(tables(), st.sampled_from(sorted(FORMS)), st.booleans())
@settings(max_examples=400)
def test_no_cell_of_a_text_table_vanishes(grid: RawGrid, form: str, dropped: bool) -> None:
    """In text a cell is in a task, in a finding, or still a paragraph of the document."""
    assume(len(grid.rows[0]) > 2)  # with two columns no text tells where a row ends
    rows = [
        [cell.text for cell in row if not cell.spanned and not (dropped and cell.covered)]
        for row in grid.rows
    ]
    text = "重点任务分解表\n" + "".join(map(FORMS[form], rows)) + "\n（完）\n"
    document = Document("x", "", "", "utf-8", read_text(text))
    tables_ = whole_grids(document)
    drafts, findings = read_tasks(tables_)
    read = str([(draft.task, draft.unit) for draft in drafts]) + str(findings)
    read += str([block for block in document.blocks if isinstance(block, Paragraph)])
    if tables_.unread:
        return
    cells = [text for row in rows[1:] for text in row if text]
    assert [text for text in cells if text not in read] == []
