"""What Typer says of itself, in the language in force: help pages, usage errors, completion.

Typer knows English alone, and cuts Chinese where a column is full. So the help page is our own; an
error in the usage is said from what it is about, not from Typer's sentence.
"""

from __future__ import annotations

import re
from itertools import pairwise
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from typer.core import TyperCommand, TyperGroup

from safeplan.cli.trouble import Trouble
from safeplan.messages import say
from safeplan.messages.breaking import breaks

if TYPE_CHECKING:
    import typer


class _Spoken:
    """What a command and a group of commands have in common: their help speaks our language."""

    if TYPE_CHECKING:
        params: list[Any]
        help: str | None
        name: str | None

    def get_usage(self, ctx: Any) -> str:
        """Return the usage line."""
        words = [say("usage.options_short")] if self.params else []
        words += [value_of(param) for param in self.params if param.param_type_name == "argument"]
        words += [say("usage.command")] if hasattr(self, "commands") else []
        return " ".join([say("usage.usage") + ctx.command_path, *words])

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help page."""
        width = min(get_terminal_size().columns, _WIDEST)
        arguments: list[tuple[str, str]] = []
        options: list[tuple[str, str]] = []
        for param in self.get_params(ctx):  # type: ignore[attr-defined]
            of_kind = arguments if param.param_type_name == "argument" else options
            of_kind.append((_called(param), told(param)))
        commands = [
            (name, (command.help or "").split("\n")[0])
            for name, command in getattr(self, "commands", {}).items()
        ]
        parts = [self.get_usage(ctx), _wrapped((self.help or "").strip(), width)]
        for title, rows in (("arguments", arguments), ("options", options), ("commands", commands)):
            if rows:
                parts.append(f"{say(f'usage.{title}')}\n{_listed(rows, width)}")
        formatter.write("\n\n".join(parts) + "\n")


class Command(_Spoken, TyperCommand):
    """A verb."""


class VerbGroup(_Spoken, TyperGroup):
    """Verbs under one name."""


_WIDEST = 100
"""Columns of a help page at most."""
_NAMES = 28
"""Columns for the names of options; a longer one has a line of its own."""


def value_of(param: Any) -> str:
    """Return what stands for the value of an option or an argument: `方案`, `文件...`; or nothing."""
    if getattr(param, "is_flag", False) or param.name in OF_TYPER:
        return ""
    kind = getattr(getattr(param, "type_descriptor", None), "annotation", str)
    plain = {"Path": "FILE", "int": "NUMBER", "float": "NUMBER"}
    metavar = param.metavar or plain.get(getattr(kind, "__name__", ""), "TEXT")
    return _METAVAR.sub(lambda found: say(f"metavar.{found[0]}"), metavar)


_METAVAR = re.compile("[A-Z_]{2,}")


def _called(param: Any) -> str:
    """Return the names of an option and what stands for its value."""
    names = sorted(param.opts, key=len) if param.param_type_name == "option" else []
    return " ".join(filter(None, (", ".join(names), value_of(param))))


def told(param: Any) -> str:
    """Return what an option or an argument is for, what it may be and what it is by default."""
    said = say(f"usage.{param.name}") if param.name in OF_TYPER else param.help or ""
    if choices := _choices(param):
        said += say("usage.choices", known=choices)
    if param.envvar:
        said += say("usage.variable", name=param.envvar)
    is_told = getattr(param, "show_default", False) and not getattr(param, "is_flag", False)
    if is_told and param.default not in (None, ""):
        said += say("usage.default", value=param.default)
    return said


def _choices(param: Any) -> str:
    choices = getattr(getattr(param, "type_descriptor", None), "choices", None) or []
    return say("usage.comma").join(str(getattr(choice, "value", choice)) for choice in choices)


OF_TYPER = ("help", "install_completion", "show_completion")
"""Options that Typer adds to ours."""


def _listed(rows: list[tuple[str, str]], width: int) -> str:
    """Return names with what they are for beside them."""
    beside = min(max(cell_len(name) for name, _ in rows), _NAMES)
    lines = []
    for name, told in rows:
        first, *others = _wrapped(told, width - beside - 4).split("\n")
        if cell_len(name) > beside:
            lines.append(f"  {name}")
            name = ""
        lines.append(f"  {name}{' ' * (beside - cell_len(name))}  {first}".rstrip())
        lines += [f"{' ' * (beside + 4)}{line}" for line in others]
    return "\n".join(lines)


def _wrapped(text: str, width: int) -> str:
    """Return a text in lines no wider than so many columns; no word of it is cut."""
    lines = []
    for line in text.split("\n"):
        ends = [0, *breaks(line, width), len(line)]
        lines += [
            line[start:end].strip() if start else line[:end].rstrip()
            for start, end in pairwise(ends)
        ]
    return "\n".join(lines)


# --- errors -----------------------------------------------------------------------------------


def usage_trouble(error: typer.TyperException) -> Trouble:
    """Return what is wrong with a command line, and where help on it is."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "safeplan"
    return Trouble("", f"{_what(error)}{say('usage.see', command=command)}")


def _what(error: typer.TyperException) -> str:
    kind = type(error).__name__
    said = error.format_message()
    option = getattr(error, "option_name", "")
    if kind == "NoSuchOption":
        names = "、".join(sorted(getattr(error, "possibilities", None) or []))
        return say("usage.no_option", option=option) + _near(names)
    if kind == "BadOptionUsage":
        key = "usage.needs_value" if "requires" in said else "usage.takes_no_value"
        return say(key, option=option)
    param = getattr(error, "param", None)
    if param is not None:
        option = " / ".join(param.opts) if param.param_type_name == "option" else ""
        name = option or value_of(param).removesuffix("...")
        if kind == "MissingParameter":
            return say("usage.missing", name=name)
        return say("usage.bad_value", name=name) + _because(param, said)
    for pattern, key in _SENTENCES:
        if found := pattern.search(said):
            known = re.search(r"Did you mean (.*)\?", said)
            near = known[1].replace("'", "").replace(", ", "、") if known else ""
            return say(key, asked=found[1]) + _near(near)
    return say("usage.other", said=said)


def _near(names: str) -> str:
    return say("usage.near", names=names) if names else ""


_SENTENCES = (
    (re.compile(r"No such command '(.*?)'\."), "usage.no_command"),
    (re.compile(r"unexpected extra argument\(s\) \((.*)\)"), "usage.extra"),
    (re.compile(r"(Missing command)"), "usage.no_verb"),
)


def _because(param: Any, said: str) -> str:
    """Return why a value is none of an option, as far as that can be told."""
    if choices := _choices(param):
        return say("usage.choices", known=choices)
    if bound := re.search(r"greater than or equal to (\S+)", said):
        return say("usage.at_least", least=bound[1])
    return say("usage.number") if re.search(r"valid (integer|number)", said) else ""


# --- completion -------------------------------------------------------------------------------


def completion_installed(said: str) -> str:
    """Return in our language what Typer says when it has set up the completion of a shell."""
    found = re.search(r"(\S+) completion installed in (.+)", said)
    return say("usage.completed", shell=found[1], path=found[2]) if found else said
