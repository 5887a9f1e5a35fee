"""Who signs an official document (GB/T 9704): the bodies on its masthead, heading and signature."""

from __future__ import annotations

import re

from safeplan.tasks.regions import region_in

_ENDS = (
    "政府|委员会|办公室|办公厅|指挥部|领导小组|联席会议|办事处|委会|管委会|党工委|党组|党委|"
    "安委办|消安办|减灾办|防指|大队|支队|总队|中心|公司|局|厅|委|办"
)
BODY = rf"[\u4e00-\u9fff、（）()]{{2,40}}(?:{_ENDS})(?:办公室)?"
"""Pattern of a body's name, or of several with 、 between."""
SEAL = r"(?:[（(](?:盖章|公章|印章|代章|代|章)[)）])?"
NAMES = r"[\u4e00-\u9fff、，,（）()]{0,60}?"
"""Pattern of what may stand before 关于 in a circular's heading: bodies, or nothing."""
_ISSUER = re.compile(rf"({BODY}){SEAL}")
_OPENS = re.compile(rf"({BODY})(?=20\d\d|关于|[“\"])")
_MASTHEAD = re.compile(rf"({BODY})文件")
# A salutation or a sentence ends like a body too: 各镇街、区级有关部门, 请报送区安委会办公室.
_NONE = re.compile(r"^(各|请|由|报|送|经|按|抄|有关|关于|根据)|[的为将对]")


def is_issuer(text: str) -> bool:
    """Tell whether what stands before a circular's 关于印发 is a body's name, or nothing."""
    return not text or _ISSUER.fullmatch(without_about(text)) is not None


def without_about(text: str) -> str:
    """Return a heading's first words without the 关于 that follows the body."""
    return text.removesuffix("关于").rstrip("，,、")


def issuer_of(line: str) -> str | None:
    """Return the body whose name a line is, without its seal."""
    match = _ISSUER.fullmatch(without_about(line))
    return match[1] if match and not _NONE.search(match[1]) else None


def issuers_above(lines: list[str], at: int) -> list[str]:
    """Return the bodies named on the lines right above; several sign together (联合行文)."""
    issuers: list[str] = []
    while at > 0 and (issuer := issuer_of(lines[at - 1])):
        issuers.insert(0, issuer)
        at -= 1
    return issuers


def masthead(lines: list[str]) -> str | None:
    """Return the body of a red head: 清河区安全生产委员会文件."""
    return next((match[1] for line in lines if (match := _MASTHEAD.fullmatch(line))), None)


def opening_body(title: str) -> str | None:
    """Return the body that a title begins with: 无为市应急管理局2025年工作计划."""
    match = _OPENS.match(title)
    return match[1] if match and region_in(match[1]) else None


def listed(issuer: str) -> str:
    """Return several bodies that stand side by side on one line with 、 between.

    >>> listed("隆安县应急管理局隆安县消防救援大队")
    '隆安县应急管理局、隆安县消防救援大队'
    """
    region = region_in(issuer)
    if region is None:
        return issuer
    place = re.escape(region.full_name)
    return re.sub(rf"(?<=[局厅委办室府会部队心])(?={place})", "、", issuer)
