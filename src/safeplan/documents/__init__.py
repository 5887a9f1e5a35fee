"""Bytes → Document: paragraphs and raw grids, each with its place.

`read_document` tells the format from the bytes and hands them to that format's reader. A reader
reports what stands in the file and repairs nothing; what a table *means* begins in `grids`.
"""

from __future__ import annotations

from safeplan.documents.blocks import Block, Document, Paragraph, RawCell, RawGrid
from safeplan.documents.encoding import DocumentError, decode
from safeplan.documents.reading import MAX_BYTES, read_document
from safeplan.documents.spacing import fold
from safeplan.documents.text import read_text

__all__ = [
    "MAX_BYTES",
    "Block",
    "Document",
    "DocumentError",
    "Paragraph",
    "RawCell",
    "RawGrid",
    "decode",
    "fold",
    "read_document",
    "read_text",
]
