"""Documents read in processes of their own give what they give here, and harm nobody."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from tests.conftest import DOCUMENTS, RAW, ROOT
from tests.standing_in import stand_in

import safeplan
from safeplan.documents import DocumentError
from safeplan.plans import isolated, parse, worker
from safeplan.plans.given import NOTHING_GIVEN
from safeplan.plans.isolated import Input, read_items
from safeplan.vocabulary import VARIABLE

ORIGINALS = ROOT / "tests" / "originals"
TEXT = RAW / DOCUMENTS["忠县-2025"]
WORD = ORIGINALS / "docx" / "沙坪坝区应急管理十四五规划.docx"
PLAN = "{}2025年安全生产工作要点\n一、重点任务\n1.整治道路隐患30处。（牵头单位：{}公安局）\n"


@pytest.fixture(params=[True, False], ids=["forked", "started"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways in which a process comes to be, whatever this one would choose."""
    monkeypatch.setattr(isolated, "_may_fork", lambda: request.param)
    monkeypatch.setattr(isolated, "_of_thread", threading.local())


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("path", [TEXT, WORD], ids=["text", "docx"])
def test_a_process_gives_what_reading_here_gives(path: Path) -> None:
    assert safeplan.parse(path) == parse(path)


@pytest.mark.skipif(
    sys.platform != "linux", reason="only there a fork is given its parent's memory"
)
def test_what_the_asking_process_holds_is_no_part_of_the_limit() -> None:
    """A notebook with large tables may read documents: the address space is shared, not taken."""
    asking = f"""
import mmap, safeplan
from safeplan.documents.limits import MAX_MEMORY
held = mmap.mmap(-1, 2 * MAX_MEMORY, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
print(safeplan.parse({str(TEXT)!r}).plan_id)
"""
    done = subprocess.run([sys.executable, "-c", asking], capture_output=True, check=True)
    assert done.stdout.decode().split() == ["忠县-2025"]


@pytest.mark.usefixtures("way")
def test_a_standing_process_follows_where_its_parent_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("忠县", "南岸区"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "要点.txt").write_text(PLAN.format(place, place[:2]), encoding="utf-8")
        monkeypatch.chdir(tmp_path / place)
        plan = safeplan.parse("要点.txt")
        assert (plan.region.name, plan.source.path) == (place.removesuffix("区"), "要点.txt")


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(
    ("name", "code"),
    [("没有.txt", "missing_file"), ("空.txt", "empty_file"), ("坏.docx", "broken_file")],
)
def test_what_cannot_be_read_is_said_as_it_is_here(name: str, code: str, tmp_path: Path) -> None:
    (tmp_path / "空.txt").write_bytes(b"")
    (tmp_path / "坏.docx").write_bytes(WORD.read_bytes()[:9000])
    for read in (safeplan.parse, parse):
        with pytest.raises(DocumentError) as error:
            read(tmp_path / name)
        assert error.value.code == code


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("stuck", "timed_out"),
        ("dying", "reader_died"),
        ("filled", "too_much_memory"),
        ("faulty", "unexpected"),
    ],
)
def test_a_document_that_its_reader_cannot_bear_costs_no_other(
    fault: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(monkeypatch, fault, at="毒")
    shutil.copy(TEXT, tmp_path / "毒.txt")
    for _ in range(2):
        with pytest.raises(DocumentError) as error:
            safeplan.parse(tmp_path / "毒.txt", seconds=2 if fault == "stuck" else 600)
        assert error.value.code == code
        assert safeplan.parse(TEXT).plan_id == "忠县-2025"


def test_each_thread_has_readers_of_its_own() -> None:
    found: list[str] = []

    def read() -> None:
        found.append(safeplan.parse(TEXT).plan_id)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["忠县-2025"] * 3


def children() -> set[str]:
    tasks = Path("/proc/self/task").glob("*/children")
    return {pid for task in tasks for pid in task.read_text().split()}


def test_who_waits_for_the_next_document_has_no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has no such timers")
    monkeypatch.chdir(Path.cwd())
    monkeypatch.setenv(VARIABLE, "")
    request = worker.Request(TEXT, NOTHING_GIVEN, 60, Path.cwd(), "", None)
    _, end = multiprocessing.Pipe()
    assert worker._answer(request, end).startswith(worker.PLAN)
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


@pytest.mark.usefixtures("way")
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="nobody tells of children here")
def test_whoever_stops_early_leaves_no_process_behind() -> None:
    before = children()
    reading = read_items([Input(TEXT), Input(WORD), Input(WORD)])
    next(reading)
    ours = children() - before
    assert ours
    reading.close()
    assert not ours & children()


def test_a_script_without_a_guard_may_read(tmp_path: Path) -> None:
    """What starts Python anew must not run the user's own script again."""
    script = tmp_path / "script.py"
    script.write_text(
        "import threading, time\n"
        "threading.Thread(target=time.sleep, args=(3,), daemon=True).start()\n"
        "import safeplan\n"
        f"print(safeplan.parse({str(TEXT)!r}).plan_id)\n",
        encoding="utf-8",
    )
    (tmp_path / "json.py").write_text("raise SystemExit('a stranger’s module')", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-P", str(script)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert (done.stdout.decode().split(), done.stderr) == (["忠县-2025"], b"")


def test_pages_are_told_as_they_are_read(tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    pytest.importorskip("rapidocr")
    image.new("RGB", (600, 800), "white").save(tmp_path / "空页.png")
    told: list[tuple[str, int, int]] = []

    def watch(path: Path | None, page: int, pages: int) -> None:
        if path:
            told.append((path.name, page, pages))

    ((_, refused),) = read_items([Input(tmp_path / "空页.png")], watch=watch)
    assert isinstance(refused, DocumentError)
    assert refused.code == "no_text"
    assert told == [("空页.png", 1, 1)]
