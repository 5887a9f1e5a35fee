"""The reference page of the commands, made from the commands themselves.

`python -m safeplan.cli.reference` prints it in the language in force; `docs/reference.md` and
`docs/reference.zh-CN.md` hold both, and a test holds them against the code.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from safeplan.cli.usage import told, value_of
from safeplan.messages import catalogue


def reference(lang: str) -> str:
    """Return the reference page in a language."""
    # Help texts are said when the commands are declared, so they are declared anew.
    before = os.environ.get("SAFEPLAN_LANG")
    os.environ["SAFEPLAN_LANG"] = lang
    try:
        import safeplan.cli.app as commands
        from safeplan.cli import corpus, options

        for module in (options, corpus, commands):
            importlib.reload(module)
        return "\n".join(_page(commands, lang)) + "\n"
    finally:
        if before is None:
            del os.environ["SAFEPLAN_LANG"]
        else:
            os.environ["SAFEPLAN_LANG"] = before


def _page(commands: object, lang: str) -> Iterator[str]:
    import typer

    words = catalogue(lang)
    root = typer.main.get_command(commands.app)  # type: ignore[attr-defined]
    yield "# safeplan"
    yield ""
    yield words["help.app"].strip().split("\n")[0]
    yield from _options(root.params)
    for name, command in root.commands.items():  # type: ignore[attr-defined]
        yield from _command(name, command)


def _command(name: str, command: Any) -> Iterator[str]:
    """Yield the section of a command, or of a group and then of its commands."""
    arguments = [value_of(param) for param in command.params if param.param_type_name == "argument"]
    yield ""
    yield f"## safeplan {' '.join([name, *arguments])}"
    yield ""
    yield command.help.strip()
    yield from _options(command.params)
    for below, part in getattr(command, "commands", {}).items():
        yield from _command(f"{name} {below}", part)


def _options(params: Sequence[Any]) -> Iterator[str]:
    if params:
        yield ""
    for param in params:
        if param.param_type_name == "option":
            names = "`, `".join(param.opts)
            value = f" {value_of(param)}" if value_of(param) else ""
            yield f"- `{names}`{value}: {told(param)}"
        else:
            yield f"- {value_of(param)}: {told(param)}"


if __name__ == "__main__":
    sys.stdout.write(reference(os.environ.get("SAFEPLAN_LANG", "zh")))
