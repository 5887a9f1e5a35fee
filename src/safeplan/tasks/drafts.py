"""A task whose words stand in their fields, before bodies, figures and days are read from them."""

from __future__ import annotations

from dataclasses import dataclass, field

from safeplan.models import Task


@dataclass(frozen=True)
class Draft:
    """One task, and what the record itself has no room for."""

    task: Task
    lines: dict[str, str] = field(default_factory=dict)
    """A field's text with a line feed wherever the document begins a new line in the cell; only
    of fields that have one (牵头单位：… and 配合单位：… below each other in one cell)."""
    unit: str = ""
    """The unit that a column, a header or a line above the table gives to bare figures."""

    goals: tuple[tuple[str, str], ...] = ()
    """What columns of years or halves of one ask for: (`2024年`, the cell), from left to right."""

    def text_of(self, name: str) -> str:
        """Return a field's text with its lines, where they are known."""
        return self.lines.get(name) or str(getattr(self.task, name))
