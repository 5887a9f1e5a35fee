"""The verb `corpus add`: documents in, one Parquet file a plan, every failure named.

Documents are read as `parse` reads them and written in the order of the inputs, so that a run that
was stopped and started again ends where one that was not would have.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from safeplan import __version__, vocabulary
from safeplan.cli.loading import expanded
from safeplan.cli.parsing import Outcomes
from safeplan.cli.progress_line import watched
from safeplan.cli.trouble import Trouble, corpus_trouble, document_trouble, say_trouble
from safeplan.corpus import CorpusError
from safeplan.corpus.adding import Intake, Taken
from safeplan.corpus.store import locked
from safeplan.documents import DocumentError
from safeplan.messages import say
from safeplan.models import Plan, WhichPart
from safeplan.plans.isolated import Input, Result, Unchanged, items_of, read_items

if TYPE_CHECKING:
    from safeplan.cli.corpus import CorpusCommandLine


def add_inputs(asked: CorpusCommandLine) -> int:
    """Read every input into the corpus; name each failure, go on to the next.

    Returns:
        The exit status: 0 all are in, 2 an input failed.

    Raises:
        Trouble: an id is given to several documents.
        CorpusError: as `locked`.
    """
    items = list(_items(asked.inputs, asked.corpus))
    if asked.plan_id and len(items) != 1:
        raise Trouble("--as", say("trouble.as_one", count=len(items)))
    became = Outcomes()
    again = asked.force or bool(asked.plan_id)
    try:
        with locked(asked.corpus), watched(len(items)) as seen:
            taking = Intake(asked.corpus, _reader(asked.part), again=again)
            read = read_items(items, taking.unread, asked.seconds, parsed=True, watch=seen.look)
            with closing(read):
                for item, result in read:
                    where = str(item.path)
                    try:
                        taken, tasks = _taken(taking, item, result, asked)
                        _note(became, where, taken, tasks)
                    except CorpusError as error:
                        became.refuse(corpus_trouble(error), where, "—", "", say("corpus.refused"))
                    except Trouble as trouble:
                        became.refuse(trouble, where, "—", "", say("corpus.refused"))
                    seen.done(item.path)
            for broken in taking.broken.values():
                became.refuse(corpus_trouble(broken))
    except KeyboardInterrupt:
        say_trouble(Trouble("", say("corpus.interrupted")))
        raise
    finally:
        if became.rows:
            became.print("input:4 plan tasks result:4")
        outcomes = ("added", "replaced", "unchanged", "kept", "failed")
        print(say("corpus.summary", **{key: became.counts[key] for key in outcomes}))
    return became.status


def _taken(
    taking: Intake, item: Input, result: Result, asked: CorpusCommandLine
) -> tuple[Taken, str]:
    """Put one document where it belongs; return what became of it, and how many tasks were read."""
    if isinstance(result, Unchanged):
        if taken := taking.leave(item):
            return taken, ""
        ((_, result),) = read_items([item], seconds=asked.seconds, parsed=True)
    if isinstance(result, DocumentError):
        raise document_trouble(str(item.path), result)
    assert isinstance(result, Plan)
    plan = result.narrowed(asked.part)
    return taking.take(item, plan, plan_id=asked.plan_id), str(len(plan.tasks))


def _note(became: Outcomes, where: str, taken: Taken, tasks: str) -> None:
    """Note what became of a document; what was there already, from itself, has no row."""
    outcome, other = taken.outcome, taken.other
    if outcome == "kept" and not other:
        became.note("unchanged")
        return
    key = "replaced_other" if outcome == "replaced" and other else outcome
    said = say(f"corpus.{key}", other=other, plan=taken.plan_id)
    became.note(outcome, where, taken.plan_id, tasks, said)


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
