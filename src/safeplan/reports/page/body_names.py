"""What a search in the page needs to know of bodies: 县应急局 finds what is under 应急管理局."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from safeplan import vocabulary
from safeplan.bodies.names import lexicon
from safeplan.models import Plan
from safeplan.text.folding import narrow


def naming(plans: Sequence[Plan]) -> dict[str, Any]:
    """Return how the bodies of plans may be printed.

    Returns:
        `fold`: spellings that mean the same, replaced in this order; `levels`: level words, a
        character each; `tails`: what may follow one, nothing among it; `names`: each folded name without its level
        word, and the canonical name it stands for.
    """
    words = vocabulary.load("bodies")
    key = lexicon().key
    aliases: dict[str, list[str]] = {**words["committees"], **words["bodies"]}
    printed = {
        (owner.text, owner.name) for plan in plans for task in plan.tasks for owner in task.owners
    }
    names = {key(narrow(text)): name for text, name in sorted(printed)}
    for name in sorted({name for _, name in printed}):
        forms = [form for form in aliases.get(name, ()) if "*" not in form]
        names.update({key(form): name for form in (*forms, name)})
    return {
        "fold": words["fold"],
        "levels": "".join(words["levels"]),
        "tails": ["", *words["level_tails"]],
        "names": names,
    }
