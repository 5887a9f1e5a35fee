"""Tables in text: where one ends, what a header of two levels says, what an empty cell means."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.conftest import bar_table, tab_table

from safeplan.documents import RawGrid, read_text
from safeplan.models import Plan

Parse = Callable[..., Plan]
Writer = Callable[..., str]
END = "\n（完）\n"
OWNER = "县应急管理局"


def tab_rows(*rows: list[str]) -> str:
    """A row a line, cells parted by tabs."""
    return "".join("\t".join(row) + "\n" for row in rows)


def bar_rows(*rows: list[str]) -> str:
    """A row a line, cells ended by bars."""
    return "".join(" | ".join(row) + " |\n" for row in rows)


FORMS = pytest.mark.parametrize(
    "written",
    [tab_table, tab_rows, bar_table, bar_rows],
    ids=["cell a line, tabs", "row a line, tabs", "cell a line, bars", "row a line, bars"],
)
TASKS = [
    ["序号", "工作内容", "责任单位", "完成时限"],
    ["1", "排查小场所600家。", OWNER, "6月底前"],
    ["2", "整治隐患点12处。", "县住建局", "9月底前"],
]
SCORES = [
    ["考核项目", "考核内容", "分值", "评分标准", "得分"],
    ["责任落实", "召开会议", "40", "少1次扣2分", "38"],
    ["隐患整改", "按期销号", "60", "每处扣5分", "55"],
]


# --- where a table ends ---------------------------------------------------------------------------


@FORMS
@pytest.mark.parametrize("between", ["附件2", "以上任务按季度调度。\n附件2\n考核评分表"])
def test_a_table_ends_at_the_next_annex(written: Writer, between: str, parse_text: Parse) -> None:
    plan = parse_text(f"任务表\n{written(*TASKS)}{between}\n{written(*SCORES)}{END}")
    assert [(task.serial, task.content) for task in plan.tasks] == [
        ("1", "排查小场所600家。"),
        ("2", "整治隐患点12处。"),
    ]
    assert plan.tasks[1].deadline_text == "9月底前"
    said = str([(f.code, f.message) for f in plan.findings])
    assert "考核项目" in said or "考核评分表" in said


@pytest.mark.parametrize("written", [tab_rows, bar_rows], ids=["tabs", "bars"])
def test_a_sentence_before_rows_of_another_width_ends_a_table(
    written: Writer, parse_text: Parse
) -> None:
    second = [["事项", "做法", "谁来抓"], ["消防车", "采购消防车1台。", "县消防救援大队"]]
    second.append(["救援队", "组建救援队15支。", OWNER])
    plan = parse_text(f"任务表\n{written(*TASKS)}另有两项，安排如下：\n{written(*second)}{END}")
    assert [task.task_id for task in plan.tasks] == ["t1.1", "t1.2", "t2.1", "t2.2"]
    assert plan.tasks[1].deadline_text == "9月底前"


def test_a_line_within_a_cell_ends_no_table(parse_text: Parse) -> None:
    rows = [*TASKS[:2], ["2", "整治隐患点12处。", "县住建局", "9月底前，\n视天气顺延"], TASKS[2]]
    plan = parse_text(f"任务表\n{tab_table(*rows)}{END}")
    assert [task.deadline_text for task in plan.tasks] == [
        "6月底前",
        "9月底前，视天气顺延",
        "9月底前",
    ]


def test_two_tables_of_one_width_are_two_where_the_second_has_words_of_its_own(
    parse_text: Parse,
) -> None:
    words = ["项目编次", "考核项目", "分值", "评分标准"]
    scores = [words, ["甲", "责任落实", "40", "少1次扣2分"], ["乙", "整改", "60", "每处扣5分"]]
    plan = parse_text(f"任务表\n{tab_table(*TASKS)}\n附件2\n{tab_table(*scores)}{END}")
    assert len(plan.tasks) == 2


@pytest.mark.parametrize("note", ["说明：得分90分以上为优秀。", "注：按季度调度，每季度1次。"])
@pytest.mark.parametrize("written", [tab_rows, bar_rows, bar_table])
def test_a_note_below_a_table_is_no_task(note: str, written: Writer, parse_text: Parse) -> None:
    plan = parse_text(f"一、工作任务\n{written(*TASKS)}{note}\n（完）\n")
    assert len(plan.tasks) == 2
    assert not any(note[:4] in task.content for m in plan.measures for task in m.tasks)


# --- the header -----------------------------------------------------------------------------------

YEARS = [
    ["序号", "指标名称", "年度目标", "", "", "责任单位"],
    ["", "", "2024年", "2025年", "2026年", ""],
    ["1", "燃气管道改造", "30公里", "45公里", "60公里", "县住建局"],
    ["2", "平交路口改造", "20处", "25处", "30处", "县交通运输局"],
]


@FORMS
def test_years_below_a_header_cell_are_a_goal_each(written: Writer, parse_text: Parse) -> None:
    plan = parse_text(f"指标表\n{written(*YEARS)}{END}")
    assert [(task.name, [t.value for t in task.targets]) for task in plan.tasks] == [
        ("燃气管道改造", [30, 45, 60]),
        ("平交路口改造", [20, 25, 30]),
    ]
    assert "header_two_rows" in [finding.code for finding in plan.findings]


def test_years_in_a_row_of_the_table_are_no_second_level(parse_text: Parse) -> None:
    rows = [["序号", "名称", "责任单位", "完成时限"], ["1", "甲项", OWNER, "2025年"]]
    plan = parse_text(f"任务表\n{tab_rows(*rows, ['2', '乙项', OWNER, '2026年'])}{END}")
    assert [task.deadline_text for task in plan.tasks] == ["2025年", "2026年"]


def test_a_header_whose_first_word_nobody_knows_begins_with_it() -> None:
    text = "任务表\n" + bar_table(["某栏", *TASKS[0][1:]], ["甲", *TASKS[1][1:]]) + "（完）\n"
    (grid,) = [block for block in read_text(text) if isinstance(block, RawGrid)]
    assert grid.rows[0][0].text.strip() == "某栏"


def test_a_header_of_unknown_words_is_cut_where_the_cells_are_of_one_kind(
    parse_text: Parse,
) -> None:
    rows = [
        ["事项", "做法", "谁来抓", "啥时候抓完"],
        ["消防车", "采购消防车1台。", "县消防救援大队", "8月底前"],
        ["救援队", "组建救援队15支。", OWNER, "7月底前"],
    ]
    plan = parse_text(f"任务表\n{bar_table(*rows)}{END}")
    assert [
        [task.name, task.content, task.responsible_text, task.deadline_text] for task in plan.tasks
    ] == rows[1:]


# --- empty and dropped cells ----------------------------------------------------------------------

MERGED = [
    ["序号", "类别", "工作任务", "具体要求", "牵头单位", "完成时限"],
    ["1", "责任体系", "责任清单", "制定部门责任清单。", "县安委办", "3月底前"],
    ["2", "", "约谈通报", "开展约谈、通报。", "", "全年"],
    ["3", "重点整治", "粉尘涉爆", "完成整治19家。", "", "8月底前"],
]


@FORMS
def test_owners_are_carried_beside_a_merged_group_and_doubted(
    written: Writer, parse_text: Parse
) -> None:
    plan = parse_text(f"任务表\n{written(*MERGED)}{END}")
    assert [task.lead_text for task in plan.tasks] == ["县安委办", "县安委办", ""]
    carried = [f for f in plan.findings if f.code == "cell_carried"]
    assert [f.task_id for f in carried] == ["t1.2"]
    assert ("cell_empty", "t1.3") in [(f.code, f.task_id) for f in plan.findings]


def test_who_assists_is_not_carried_it_may_be_nobody(parse_text: Parse) -> None:
    rows = [[*row[:4], "县安委办", row[4], row[5]] for row in MERGED]
    rows[0][4:6] = ["牵头单位", "配合单位"]
    plan = parse_text(f"任务表\n{tab_rows(*rows)}{END}")
    assert [task.assisting_text for task in plan.tasks] == ["县安委办", "", ""]


NESTED = [
    ["建设任务", "工作事项", "任务清单", "责任清单", "时限清单"],
    ["一、组织指挥", "机构设置", "调整两级指挥机构，明确总指挥。", OWNER, "4月"],
    ["村级防汛工作组每组不少于5人。", "各乡镇（街道）"],
    ["值班值守", "每月抽查值守在岗情况2次。", "县应急管理局", "6月底前"],
    ["8月底前"],
    ["二、监测预警", "测报站点", "维修水库自动测报站43处。", "县水利局", "5月底前"],
]


def test_nested_merges_that_a_tab_text_drops(parse_text: Parse) -> None:
    plan = parse_text(f"任务表\n{tab_table(*NESTED)}{END}")
    assert [
        [task.group, task.name, task.content, task.responsible_text, task.deadline_text]
        for task in plan.tasks
    ] == [
        NESTED[1],
        ["一、组织指挥", "机构设置", *NESTED[2], "4月"],
        ["一、组织指挥", *NESTED[3]],
        ["一、组织指挥", *NESTED[3][:3], "8月底前"],
        NESTED[5],
    ]


def test_a_dropped_group_is_told_by_how_long_its_cells_are(parse_text: Parse) -> None:
    rows = [
        ["序号", "工作板块", "年度目标任务", "牵头领导", "牵头单位", "完成时间"],
        ["1", "地质灾害", "完成集中连片村寨隐患点治理12处", "韦某某", "县自然资源局", "10月"],
        ["2", "群测群防员培训每年不少于2次，覆盖率100%", "韦某某", "县自然资源局", "5月底前"],
        ["3", "村寨防火", "建设消防水池30座、防火线18公里", "吴某某", "县消防救援大队", "全年"],
    ]
    for written in (tab_table, bar_table):
        plan = parse_text(f"任务表\n{written(*rows)}{END}")
        assert [(task.group, task.content) for task in plan.tasks] == [
            ("地质灾害", rows[1][2]),
            ("地质灾害", rows[2][1]),
            ("村寨防火", rows[3][2]),
        ]


HALVES = [
    ["序号", "工作名称", "进度安排", "", "责任单位"],
    ["", "", "上半年", "下半年", ""],
    ["1", "河道清淤", "12公里", "20公里", "县水利局"],
    ["2", "房屋抗震改造", "150户", "350户", "县住建局"],
]


@FORMS
@pytest.mark.parametrize("dropped", [False, True])
def test_periods_stand_below_the_word_for_when_not_below_the_name(
    written: Writer, dropped: bool, parse_text: Parse
) -> None:
    rows = [[cell for cell in row if cell or not dropped] for row in HALVES]
    plan = parse_text(f"进度表\n{written(*rows)}{END}")
    assert [(task.name, [t.value for t in task.targets]) for task in plan.tasks] == [
        ("河道清淤", [12, 20]),
        ("房屋抗震改造", [150, 350]),
    ]


@FORMS
def test_who_leads_is_told_by_an_unknown_word_that_says_so(
    written: Writer, parse_text: Parse
) -> None:
    rows = [
        ["板块", "干到什么程度", "谁牵头", "谁配合", "什么时候干完"],
        ["城镇燃气", "排查整治燃气隐患260处", "县住建局", "各街道", "9月底前"],
        ["", "报警装置安装率达到100%", "县商务局", "县市场监管局", "11月底前"],
        ["特种设备", "改造老旧电梯33台", "县市场监管局", "县住建局", "12月底前"],
    ]
    plan = parse_text(f"任务表\n{written(*rows)}{END}")
    assert [[task.lead_text, task.assisting_text] for task in plan.tasks] == [
        row[2:4] for row in rows[1:]
    ]
    assert not any(task.responsible_text for task in plan.tasks)


def test_a_letter_that_names_a_title_with_years_is_no_task(parse_text: Parse) -> None:
    letter = "现将《忠县矿山安全提升三年行动方案（2025—2027年）》印发给你们，请认真执行。"
    plan = parse_text(f"{letter}\n任务表\n{tab_rows(*TASKS)}{END}")
    assert len(plan.tasks) == 2
    assert not any(measure.tasks for measure in plan.measures)
