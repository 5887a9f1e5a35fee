"""A document within a document: Word's altChunk, a part in a format of its own, read in its place.

Only what lies in the package itself is read, and only so many and so deep; what is not read is
said, since a plan may be in it.
"""

from __future__ import annotations

from dataclasses import replace

from safeplan.documents.blocks import Block, RawGrid, ReaderNote, Reading
from safeplan.documents.detection import Format, detect
from safeplan.documents.encoding import decode
from safeplan.documents.errors import DocumentError
from safeplan.documents.limits import MAX_ARCHIVE_DEPTH
from safeplan.documents.packages import Package
from safeplan.documents.text import read_text
from safeplan.models import Source

MAX_EMBEDDED = 16
"""Documents within one document."""


def embedded(package: Package, name: str | None, number: int, tables: int, depth: int) -> Reading:
    """Read a part of a package that is a document of its own.

    Args:
        package: the document around it.
        name: the part; None where it is missing or leads out of the file.
        number: which embedded document of the file it is, from 1.
        tables: the tables before it, from which its own are counted on.
        depth: how many documents are around it.
    """
    quoted = {"text": name.rpartition("/")[2] if name else "altChunk"}
    unread = Reading([], [ReaderNote("embedded_document", "doubt", quoted)])
    if name is None or number > MAX_EMBEDDED or depth > MAX_ARCHIVE_DEPTH:
        return unread
    try:
        data = package.read(name)
        reading = _read(detect(data), data, depth)
    except DocumentError:
        return unread
    if reading is None:
        return unread
    note = ReaderNote("embedded_read", args=quoted)
    notes = [
        replace(said, source=_on(said.source, tables)) if said.source else said
        for said in reading.notes
    ]
    return Reading([_moved(block, tables) for block in reading.blocks], [note, *notes])


def _read(form: Format, data: bytes, depth: int) -> Reading | None:
    """Read a document of the formats that Word embeds; None for others."""
    if form == "docx":
        from safeplan.documents.docx import read_docx

        return read_docx(data, depth)
    if form in ("html", "mht"):
        from safeplan.documents.html import read_html, read_mht

        return read_html(data) if form == "html" else read_mht(data)
    if form == "text" and not data.lstrip().startswith(b"{\\rtf"):
        return Reading(read_text(decode(data)[0]))
    return None


def _moved(block: Block, tables: int) -> Block:
    """Return a block whose table is counted on from those before it."""
    if isinstance(block, RawGrid):
        rows = [
            [replace(cell, source=_on(cell.source, tables)) for cell in row] for row in block.rows
        ]
        return replace(block, rows=rows)
    return replace(block, source=_on(block.source, tables))


def _on(source: Source, tables: int) -> Source:
    if source.table is None:
        return Source()
    return source.model_copy(update={"table": source.table + tables})
