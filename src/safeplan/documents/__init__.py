"""Bytes → Document: paragraphs and raw grids, each with its place.

`read_document` tells the format from the bytes and hands them to that format's reader. A reader
reports what stands in the file and repairs nothing; what a table *means* begins in `grids`.
"""

from __future__ import annotations

from safeplan.documents.blocks import (
    Block,
    Document,
    Paragraph,
    RawCell,
    RawGrid,
    ReaderNote,
    Reading,
)
from safeplan.documents.cell_words import is_note, is_page_number
from safeplan.documents.encoding import decode
from safeplan.documents.errors import DocumentError
from safeplan.documents.limits import MAX_BYTES
from safeplan.documents.reading import (
    STANDARD_INPUT,
    document_bytes,
    document_start,
    documents_in,
    file_bytes,
    is_member,
    read_bytes,
    read_document,
    standard_input,
)
from safeplan.documents.text import read_text

__all__ = [
    "MAX_BYTES",
    "STANDARD_INPUT",
    "Block",
    "Document",
    "DocumentError",
    "Paragraph",
    "RawCell",
    "RawGrid",
    "ReaderNote",
    "Reading",
    "decode",
    "document_bytes",
    "document_start",
    "documents_in",
    "file_bytes",
    "is_member",
    "is_note",
    "is_page_number",
    "read_bytes",
    "read_document",
    "read_text",
    "standard_input",
]
