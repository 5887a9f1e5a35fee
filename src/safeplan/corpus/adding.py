"""What a newly read plan does to the corpus: it comes in, takes another's place, or stays out.

A document has one plan in the corpus, and a plan id one circular. A document read again takes the
place of its own plan, whatever id or year it had; the same circular in a second document is kept
out, and another circular of the same id is refused: neither overwrites what is there.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from safeplan.corpus import CorpusError
from safeplan.corpus.store import Entry, Origin, first_year, read_plan, remove, tidy, write_plan
from safeplan.documents import DocumentError, document_bytes
from safeplan.models import Plan
from safeplan.plans.isolated import Input, Unchanged, is_parsed
from safeplan.text.folding import unspaced

SAME_ROWS = 0.5
"""Two readings are of one circular where so many rows of the shorter one stand in the other."""


@dataclass(frozen=True)
class Taken:
    """What became of a document."""

    plan_id: str
    outcome: Literal["added", "replaced", "kept"]
    """`kept`: the plan was there already, from another document."""
    other: str = ""
    """Of `kept`, that document; of `replaced`, the ids of the plans that are gone, if any."""


class Intake:
    """A corpus open for adding, inside `locked`: what a killed run has left is cleared away."""

    def __init__(self, corpus: Path, reader: str, *, again: bool = False) -> None:
        """Take stock; what this reader has read before is read `again` only if asked for."""
        self._corpus, self._reader = corpus, reader
        found, broken = tidy(corpus)
        self.broken = {Path(error.where): error for error in broken}
        """What is wrong with the files that could not be read and were not written anew."""
        self._entries: dict[str, Entry] = {}
        self._of_document: dict[str, str] = {}  # by its place, and by its bytes
        self._fresh: set[str] = set()
        self._before: dict[str, str] = {}
        self._hashes: dict[Path, str] = {}
        for entry in found:
            self._note(entry)
            if entry.origin and entry.origin.reader == reader and not again:
                self._before[entry.origin.sha256] = entry.plan_id

    def unread(self, item: Input) -> Unchanged | None:
        """Tell whether this reader gave the plan of a document before this run; note its hash.

        What it says does not change while documents are added, so that threads may ask.
        """
        path = item.path
        try:
            # Of a document what `Plan.source` will say.
            data = path.read_bytes() if is_parsed(path) else document_bytes(path)
        except (DocumentError, OSError):
            return None  # reading it says why
        self._hashes[path] = hashlib.sha256(data).hexdigest()
        known = self._before.get(self._hashes[path])
        return Unchanged(known) if known else None

    def leave(self, item: Input) -> Taken | None:
        """Take note of a document that `unread` says is unchanged.

        Returns:
            None where the plan it gave has left the corpus in this run: it must be read after all.
        """
        path, sha256 = self._place(item.path), self._hashes[item.path]
        entry = self._entries.get(self._before[sha256])
        if entry is None or entry.origin is None or entry.origin.sha256 != sha256:
            return None
        self._remove(older for older in self._from(path) if older != entry)
        other = "" if entry.origin.path == path else entry.source_path
        return Taken(entry.plan_id, "kept", other)

    def take(self, item: Input, plan: Plan, *, plan_id: str = "") -> Taken:
        """Write the plan of a document, or leave the one that is there.

        Args:
            item: the document.
            plan: as read from it.
            plan_id: given by hand; empty for the plan's own. Naming the id of the same circular
                from another document puts this one in its place.

        Raises:
            CorpusError: `other_circular`: the id is another circular's; or as `write_plan`.
        """
        path = self._place(item.path)
        sha256 = self._hashes.get(item.path, plan.source.sha256)
        older = self._from(path, sha256)
        named_before = (
            entry.plan_id
            for entry in older
            if entry.origin and entry.origin.named and entry.year == first_year(plan)
        )
        named = plan_id or next(named_before, "")
        if named:
            plan = plan.model_copy(update={"plan_id": named})
        held = self._entries.get(plan.plan_id)
        if held and (held not in older or held.plan_id in self._fresh):
            _check_same(held, plan)
            # The very document, of which a parsed JSON is held, goes before that.
            its_document = plan.source.sha256 == held.source_sha256 == sha256
            nearer = its_document and held.origin and held.origin.sha256 != sha256
            if held.origin is None or not (plan_id or nearer):
                self._remove(entry for entry in older if entry != held)
                return Taken(plan.plan_id, "kept", held.source_path)
        gone = [entry for entry in [*older, held] if entry]
        entry = write_plan(self._corpus, plan, Origin(path, sha256, self._reader, bool(named)))
        self.broken.pop(entry.file, None)
        self._remove(gone, keep=entry.file)
        self._note(entry)
        self._fresh.add(plan.plan_id)
        others = {old.plan_id for old in gone} - {plan.plan_id}
        return Taken(plan.plan_id, "replaced" if gone else "added", "、".join(sorted(others)))

    def _place(self, path: Path) -> str:
        """Return where a document lies, seen from the corpus: both may be moved together."""
        try:
            return Path(os.path.relpath(path.resolve(), self._corpus.resolve())).as_posix()
        except ValueError:
            return path.resolve().as_posix()  # on another drive

    def _note(self, entry: Entry) -> None:
        self._entries[entry.plan_id] = entry
        self._of_document |= dict.fromkeys(entry.document, entry.plan_id)

    def _from(self, *document: str) -> list[Entry]:
        """Return the plans that a document gave before, told by its place and by its bytes."""
        plan_ids = {self._of_document[key] for key in document if key in self._of_document}
        return [self._entries[plan_id] for plan_id in sorted(plan_ids)]

    def _remove(self, entries: Iterable[Entry], keep: Path | None = None) -> None:
        for entry in entries:
            if entry.file != keep:
                remove(entry)
            self._entries.pop(entry.plan_id, None)
            for key in entry.document:
                self._of_document.pop(key, None)


def is_same_circular(a: Plan, b: Plan) -> bool:
    """Tell whether two readings with one plan id are of the same circular.

    They are where nothing in their headings speaks against it (region, title, document number)
    and half of the rows of the shorter one stand in the other word for word. 鼓楼区 is a district
    of five cities, and circulars do not always say of which: the rows must speak too.
    """
    regions = sorted((a.region.full_name, b.region.full_name), key=len)
    if not regions[1].endswith(regions[0]):
        return False
    headings = (a.title, b.title), (a.document_number, b.document_number)
    if any(x and y and unspaced(x) != unspaced(y) for x, y in headings):
        return False
    rows_a, rows_b = ({unspaced(task.content) for task in plan.tasks} for plan in (a, b))
    return len(rows_a & rows_b) >= SAME_ROWS * min(len(rows_a), len(rows_b))


def _check_same(held: Entry, plan: Plan) -> None:
    there = read_plan(held)
    if is_same_circular(there, plan):
        return
    name = plan.region.full_name
    own = plan.plan_id.removeprefix(plan.region.name)
    if len(name) <= len(plan.region.name) or name == there.region.full_name:
        name, own = plan.plan_id, "-2"
    titles = {"title": plan.title or "—", "other_title": there.title or "—"}
    told = {"plan": plan.plan_id, "other": held.source_path, "suggestion": name + own, **titles}
    raise CorpusError(plan.source.path, "other_circular", **told)
