"""The heading (GB/T 9704) and what follows from it: region, kind, period, id."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from tests.conftest import HEADER, tab_table

from safeplan.documents import Document, read_text
from safeplan.models import Plan
from safeplan.tasks import Heading, read_heading
from safeplan.tasks.regions import region_in

POINTS = "2025年全区安全生产和消防工作要点"
CIRCULAR = f"""重庆市江北区人民政府
关于印发《{POINTS}》的通知
江北府发〔2025〕3号
各镇人民政府：
现将《{POINTS}》印发给你们。
"""
SIGNED = "重庆市江北区人民政府\n2025年3月5日\n"
BODY = "一、深化责任\n（一）健全责任。落实述职。\n"


def heading(text: str, name: str = "上传.txt") -> Heading:
    return read_heading(Document(name, "", "text/plain", "utf-8", read_text(text)))


TABLE = (
    "附件\n一、核心绩效指标\n"
    + tab_table(HEADER, ["1", "火灾起数", "0", "县消安委", ""])
    + "\n（完）\n"
)


@pytest.mark.parametrize(
    ("text", "name", "level", "full"),
    [
        ("重庆市沙坪坝区人民政府", "沙坪坝", "district", "重庆市沙坪坝区"),
        ("忠县人民政府", "忠县", "county", "忠县"),
        ("重庆市璧山区安全生产委员会", "璧山", "district", "重庆市璧山区"),
        ("重庆市人民政府办公厅", "重庆", "province", "重庆市"),
        ("云阳县人民政府", "云阳", "county", "云阳县"),
        ("石柱土家族自治县人民政府", "石柱", "county", "石柱土家族自治县"),
        ("四川省成都市武侯区人民政府", "武侯", "district", "四川省成都市武侯区"),
        ("浙江省杭州市建德市人民政府", "建德", "county", "浙江省杭州市建德市"),
        ("杭州市人民政府", "杭州", "city", "杭州市"),
        ("重庆两江新区应急管理局", "两江新区", "district", "两江新区"),
        ("重庆市渝中区应急管理“十四五”规划", "渝中", "district", "重庆市渝中区"),
        ("江北区自然灾害应急能力提升工程行动方案", "江北", "district", "江北区"),
        ("中共重庆市江北区委办公室", "江北", "district", "重庆市江北区"),
        # A name that itself ends like a level.
        ("万州区人民政府", "万州", "district", "万州区"),
        ("重庆市开州区安全生产委员会", "开州", "district", "重庆市开州区"),
        ("荆州市沙市区人民政府", "沙市", "district", "荆州市沙市区"),
        ("津市市人民政府", "津市", "county", "津市市"),
        ("济南市市中区人民政府", "市中", "district", "济南市市中区"),
        # Zones are regions of their own.
        ("重庆两江新区管理委员会", "两江新区", "district", "两江新区"),
        ("重庆高新技术产业开发区管理委员会", "重庆高新区", "district", "重庆高新技术产业开发区"),
        ("重庆市万盛经济技术开发区管委会", "万盛经开区", "district", "重庆市万盛经济技术开发区"),
        ("四川天府新区管理委员会", "天府新区", "district", "天府新区"),
    ],
)
def test_a_region_is_read_from_an_issuer_or_a_title(
    text: str, name: str, level: str, full: str
) -> None:
    region = region_in(text)
    assert region is not None
    assert (region.name, region.level, region.full_name) == (name, level, full)


@pytest.mark.parametrize(
    "text",
    [
        "2025年全区安全生产工作要点",
        "各镇人民政府、街道办事处",
        "加强城区管理",
        "全区工作部署",
        "景区安全管理工作",
        "开发区安全生产",
    ],
)
def test_words_that_only_end_like_a_region_are_none(text: str) -> None:
    assert region_in(text) is None


@pytest.mark.parametrize(
    ("front", "plan_id", "kind"),
    [
        ("江北区人民政府\n关于印发《2026年全区安全生产\n工作要点》的通知\n", "江北-2026", "annual"),
        ("重庆市巴南区应急管理“十五五”规划\n", "巴南-2026-2030", "multi_year"),
        ("涪陵区安全生产治本攻坚三年行动方案（2024—2026年）\n重庆市涪陵区安全生产委员会\n2024年4月1日\n", "涪陵-2024-2026", "campaign"),
        ("云阳县人民政府\n二〇二五年三月五日\n2025年安全生产工作要点\n", "云阳-2025", "annual"),
    ],
)  # fmt: skip
def test_kind_and_period_come_from_the_title(
    front: str, plan_id: str, kind: str, parse_text: Callable[..., Plan]
) -> None:
    plan = parse_text(front + TABLE, name="上传.txt")
    assert (plan.plan_id, plan.kind) == (plan_id, kind)


def test_what_only_the_file_name_tells_is_said(parse_text: Callable[..., Plan]) -> None:
    plan = parse_text(TABLE, name="忠县2025年工作要点.txt")
    assert plan.plan_id == "忠县-2025"
    assert {"region_from_file_name", "year_from_file_name"} <= {f.code for f in plan.findings}


def test_a_plan_of_nowhere_is_named_like_its_file(parse_text: Callable[..., Plan]) -> None:
    plan = parse_text(TABLE, name="upload.txt")
    assert (plan.plan_id, plan.region.name, plan.region.level) == ("upload", "", None)
    assert (plan.period.start_year, plan.period.end_year) == (None, None)
    assert {"region_unknown", "year_unknown"} <= {finding.code for finding in plan.findings}


# --- title -----------------------------------------------------------------------------------

CAMPAIGN = "江北区安全生产治本攻坚三年行动实施方案"
FIVE_YEARS = "重庆市江北区应急管理“十五五”规划"


@pytest.mark.parametrize(
    ("front", "title"),
    [
        pytest.param(CIRCULAR + SIGNED, POINTS, id="quoted"),
        pytest.param(
            f"江北区人民政府关于印发{POINTS}的通知\n各镇：\n《{POINTS}》已经区政府同意。\n"
            + SIGNED,
            POINTS,
            id="not quoted in the heading",
        ),
        pytest.param(
            "江北区人民政府\n关于印发2025年全区安全生产\n和消防\n工作要点的\n通知\n" + SIGNED,
            POINTS,
            id="broken over lines",
        ),
        pytest.param(
            "根据《重庆市人民政府关于印发〈2024年全市安全生产工作要点〉的通知》要求，"
            f"现将《{POINTS}》印发给你们。\n" + SIGNED,
            POINTS,
            id="another plan quoted first",
        ),
        pytest.param(
            "江北区人民政府关于转发《重庆市消防安全责任制实施办法》的通知\n"
            "江北区人民政府关于印发《2024年全区安全生产工作要点》的通知\n" + CIRCULAR + SIGNED,
            POINTS,
            id="links to other documents above",
        ),
        pytest.param(
            "现将《江北区贯彻〈安全生产法〉2025年工作要点》印发给你们。\n" + SIGNED,
            "江北区贯彻〈安全生产法〉2025年工作要点",
            id="a title that quotes a law",
        ),
        pytest.param(
            "江北区人民政府\n印发《关于加强安全生产的实施方案（2025—2027年）》的通知\n" + SIGNED,
            "关于加强安全生产的实施方案（2025—2027年）",
            id="a title that begins with 关于",
        ),
        pytest.param(
            f"重庆市江北区\n{POINTS[:12]}\n{POINTS[12:]}\n（2025年3月5日）\n",
            f"重庆市江北区{POINTS}",
            id="alone, over three lines",
        ),
        pytest.param(
            f"{FIVE_YEARS}\n（2026－2030年）\n",
            f"{FIVE_YEARS}（2026－2030年）",
            id="alone, its years on the line below",
        ),
        pytest.param(
            "江北区人民政府\n关于做好2025年安全生产工作的通知\n各镇：\n" + SIGNED,
            "关于做好2025年安全生产工作的通知",
            id="a notice that is the plan itself",
        ),
        pytest.param("".join(f"栏目{i}\n" for i in range(100)) + CIRCULAR, POINTS, id="navigation"),
        pytest.param("江北区人民政府\n2025年3月5日\n", None, id="none"),
    ],
)
def test_the_title_is_the_plans_own(front: str, title: str | None) -> None:
    assert heading(front + BODY).title == title


def test_the_years_below_the_plans_own_title_are_its_period() -> None:
    read = heading(
        f"江北区人民政府\n关于印发《{CAMPAIGN}》的通知\n江北区人民政府\n2024年3月5日\n"
        f"{CAMPAIGN}\n（2024—2026年）\n{BODY}"
    )
    assert (read.title, read.kind) == (CAMPAIGN, "campaign")
    assert (read.period.start_year, read.period.end_year) == (2024, 2026)
    assert read.findings == []


def test_a_year_that_only_the_number_tells_is_said() -> None:
    read = heading(f"江北府发〔2024〕3号\n江北区人民政府\n关于印发《{CAMPAIGN}》的通知\n{BODY}")
    assert (read.period.start_year, read.period.end_year) == (2024, 2026)
    assert [finding.code for finding in read.findings] == ["year_from_number", "years_counted"]


# --- number, issuer, date --------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    ["江北府发〔2025〕3号", "（江北府发〔2025〕3号）", "江北府发〔2025〕3号　　签发人：李四"],
)
def test_the_document_number_stands_on_a_line_of_its_own(line: str) -> None:
    text = CIRCULAR.replace("江北府发〔2025〕3号", line)
    assert heading(text + BODY).document_number == "江北府发〔2025〕3号"


def test_a_number_that_is_only_quoted_is_not_the_documents() -> None:
    text = CIRCULAR.replace("江北府发〔2025〕3号\n", "根据渝府发〔2025〕5号文件要求，\n")
    assert heading(text + BODY).document_number is None


@pytest.mark.parametrize(
    "signature",
    [
        SIGNED,
        "重庆市江北区人民政府　2025年3月5日\n",
        "重庆市江北区人民政府（盖章）\n二〇二五年三月五日\n",
        "2025年3月5日\n重庆市江北区人民政府\n",
        "重庆市江北区人民政府\n2025-03-05\n",
        "2025年3月5日\n（此件公开发布）\n",  # the heading names the issuer
    ],
)
def test_issuer_and_date_are_those_of_the_signature(signature: str) -> None:
    read = heading(CIRCULAR + signature + BODY)
    assert (read.issuer, read.issued_on) == ("重庆市江北区人民政府", dt.date(2025, 3, 5))


def test_several_bodies_sign_together() -> None:
    read = heading(CIRCULAR + "江北区安全生产委员会\n江北区减灾委员会\n2025年3月5日\n" + BODY)
    assert read.issuer == "江北区安全生产委员会、江北区减灾委员会"


def test_the_site_and_its_date_above_the_heading_are_no_signature() -> None:
    read = heading("重庆市人民政府\n2025年11月20日\n" + CIRCULAR + SIGNED + BODY)
    assert (read.issuer, read.issued_on) == ("重庆市江北区人民政府", dt.date(2025, 3, 5))
    assert read.region.name == "江北"


@pytest.mark.parametrize(
    "box",
    [
        "[ 发文字号 ] 云阳府发〔2025〕4号\n[ 发布机构 ] 云阳县政府办\n[ 成文日期 ] 2025-02-27\n",
        "发文字号：云阳府发〔2025〕4号 | 发布机构：云阳县政府办\n成文日期：2025年02月27日\n",
        "发文字号：\n云阳府发〔2025〕4号\n发布机构：\n云阳县政府办\n成文日期：\n2025年2月27日\n",
    ],
)
def test_what_only_the_metadata_of_a_page_tell_is_said(box: str) -> None:
    read = heading(
        f"索引号：115/2025-31\n{box}发布日期：2025-03-05\n现将《{POINTS}》印发给你们。\n{BODY}"
    )
    assert (read.document_number, read.issuer) == ("云阳府发〔2025〕4号", "云阳县政府办")
    assert read.issued_on == dt.date(2025, 2, 27)
    assert [finding.code for finding in read.findings] == ["from_metadata"]


def test_the_signature_goes_before_the_metadata() -> None:
    read = heading("发布机构：区政府办公室\n成文日期：2025-03-01\n" + CIRCULAR + SIGNED + BODY)
    assert (read.issuer, read.issued_on) == ("重庆市江北区人民政府", dt.date(2025, 3, 5))
    assert read.findings == []


# --- several schemes, what is passed on -----------------------------------------------------

TWO = (
    "江北府发〔2025〕3号\n江北区人民政府\n关于印发《江北区应急管理“两个全覆盖”工作方案》的通知\n各镇：\n"
    "现将《江北区责任落实全覆盖工作方案》《江北区隐患整治全覆盖工作方案》印发给你们。\n" + SIGNED
    + "江北区责任落实全覆盖工作方案\n一、工作任务\n1.落实责任。签订责任书23份。\n"
)  # fmt: skip


def test_of_several_schemes_under_one_circular_the_title_is_the_circulars() -> None:
    read = heading(TWO)
    assert read.title == "江北区应急管理“两个全覆盖”工作方案"
    assert read.issuer == "重庆市江北区人民政府"


def test_a_circular_that_names_several_schemes_is_called_as_itself() -> None:
    read = heading(
        "江北区安全生产委员会\n关于印发《甲行业整治方案》等3个方案的通知\n" + SIGNED + BODY
    )
    assert read.title == "关于印发《甲行业整治方案》等3个方案的通知"


@pytest.mark.parametrize(
    ("front", "title"),
    [
        (
            "忠县安全生产委员会办公室\n关于转发《重庆市安全生产委员会关于印发〈重庆市2025年安全生产工作要点〉的通知》的通知\n",
            "重庆市2025年安全生产工作要点",
        ),
        (
            "忠县人民政府批转县水利局关于2025年防汛抗旱工作方案的通知\n",
            "2025年防汛抗旱工作方案",
        ),
    ],
)  # fmt: skip
def test_what_is_passed_on_is_the_plan_and_who_passes_it_on_its_region(
    front: str, title: str
) -> None:
    read = heading(front + "各乡镇：\n现转发给你们。\n忠县人民政府\n2025年3月5日\n" + BODY)
    assert (read.title, read.region.name) == (title, "忠县")
    assert read.period.start_year == 2025


# --- is it a plan ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        CIRCULAR + BODY,
        "江北区人民政府\n关于做好2025年安全生产工作的通知\n各镇：\n" + BODY,
        "关于2025年春节期间安全防范工作的紧急通知\n各镇：\n" + BODY,
        "滨江区消防安全三年提升行动实施方案\n" + BODY,
        "根据有关要求，编制《龙陵县“十四五”综合防灾减灾救灾规划》。\n" + BODY,
    ],
)
def test_a_plan_is_told_by_its_title(text: str) -> None:
    assert heading(text).tells_a_plan


@pytest.mark.parametrize(
    "text",
    [
        "尊敬的客户：\n感谢来信。\n一、付款\n请于3月底前付款100元。\n",
        "忠县召开安全生产工作会议部署2025年重点工作\n2月17日，忠县召开会议。\n" + BODY,
        "县安委会印发2025年安全生产工作要点\n记者从县安委会获悉。\n" + BODY,
        "《忠县2025年安全生产工作要点》政策解读\n现解读如下。\n" + BODY,
        "关于召开全县安全生产会议的通知\n各乡镇：\n" + BODY,
        "关于报送2025年安全生产工作总结的通知\n各乡镇：\n" + BODY,
        "第三季度报告\n一、财务\n（一）发行。公司《新增发行股票方案》已经批准。\n",
        "Annual plan\n1. Revenue\nWe will reach 100 customers.\n",
    ],
)
def test_letters_reports_and_accounts_are_no_plans(text: str) -> None:
    assert not heading(text).tells_a_plan


# --- metadata of pages ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "box",
    [
        "索引号 | SM035-1200 | 文号 | 云阳府发〔2025〕4号 |\n发布机构 | 云阳县政府办 | 成文日期 | 2025-02-27 |\n",
        "索引号：115发布文号：云阳府发〔2025〕4号发文机构：云阳县政府办成文日期：2025年2月27日公开日期：2025-03-05\n",
        "文号\n云阳府发〔2025〕4号\n发文单位\n云阳县政府办\n生成日期\n2025-02-27\n",
    ],
)  # fmt: skip
def test_the_box_of_metadata_is_read_in_any_form(box: str) -> None:
    read = heading(f"{box}发布日期\n2025-03-09\n现将《{POINTS}》印发给你们。\n{BODY}")
    assert (read.document_number, read.issuer) == ("云阳府发〔2025〕4号", "云阳县政府办")
    assert read.issued_on == dt.date(2025, 2, 27)


def test_a_size_of_type_is_no_document_number() -> None:
    read = heading(f"字号：大中小\n文号：云阳府发〔2025〕4号\n现将《{POINTS}》印发给你们。\n{BODY}")
    assert read.document_number == "云阳府发〔2025〕4号"


def test_a_date_of_publication_is_not_the_date_of_issue() -> None:
    read = heading(f"发布日期\n2025-03-09\n关于印发《{POINTS}》的通知\n各镇：\n{BODY}")
    assert read.issued_on is None


@pytest.mark.parametrize(
    "number",
    [
        "清河安委〔2025〕3号",
        "隆应急发[2025]9号",
        "望政办函〔2025〕17号",
        "安委办〔2025〕3－1号",
        "第3号",
    ],
)
def test_document_numbers_of_any_form(number: str) -> None:
    text = CIRCULAR.replace("江北府发〔2025〕3号", number)
    assert heading(text + BODY).document_number == number


def test_bodies_side_by_side_on_one_line_are_several() -> None:
    both = "云县应急管理局　云县消防救援大队"
    read = heading(f"{both}\n关于印发《{POINTS}》的通知\n各镇：\n{both}\n2025年3月5日\n{BODY}")
    assert read.issuer == "云县应急管理局、云县消防救援大队"


# --- years ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "years"),
    [
        ("忠县2024年工作情况和2025年工作要点", (2025, 2025)),
        ("忠县关于学习2024年会议精神做好2025年工作的要点", (2025, 2025)),
        ("忠县消防规划（2026—2030年）", (2026, 2030)),
        ("忠县应急管理“十五五”规划", (2026, 2030)),
        ("忠县二〇二五年安全生产工作要点", (2025, 2025)),
        ("忠县治本攻坚三年行动2025年工作要点", (2025, 2025)),
        ("忠县到2027年消防能力提升计划", (2027, 2027)),
        ("忠县燃气安全整治三年行动方案", (2024, 2026)),
        ("忠县燃气安全整治工作方案", (2024, 2024)),
    ],
)
def test_the_years_are_those_the_plan_is_for(title: str, years: tuple[int, int]) -> None:
    read = heading(f"关于印发《{title}》的通知\n各镇：\n忠县人民政府\n2024年5月5日\n{BODY}")
    assert (read.period.start_year, read.period.end_year) == years


def test_what_the_user_says_counts_only_where_the_document_says_nothing() -> None:
    said = read_heading(
        Document("上传.txt", "", "text/plain", "utf-8", read_text("安全生产工作要点\n" + BODY)),
        region="忠县",
        years="2024-2026",
    )
    assert (said.region.code, said.period.end_year) == ("500233", 2026)
    kept = read_heading(
        Document("上传.txt", "", "text/plain", "utf-8", read_text(CIRCULAR + SIGNED + BODY)),
        region="忠县",
        years="2024",
    )
    assert (kept.region.name, kept.period.start_year) == ("江北", 2025)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("忠县2025年消防安全重点工作任务", "annual"),
        ("忠县2025年工作台账", "annual"),
        ("忠县2025年防汛能力提升任务清单", "annual"),
        ("忠县2025年隐患整治任务清单", "campaign"),
        ("忠县反馈问题整改方案", "campaign"),
        ("忠县燃气安全专项工作方案", "campaign"),
        ("忠县“十五五”应急管理规划", "multi_year"),
        ("忠县“十五五”规划编制工作方案", "campaign"),
    ],
)
def test_the_title_tells_the_kind(title: str, kind: str) -> None:
    assert heading(f"{title}\n{BODY}").kind == kind


@pytest.mark.parametrize(
    ("line", "region"),
    [("清江区各镇街、区级有关部门：", "清江"), ("隆安县、马山县人民政府：", "")],
)
def test_whom_a_letter_addresses_tells_the_region_unless_another_is_written_to(
    line: str, region: str
) -> None:
    assert heading(f"关于做好2025年安全生产工作的通知\n{line}\n{BODY}").region.name == region


def test_years_that_the_plan_states_are_its_period() -> None:
    read = heading(f"忠县应急体系建设规划\n规划期为2021—2025年。\n{BODY}忠县应急局\n2021年3月1日\n")
    assert (read.period.start_year, read.period.end_year) == (2021, 2025)


def test_a_cover_has_the_issuer_above_the_month() -> None:
    read = heading(f"忠县2026年安全生产工作要点\n忠县应急管理局\n2026年1月\n{BODY}")
    assert (read.issuer, read.issued_on) == ("忠县应急管理局", None)


def test_a_title_that_only_the_metadata_tell_is_the_plans() -> None:
    read = heading(f"索引号：123\n标题：忠县2026年安全生产工作要点\n各乡镇人民政府：\n{BODY}")
    assert (read.title, read.tells_a_plan) == ("忠县2026年安全生产工作要点", True)


def test_a_title_of_no_known_kind_is_told_by_its_place_and_years() -> None:
    first = "白石县“十五五”时期应急管理重点工程（2026—2030年）"
    read = heading(f"{first}\n一、重点工程\n（一）治理工程。完成治理。\n")
    assert (read.title, read.region.name, read.kind) == (first, "白石", "multi_year")
    assert heading("白石县2026年重点工程\n一、重点工程\n（一）治理。完成。\n").title is None
