"""What Typer says of itself, in the language in force: help pages, usage errors, completion.

Typer knows English alone. Its help is given our words where it is asked for; an error in the usage
is said from what it is about, not from Typer's sentence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand, TyperGroup

from safeplan.cli.trouble import Trouble
from safeplan.messages import say

if TYPE_CHECKING:
    import typer


class _Spoken:
    """What a command and a group of commands have in common: their help speaks our language."""

    if TYPE_CHECKING:
        params: list[Any]

    def get_usage(self, ctx: Any) -> str:
        """Return the usage line."""
        line: str = super().get_usage(ctx)  # type: ignore[misc]
        for english, key in _OF_THE_USAGE_LINE:
            line = line.replace(english, say(key), 1)
        return line

    def get_help_option(self, ctx: Any) -> Any:
        """Return the option `--help`."""
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = say("usage.help")
        return option

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the help page."""
        from typer import rich_utils

        for name, key in _OF_THE_HELP_PAGE.items():
            setattr(rich_utils, name, say(key))
        for param in self.params:
            if param.name in _COMPLETION:
                param.help = say(f"usage.{param.name}")
        super().format_help(ctx, formatter)  # type: ignore[misc]


class Command(_Spoken, TyperCommand):
    """A verb."""


class Group(_Spoken, TyperGroup):
    """Verbs under one name."""


_OF_THE_USAGE_LINE = (
    ("Usage: ", "usage.usage"),
    ("COMMAND [ARGS]...", "usage.command"),
    ("[OPTIONS]", "usage.options_short"),
)
_OF_THE_HELP_PAGE = {
    "ARGUMENTS_PANEL_TITLE": "usage.arguments",
    "OPTIONS_PANEL_TITLE": "usage.options",
    "COMMANDS_PANEL_TITLE": "usage.commands",
    "DEFAULT_STRING": "usage.default",
    "ENVVAR_STRING": "usage.variable",
    "REQUIRED_LONG_STRING": "usage.required",
}
_COMPLETION = ("install_completion", "show_completion")


def spoken(app: typer.Typer) -> typer.Typer:
    """Return an app whose help speaks our language, all its commands included."""
    app.info.cls = Group
    for command in app.registered_commands:
        command.cls = Command
    return app


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
        near = "、".join(sorted(getattr(error, "possibilities", None) or []))
        text = say("usage.no_option", option=option)
        return text + (say("usage.near", names=near) if near else "")
    if kind == "BadOptionUsage":
        key = "usage.needs_value" if "requires" in said else "usage.takes_no_value"
        return say(key, option=option)
    param = getattr(error, "param", None)
    if param is not None:
        name = _name(param)
        if kind == "MissingParameter":
            return say("usage.missing", name=name)
        return say("usage.bad_value", name=name) + _because(param, said)
    for pattern, key in _SENTENCES:
        if found := pattern.search(said):
            known = _NEAR.search(said)
            names = known[1].replace("'", "").replace(", ", "、") if known else ""
            return say(key, asked=found[1]) + (say("usage.near", names=names) if names else "")
    return say("usage.other", said=said)


_SENTENCES = (
    (re.compile(r"No such command '(.*?)'\."), "usage.no_command"),
    (re.compile(r"unexpected extra argument\(s\) \((.*)\)"), "usage.extra"),
    (re.compile(r"(Missing command)"), "usage.no_verb"),
)
_NEAR = re.compile(r"Did you mean (.*)\?")
_BOUND = re.compile(r"greater than or equal to (\S+)")
_NUMBER = re.compile(r"valid (integer|number)")


def _name(param: Any) -> str:
    """Return what the user calls an option or an argument."""
    if param.param_type_name == "option":
        return " / ".join(param.opts)
    return str(param.metavar or param.name.upper()).removesuffix("...")


def _because(param: Any, said: str) -> str:
    """Return why a value is none of an option, as far as that can be told."""
    if choices := getattr(getattr(param, "type_descriptor", None), "choices", None):
        known = "、".join(str(getattr(choice, "value", choice)) for choice in choices)
        return say("usage.choices", known=known)
    if bound := _BOUND.search(said):
        return say("usage.at_least", least=bound[1])
    if _NUMBER.search(said):
        return say("usage.number")
    return ""


# --- completion -------------------------------------------------------------------------------


def completion_installed(said: str) -> str:
    """Return in our language what Typer says when it has set up the completion of a shell."""
    found = re.search(r"(\S+) completion installed in (.+)", said)
    return say("usage.completed", shell=found[1], path=found[2]) if found else said
