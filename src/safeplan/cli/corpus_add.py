"""The verb `corpus add`: documents in, one Parquet file a plan, every failure named.

Documents are read as `parse` reads them and written in the order of the inputs, so that a run that
was stopped and started again ends where one that was not would have.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from safeplan import __version__, vocabulary
from safeplan.cli.loading import expanded
from safeplan.cli.progress_line import watched
from safeplan.cli.trouble import Trouble, corpus_trouble, document_trouble, say_trouble
from safeplan.corpus import CorpusError
from safeplan.corpus.adding import Intake, Taken
from safeplan.corpus.store import locked
from safeplan.documents import DocumentError
from safeplan.messages import say
from safeplan.models import Plan, WhichPart
from safeplan.plans.isolated import Input, Result, Unchanged, items_of, read_items


def add_inputs(
    inputs: Sequence[str],
    corpus: Path,
    *,
    plan_id: str,
    part: WhichPart | None,
    force: bool,
    seconds: float,
) -> int:
    """Read every input into the corpus; name each failure, go on to the next.

    Args:
        inputs: documents, folders, archives, parsed JSON files.
        corpus: its folder.
        plan_id: the id of the one plan there is, given by hand; empty for its own.
        part: whose tasks go in; None stands for the annex where it has any, else the body.
        force: whether to read what has not changed since it was added.
        seconds: after how long a document is given up on.

    Returns:
        The exit status: 0 all are in, 2 an input failed.

    Raises:
        Trouble: an id is given to several documents.
        CorpusError: as `locked`.
    """
    items = list(_items(inputs, corpus))
    if plan_id and len(items) != 1:
        raise Trouble("--as", say("trouble.as_one", count=len(items)))
    counts: Counter[str] = Counter()
    rows: list[list[str]] = []
    try:
        with locked(corpus), watched(len(items)) as seen:
            taking = Intake(corpus, _reader(part), again=force or bool(plan_id))
            read = read_items(items, taking.unread, seconds, parsed=True, watch=seen.look)
            with closing(read):
                for item, result in read:
                    try:
                        taken, tasks = _taken(taking, item, result, plan_id, part, seconds)
                    except (CorpusError, Trouble) as error:
                        counts["failed"] += 1
                        rows.append([str(item.path), "—", "", say("corpus.refused")])
                        say_trouble(
                            corpus_trouble(error) if isinstance(error, CorpusError) else error
                        )
                    else:
                        outcome, other = taken.outcome, taken.other
                        is_new = outcome != "kept" or bool(other)
                        counts[outcome if is_new else "unchanged"] += 1
                        key = "replaced_other" if outcome == "replaced" and other else outcome
                        said = say(f"corpus.{key}", other=other, plan=taken.plan_id)
                        rows += [[str(item.path), taken.plan_id, tasks, said]] if is_new else []
                    seen.done(item.path)
            for broken in taking.broken.values():
                counts["failed"] += 1
                say_trouble(corpus_trouble(broken))
    except KeyboardInterrupt:
        say_trouble(Trouble("", say("corpus.interrupted")))
        raise
    finally:
        if rows:
            from safeplan.reports.result_sheets import Sheet, columns
            from safeplan.reports.terminal import console, print_sheet

            print_sheet(
                Sheet("", columns("input:4 plan tasks result:4"), [list(row) for row in rows]),
                console(),
            )
        outcomes = ("added", "replaced", "unchanged", "kept", "failed")
        print(say("corpus.summary", **{key: counts[key] for key in outcomes}))
    return 2 if counts["failed"] else 0


def _taken(
    taking: Intake,
    item: Input,
    result: Result,
    plan_id: str,
    part: WhichPart | None,
    seconds: float,
) -> tuple[Taken, str]:
    """Put one document where it belongs; return what became of it, and how many tasks were read.

    Raises:
        CorpusError, Trouble: something is wrong with it.
        OSError: the folder cannot be written, or is full.
    """
    if isinstance(result, Unchanged):
        if taken := taking.leave(item):
            return taken, ""
        ((_, result),) = read_items([item], seconds=seconds, parsed=True)
    if isinstance(result, DocumentError):
        raise document_trouble(str(item.path), result)
    assert isinstance(result, Plan)
    plan = result.narrowed(part)
    return taking.take(item, plan, plan_id=plan_id), str(len(plan.tasks))


def _items(inputs: Sequence[str], corpus: Path) -> Iterator[Input]:
    """Yield each document once; what lies in the corpus itself is none."""
    own = corpus.resolve()
    seen = set()
    for item in items_of(expanded(inputs)):
        path = item.path.resolve()
        if path not in seen and not path.is_relative_to(own):
            seen.add(path)
            yield item


def _reader(part: WhichPart | None) -> str:
    """Return what reads: our version, the part asked for, a hash of the vocabulary laid over ours."""
    version = f"{__version__}/{part}" if part else __version__
    own = os.environ.get(vocabulary.VARIABLE)
    if not own:
        return version
    words = hashlib.sha256()
    for path in sorted(Path(own).glob("*.toml")):
        words.update(f"{path.name}\0".encode() + path.read_bytes())
    return f"{version}+{words.hexdigest()[:12]}"
