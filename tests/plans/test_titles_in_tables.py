"""A table may be all that a document holds: its first rows are then what it is called."""

from __future__ import annotations

from pathlib import Path

from safeplan.plans import parse

PAGE = """<html><body><table>
<tr><td colspan="4">平远县2026年消防安全重点任务清单</td></tr>
<tr><td colspan="4">制表单位：平远县消防安全委员会办公室</td></tr>
<tr><td>序号</td><td>任务</td><td>责任单位</td><td>完成时限</td></tr>
<tr><td>1</td><td>整治高层住宅46栋</td><td>县住建局</td><td>9月底前</td></tr>
<tr><td>2</td><td>新建充电棚60处</td><td>县发改局</td><td>12月底前</td></tr>
</table></body></html>"""


def test_the_title_is_the_first_row_of_the_table(tmp_path: Path) -> None:
    file = tmp_path / "文件.html"
    file.write_text(PAGE, "utf-8")
    plan = parse(file)
    assert plan.title == "平远县2026年消防安全重点任务清单"
    assert (plan.region.name, plan.period.start_year) == ("平远", 2026)
    assert plan.issuer == "平远县消防安全委员会办公室"
    assert [task.content or task.name for task in plan.tasks] == [
        "整治高层住宅46栋",
        "新建充电棚60处",
    ]
    assert "words_unread" not in {finding.code for finding in plan.findings}
