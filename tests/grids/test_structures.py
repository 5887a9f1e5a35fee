"""The shapes of tables: what each column holds, and which row is what."""

from __future__ import annotations

import pytest

from safeplan.documents import Block, RawCell, RawGrid
from safeplan.documents.blocks import Document, Paragraph
from safeplan.grids import whole_grids
from safeplan.models import Finding, Source
from safeplan.tasks import Draft, read_tasks


def grid(*rows: str) -> RawGrid:
    """A grid that knows its merges: cells parted by `|`, `^` merged from above, `<` from the left."""
    cells = [
        [
            RawCell(
                text.strip(" ^<").replace("/", "\n"),
                Source(table=1, row=number),
                covered=text.strip() == "^",
                spanned=text.strip() == "<",
            )
            for text in row.split("|")
        ]
        for number, row in enumerate(rows, start=1)
    ]
    return RawGrid(cells, merges_known=True, lines_true=True)


def read(*blocks: Block | str) -> tuple[list[Draft], list[Finding]]:
    said = [Paragraph(block, Source()) if isinstance(block, str) else block for block in blocks]
    return read_tasks(whole_grids(Document("x", "", "", "utf-8", said)))


def tasks(*rows: str) -> list[Draft]:
    return read("重点任务分解表", grid(*rows))[0]


def codes(*rows: str) -> list[str]:
    return [finding.code for finding in read("重点任务分解表", grid(*rows))[1]]


def test_a_header_over_group_serial_and_text_is_three_columns() -> None:
    drafts = tasks(
        "序号 | 工作任务 | < | < | 进度要求 | 责任单位",
        "一、排查整治 | < | < | < | < | <",
        "1 | 有限空间 | 1 | 完成全县有限空间作业单位普查 | 4月底前 | 县应急局",
        "^ | ^ | ^ | ^ | 10月底前回头看 | 县市场监管局",
        "2 | ^ | 2 | 整治渡口12处并建立台账资料 | 汛前 | 县交通局",
    )
    assert [
        (d.task.serial, d.task.group, d.task.name, d.task.content, d.task.deadline_text)
        for d in drafts
    ] == [
        ("1", "一、排查整治", "有限空间", "完成全县有限空间作业单位普查", "4月底前"),
        ("1", "一、排查整治", "有限空间", "完成全县有限空间作业单位普查", "10月底前回头看"),
        ("2", "一、排查整治", "有限空间", "整治渡口12处并建立台账资料", "汛前"),
    ]
    assert drafts[1].task.responsible_text == "县市场监管局"
    assert drafts[2].task.extra == {"工作任务": "2"}


def test_lists_of_tasks_duties_and_terms_are_told_by_what_they_hold() -> None:
    (first, second) = tasks(
        "主要任务 | 具体内容 | 任务清单 | 责任清单 | 时限清单",
        "一、组织指挥 | （一）机构设置 | 调整县、乡两级防汛抗旱指挥机构。 | 县应急局/各乡镇 | 4月",
        "^ | ^ | 村级防汛工作组全覆盖，每组不少于5人。 | 各乡镇 | ^",
    )
    assert (first.task.group, first.task.name) == ("一、组织指挥", "（一）机构设置")
    assert second.task.content == "村级防汛工作组全覆盖，每组不少于5人。"
    assert (second.task.responsible_text, second.task.deadline_text) == ("各乡镇", "4月")


def test_a_problem_is_the_name_of_what_is_done_about_it() -> None:
    (draft,) = tasks(
        "序号 | 存在问题 | 整改措施 | 整改时限 | 责任单位",
        "1 | 12家餐饮单位未安装报警装置 | 限期安装。 | 6月底前 | 县商务局",
    )
    assert (draft.task.name, draft.task.content) == ("12家餐饮单位未安装报警装置", "限期安装。")


@pytest.mark.parametrize(
    "headers", ["2024年目标 | 2025年目标 | 2026年目标", "2024年 | 2025年 | 2026年"]
)
def test_goals_for_several_years_are_goals_of_one_task(headers: str) -> None:
    (draft,) = tasks(
        f"序号 | 主要内容 | {headers} | 责任单位",
        "1 | 划设消防车通道标线 | 50个小区 | — | 全覆盖 | 县住建局",
    )
    assert draft.task.content == "划设消防车通道标线"
    assert draft.goals == (("2024年", "50个小区"), ("2026年", "全覆盖"))
    assert sorted(draft.task.extra.values()) == ["50个小区", "—", "全覆盖"]


def test_a_year_that_is_over_is_where_things_stand() -> None:
    table = grid(
        "序号 | 指标名称 | 单位 | 2025年 | 2030年 | 属性",
        "1 | 森林火灾受害率 | ‰ | 0.2 | ≤0.5 | 预期性",
        "2 | 预警覆盖率 | % | 92 | 97 | 预期性",
    )
    drafts, _ = read("2026年6月18日", "主要指标", table)
    first = drafts[0]
    assert (first.task.name, first.task.content, first.unit) == ("森林火灾受害率", "≤0.5", "‰")
    assert first.task.extra == {"单位": "‰", "2025年": "0.2", "属性": "预期性"}
    assert first.task.deadline_text == ""


def test_the_years_goal_is_the_goal_and_its_parts_are_kept() -> None:
    (draft,) = tasks(
        "序号 | 名称 | 上半年目标 | 全年目标 | 责任单位", "1 | 隐患整治 | 10处 | 30处 | 县公安局"
    )
    assert (draft.task.content, draft.task.extra) == ("30处", {"上半年目标": "10处"})


def test_quarters_are_goals_where_no_column_has_the_year() -> None:
    (draft,) = tasks(
        "序号 | 工作内容 | 一季度 | 二季度 | 责任单位",
        "1 | 整治农村公路 | 5处 | 8处 | 县交通局",
    )
    assert draft.goals == (("一季度", "5处"), ("二季度", "8处"))
    assert draft.task.extra == {"一季度": "5处", "二季度": "8处"}


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        (("√", "√"), ("", "县公安局、县应急局", "")),
        (("●", "○"), ("县公安局", "", "县应急局")),
        (("牵头", "配合"), ("县公安局", "", "县应急局")),
        (("\uf0fc", ""), ("", "县公安局", "")),
    ],
)
def test_bodies_as_columns(marks: tuple[str, str], expected: tuple[str, str, str]) -> None:
    first, second = tasks(
        "序号 | 名称 | 目标 | 县公安局 | 县应急局",
        f"1 | 道路交通 | 整治隐患30处 | {marks[0]} | {marks[1]}",
        f"2 | 消防安全 | 新建消防站3个 | {marks[1]} | {marks[0]}",
    )
    task = first.task
    assert (task.lead_text, task.responsible_text, task.assisting_text) == expected
    assert second.task.responsible_text or second.task.lead_text == "县应急局"


def test_two_tables_side_by_side() -> None:
    rows = [
        "序号 | 名称 | 责任单位 | 序号 | 名称 | 责任单位",
        "1 | 道路整治30处 | 县公安局 | 3 | 新建消防站 | 县消防局",
        "2 | 地灾培训50人 | 县规资局 | 4 | 检查12家 | 县应急局",
    ]
    assert [(d.task.serial, d.task.name, d.task.responsible_text) for d in tasks(*rows)] == [
        ("1", "道路整治30处", "县公安局"),
        ("2", "地灾培训50人", "县规资局"),
        ("3", "新建消防站", "县消防局"),
        ("4", "检查12家", "县应急局"),
    ]
    assert "tables_beside" in codes(*rows)


@pytest.mark.parametrize(
    "rows",
    [
        ["任务名称 | 换瓶", "主要措施 | 更换气瓶90只", "责任单位 | 县住建局", "完成时限 | 6月底前"],
        ["任务名称 | 换瓶 | 责任单位 | 县住建局", "主要措施 | 更换气瓶90只 | 完成时限 | 6月底前"],
        ["任务名称 | 换瓶 | 查塔", "主要措施 | 更换气瓶90只 | 检查塔吊7台", "责任单位 | 县住建局 | 县应急局", "完成时限 | 6月底前 | 8月"],
    ],
)  # fmt: skip
def test_a_table_with_its_header_at_the_left(rows: list[str]) -> None:
    task = tasks(*rows)[0].task
    assert (task.name, task.content) == ("换瓶", "更换气瓶90只")
    assert (task.responsible_text, task.deadline_text) == ("县住建局", "6月底前")
    assert "table_turned" in codes(*rows)


def test_a_form_with_labels_at_the_left_is_no_task() -> None:
    assert tasks("填报单位 | 县应急局", "联系人 | 张某", "联系电话 | 7654321") == []


def test_rows_of_a_group_count_anew() -> None:
    rows = [
        "类别 | 序号 | 任务 | 责任单位",
        "道路 | 1 | 整治弯道30处 | 县公安局",
        "消防 | 1 | 新建消防站2座 | 县应急局",
    ]
    assert "serial_repeated" not in codes(*rows)
    assert "serial_repeated" in codes(*rows, "消防 | 1 | 检查商场12家 | 县商务局")


def test_an_empty_column_may_part_the_halves() -> None:
    drafts = tasks(
        "序号 | 名称 | 责任单位 | | 序号 | 名称 | 责任单位",
        "1 | 道路整治30处 | 县公安局 | | 2 | 新建消防站 | 县消防局",
        "3 | 地灾培训50人 | 县规资局 | | | | ",
    )
    assert [(d.task.serial, d.task.name) for d in drafts] == [
        ("1", "道路整治30处"),
        ("2", "新建消防站"),
        ("3", "地灾培训50人"),
    ]


def test_marks_name_bodies_whatever_they_are_called() -> None:
    (draft,) = tasks(
        "序号 | 名称 | 目标 | 责任单位 | <",
        "^ | ^ | ^ | 公安 | 住建",
        "1 | 道路交通 | 整治隐患30处 | √ | √",
    )
    assert draft.task.responsible_text == "公安、住建"


def test_a_mark_below_a_month_is_no_goal() -> None:
    (draft,) = tasks(
        "序号 | 工作内容 | 3月 | 4月 | 责任单位", "1 | 排查企业320家 | ● | ● | 县应急局"
    )
    assert draft.task.content == "排查企业320家"
    assert (draft.goals, draft.task.extra) == ((), {"3月": "●", "4月": "●"})


@pytest.mark.parametrize("total", ["合计 | | 83处 | ", "小 计 | < | 83处 | ", " | 总计 | 83处 | "])
def test_a_total_is_no_task(total: str) -> None:
    rows = ["序号 | 名称 | 目标 | 责任单位", "1 | 道路交通 | 整治隐患30处 | 县公安局", total]
    assert [d.task.name for d in tasks(*rows)] == ["道路交通"]
    assert "total_row" in codes(*rows)


@pytest.mark.parametrize(
    ("above", "header", "cell", "unit"),
    [
        ("指标表", "指标名称 | 目标值（%） | 责任单位", "整改率 | 98 | 县应急局", "%"),
        ("（单位：万元）", "指标名称 | 目标值 | 责任单位", "投入资金 | 98 | 县应急局", "万元"),
        ("指标表", "指标名称 | 计量单位 | 目标值 | 责任单位", "亡人数 | 人 | 5 | 县公安局", "人"),
        ("填报单位：某局", "指标名称 | 目标值 | 责任单位", "整改率 | 98 | 县应急局", ""),
    ],
)
def test_the_unit_of_bare_figures(above: str, header: str, cell: str, unit: str) -> None:
    drafts, _ = read("核心指标", above, grid(header, cell))
    assert [draft.unit for draft in drafts] == [unit]


def test_lines_of_a_cell_are_kept_beside_its_text() -> None:
    (draft,) = tasks(
        "序号 | 名称 | 目标 | 责任单位",
        "1 | 道路 | 整治隐患30处/新建护栏5公里 | 牵头单位：县公安局/配合单位：县教委",
    )
    assert draft.task.content == "整治隐患30处新建护栏5公里"
    assert draft.lines == {
        "content": "整治隐患30处\n新建护栏5公里",
        "responsible_text": "牵头单位：县公安局\n配合单位：县教委",
    }


def test_lines_of_print_are_no_lines() -> None:
    table = grid("序号 | 名称 | 目标 | 责任单位", "1 | 道路 | 整治隐/患30处 | 县公安局")
    table = RawGrid(table.rows, merges_known=True)
    assert read("任务表", table)[0][0].lines == {}


def test_columns_without_a_field_are_kept_by_their_headers() -> None:
    (draft,) = tasks(
        "序号 | 工作任务 | 责任领导 | 责任单位 | 责任科室 | 督导单位 | 预期成果 | 完成时限",
        "1 | 修订预案 | 分管副区长 | 区应急局 | 应急科 | 区政府督查室 | 预案1部 | 6月底",
    )
    assert draft.task.responsible_text == "区应急局"
    assert draft.task.extra == {
        "责任领导": "分管副区长",
        "责任科室": "应急科",
        "督导单位": "区政府督查室",
        "预期成果": "预案1部",
    }


def test_a_header_of_two_levels_with_words_no_list_knows() -> None:
    (draft,) = tasks(
        "序号 | 重点工作 | 具体任务 | 责任分工 | < | 时间安排 | <",
        "^ | ^ | ^ | 牵头单位 | 配合单位 | 几时动手 | 完成时限",
        "1 | 矿山治理 | 完成普查11座 | 县应急局 | 有关乡镇 | 1月 | 4月底前",
    )
    task = draft.task
    assert (task.lead_text, task.assisting_text, task.deadline_text) == (
        "县应急局", "有关乡镇", "4月底前",
    )  # fmt: skip
    assert task.extra == {"几时动手": "1月"}


def test_a_table_without_a_header_is_told_by_its_cells() -> None:
    drafts, findings = read(
        "重点任务",
        grid(
            "1 | 道路交通 | 完成道路隐患整治30处。 | 县公安局 | 6月底前",
            "2 | 消防安全 | 新建消防站3个，配齐人员。 | 县消防局 | 年底前",
        ),
    )
    assert [(d.task.name, d.task.responsible_text, d.task.deadline_text) for d in drafts] == [
        ("道路交通", "县公安局", "6月底前"),
        ("消防安全", "县消防局", "年底前"),
    ]
    assert "header_missing" in [finding.code for finding in findings]


def test_a_row_cut_by_a_page_is_one_row() -> None:
    header = "序号 | 名称 | 目标 | 责任单位"
    upper = grid(header, "1 | 道路 | 整治30处 | 县公安局", "2 | 消防 | 新建3个 | 各镇街、")
    lower = grid(" | | | 县住建局", "3 | 地灾 | 培训50人 | 各镇街")
    drafts, _ = read("任务表", upper, "某县安委会文件第9号", lower)
    assert [d.task.responsible_text for d in drafts] == ["县公安局", "各镇街、县住建局", "各镇街"]


def test_tables_called_for_two_years_are_said() -> None:
    table = grid("序号 | 名称 | 目标 | 责任单位", "1 | 道路 | 整治30处 | 县公安局")
    _, findings = read("某县2025年任务清单", table, "某县2024年任务清单", table)
    (said,) = [finding for finding in findings if finding.code == "tables_of_years"]
    assert said.args["years"] == "2024、2025"


@pytest.mark.parametrize(
    ("title", "rows", "code"),
    [
        ("联络员通讯录", ["序号 | 单位 | 联络员 | 职务 | 联系电话", "1 | 县公安局 | 甲 | 科长 | 13800000000"], "table_contacts"),
        ("汛期值班安排表", ["日期 | 带班领导 | 值班人员 | 值班电话", "7月1日 | 甲某 | 乙某 | 6220000"], "table_roster"),
        ("考核评分表", ["考核项目 | 考核内容 | 分值 | 评分标准 | 得分", "组织领导 | 召开专题会议，签订责任书 | 10 | 未召开扣5分 | "], "table_scoring"),
        ("名词解释", ["名词 | 释义", "两单两卡 | 指风险清单、职责清单和应知卡、应急卡。"], "table_glossary"),
        ("避难场所名录", ["序号 | 名称 | 地址 | 面积 | 容纳人数", "1 | 人民广场 | 城南路1号 | 3000 | 2000"], "table_inventory"),
        ("隐患排查登记表", ["序号 | 隐患内容 | 整改措施 | 责任单位 | 完成时限", "1 | | | | ", "2 | | | | "], "table_form"),
        ("Table 2", ["Model | Task | Target | Score", "BERT | parsing | 95 | 0.9", "GPT | tagging | 97 | 0.8"], "table_no_text"),
        ("发票", ["项目名称 | 规格型号 | 单位 | 数量 | 单价 | 金额", "灭火器 | 4kg | 具 | 10 | 80 | 800"], "table_inventory"),
        ("2024年重点任务完成情况", ["序号 | 重点任务 | 完成情况 | 责任单位", "1 | 整治农村公路隐患 | 已整治30处 | 县交通局"], "table_results"),
        ("近三年情况", ["年份 | 起数 | 死亡人数", "2022年 | 31 | 2", "2023年 | 28 | 1"], "table_no_duty"),
    ],
)  # fmt: skip
def test_a_table_of_something_else_gives_no_task_and_is_said(
    title: str, rows: list[str], code: str
) -> None:
    document: list[Block] = [Paragraph(title, Source()), grid(*rows)]
    tables = whole_grids(Document("x", "", "", "utf-8", document))
    drafts, findings = read_tasks(tables)
    assert drafts == []
    assert [finding.code for finding in findings] == [code]
    first = rows[0].split("|", maxsplit=1)[0].strip()
    assert first in findings[0].args["text"]
    assert [(unread.at, f"table_{unread.reason}") for unread in tables.unread] == [(1, code)]


def test_goals_of_years_before_the_document_are_results() -> None:
    rows = ["指标名称 | 2023年目标 | 2023年完成情况", "隐患整改率 | 95% | 97%"]
    assert read("2025年3月1日", "指标", grid(*rows))[0] == []
    assert len(read("2023年3月1日", "指标", grid(*rows))[0]) == 1


@pytest.mark.parametrize(
    "header",
    [
        "序号 | 工作任务 | 责任单位 | 完成时限 | 进展情况",
        "指标名称 | 2024年完成情况 | 2025年目标 | 责任单位",
        "类别 | 工作内容",
        "序号 | 考核指标 | 目标值 | 分值 | 责任单位",
        "重点任务 | 责任单位",
        "序号 | 主要任务 | 备注",
    ],
)
def test_a_table_of_tasks_need_not_say_everything(header: str) -> None:
    cells = {
        "序号": "1", "责任单位": "县公安局", "完成时限": "6月底前", "进展情况": "", "分值": "20",
        "类别": "道路交通", "2024年完成情况": "92%", "2025年目标": "95%以上", "目标值": "≥98%",
        "指标名称": "隐患整改率", "考核指标": "隐患整改率", "备注": "",
    }  # fmt: skip
    row = " | ".join(cells.get(word, "整治农村公路隐患30处") for word in header.split(" | "))
    drafts, _ = read("2025年3月1日", "某县重点任务", grid(header, row))
    assert len(drafts) == 1


def test_a_contact_column_does_not_make_a_task_table_a_contact_list() -> None:
    (draft,) = tasks(
        "序号 | 工作任务 | 责任单位 | 完成时限 | 联系人 | 联系电话",
        "1 | 整治农村公路隐患30处 | 县交通局 | 6月底前 | 甲某 | 13800000000",
    )
    assert draft.task.extra == {"联系人": "甲某", "联系电话": "13800000000"}


def test_figures_to_be_reached_stand_with_what_is_done_for_them() -> None:
    header = "序号 | 重点工作 | 工作目标 | 工作措施 | 责任单位"
    (draft,) = tasks(
        header, "1 | 充电设施 | 新建1200个 | 推动小区集中建设，禁止入户充电 | 县住建局"
    )
    assert draft.task.content == "新建1200个 推动小区集中建设，禁止入户充电"
    assert draft.text_of("content") == "新建1200个\n推动小区集中建设，禁止入户充电"
    (draft,) = tasks(header, "1 | 执法力量 | 配齐人员 | 招录人员，开展常态培训和考核 | 县司法局")
    assert draft.task.content == "招录人员，开展常态培训和考核"
    assert draft.task.extra == {"工作目标": "配齐人员"}


def test_a_numeral_and_a_name_alone_head_the_rows_below() -> None:
    drafts = tasks(
        "序号 | 事项 | 内容 | 责任单位",
        "一 | 责任体系 | | ",
        "1 | 党政责任 | 每季度研究部署1次 | 县委办",
        "2 | 部门责任 | 修订责任清单 | 各部门",
    )
    assert [(d.task.group, d.task.name) for d in drafts] == [
        ("一、责任体系", "党政责任"),
        ("一、责任体系", "部门责任"),
    ]


def test_of_amounts_for_each_town_the_sum_is_the_goal() -> None:
    (draft,) = tasks(
        "序号 | 指标名称 | 单位 | 任务数 | < | < | 责任科室",
        "^ | ^ | ^ | 合计 | 东街道 | 西街道 | ^",
        "1 | 隐患排查数 | 处 | 300 | 180 | 120 | 监管科",
    )
    assert (draft.task.content, draft.unit) == ("300", "处")
    assert draft.task.extra == {"单位": "处", "东街道": "180", "西街道": "120"}


def test_bodies_that_no_word_tells_are_told_by_their_cells() -> None:
    drafts = tasks(
        "项次 | 攻坚方向 | 攻坚内容 | 抓落实主体 | 帮办单位 | 销号节点 | 盯办领导",
        "1 | 山洪沟治理 | 治理山洪沟7条，清淤12公里 | 县水利局 | 县财政局 | 5月31日前 | 李副县长",
        "2 | 城市内涝 | 改造易涝点6处，更新泵站2座 | 县住建局 | 县城管局 | 汛前 | 王副县长",
    )
    task = drafts[0].task
    assert (task.responsible_text, task.assisting_text) == ("县水利局", "县财政局")
    assert (task.name, task.deadline_text) == ("山洪沟治理", "5月31日前")
    assert task.extra == {"盯办领导": "李副县长"}


def test_a_sheet_with_a_title_and_a_maker_above_its_header() -> None:
    drafts = tasks(
        "某县2025年重点任务分工表 | < | < | < | <",
        "某县安委会办公室 | | | | 2025年3月",
        "序号 | 任务 | 要求 | 县应急局 | 县公安局",
        "1 | 隐患排查 | 每月排查1次，建立清单 | ★ | ☆",
        "2 | 交通整治 | 整治隐患30处 | | ★",
        "合计 | | | 1 | 1",
    )
    assert [(d.task.name, d.task.lead_text, d.task.assisting_text) for d in drafts] == [
        ("隐患排查", "县应急局", "县公安局"),
        ("交通整治", "县公安局", ""),
    ]


def test_a_piece_with_a_title_and_words_of_its_own_is_another_table() -> None:
    tasks, _ = read(
        "任务表",
        grid("名称 | 内容 | 责任单位", "甲项 | 开展排查整治工作。 | 县应急局"),
        grid("考核细则 | < | <", "指标 | 分值 | 扣分", "责任 | 20 | 少1次扣2分"),
    )
    assert [draft.task.name for draft in tasks] == ["甲项"]


def test_a_piece_that_opens_with_a_section_goes_on() -> None:
    tasks, _ = read(
        "任务表",
        grid("名称 | 内容 | 责任单位", "甲项 | 开展排查整治工作。 | 县应急局"),
        grid("二、消防 | < | <", "乙项 | 开展消防排查工作。 | 县消防局"),
    )
    assert [draft.task.name for draft in tasks] == ["甲项", "乙项"]


def test_a_cell_merged_over_texts_is_in_each_of_them() -> None:
    (task,) = tasks("序号 | 名称 | 目标 | 责任单位", "1 | 开展地质灾害排查 | < | 县自然资源局")
    assert (task.task.name, task.task.content) == ("开展地质灾害排查",) * 2


def test_columns_under_one_header_that_nothing_tells_apart_are_one() -> None:
    rows = ["名称 | 目标 | 责任单位 | 责任领导 | <", "道路 | 整治30处 | 县公安局 | 甲某、 | 乙某"]
    (task,) = tasks(*rows)
    assert task.task.extra == {"责任领导": "甲某、乙某"}
    assert "header_joins" in codes(*rows)


def test_goals_of_merged_cells_are_carried() -> None:
    first, second = tasks(
        "名称 | 2025年目标 | 2026年目标 | 责任单位",
        "队伍 | 60 | 80 | 县甲局",
        "站点 | ^ | ^ | 县乙局",
    )
    assert first.goals == second.goals == (("2025年", "60"), ("2026年", "80"))


def test_a_plan_of_years_that_holds_days_is_the_deadline() -> None:
    (task, _) = tasks(
        "序号 | 项目 | 建设内容 | 年度计划 | 责任单位",
        "1 | 应急物资库 | 新建库房1200平方米，配套设备。 | 2026年开工，2027年建成 | 县应急局",
        "2 | 防洪堤 | 加固堤防3.2公里，新建闸站2座。 | 2027年完成 | 县水利局",
    )
    assert task.task.deadline_text == "2026年开工，2027年建成"


def test_what_is_done_goes_before_what_it_is_for() -> None:
    (task, _) = tasks(
        "序号 | 问题 | 攻坚举措 | 整改成效 | 责任单位",
        "1 | 管理力量薄弱，无专人负责 | 按照标准配备消防网格员 | 配备率100% | 县消防局",
        "2 | 作坊线路老化，私拉乱接 | 对86家作坊线路穿管改造 | 火灾起数下降15% | 县消防局",
    )
    assert task.task.content == "按照标准配备消防网格员 配备率100%"
