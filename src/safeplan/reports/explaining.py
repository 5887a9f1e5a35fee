"""Why two records were linked, or were not.

The words that met are marked in both texts; each feature says what it added to the score.
"""

from __future__ import annotations

from rich.console import Console

from safeplan.links import Match
from safeplan.messages import catalogue, language, say
from safeplan.models import Span, Task, TaskRef
from safeplan.reports.result_sheets import Sheet, SheetColumn
from safeplan.reports.terminal import print_sheet
from safeplan.reports.wrapping import Prose


def print_explanation(
    match: Match | None,
    sides: tuple[tuple[TaskRef, Task], tuple[TaskRef, Task]],
    threshold: float,
    linked: bool,
    out: Console,
) -> None:
    """Print the explanation of one pair.

    Args:
        match: the pair as it was weighed; None where the two share nothing worth weighing.
        sides: both records with their names in print, left and right.
        threshold: the score from which two records are linked.
        linked: whether they are.
        out: where to.
    """
    out.print(_verdict(match, threshold, linked))
    for index, (ref, task) in enumerate(sides):
        met = match.evidence if match else []
        spans = [span for one in met if (span := (one.left_span, one.right_span)[index])]
        out.print(Prose(f"\n{ref.plan_id} {ref.task_id} {task.name}", style="bold"))
        out.print(marked(task.content, [span for span in spans if span.field == "content"]))
    if match is None:
        return
    for sheet in (_evidence(match), _features(match)):
        out.print()
        print_sheet(sheet, out, close=True)


def _verdict(match: Match | None, threshold: float, linked: bool) -> Prose:
    if match is None:
        return Prose(say("explain.nothing"), style="bold")
    key = "explain.linked" if linked else "explain.not_linked"
    said = say(
        key,
        relation=say(f"relation.{match.relation}"),
        score=f"{match.score:.4f}",
        threshold=f"{threshold:.2f}",
    )
    if match.decided:
        said += say("explain.decided", verdict=say(f"verdict.{match.decided}"))
    return Prose(said, style="bold")


def marked(content: str, spans: list[Span]) -> Prose:
    """Return a text in which the spans stand between 【 and 】, and in colour.

    >>> marked("推进水利行业“八大类”风险管控。", [Span("content", 7, 10)]).plain
    '推进水利行业“【八大类】”风险管控。'
    """
    hit = [False] * len(content)
    for span in spans:
        hit[span.start : span.end] = [True] * (span.end - span.start)
    said = Prose()
    inside = False
    for char, met in zip(content, hit, strict=True):
        if met != inside:
            said.append("【" if met else "】", style="bold yellow")
            inside = met
        said.append(char, style="bold yellow" if met else "")
    if inside:
        said.append("】", style="bold yellow")
    return said


def _evidence(match: Match) -> Sheet:
    columns = [
        SheetColumn(side, 3, ref.plan_id)
        for side, ref in (("left", match.left), ("right", match.right))
    ]
    columns.append(SheetColumn("share", 0, number=True))
    return Sheet(
        say("explain.evidence"),
        columns,
        [[one.left, one.right, f"{one.weight:.0%}"] for one in match.evidence],
    )


def _features(match: Match) -> Sheet:
    ranked = sorted(match.features.items(), key=lambda item: (-abs(item[1]), item[0]))
    return Sheet(
        say("explain.features"),
        [SheetColumn("feature", 0), SheetColumn("adds", 0, number=True)],
        [
            [catalogue(language()).get(f"feature.{name}", name), f"{value:+.2f}"]
            for name, value in ranked
        ],
    )
