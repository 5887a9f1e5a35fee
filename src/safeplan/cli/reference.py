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
    arguments = [
        (param.metavar or param.name.upper()) + ("..." if param.nargs == -1 else "")
        for param in command.params
        if param.param_type_name == "argument"
    ]
    yield ""
    yield f"## safeplan {' '.join([name, *arguments])}".replace("......", "...")
    yield ""
    yield command.help.strip()
    yield from _options(command.params)
    for below, part in getattr(command, "commands", {}).items():
        yield from _command(f"{name} {below}", part)


def _options(params: Sequence[object]) -> Iterator[str]:
    if params:
        yield ""
    for param in params:
        names = "`, `".join([*param.opts, *param.secondary_opts])  # type: ignore[attr-defined]
        text = getattr(param, "help", "") or ""
        if param.param_type_name == "option":  # type: ignore[attr-defined]
            default = param.default  # type: ignore[attr-defined]
            shown = "" if default in (None, "", False) or callable(default) else f" [{default}]"
            variable = f" (`{param.envvar}`)" if param.envvar else ""  # type: ignore[attr-defined]
            yield f"- `{names}`: {text}{variable}{shown}"
        else:
            yield f"- {param.name.upper()}: {text}"  # type: ignore[attr-defined]


if __name__ == "__main__":
    sys.stdout.write(reference(os.environ.get("SAFEPLAN_LANG", "zh")))
