"""The catalogue over a labelled corpus: its measures, who is strict, where a plan stands."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.corpus.labelled import (
    group_labels,
    made_plan,
    made_target,
    made_task,
    one_measure,
    write_corpus,
    write_labels,
)

from safeplan.corpus import CorpusError
from safeplan.corpus.aligning import align
from safeplan.corpus.catalogue import Corpus, find_measure, measures, place, rank, standing
from safeplan.corpus.catalogue.records import Comparable, MeasureRank, Said
from safeplan.corpus.catalogue.standing import cover
from safeplan.corpus.store import Origin, write_plan
from safeplan.models import Plan, Target


@pytest.fixture(scope="module")
def districts(real_plans: dict[str, Plan]) -> list[Plan]:
    return [real_plans[f"{region}-2025"] for region in ("沙坪坝", "忠县", "南岸")]


@pytest.fixture(scope="module")
def real(districts: list[Plan], tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """The three districts; tasks in one group of `compare` have one label."""
    folder = tmp_path_factory.mktemp("real")
    return Corpus(write_corpus(folder, districts, group_labels(districts)))


@pytest.fixture(scope="module")
def aligned(districts: list[Plan], tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """The three districts with the labels that `corpus align` gives them."""
    folder = write_corpus(tmp_path_factory.mktemp("aligned"), districts, {})
    align(folder)
    return Corpus(folder)


def asked(
    corpus: Corpus, measure: str, subject: str = "", *, only_label: bool = False
) -> MeasureRank:
    return rank(corpus, find_measure(corpus, measure), subject=subject, only_label=only_label)


def standings(ranking: Comparable) -> list[tuple[int, str, object]]:
    return [(row.rank, row.plan_id, row.target and row.target.value) for row in ranking.rows]


def ranked(*targets: Target, folder: Path) -> MeasureRank:
    """Rank one target a plan, of plans 县甲, 县乙 …"""
    plans = [
        made_plan(f"县{'甲乙丙丁戊己庚辛'[at]}", made_task(1, "整改", target))
        for at, target in enumerate(targets)
    ]
    return asked(Corpus(write_corpus(folder, plans, one_measure(plans))), "整改")


# ---- the real districts ----


def test_three_districts_ask_the_same_of_forest_fires(real: Corpus) -> None:
    (subject,) = asked(real, "森林火灾受害率").subjects
    (ranking,) = subject.rankings
    assert standings(ranking) == [
        (1, "南岸-2025", 0.3),
        (1, "忠县-2025", 0.3),
        (1, "沙坪坝-2025", 0.3),
    ]
    assert (ranking.form, ranking.unit, subject.unranked) == ("ceiling", "‰", [])


def test_every_figure_says_where_it_was_read(real: Corpus, districts: list[Plan]) -> None:
    (subject,) = asked(real, "森林火灾受害率").subjects
    row = subject.rankings[0].rows[1]
    plan = districts[1]
    printed = plan.task(row.task_id)
    assert (row.plan_id, row.source.path) == (plan.plan_id, plan.source.path)
    assert row.source.lines == printed.source.lines
    assert row.target in printed.targets


def test_old_quarters_are_ranked_by_count_and_by_area(real: Corpus) -> None:
    found = asked(real, "城镇老旧小区")
    (subject,) = found.subjects
    assert {ranking.unit: standings(ranking) for ranking in subject.rankings} == {
        "个": [(1, "沙坪坝-2025", 93), (2, "忠县-2025", 36), (3, "南岸-2025", 10)],
        "万平方米": [(1, "沙坪坝-2025", 229), (2, "忠县-2025", 180), (3, "南岸-2025", 40.79)],
    }
    assert found.hidden > 0


def test_an_indicator_in_a_broader_row_of_another_label_is_ranked_and_marked(
    aligned: Corpus, districts: list[Plan]
) -> None:
    found = asked(aligned, "忠县:t3.2", "城镇老旧小区")
    (subject,) = found.subjects
    assert {ranking.unit: standings(ranking) for ranking in subject.rankings} == {
        "个": [(1, "沙坪坝-2025", 93), (2, "忠县-2025", 36), (3, "南岸-2025", 10)],
        "万平方米": [(1, "沙坪坝-2025", 229), (2, "忠县-2025", 180), (3, "南岸-2025", 40.79)],
    }
    for ranking in subject.rankings:
        first, own, last = ranking.rows
        assert (first.task_id, first.source.lines) == ("t3.6", (561, 565))
        for row, task in ((first, "沙坪坝:t3.6"), (own, "忠县:t3.2"), (last, "南岸:t3.2")):
            assert row.label == aligned.labels.names[find_measure(aligned, task).code]
        assert own.label == found.label
        assert found.label not in {first.label, last.label}
    assert found.plans == 1
    assert (subject.joined, subject.unranked, found.without) == (2, [], [])


def test_words_mean_the_indicator_before_a_text_that_speaks_of_it(aligned: Corpus) -> None:
    # 消防领域 of two districts speaks of 城镇老旧小区改造 and states nothing of it.
    (subject,) = asked(aligned, "城镇老旧小区").subjects
    assert {ranking.unit: standings(ranking) for ranking in subject.rankings}["个"] == [
        (1, "沙坪坝-2025", 93),
        (2, "忠县-2025", 36),
        (3, "南岸-2025", 10),
    ]


def test_the_label_alone_leaves_out_who_states_it_elsewhere(aligned: Corpus) -> None:
    (subject,) = asked(aligned, "忠县:t3.2", "城镇老旧小区", only_label=True).subjects
    assert subject.rankings == []
    assert [(one.plan_id, one.task_id, one.reason) for one in subject.unranked] == [
        ("忠县-2025", "t3.2", "alone")
    ] * 2


def test_tasks_of_one_campaign_are_not_ranked_with_those_of_another(aligned: Corpus) -> None:
    """重点任务 are of 治本攻坚 and of 固本强基: 沙坪坝 and 南岸 number both, 忠县 only the first."""
    (subject,) = asked(aligned, "南岸:t4.22", "重点任务").subjects
    assert [standings(ranking) for ranking in subject.rankings] == [
        [(1, "沙坪坝-2025", 31), (2, "南岸-2025", 24)]
    ]


def test_another_baseline_is_not_comparable(real: Corpus) -> None:
    (subject,) = asked(real, "火灾起数").subjects
    (ranking,) = subject.rankings
    assert standings(ranking) == [(1, "忠县-2025", 11), (2, "南岸-2025", 10)]
    assert ranking.baseline == "2023年"
    (other,) = subject.unranked
    assert (other.plan_id, other.reason) == ("沙坪坝-2025", "baseline")
    assert other.target is not None
    assert other.target.text == "较2024年下降10%"


def test_no_target_is_lost(real: Corpus, districts: list[Plan]) -> None:
    for measure in measures(real).measures:
        found = asked(real, measure.label)
        told: list[Said] = []
        for subject in found.subjects:
            told += [row for row in subject.unranked if row.target]
            told += [row for ranking in subject.rankings for row in ranking.rows]
        told_of = len([row for row in told if row.label == measure.label])
        code = real.labels.names.index(measure.label)
        keys = real.labels.keys.take(real.labels.of_label(code)).to_pylist()
        stated = [
            target
            for plan in districts
            for task in plan.tasks
            if f"{plan.plan_id}\t{task.task_id}" in keys
            for target in task.targets
        ]
        assert told_of == len(stated)


def test_the_measures_of_three_districts(real: Corpus, districts: list[Plan]) -> None:
    found = measures(real)
    assert (found.plans, found.districts, found.unlabelled) == (3, 3, 0)
    assert found.tasks == sum(len(plan.tasks) for plan in districts)
    order = [(-measure.plans, measure.label) for measure in found.measures]
    assert order == sorted(order)
    (forest,) = [one for one in found.measures if one.name == "森林火灾受害率"]
    assert (forest.plans, forest.districts, forest.years, forest.tasks) == (3, 3, [2025], 3)
    (spread,) = forest.targets
    assert (spread.strictest.value, spread.median.value, spread.loosest.value) == (0.3, 0.3, 0.3)
    leads = [(one.name, one.plans, one.share) for one in forest.owners if one.role == "lead"]
    assert leads == [("林业局", 1, 1.0)]  # Only 沙坪坝 has a column of leads.
    assert ("乡镇街道", 3, 1.0) in [
        (one.name, one.plans, one.share) for one in forest.owners if one.role == "responsible"
    ]


def test_measures_are_chosen_by_words_owner_and_count(real: Corpus) -> None:
    assert {one.name for one in measures(real, find="森林 受害率").measures} == {"森林火灾受害率"}
    every, several = measures(real, at_least=1), measures(real, at_least=2)
    assert len(every.measures) == len(several.measures) + several.hidden
    forestry = measures(real, owner="林业局").measures
    assert forestry
    assert all(any(one.name == "林业局" for one in measure.owners) for measure in forestry)


def test_where_a_real_district_stands(real: Corpus) -> None:
    found = place(real, "沙坪坝")
    assert (found.plan_id, found.comparable, found.year) == ("沙坪坝-2025", 2, 2025)
    assert found.lacking
    assert all(lacking.held_by == ["南岸-2025", "忠县-2025"] for lacking in found.lacking)
    assert all(partly.near for partly in found.partly)
    # Two others are too few to call anything strict, or anybody unusual.
    assert (found.extremes, found.owners, found.targets_judged) == ([], [], 0)
    assert found.targets_unjudged > 0
    assert found.local


def test_what_a_district_has_in_part_is_not_lacking(aligned: Corpus, districts: list[Plan]) -> None:
    found = place(aligned, "忠县")
    # 沙坪坝 and 南岸 number the tasks of 固本强基; 忠县 has nothing of it.
    assert {one.name for one in found.lacking} == {"加强防灾减灾救灾固本强基"}
    near = {one.name: one.near for one in found.partly}
    for name, task_id in {"深化行政执法改革": "t4.40", "抓好应急指挥部和队伍建设": "t4.35"}.items():
        assert name not in {one.name for one in found.lacking}
        one = near[name]
        assert one is not None
        assert (one.task_id, one.relation) == (task_id, "partial")
        printed = next(plan for plan in districts if plan.plan_id == "忠县-2025").task(task_id)
        assert (one.name, one.source.lines) == (printed.name, printed.source.lines)
    assert {one.near for one in found.lacking} == {None}
    assert found.unread == 0


def test_the_wording_that_was_compared_is_the_one_shown(
    aligned: Corpus, districts: list[Plan]
) -> None:
    plans = {plan.plan_id: plan for plan in districts}
    for one in place(aligned, "忠县").partly:
        assert one.content == plans[one.plan_id].task(one.task_id).content


@pytest.mark.parametrize("seed", [1, 2])
def test_neither_files_nor_the_order_of_rows_matter(
    seed: int, real: Corpus, districts: list[Plan], tmp_path: Path
) -> None:
    folder = write_corpus(tmp_path, districts, group_labels(districts), shuffled=seed)
    other = Corpus(folder)
    assert measures(other, at_least=1) == measures(real, at_least=1)
    assert asked(other, "城镇老旧小区") == asked(real, "城镇老旧小区")
    assert place(other, "忠县") == place(real, "忠县")


# ---- what a measure is named by ----


def test_a_measure_is_named_by_label_task_or_words(real: Corpus) -> None:
    by_name = find_measure(real, "森林火灾受害率")
    label = real.labels.names[by_name.code]
    assert find_measure(real, label) == by_name
    assert find_measure(real, "忠县:t1.5") == by_name
    assert find_measure(real, "忠县-2025：t1.5") == by_name


def test_a_label_may_be_shortened_while_it_stays_unique(tmp_path: Path) -> None:
    plans = [made_plan("县甲", made_task(1, "甲"), made_task(2, "乙"))]
    labels = {("县甲-2025", "t1.1"): "abcaaaaaaaaa", ("县甲-2025", "t1.2"): "abdaaaaaaaaa"}
    corpus = Corpus(write_corpus(tmp_path, plans, labels))
    assert corpus.labels.names[find_measure(corpus, "abd").code] == "abdaaaaaaaaa"
    with pytest.raises(CorpusError) as error:
        find_measure(corpus, "ab")
    assert error.value.code == "ambiguous_measure"
    assert (
        error.value.values["candidates"]
        == "abcaaaaaaaaa 甲（1 个方案）、abdaaaaaaaaa 乙（1 个方案）"
    )


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("没有的措施", "unknown_measure"),
        ("   ", "unknown_measure"),
        ("zzzzzz", "unknown_measure"),
        ("领域", "ambiguous_measure"),
        ("忠县:t9.9", "task_unlabelled"),
        ("重庆:t1.1", "unknown_plan"),
    ],
)
def test_what_names_no_single_measure_is_refused(real: Corpus, words: str, code: str) -> None:
    with pytest.raises(CorpusError) as error:
        find_measure(real, words)
    assert error.value.code == code


def test_a_name_goes_before_longer_names_and_several_plans_before_one(tmp_path: Path) -> None:
    names = {1: "演练", 2: "应急演练", 3: "演练"}
    plans = [
        made_plan("县甲", *(made_task(row, name) for row, name in names.items())),
        made_plan("县乙", *(made_task(row, names[row]) for row in (1, 2))),
    ]
    corpus = Corpus(write_corpus(tmp_path, plans, one_measure(plans)))
    assert corpus.labels.names[find_measure(corpus, "演练").code][-1] == "a"
    assert corpus.labels.names[find_measure(corpus, "应急").code][-1] == "b"


def test_an_indicator_that_one_plan_has_under_another_measure_is_told_of(tmp_path: Path) -> None:
    quarters = made_target(10, "个", subject="老旧小区改造")
    plans = [
        made_plan("县甲", made_task(1, "住房", quarters)),
        made_plan("县乙", made_task(1, "住房", quarters)),
        made_plan("县丙", made_task(2, "城建", quarters)),
    ]
    found = asked(Corpus(write_corpus(tmp_path, plans, one_measure(plans))), "老旧小区")
    assert (found.name, found.plans) == ("住房", 2)
    assert [(one.name, one.plans) for one in found.elsewhere] == [("城建", 1)]


# ---- what joins from other labels ----

QUARTERS = made_target(10, "个", subject="老旧小区改造", direction="eq")


def others_of(found: MeasureRank) -> list[tuple[str, str]]:
    """Who is ranked by a task of another label, and by which."""
    return [
        (row.plan_id, row.task_id)
        for subject in found.subjects
        for ranking in subject.rankings
        for row in ranking.rows
        if row.label != found.label
    ]


def in_other_rows(*plans: Plan, folder: Path) -> MeasureRank:
    """Rank 住房, `t1.1`, in two plans that state 老旧小区改造 there and in others beside."""
    own = [made_plan(f"县{at}", made_task(1, "住房", QUARTERS)) for at in "甲乙"]
    corpus = Corpus(write_corpus(folder, [*own, *plans], one_measure([*own, *plans])))
    return asked(corpus, "县甲:t1.1")


def test_the_same_indicator_joins_whether_or_not_the_plan_has_the_measure(tmp_path: Path) -> None:
    found = in_other_rows(
        made_plan("县丙", made_task(1, "住房"), made_task(2, "城建", QUARTERS)),
        made_plan("县丁", made_task(2, "城建", QUARTERS)),
        folder=tmp_path,
    )
    assert others_of(found) == [("县丁-2025", "t1.2"), ("县丙-2025", "t1.2")]
    assert (found.plans, found.subjects[0].plans, found.subjects[0].joined) == (3, 4, 2)
    assert found.without == []


@pytest.mark.parametrize(
    "alike",
    [
        QUARTERS.model_copy(update={"subject": "老旧小区电梯改造"}),
        QUARTERS.model_copy(update={"unit": "公里"}),
        QUARTERS.model_copy(update={"direction": "decrease", "baseline": "2024年"}),
    ],
    ids=["subject", "unit", "direction"],
)
def test_what_is_only_alike_does_not_join(tmp_path: Path, alike: Target) -> None:
    assert (
        others_of(in_other_rows(made_plan("县丙", made_task(2, "城建", alike)), folder=tmp_path))
        == []
    )


def test_another_kind_of_plan_does_not_join(tmp_path: Path) -> None:
    five_years = made_plan("县丙", made_task(2, "城建", QUARTERS), kind="multi_year", end_year=2029)
    assert others_of(in_other_rows(five_years, folder=tmp_path)) == []


def test_who_has_the_measure_and_states_it_elsewhere_otherwise_is_told_of(tmp_path: Path) -> None:
    roads = QUARTERS.model_copy(update={"unit": "公里"})
    found = in_other_rows(
        made_plan("县丙", made_task(1, "住房"), made_task(2, "城建", roads)), folder=tmp_path
    )
    (other,) = found.subjects[0].unranked
    assert (other.plan_id, other.task_id, other.reason) == ("县丙-2025", "t1.2", "elsewhere")
    assert found.without == []


def test_a_plan_keeps_to_what_it_states_in_the_measure(tmp_path: Path) -> None:
    more = made_task(2, "城建", QUARTERS.model_copy(update={"value": 99}))
    own = [
        made_plan(f"县{at}", made_task(1, "住房", QUARTERS), *([more] if at == 0 else []))
        for at in range(11)
    ]
    corpus = Corpus(write_corpus(tmp_path, own, one_measure(own)))
    found = asked(corpus, "县1-:t1.1")
    assert others_of(found) == []
    assert {row.rank for row in found.subjects[0].rankings[0].rows} == {1}


@pytest.mark.parametrize(("repeated", "joins"), [(1, True), (2, False)])
def test_a_subject_that_plans_state_in_two_measures_does_not_tell_which(
    tmp_path: Path, repeated: int, joins: bool
) -> None:
    beside = made_task(2, "城建", QUARTERS)
    plans = [
        made_plan(f"县{at}", made_task(1, "住房", QUARTERS), *([beside] if at < repeated else []))
        for at in range(10)
    ]
    plans.append(made_plan("县甲", beside))
    corpus = Corpus(write_corpus(tmp_path, plans, one_measure(plans)))
    assert others_of(asked(corpus, "县9:t1.1")) == ([("县甲-2025", "t1.2")] if joins else [])


def test_who_states_it_in_two_other_measures_does_not_join(tmp_path: Path) -> None:
    twice = made_plan("县丙", made_task(2, "城建", QUARTERS), made_task(3, "消防", QUARTERS))
    assert others_of(in_other_rows(twice, folder=tmp_path)) == []


# ---- what is ranked with what ----


def test_plans_that_ask_the_same_share_a_rank(tmp_path: Path) -> None:
    found = ranked(*map(made_target, (90, 95, 90, 80)), folder=tmp_path)
    (ranking,) = found.subjects[0].rankings
    assert [row.rank for row in ranking.rows] == [1, 2, 2, 4]
    assert (ranking.strictest.value, ranking.median.value, ranking.loosest.value) == (95, 90, 80)


def test_units_are_converted_and_less_is_stricter_where_less_is_better(tmp_path: Path) -> None:
    found = ranked(
        made_target(0.05, subject="漏损率", direction="le"),
        made_target(0.3, "‰", subject="漏损率", direction="le"),
        made_target(0.02, "%", subject="漏损率", direction="le"),
        folder=tmp_path,
    )
    (ranking,) = found.subjects[0].rankings
    assert [row.plan_id for row in ranking.rows] == ["县丙-2025", "县乙-2025", "县甲-2025"]


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        (made_target(5, "公里", direction="eq", subject="管网改造"), "unit"),
        (made_target(5, "个", direction="le", subject="管网改造"), "direction"),
        (made_target(5, "个", direction="eq", subject="游客满意度"), "alone"),
    ],
)
def test_what_cannot_be_compared_is_listed_with_its_reason(
    tmp_path: Path, odd: Target, reason: str
) -> None:
    usual = [made_target(amount, "个", direction="eq", subject="管网改造") for amount in (1, 2)]
    found = ranked(*usual, odd, folder=tmp_path)
    unranked = [one for subject in found.subjects for one in subject.unranked if one.target]
    assert [(one.plan_id, one.reason, one.target) for one in unranked] == [
        ("县丙-2025", reason, odd)
    ]


def test_a_bare_count_goes_with_any_counter_and_nothing_left_with_every_decrease(
    tmp_path: Path,
) -> None:
    counts = ranked(
        made_target(3, "个", direction="eq"),
        made_target(2, "", direction="eq"),
        made_target(1, "个", direction="eq"),
        folder=tmp_path / "counts",
    )
    assert [row.rank for row in counts.subjects[0].rankings[0].rows] == [1, 2, 3]
    deaths = ranked(
        *(
            made_target(share, subject="亡人数", direction="decrease", baseline="2024年")
            for share in (5, 10)
        ),
        made_target(0, "", subject="亡人数", direction="eq"),
        made_target(None, "", subject="亡人数", direction="decrease", baseline="2024年"),
        folder=tmp_path / "deaths",
    )
    (ranking,) = deaths.subjects[0].rankings
    assert [row.plan_id for row in ranking.rows] == [f"县{one}-2025" for one in "丙乙甲丁"]


def test_of_deaths_the_fewer_are_the_stricter(tmp_path: Path) -> None:
    found = ranked(
        *(made_target(count, "人", subject="亡人数", direction="eq") for count in (3, 1, 2)),
        folder=tmp_path,
    )
    (ranking,) = found.subjects[0].rankings
    assert (ranking.form, [row.plan_id for row in ranking.rows]) == (
        "ceiling",
        ["县乙-2025", "县丙-2025", "县甲-2025"],
    )


def test_nothing_left_is_no_amount_of_work(tmp_path: Path) -> None:
    found = ranked(
        *(made_target(count, "处", subject="隐患整治", direction="eq") for count in (40, 30, 0)),
        folder=tmp_path,
    )
    (subject,) = found.subjects
    assert [row.plan_id for row in subject.rankings[0].rows] == ["县甲-2025", "县乙-2025"]
    assert [(one.plan_id, one.reason) for one in subject.unranked] == [("县丙-2025", "direction")]


def test_a_subject_that_lists_more_is_another(tmp_path: Path) -> None:
    found = ranked(
        made_target(95, subject="“两客一危”检验率"),
        made_target(97, subject="“两客一危”检验率、报废率"),
        folder=tmp_path,
    )
    assert [subject.plans for subject in found.subjects] == [1, 1]


def test_of_an_even_number_the_median_is_the_looser_one(tmp_path: Path) -> None:
    found = ranked(*map(made_target, (70, 80, 90, 100)), folder=tmp_path)
    assert found.subjects[0].rankings[0].median.value == 80


def test_of_two_targets_of_a_plan_the_stricter_one_is_ranked(tmp_path: Path) -> None:
    plans = [
        made_plan("县甲", made_task(1, "整改", made_target(80), made_target(95))),
        made_plan("县乙", made_task(1, "整改", made_target(90))),
    ]
    found = asked(Corpus(write_corpus(tmp_path, plans, one_measure(plans))), "整改")
    (subject,) = found.subjects
    assert standings(subject.rankings[0]) == [(1, "县甲-2025", 95), (2, "县乙-2025", 90)]
    assert [(one.reason, one.target and one.target.value) for one in subject.unranked] == [
        ("own", 80)
    ]


def test_the_sum_of_five_years_is_not_ranked_with_a_years(tmp_path: Path) -> None:
    plans = [
        made_plan("县甲", made_task(1, "改造", made_target(10, "个"))),
        made_plan("县乙", made_task(1, "改造", made_target(12, "个"))),
        made_plan(
            "县丙", made_task(1, "改造", made_target(60, "个")), kind="multi_year", end_year=2029
        ),
    ]
    found = asked(Corpus(write_corpus(tmp_path, plans, one_measure(plans))), "改造")
    (subject,) = found.subjects
    assert [row.plan_id for row in subject.rankings[0].rows] == ["县乙-2025", "县甲-2025"]
    assert [(one.plan_id, one.reason) for one in subject.unranked] == [("县丙-2025", "kind")]


def test_a_plan_without_the_figure_is_listed_too(tmp_path: Path) -> None:
    trained = made_target(50, "人", subject="培训")
    plans = [
        made_plan("县甲", made_task(1, "整改", made_target(80), trained)),
        made_plan("县乙", made_task(1, "整改", made_target(90))),
        made_plan("县丙", made_task(1, "整改", trained)),
        made_plan("县丁", made_task(1, "整改", content="抓好整改")),
        made_plan("县戊", made_task(1, "整改", made_target(70), trained), made_task(2, "再整改")),
    ]
    labels = dict.fromkeys(one_measure(plans), "aaaaaaaaaaaa")
    found = asked(Corpus(write_corpus(tmp_path, plans, labels)), "整改")
    missing = {
        subject.subject: [(one.plan_id, one.reason) for one in subject.unranked]
        for subject in found.subjects
    }
    assert missing == {
        "培训": [("县乙-2025", "not_stated")],
        "隐患整改率": [("县丙-2025", "not_stated")],
    }
    assert [(one.plan_id, one.reason) for one in found.without] == [("县丁-2025", "no_figure")]


def test_a_measure_is_called_what_is_likest_to_all(tmp_path: Path) -> None:
    plans = [made_plan("县甲", made_task(1, "改了")), made_plan("县乙", made_task(1, "原文"))]
    folder = write_corpus(tmp_path, plans, one_measure(plans))
    write_labels(folder, one_measure(plans), {("县甲-2025", "t1.1"): 0.8})
    (measure,) = measures(Corpus(folder)).measures
    assert (measure.name, measure.plan_id, measure.task_id) == ("原文", "县乙-2025", "t1.1")
    assert find_measure(Corpus(folder), "原文").code == 0


def test_who_is_named_once_in_many_plans_is_listed_only_if_asked_for(tmp_path: Path) -> None:
    plans = [
        made_plan(f"县{at}", made_task(1, "整改", others=["林业局"] if at else ["水利局"]))
        for at in range(11)
    ]
    corpus = Corpus(write_corpus(tmp_path, plans, one_measure(plans)))
    names = [
        [one.name for one in measures(corpus, owner=owner).measures[0].owners]
        for owner in ("", "水利")
    ]
    assert names == [["林业局"], ["林业局", "水利局"]]


def test_years_and_levels_are_chosen(tmp_path: Path) -> None:
    plans = [
        made_plan("县甲", made_task(1, "整改", made_target(80))),
        made_plan("县甲", made_task(1, "整改", made_target(70)), year=2024),
        made_plan("县乙", made_task(1, "整改", made_target(90)), year=2024),
        made_plan("市甲", made_task(1, "整改", made_target(60)), year=2024, level="city"),
    ]
    folder = write_corpus(tmp_path, plans, one_measure(plans))
    (measure,) = measures(Corpus(folder)).measures
    assert (measure.plans, measure.districts, measure.years) == (4, 3, [2024, 2025])
    found = asked(Corpus(folder, 2024, "county"), "整改")
    assert [row.plan_id for row in found.subjects[0].rankings[0].rows] == ["县乙-2024", "县甲-2024"]
    with pytest.raises(CorpusError) as error:
        asked(Corpus(folder, 2020), "整改")
    assert error.value.code == "measure_not_there"


# ---- where a plan stands ----


def peers(count: int, **own: object) -> list[Plan]:
    """县甲 with a target of 99 % and a body of its own, and so many others alike."""
    first = made_task(1, "整改", made_target(99), lead="林业局", others=["水利局"])
    others = [
        made_plan(
            f"县{at}",
            made_task(1, "整改", made_target(80 + at % 3), lead="应急管理局", others=["公安局"]),
            made_task(2, "培训"),
        )
        for at in range(count)
    ]
    return [made_plan("县甲", first, made_task(3, "本地"), **own), *others]  # type: ignore[arg-type]


def test_a_strict_target_unusual_owners_a_lack_and_a_local_measure(tmp_path: Path) -> None:
    plans = peers(20)
    found = place(Corpus(write_corpus(tmp_path, plans, one_measure(plans))), "县甲")
    assert (found.comparable, found.common_measures, found.measures) == (20, 2, 2)
    (extreme,) = found.extremes
    assert (extreme.stands, extreme.rank, extreme.spread.plans) == ("strictest", 1, 21)
    assert extreme.target is not None
    assert (extreme.target.value, extreme.spread.median.value) == (99, 81)
    assert [(one.unusual, one.body, one.plans, one.of) for one in found.owners] == [
        ("rare", "林业局", 0, 20),
        ("rare", "水利局", 0, 20),
        ("lead_missing", "应急管理局", 20, 20),
    ]
    (lacking,) = found.lacking
    assert (lacking.name, lacking.plans, lacking.share) == ("培训", 20, 1.0)
    assert [local.task_id for local in found.local] == ["t1.3"]


def test_what_all_ask_is_neither_strict_nor_loose(tmp_path: Path) -> None:
    plans = [made_plan(f"县{at}", made_task(1, "整改", made_target(100))) for at in range(12)]
    found = place(Corpus(write_corpus(tmp_path, plans, one_measure(plans))), "县0")
    assert (found.extremes, found.targets_judged) == ([], 1)


@pytest.mark.parametrize(("others", "judged"), [(4, 0), (5, 1)])
def test_five_others_are_needed_to_judge(tmp_path: Path, others: int, judged: int) -> None:
    plans = peers(others)
    found = place(Corpus(write_corpus(tmp_path, plans, one_measure(plans))), "县甲")
    assert (found.targets_judged, found.targets_unjudged) == (judged, 1 - judged)
    assert found.owners_judged == judged
    assert len(found.extremes) == judged


@pytest.mark.parametrize(("others", "rare"), [(10, []), (11, ["水利局"])])
def test_less_than_a_tenth_is_rare(tmp_path: Path, others: int, rare: list[str]) -> None:
    naming = [["水利局", "公安局"] if at < 2 else ["公安局"] for at in range(others + 1)]
    plans = [
        made_plan(f"县{at}", made_task(1, "整改", others=bodies))
        for at, bodies in enumerate(naming)
    ]
    found = place(Corpus(write_corpus(tmp_path, plans, one_measure(plans))), "县0-")
    assert [(one.unusual, one.body) for one in found.owners] == [("rare", body) for body in rare]


def test_a_plan_that_names_no_leads_has_changed_none(tmp_path: Path) -> None:
    plans = [
        made_plan("县甲", made_task(1, "整改", others=["应急管理局"])),
        *(made_plan(f"县{at}", made_task(1, "整改", lead="应急管理局")) for at in range(6)),
    ]
    found = place(Corpus(write_corpus(tmp_path, plans, one_measure(plans))), "县甲")
    assert found.owners == []


def test_a_measure_is_common_from_the_share_asked_for(tmp_path: Path) -> None:
    plans = [
        made_plan("县甲", made_task(1, "整改")),
        *(
            made_plan(f"县{at}", made_task(1, "整改"), *([made_task(2, "培训")] if at < 3 else []))
            for at in range(10)
        ),
    ]
    corpus = Corpus(write_corpus(tmp_path, plans, one_measure(plans)))
    assert [one.name for one in place(corpus, "县甲", common=0.3).lacking] == ["培训"]
    assert place(corpus, "县甲", common=0.31).lacking == []


def test_few_plans_are_read_to_find_what_comes_near() -> None:
    holders = {1: {"甲": 10, "乙": 20}, 2: {"乙": 21}, 3: {"乙": 22, "丙": 30}, 4: {"丁": 40}}
    assert cover(holders) == {1: ("乙", 20), 2: ("乙", 21), 3: ("乙", 22), 4: ("丁", 40)}


def test_more_plans_than_may_be_read_are_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "MOST_READ", 1)
    plans = [
        made_plan("县甲", made_task(1, "整改")),
        *(made_plan(f"县{at}", made_task(2, "培训"), made_task(3, "宣传")) for at in range(3)),
    ]
    folder = write_corpus(tmp_path, plans, one_measure(plans))
    # The usual words of the two measures stand in different plans.
    likeness = {("县0-2025", "t1.3"): 0.9, ("县1-2025", "t1.2"): 0.9}
    likeness |= {("县2-2025", "t1.2"): 0.9, ("县2-2025", "t1.3"): 0.9}
    write_labels(folder, one_measure(plans), likeness)
    found = place(Corpus(folder), "县甲")
    assert ([one.name for one in found.lacking], found.unread) == (["培训", "宣传"], 1)


def test_other_years_kinds_and_the_own_district_are_not_comparable(tmp_path: Path) -> None:
    plans = [
        made_plan("县甲", made_task(1, "整改")),
        made_plan("县甲", made_task(1, "整改"), year=2024),
        made_plan("县乙", made_task(1, "整改"), year=2024),
        made_plan("县丙", made_task(1, "整改"), kind="campaign", end_year=2027),
    ]
    corpus = Corpus(write_corpus(tmp_path, plans, one_measure(plans)))
    alone = place(corpus, "县甲-2025")
    # With nobody to compare with, nothing is local either.
    assert (alone.comparable, alone.lacking, alone.local) == (0, [], [])
    assert place(corpus, "县甲-2025", all_years=True).comparable == 1
    assert place(Corpus(corpus.folder, 2024), "县甲-2025").comparable == 1


# ---- labels that lack, or are old ----


def test_without_labels_the_next_step_is_told(districts: list[Plan], tmp_path: Path) -> None:
    corpus = Corpus(write_corpus(tmp_path, districts[:1], {}))
    (tmp_path / "labels.parquet").unlink()
    with pytest.raises(CorpusError) as error:
        measures(corpus)
    assert error.value.code == "labels_missing"


def test_an_empty_corpus_is_told(tmp_path: Path) -> None:
    write_labels(tmp_path, {})
    with pytest.raises(CorpusError) as error:
        measures(Corpus(tmp_path))
    assert error.value.code == "empty_corpus"


@pytest.mark.parametrize("broken", ["labels.parquet", "plans/year=2025/县甲-2025.parquet"])
def test_a_broken_file_is_named(tmp_path: Path, broken: str) -> None:
    plans = [made_plan("县甲", made_task(1, "整改"))]
    corpus = Corpus(write_corpus(tmp_path, plans, one_measure(plans)))
    path = tmp_path / broken
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(CorpusError) as error:
        measures(corpus)
    assert error.value.where == str(path)
    assert error.value.code in ("labels_broken", "broken_parquet")


def test_old_labels_count_only_what_has_one(tmp_path: Path) -> None:
    plans = [made_plan("县甲", made_task(1, "整改")), made_plan("县乙", made_task(1, "整改"))]
    folder = write_corpus(tmp_path, plans, one_measure(plans))
    assert not Corpus(folder).stale
    new = made_plan("县丙", made_task(1, "整改"), made_task(2, "培训"))
    write_plan(folder, new, Origin("县丙.txt", "0" * 64, "test"))
    corpus = Corpus(folder)
    assert corpus.stale
    assert corpus.unlabelled() == 2
    found = measures(corpus)
    assert (found.plans, found.tasks, found.unlabelled) == (3, 4, 2)
    assert [measure.plans for measure in found.measures] == [2]
    with pytest.raises(CorpusError) as error:
        place(corpus, "县丙")
    assert error.value.code == "plan_unlabelled"


def test_a_plan_that_is_gone_is_not_counted(tmp_path: Path) -> None:
    plans = [made_plan(f"县{at}", made_task(1, "整改", made_target(80))) for at in range(3)]
    folder = write_corpus(tmp_path, plans, one_measure(plans))
    shutil.rmtree(folder / "plans" / "year=2025", ignore_errors=False)
    write_plan(folder, plans[0], Origin("县0.txt", "0" * 64, "test"))
    write_plan(folder, plans[1], Origin("县1.txt", "0" * 64, "test"))
    assert asked(Corpus(folder), "整改").plans == 2
