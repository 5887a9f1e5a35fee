"""The page that a deputy director looks at, in a real browser."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

import safeplan
from safeplan.changes import compare
from safeplan.links import Match, align, threshold
from safeplan.links.decisions import obey
from safeplan.models import Comparison, Plan, TaskRef
from safeplan.reports.bodies import bodies
from safeplan.reports.page import comparison_page, owners_page, page_of_sheets
from safeplan.reports.result_sheets import Facet, Run, Sheet, SheetColumn
from safeplan.reports.review import read_verdicts
from safeplan.reports.view import ComparisonView

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)  # fmt: skip
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCRIPT = "<script>document.title = 'broken'</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def page(compared: Comparison, three: list[Plan]) -> str:
    return comparison_page(ComparisonView(compared, three))


def test_the_report_of_three_plans_is_small(page: str) -> None:
    assert len(page.encode("utf-8")) < 2_000_000


def test_the_report_names_nothing_outside_itself(page: str) -> None:
    head = page[: page.index("</head>")]
    assert "default-src 'none'" in head
    body = page[page.index("<body>") :]
    assert "<link" not in body
    assert " src=" not in body[: body.index("<script")]


def test_data_cannot_end_its_script_element() -> None:
    sheet = Sheet(
        "表", [SheetColumn("name")], [["x"], ["y"]], [Facet("name", [["</script>"], ["<!--"]])]
    )
    page = page_of_sheets("题", [sheet])
    data = page.split('id="data">', 1)[1].split("</script>", 1)[0]
    assert "<" not in data
    assert json.loads(data)["facets"] == [[[[0], [1]]]]


def test_without_figures_no_library_is_embedded() -> None:
    assert len(page_of_sheets("题", [Sheet("表", [SheetColumn("name")], [["x"]])])) < 20_000


def test_the_page_speaks_english_where_asked(
    compared: Comparison, three: list[Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAFEPLAN_LANG", "en")
    page = comparison_page(ComparisonView(compared, three))
    assert '<html lang="en">' in page
    assert "△沙坪坝 most" in page
    assert "最严" not in page


# ---- in the browser ----


class Browser:
    """A browser that has opened a page, and what is to be seen in it."""

    def __init__(self, driver: Any, folder: Path) -> None:
        self.driver = driver
        self.folder = folder

    def open(self, page: str) -> None:
        path = self.folder / "report.html"
        path.write_text(page, encoding="utf-8")
        # What the browser's own first page asks for is none of ours.
        self.driver.get("about:blank")
        self.driver.get_log("performance")
        self.driver.get(path.as_uri())
        self.wait("document.documentElement.dataset.ready")

    def wait(self, condition: str) -> None:
        """Wait until something holds in the page."""
        from selenium.webdriver.support.ui import WebDriverWait

        WebDriverWait(self.driver, 10).until(lambda _: self.run(f"return Boolean({condition})"))

    def run(self, script: str, *values: object) -> Any:
        return self.driver.execute_script(script, *values)

    def rows(self, sheet: int) -> list[str]:
        """The texts of the rows of a table that are visible."""
        found: list[str] = self.run(
            "return [...document.querySelectorAll(`#sheet-${arguments[0]} tbody tr`)]"
            ".filter(row => row.checkVisibility()).map(row => row.innerText)",
            sheet,
        )
        return found

    def shown(self, sheet: int) -> str:
        text: str = self.run(
            "return document.querySelector(`#sheet-${arguments[0]} .shown`).textContent", sheet
        )
        return text

    def find(self, selector: str) -> Any:
        return self.driver.find_element("css selector", selector)

    def choose(self, sheet: int, label: str, value: str) -> None:
        from selenium.webdriver.support.ui import Select

        labels = self.driver.find_elements("css selector", f"#sheet-{sheet} form > label")
        (one,) = [one for one in labels if one.text.startswith(label)]
        Select(one.find_element("css selector", "select")).select_by_visible_text(value)

    def requests(self) -> list[str]:
        """Every address that was asked for since the page was opened."""
        messages = [
            json.loads(one["message"])["message"] for one in self.driver.get_log("performance")
        ]
        return [
            one["params"]["request"]["url"]
            for one in messages
            if one["method"] == "Network.requestWillBeSent"
        ]

    def errors(self) -> list[str]:
        return [one["message"] for one in self.driver.get_log("browser")]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is missing")
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is missing")
    chromedriver = shutil.which("chromedriver")
    if chromedriver is None:
        pytest.skip("chromedriver is missing")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    folder = tmp_path_factory.mktemp("browser")
    for flag in (*FLAGS, "--window-size=1280,900", f"--user-data-dir={folder / 'profile'}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(chromedriver))
    yield Browser(driver, folder)
    driver.quit()


@pytest.fixture
def report(browser: Browser, page: str) -> Browser:
    browser.open(page)
    return browser


def test_nothing_leaves_the_page_and_no_script_fails(report: Browser) -> None:
    report.choose(1, "变化类别", "▲加码")
    requests = report.requests()
    pages = [url for url in requests if not url.startswith("data:")]
    assert pages == [report.driver.current_url]
    assert report.errors() == []


def test_the_first_screen_tells_who_is_stricter(report: Browser) -> None:
    first: list[str] = report.run(
        "return [...document.querySelectorAll('tr')]"
        ".filter(row => row.getBoundingClientRect().bottom <= innerHeight)"
        ".map(row => [...row.cells].map(cell => cell.innerText).join(' | '))"
    )
    assert "森林火灾受害率 | ＝一致 | ＝≤0.3‰ t1.5 | ＝≤0.3‰ t1.5 | ＝≤0.3‰ t1.5" in first
    assert "新开工改造城镇老旧小区 | △沙坪坝最多 | △93个 t3.6 | ▽36个 t3.2 | ▽10个 t3.2" in first
    assert any(row.startswith("火灾起数 | ▲忠县严于南岸；≠沙坪坝口径不同") for row in first)


def test_searching_shows_the_rows_that_hold_all_words(report: Browser) -> None:
    everything = report.rows(1)
    report.find("#sheet-1 input[type=search]").send_keys("老旧小区 93个")
    rows = report.rows(1)
    assert 0 < len(rows) < len(everything)
    assert all("老旧小区" in row and "93个" in row for row in rows)
    assert report.shown(1) == f"显示 {len(rows)} / {len(everything)} 行"
    report.find("#sheet-1 button[type=reset]").click()
    assert report.run("return new Promise(done => setTimeout(() => done(true)))")
    assert report.rows(1) == everything


def test_searching_for_what_is_not_there_says_so(report: Browser) -> None:
    report.find("#sheet-1 input[type=search]").send_keys("没有这样的措施")
    assert report.rows(1) == []
    assert report.find("#sheet-1 .nothing").text == "没有符合条件的行"


@pytest.mark.parametrize(
    ("label", "value", "holds"),
    [
        ("变化类别", "▲加码", "▲加码"),
        ("单位", "气象局", "气象局"),
        ("缺此项的方案", "忠县", "—"),
    ],
)
def test_filters_leave_what_was_asked_for(
    report: Browser, label: str, value: str, holds: str
) -> None:
    everything = report.rows(1)
    report.choose(1, label, value)
    rows = report.rows(1)
    assert 0 < len(rows) < len(everything)
    assert all(holds in row for row in rows)


def test_filters_and_search_work_together(report: Browser) -> None:
    everything = report.rows(1)
    report.choose(1, "表", "消防工作任务及责任分工")
    by_table = report.rows(1)
    assert 0 < len(by_table) < len(everything)
    report.find("#sheet-1 input[type=search]").send_keys("火灾")
    assert 0 < len(report.rows(1)) < len(by_table)


def test_only_what_differs(report: Browser) -> None:
    report.find("#sheet-1 input[data-facet]").click()
    rows = report.rows(1)
    assert rows
    assert not any("＝目标、责任单位无差异" in row for row in rows)


def test_a_column_can_be_put_away(report: Browser) -> None:
    report.find("#sheet-1 summary").click()
    report.find("#sheet-1 input[data-column='3']").click()
    headings = report.run(
        "return [...document.querySelectorAll('#sheet-1 th')]"
        ".filter(cell => cell.checkVisibility()).map(cell => cell.innerText)"
    )
    assert headings == ["#", "措施", "忠县", "南岸", "变化"]


def test_it_can_be_used_without_a_mouse(report: Browser) -> None:
    from selenium.webdriver.common.keys import Keys

    body = report.find("body")
    body.send_keys(Keys.TAB)
    assert report.run("return document.activeElement.className") == "skip"
    body.send_keys("/")
    assert report.run("return document.activeElement.type") == "search"
    report.driver.switch_to.active_element.send_keys("火灾起数")
    assert all("火灾起数" in row for row in report.rows(0))
    report.driver.switch_to.active_element.send_keys(Keys.TAB, Keys.SPACE)
    assert report.run("return document.activeElement.checked") is True
    unlabelled = report.run(
        "return [...document.querySelectorAll('input, select')].filter(one => !one.labels.length).length"
    )
    assert unlabelled == 0


def test_figures_are_drawn_with_their_numbers_in_words(report: Browser) -> None:
    figures = report.run(
        "return [...document.querySelectorAll('figure')].map(one => "
        "[one.querySelector('h3').innerText, one.querySelectorAll('svg').length, one.innerText])"
    )
    assert [title for title, *_ in figures] == ["指标并列", "各表对应情况", "责任单位任务数"]
    assert all(count > 0 for _, count, _ in figures)
    labels = report.run(
        "return [...document.querySelectorAll('figure svg text, figure svg tspan')]"
        ".map(one => one.textContent)"
    )
    assert {"△93个", "▽36个", "▽10个", "沙坪坝", "忠县", "南岸"} <= set(labels)


def test_it_is_readable_without_colour(report: Browser) -> None:
    """What is marked by colour is underlined, struck, or led by a sign."""
    bare = report.run(
        "return [...document.querySelectorAll('.own, .some, .tighter, .looser, .doubt')]"
        ".filter(one => !getComputedStyle(one).textDecorationLine.includes('underline')"
        " && !/^[\\n；]*[▲▼≠？]/.test(one.textContent)).map(one => one.textContent)"
    )
    assert bare == []


def test_text_of_a_document_is_shown_and_never_run(browser: Browser) -> None:
    sheet = Sheet(
        SCRIPT,
        [SheetColumn("name", 2, title=SCRIPT), SheetColumn("content", 5)],
        [[SCRIPT, [Run(SCRIPT, "own"), Run(SCRIPT)]], ["二", "x"]],
        [Facet("name", [[SCRIPT], ["二"]])],
        note=SCRIPT,
    )
    browser.open(page_of_sheets(SCRIPT, [sheet], lead=SCRIPT))
    assert browser.driver.title == SCRIPT
    assert browser.rows(0)[0].count(SCRIPT) == 3
    browser.choose(0, "名称", SCRIPT)
    assert len(browser.rows(0)) == 1
    assert browser.errors() == []


def test_any_sheets_can_be_chosen_from(browser: Browser) -> None:
    """A sheet without facets is chosen from by its columns of few values."""
    rows = [[f"t1.{at}", "存疑" if at % 3 else "修复", f"说明 {at}"] for at in range(12)]
    columns = [SheetColumn("task", 0), SheetColumn("severity", 0), SheetColumn("finding", 5)]
    sheet = Sheet("检查", columns, [list(row) for row in rows])
    browser.open(page_of_sheets("检查", [sheet, Sheet("空表", sheet.columns)]))
    browser.choose(0, "类别", "修复")
    assert [row.split("\t")[0] for row in browser.rows(0)] == ["t1.0", "t1.3", "t1.6", "t1.9"]
    assert browser.find("#sheet-1 .nothing").text == "没有内容"


def test_owners_side_by_side(browser: Browser, three: list[Plan]) -> None:
    browser.open(owners_page(three, bodies(three)))
    browser.find("#sheet-0 input[type=search]").send_keys("气象局")
    assert browser.rows(0)[0].startswith("气象局")
    assert browser.errors() == []


@pytest.fixture(scope="module")
def forty(three: list[Plan]) -> Callable[[], str]:
    """The report of 40 plans, copies of the fire table of one."""

    def copy(at: int) -> Plan:
        region = three[0].region.model_copy(update={"name": f"第{at}区"})
        tasks = [task for task in three[0].tasks if task.table in (1, 4)]
        return three[0].model_copy(
            update={"plan_id": f"第{at}区-2025", "region": region, "tasks": tasks}
        )

    @cache
    def made() -> str:
        plans = [copy(at) for at in range(40)]
        matches = [
            Match(
                left=TaskRef(plan_id=one.plan_id, task_id=task.task_id),
                right=TaskRef(plan_id=other.plan_id, task_id=task.task_id),
                relation="equivalent",
                score=1.0,
                evidence=[],
                features={},
            )
            for one, other in combinations(plans, 2)
            for task in one.tasks
        ]
        compared = compare(plans, matches)
        return comparison_page(ComparisonView(compared, plans))

    return made


def test_of_forty_plans_a_line_tells_the_strictest_the_loosest_and_who_lacks_it(
    browser: Browser, forty: Callable[[], str]
) -> None:
    browser.open(forty())
    headings = browser.run(
        "return [...document.querySelectorAll('#sheet-0 th')].map(one => one.innerText)"
    )
    assert headings == ["指标（对象）", "要求最严", "要求最宽", "缺此项", "各方案"]
    everything = browser.rows(1)
    browser.find("#sheet-1 input[type=search]").send_keys("火灾起数")
    assert 0 < len(browser.rows(1)) < len(everything)
    browser.find("#sheet-1 tbody tr:not([hidden]) summary").click()
    assert "第39区 t4.1" in browser.rows(1)[0]
    assert browser.run("return document.querySelectorAll('figure svg').length") > 0
    assert browser.errors() == []


def test_forty_plans_are_small_and_searched_at_once(
    browser: Browser, forty: Callable[[], str]
) -> None:
    page = forty()
    assert len(page.encode("utf-8")) < 6_000_000
    browser.open(page)
    for section in ("#sheet-1", "#pairs"):
        spent = browser.run(
            "const box = document.querySelector(`${arguments[0]} input[type=search]`);"
            "box.value = '火灾';"
            "const start = performance.now();"
            "box.dispatchEvent(new InputEvent('input', {bubbles: true}));"
            "document.body.offsetHeight;"
            "return performance.now() - start",
            section,
        )
        assert spent < 500  # milliseconds; a fifth of it on a machine with nothing else to do


# ---- links and the reader's verdicts ----


def judge(report: Browser, at: int, word: str) -> None:
    """Choose a verdict on the pair at a place of the list, by the keyboard alone."""
    from selenium.webdriver.common.keys import Keys

    report.run(
        "document.querySelectorAll('#pairs li')[arguments[0]]"
        ".querySelector('[type=radio]:checked').focus()",
        at,
    )
    keys = {"相同": Keys.ARROW_RIGHT, "不同": Keys.ARROW_LEFT}
    report.driver.switch_to.active_element.send_keys(keys[word])


def said_of_pairs(report: Browser) -> list[str]:
    found: list[str] = report.run(
        "return [...document.querySelectorAll('#pairs li')].map(one => one.innerText)"
    )
    return found


def test_every_link_tells_why_it_was_made_and_how_sure_it_is(
    report: Browser, compared: Comparison
) -> None:
    assert (
        report.find("#pairs .shown").text
        == f"显示 {len(compared.links)} / {len(compared.links)} 行"
    )
    first = said_of_pairs(report)[0]
    assert "存疑" in first
    assert "把握 0." in first
    assert "对应依据：" in first
    assert report.run("return document.querySelectorAll('#pairs li mark').length") > 0
    while report.find("#pairs [name=more]").is_displayed():
        report.find("#pairs [name=more]").click()
    assert len(said_of_pairs(report)) == len(compared.links)


def test_what_plans_say_is_shown_and_never_run(browser: Browser, three: list[Plan]) -> None:
    def hostile(plan: Plan) -> Plan:
        task = plan.tasks[0].model_copy(update={"name": SCRIPT, "content": f"开展检查{SCRIPT}"})
        return plan.model_copy(update={"tasks": [task, *plan.tasks[1:]]})

    plans = [hostile(plan) for plan in three[:2]]
    compared = safeplan.compare(plans)
    browser.open(comparison_page(ComparisonView(compared, plans)))
    title = browser.driver.title
    browser.find("#pairs input[type=search]").send_keys("onerror")
    assert SCRIPT in said_of_pairs(browser)[0]
    assert browser.driver.title == title
    assert browser.errors() == []


def test_the_number_of_a_line_leads_to_its_links(report: Browser) -> None:
    report.find("#sheet-1 tbody td.id a").click()
    report.run("return new Promise(done => setTimeout(done, 50))")
    heads = [text.split("　")[0] for text in said_of_pairs(report)]
    assert heads
    assert set(heads) == {"g1"}


def test_verdicts_are_kept_saved_and_taken_over(
    report: Browser, three: list[Plan], compared: Comparison, tmp_path: Path
) -> None:
    report.driver.execute_cdp_cmd(
        "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)}
    )
    report.find("#pairs [name=who]").send_keys("王")
    judge(report, 0, "不同")
    judge(report, 1, "相同")
    assert report.find("#pairs .judged").text == "已判定 2 对"
    report.driver.refresh()
    report.wait("document.querySelector('#pairs li')")
    assert report.find("#pairs .judged").text == "已判定 2 对"

    report.find("#pairs [name=save]").click()
    saved = tmp_path / "判定-沙坪坝-忠县-南岸.jsonl"
    report.wait("document.querySelector('#pairs .judged').textContent.startsWith('已存为')")
    for _ in range(50):
        if saved.exists():
            break
        time.sleep(0.1)
    taken = read_verdicts(saved.read_bytes())
    assert [(one.verdict, one.who) for one in taken] == [("different", "王"), ("same", "王")]
    ruled = {(one.left, one.right): one for one in obey(align(three), three, taken).matches}
    doubtful = sorted(compared.links, key=lambda link: abs(link.score - threshold()))
    assert (doubtful[0].left, doubtful[0].right) not in ruled
    assert ruled[doubtful[1].left, doubtful[1].right].decided == "same"
    report.run("localStorage.clear()")
    assert report.errors() == []


# ---- bodies, doubts, phones, paper ----


@pytest.mark.parametrize("printed", ["区应急管理局", "县应急局", "应急局", "应急管理局"])
def test_a_body_is_found_by_any_form_of_its_name(report: Browser, printed: str) -> None:
    report.find("#sheet-3 input[type=search]").send_keys(printed)
    assert any(row.startswith("应急管理局") for row in report.rows(3))


def test_what_names_no_body_is_searched_as_it_is(report: Browser) -> None:
    report.find("#sheet-3 input[type=search]").send_keys("县无此局")
    assert report.rows(3) == []


def test_what_a_plan_gives_a_body_and_another_does_not_is_told(report: Browser) -> None:
    report.find("#sheet-3 input[data-facet]").click()
    assert all("没列：" in row for row in report.rows(3))


def test_doubts_of_the_reader_are_told_with_their_place(report: Browser, three: list[Plan]) -> None:
    rows = report.rows(4)
    assert len(rows) == sum(len(plan.findings) for plan in three)
    assert "存疑" in rows[0]
    assert any("行" in row.split("\t")[3] for row in rows)


def test_no_page_is_wider_than_a_phone(report: Browser) -> None:
    size = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    report.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        assert report.run("return document.documentElement.scrollWidth") <= 390
        cut = report.run(
            "return [...document.querySelectorAll('figure svg text')]"
            ".filter(one => one.getBoundingClientRect().right > 391).map(one => one.textContent)"
        )
        assert cut == []
    finally:
        report.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_paper_has_what_differs_and_repeats_the_headings(report: Browser) -> None:
    def seen(selector: str) -> int:
        return int(
            report.run(
                "return [...document.querySelectorAll(arguments[0])]"
                ".filter(one => one.checkVisibility()).length",
                selector,
            )
        )

    report.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        head = report.run(
            "return getComputedStyle(document.querySelector('#sheet-1 thead')).display"
        )
        assert head == "table-header-group"
        assert seen("tr.alike") == seen("form") == seen("#pairs") == seen("td.folded") == 0
        brief = report.run("return document.documentElement.scrollHeight")
        report.run("document.querySelector('#whole').checked = true")
        assert seen("tr.alike") > 0
        assert report.run("return document.documentElement.scrollHeight") > 1.3 * brief
    finally:
        report.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
