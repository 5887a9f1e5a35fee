"""`check`: this year's circular against last year's."""

from __future__ import annotations

import json
import random
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.changes.next_year import Truth, make, measure
from tests.conftest import DOCUMENTS, HEADER, RAW, tab_table
from tests.documents.originals import FORMS, NAMES, parsed

from safeplan.changes.checking import OLD, check
from safeplan.cli import run
from safeplan.links.decisions import Decision, decided, obey
from safeplan.models import Change, Check, Plan
from safeplan.plans import parse, save

CASES = Path(__file__).parent.parent / "cases" / "check"
MADE = ("忠县-2026", "南岸-2026")


def case(name: str) -> dict[str, Any]:
    return tomllib.loads((CASES / f"{name}.toml").read_text(encoding="utf-8"))


class Made(NamedTuple):
    """A made circular: its file, its plan as parsed, and what has changed in it."""

    path: Path
    plan: Plan
    truth: list[Truth]


def next_year(old: Plan, edits: list[dict[str, Any]], folder: Path) -> Made:
    """Write the circular of the next year, and read it."""
    text = (RAW / DOCUMENTS[old.plan_id]).read_text(encoding="utf-8")
    made, truth = make(old, text, edits)
    path = folder / DOCUMENTS[old.plan_id].replace("2025", "2026")
    path.write_text(made, encoding="utf-8")
    return Made(path, parse(path), truth)


@pytest.fixture(scope="module")
def made(real_plans: dict[str, Plan], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Made]:
    """The made circulars by name, read once."""
    return {
        name: next_year(
            real_plans[case(name)["plan"]], case(name)["edit"], tmp_path_factory.mktemp("made")
        )
        for name in MADE
    }


@pytest.fixture(scope="module")
def only_years(
    real_plans: dict[str, Plan], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Made]:
    """Circulars of which only the years have moved, by name."""
    return {
        name: next_year(real_plans[case(name)["plan"]], [], tmp_path_factory.mktemp("years"))
        for name in MADE
    }


@pytest.fixture
def saved(made: dict[str, Made], tmp_path: Path) -> str:
    """The made 忠县 as a parsed file, which a command need not read again."""
    return str(save(made["忠县-2026"].plan, tmp_path))


def kinds(checked: Check) -> list[str]:
    return [change.kind for change in checked.changes]


# ---- the made circulars: every kind of change, the truth beside it ----


@pytest.mark.parametrize("name", MADE)
def test_the_changes_of_a_made_circular_are_found_and_nothing_else(
    name: str, real_plans: dict[str, Plan], made: dict[str, Made]
) -> None:
    old, (_, new, truth) = real_plans[case(name)["plan"]], made[name]
    assert {kind for kind, _, _ in truth} == {
        "added",
        "dropped",
        "target",
        "owners",
        "wording",
        "moved",
        "split",
        "merged",
        "rolled_forward",
    }
    measured = measure(check(new, old), truth, old, new)
    assert measured.missed == []
    assert measured.reported == []


@pytest.mark.parametrize("name", MADE)
def test_years_alone_are_rolled_forward(
    name: str, real_plans: dict[str, Plan], only_years: dict[str, Made]
) -> None:
    _, new, truth = only_years[name]
    checked = check(new, real_plans[case(name)["plan"]])
    assert new.period.start_year == 2026
    assert set(kinds(checked)) == {"rolled_forward"}
    rows = [change for change in checked.changes if change.old[0].startswith("t")]
    assert {("rolled_forward", tuple(c.old), tuple(c.new)) for c in rows} == set(truth)
    targets = [target for link in checked.links for target in link.targets]
    assert {target.change for target in targets} == {"same"}


# ---- nothing where nothing is ----


@pytest.mark.parametrize("plan_id", DOCUMENTS)
def test_a_plan_against_itself_has_no_changes(plan_id: str, real_plans: dict[str, Plan]) -> None:
    plan = real_plans[plan_id]
    checked = check(plan, plan)
    assert checked.changes == []
    assert checked.plans == [plan_id + OLD, plan_id]
    assert len(checked.links) == len(plan.tasks_of("all"))
    assert not any(checked.unmatched.values())


@pytest.mark.parametrize("form", [form for form in FORMS if form != "doc"])
def test_a_plan_against_itself_in_another_format_has_no_changes(
    form: str, real_plans: dict[str, Plan]
) -> None:
    named = {text.removesuffix(".txt"): plan_id for plan_id, text in DOCUMENTS.items()}
    for name in NAMES:
        assert check(parsed(name, form), real_plans[named[name]]).changes == []


# ---- the smallest cases ----

ROWS = [
    HEADER,
    ["1", "交通领域", "完成11处隐患整治，较2024年增长10%。", "县公安局、县交通运输委，各乡镇", ""],
    ["2", "燃气领域", "深化燃气专项整治，更新管道173公里。建立管网台账。", "县经济信息委", ""],
    ["3", "火灾起数", "0", "县消防救援局", ""],
]


@pytest.fixture
def changed(parse_text: Callable[..., Plan]) -> Callable[..., list[Change]]:
    """The changes that putting some words for others makes."""

    def of(*edits: tuple[str, str], rows: list[list[str]] = ROWS) -> list[Change]:
        text = f"忠县2025年工作要点\n一、重点整治\n{tab_table(*rows)}"
        new = text
        for find, put in edits:
            assert find in new
            new = new.replace(find, put)
        return check(parse_text(new), parse_text(text)).changes

    return of


@pytest.mark.parametrize(
    ("find", "put", "strictness"),
    [
        ("11处", "15处", "tighter"),
        ("11处", "8处", "looser"),
        ("增长10%", "增长12%", "tighter"),
        ("较2024年增长10%", "较2022年增长10%", "different"),
        ("更新管道173公里。", "更新管道180公里。", "tighter"),
    ],
)
def test_a_figure_is_a_target_and_no_wording(
    find: str, put: str, strictness: str, changed: Callable[..., list[Change]]
) -> None:
    (change,) = changed((find, put))
    assert change.kind == "target"
    assert [target.change for target in change.targets] == [strictness]
    assert strictness in change.detail


@pytest.mark.parametrize(
    ("find", "put"),
    [
        ("县公安局、县交通运输委", "县交通运输委、县公安局"),
        ("整治，较2024年", "整治,较 ２０２４年"),
        ("173公里。", "173公里；"),
        ("县消防救援局", "县消防局"),
    ],
)
def test_order_punctuation_width_and_spelling_of_bodies_change_nothing(
    find: str, put: str, changed: Callable[..., list[Change]]
) -> None:
    assert changed((find, put)) == []


@pytest.mark.parametrize(
    ("find", "put", "detail"),
    [
        ("县公安局、", "", "－公安局"),
        ("县公安局、", "县公安局、县气象局、", "＋气象局"),
        ("，各乡镇", "，有关乡镇", "乡镇街道：各 → 有关"),
        ("县经济信息委", "县经济信息委等", "末尾加“等”"),
    ],
)
def test_bodies_that_come_and_go_are_owners(
    find: str, put: str, detail: str, changed: Callable[..., list[Change]]
) -> None:
    (change,) = changed((find, put))
    assert (change.kind, change.detail) == ("owners", detail)


def test_words_are_marked(changed: Callable[..., list[Change]]) -> None:
    (change,) = changed(("深化燃气专项整治", "强化燃气专项治理"))
    assert change.kind == "wording"
    assert "［－" in change.detail
    assert [piece.text for piece in change.words[0].pieces if piece.only == "new"] == [
        "强化",
        "治理",
    ]


def test_a_new_clause_with_a_figure_is_both(changed: Callable[..., list[Change]]) -> None:
    changes = changed(("增长10%。", "增长10%。新建护栏3公里。"))
    assert [change.kind for change in changes] == ["target", "wording"]
    assert [target.change for target in changes[0].targets] == ["added"]


def test_a_row_that_is_cut_in_two_is_split_and_back_again_merged(
    parse_text: Callable[..., Plan],
) -> None:
    first = ["2", "燃气领域", "深化燃气专项整治，更新管道173公里。", "县经济信息委", ""]
    second = ["3", "燃气领域", "建立燃气管网台账，实行动态管理。", "县经济信息委", ""]
    joined = ["2", "燃气领域", first[2] + second[2], "县经济信息委", ""]
    one, two = (
        parse_text(f"忠县2025年工作要点\n一、重点整治\n{tab_table(HEADER, ROWS[1], *rows)}")
        for rows in ([joined], [first, second])
    )
    (split,) = check(two, one).changes
    (merged,) = check(one, two).changes
    assert (split.kind, split.old, split.new) == ("split", ["t1.2"], ["t1.2", "t1.3"])
    assert (merged.kind, merged.old, merged.new) == ("merged", ["t1.2", "t1.3"], ["t1.2"])


def test_a_row_that_alone_bears_its_name_is_itself_whatever_it_says(
    parse_text: Callable[..., Plan],
) -> None:
    """Nothing but the name is the same: an indicator with another form of figure."""

    def plan(figure: str) -> Plan:
        row = ["3", "万人火灾发生率", figure, "县消防救援局", ""]
        text = f"忠县2025年工作要点\n一、重点整治\n{tab_table(*ROWS[:3], row)}"
        return parse_text(text)

    changes = check(plan("全面达到全市平均水平"), plan("3")).changes
    assert {(tuple(change.old), tuple(change.new)) for change in changes} == {
        (("t1.3",), ("t1.3",))
    }


def test_rows_of_one_name_that_say_other_things_are_dropped_and_added(
    parse_text: Callable[..., Plan],
) -> None:
    def plan(content: str) -> Plan:
        row = ["3", "燃气领域", content, "县经济信息委", ""]
        return parse_text(f"忠县2025年工作要点\n一、重点整治\n{tab_table(*ROWS[:3], row)}")

    old, new = plan("推广瓶装气二维码追溯。"), plan("建成管网应急抢修基地。")
    assert kinds(check(new, old)) == ["dropped", "added"]


def test_a_new_place_in_the_same_table_is_no_move(parse_text: Callable[..., Plan]) -> None:
    def plan(*rows: list[str]) -> Plan:
        numbered = [[str(at), *row[1:]] for at, row in enumerate(rows, start=1)]
        return parse_text(f"忠县2025年工作要点\n一、重点整治\n{tab_table(HEADER, *numbered)}")

    assert check(plan(ROWS[3], ROWS[1], ROWS[2]), plan(*ROWS[1:])).changes == []


def test_the_years_in_a_title_may_stand_while_the_others_move(
    parse_text: Callable[..., Plan],
) -> None:
    def plan(year: int) -> Plan:
        content = f"{year}年落实《三年行动方案（2024—2026年）》，较{year - 1}年多检查5次。"
        row = ["1", "工贸领域", content, "县应急管理局", ""]
        text = f"忠县{year}年工作要点\n一、重点整治\n{tab_table(HEADER, row)}"
        return parse_text(text, f"忠县{year}年工作要点.txt")

    assert kinds(check(plan(2026), plan(2025))) == ["rolled_forward"]


def test_a_baseline_that_stands_still_while_the_plan_moves_on_is_said(
    parse_text: Callable[..., Plan],
) -> None:
    def plan(year: int, baseline: int) -> Plan:
        row = ["1", "火灾起数", f"较{baseline}年下降11%", "县消防救援局", ""]
        text = f"忠县{year}年工作要点\n一、重点整治\n{tab_table(HEADER, row)}"
        return parse_text(text, f"忠县{year}年工作要点.txt")

    (stood,) = check(plan(2026, 2023), plan(2025, 2023)).changes
    assert [(one.change, one.reason) for one in stood.targets] == [("different", "baseline")]
    assert "基准未随年份顺延" in stood.detail
    assert check(plan(2026, 2020), plan(2025, 2020)).changes == []  # the first year of 十四五
    assert kinds(check(plan(2026, 2024), plan(2025, 2023))) == ["rolled_forward"]
    (change,) = check(plan(2026, 2025), plan(2025, 2023)).changes
    assert [target.reason for target in change.targets] == ["baseline"]


def test_a_renamed_table_is_said_once_and_moves_no_row(
    parse_text: Callable[..., Plan],
) -> None:
    old, new = (
        parse_text(f"忠县2025年工作要点\n一、{title}\n{tab_table(*ROWS)}")
        for title in ("重点整治", "重点领域整治")
    )
    (change,) = check(new, old).changes
    assert (change.kind, change.old, change.new) == ("wording", [], [])
    assert change.words[0].field == "table_title"


# ---- laws ----


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_rows_decides_nothing(seed: int, real_plans: dict[str, Plan]) -> None:
    """Whatever the order of a table's rows, a plan is itself."""
    plan = real_plans["南岸-2025"]
    tasks = list(plan.tasks)
    random.Random(seed).shuffle(tasks)
    assert check(plan.model_copy(update={"tasks": tasks}), plan).changes == []


def test_what_is_added_one_way_is_dropped_the_other(real_plans: dict[str, Plan]) -> None:
    one, other = real_plans["忠县-2025"], real_plans["南岸-2025"]
    there, back = check(other, one).changes, check(one, other).changes
    added = {change.new[0] for change in there if change.kind == "added"}
    dropped = {change.old[0] for change in back if change.kind == "dropped"}
    assert added
    assert added == dropped


# ---- an analyst's decisions ----


def test_decisions_are_obeyed(real_plans: dict[str, Plan]) -> None:
    plan = real_plans["忠县-2025"]
    row = decided(plan, "t3.9")
    apart = Decision(verdict="different", left=row, right=row)
    checked = check(plan, plan, lambda matches, read: obey(matches, read, [apart]).matches)
    assert [(change.kind, change.old, change.new) for change in checked.changes] == [
        ("dropped", ["t3.9"], []),
        ("added", [], ["t3.9"]),
    ]


# ---- the command ----


def test_the_command_exits_0_1_or_2_as_diff_does(
    saved: str, only_years: dict[str, Made], at_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = f"data/raw/{DOCUMENTS['忠县-2025']}"
    assert run(["check", "忠县-2025", "--against", document]) == 0
    assert run(["check", str(only_years["忠县-2026"].path), "--against", "忠县-2025"]) == 0
    assert run(["check", saved, "--against", "没有"]) == 2
    assert run(["check", saved]) == 2
    capsys.readouterr()


def test_the_json_is_the_contracts(
    saved: str, at_root: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run(["check", saved, "--against", "忠县-2025", "-f", "json"]) == 1
    document = json.loads(capsysbinary.readouterr().out)
    assert list(document) == ["schema_version", "plans", "links", "groups", "unmatched", "changes"]
    assert document["plans"] == ["忠县-2025", "忠县-2026"]
    assert {"kind", "old", "new", "detail"} <= set(document["changes"][0])
    dropped = [change["old"][0] for change in document["changes"] if change["kind"] == "dropped"]
    assert sorted(dropped) == sorted(document["unmatched"]["忠县-2025"])


def test_the_table_sums_up_first_and_names_both_places(
    saved: str, at_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["check", saved, "--against", "忠县-2025", "--width", "150"])
    printed = capsys.readouterr().out
    summary, details = printed.split("逐条变化")
    for label in ("新增", "取消", "加码", "放宽", "责任单位"):
        assert label in summary
    assert "t4.27 第447–451行" in details
    assert "［－半年］［＋季度］述职" in details
    assert "…" not in details
