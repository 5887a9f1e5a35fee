"""Deadline text → Due: the days that 6月底前, 三季度, 汛前 or 长期坚持 allow."""

from __future__ import annotations

from safeplan.dues.days import due_span, read_due

__all__ = ["due_span", "read_due"]
