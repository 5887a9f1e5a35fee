"""The neutral copy: what it leaves out, what it takes for the same, where it stands in print."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeplan import vocabulary
from safeplan.text import neutral as folding
from safeplan.text.folding import widened
from safeplan.text.neutral import neutral

PLACES = ("沙坪坝", "沙坪坝区", "重庆市", "重庆市沙坪坝区")


@pytest.mark.parametrize(
    ("printed", "key"),
    [
        ("完成11处道路隐患整治", "完成道路隐患整治"),
        ("完成年度40项重点任务", "完成重点任务"),
        ("完成38项年度重点任务", "完成年度重点任务"),
        ("修订《重庆市沙坪坝区突发事件总体预案》", "修订突发事件总体预案"),
        ("突发事件总体应急预案", "突发事件总体预案"),
        ("全区“两客一危”检验率、报废率达97%以上", "两客一危检验率 报废率达以上"),
        ("强化危险化学品生产", "强化危化品生产"),
        ("加强危化品生产", "强化危化品生产"),
        ("镇（街道）、村（社区）应急预案", "镇街 村社应急预案"),
        ("乡镇(街道)、村(社区)应急预案", "镇街 村社应急预案"),
        ("坚持“1+7+N”会商研判机制。", "坚持1+7+N会商研判机制\n"),
        ("检查,整改;通报", "检查\n整改\n通报"),
        ("配比不低于1∶5", "配比不低于\n"),
        ("全区域覆盖", "全区域覆盖"),
    ],
)
def test_copy(printed: str, key: str) -> None:
    assert neutral(printed, PLACES).key == key


def test_quoted_names_are_known_by_their_place_in_the_copy() -> None:
    folded = neutral("推进“八大类”风险，印发《预案》")
    assert [folded.key[low:high] for low, high in folded.quoted] == ["八大类", "预案"]


PIECES = ["区", "镇（街道）", "各镇街（管委会）", "20", "25年", "“1+7+N”", "《", "》", "“", "”", "健全", "落实",
          "贯彻", ",", "，", "（", ")", "\n", " ", "危险化学品", "场", "①", "10.5%", "a", "重庆市", "组织开展"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_each_character_of_the_copy_stands_for_a_span_of_the_print(printed: str) -> None:
    folded = neutral(printed, PLACES)
    assert len(folded.key) == len(folded.starts) == len(folded.ends)
    assert folded.starts == sorted(folded.starts)
    assert folded.ends == sorted(folded.ends)
    for low, high in zip(folded.starts, folded.ends, strict=True):
        assert 0 <= low < high <= len(printed)
    for low, high in folded.quoted:
        assert 0 <= low < high <= len(folded.key)


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join), st.data())
def test_a_span_of_the_copy_is_shown_as_printed(printed: str, data: st.DataObject) -> None:
    folded = neutral(printed, PLACES)
    assert folded.printed(0, 0) == ""
    if folded.key:
        low = data.draw(st.integers(0, len(folded.key) - 1))
        high = data.draw(st.integers(low + 1, len(folded.key)))
        shown = folded.printed(low, high)
        assert shown == printed[folded.starts[low] : folded.ends[high - 1]]


@given(st.lists(st.sampled_from([*PIECES, *"按配全我市区县级年度域"]), max_size=25).map("".join))
def test_looking_ahead_saves_time_and_changes_nothing(printed: str) -> None:
    """Every search begins with one look at the character: none that begins a word is missed."""
    pattern, _ = folding._pattern(PLACES)
    ahead, plain = pattern.pattern.split("])(?:", maxsplit=1)
    assert ahead.startswith("(?=[")
    words = re.compile(f"(?:{plain}")
    full = widened(printed)
    assert [m.span() for m in pattern.finditer(full)] == [m.span() for m in words.finditer(full)]


def test_words_of_ones_own_may_begin_with_any_character(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "synonyms.toml").write_text("neutral = ['[^安]心']", encoding="utf-8")
    monkeypatch.setenv(vocabulary.VARIABLE, str(tmp_path))
    vocabulary.refresh()
    assert neutral("放心安心", PLACES).key == "安心"
    monkeypatch.delenv(vocabulary.VARIABLE)
    vocabulary.refresh()
    assert neutral("放心安心", PLACES).key == "放心安心"
