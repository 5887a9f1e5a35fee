"""What a search in the page needs to know of bodies: 县应急局 finds what is under 应急管理局."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from safeplan import vocabulary
from safeplan.bodies.names import lexicon
from safeplan.bodies.words import narrow
from safeplan.models import Plan


def naming(plans: Sequence[Plan]) -> dict[str, Any]:
    """Return how the bodies of plans may be printed.

    Returns:
        `fold`: spellings that mean the same, replaced in this order; `levels`: level words, a
        character each; `tails`: what may follow one; `names`: each folded name without its level
        word, and the canonical name it stands for.
    """
    words = vocabulary.load("bodies")
    key = lexicon().key
    aliases: dict[str, list[str]] = {**words["committees"], **words["bodies"]}
    names: dict[str, str] = {}
    for plan in plans:
        for task in plan.tasks:
            for owner in task.owners:
                names.setdefault(key(narrow(owner.text)), owner.name)
                if key(owner.name) not in names:
                    forms = [form for form in aliases.get(owner.name, ()) if "*" not in form]
                    names.update({key(form): owner.name for form in (*forms, owner.name)})
    return {
        "fold": words["fold"],
        "levels": "".join(words["levels"]),
        "tails": sorted(words["level_tails"], key=len, reverse=True),
        "names": names,
    }
