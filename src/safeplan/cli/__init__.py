"""The command line: arguments in, results on standard output, exit status out.

Exit status is a contract: 0 done, 1 what the command looks for was found (`check`, `lint`,
`trace`), 2 trouble, 130 interrupted, 141 the reader of our output went away. Whatever else a
library would exit with is mapped here, in one place.
"""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line and exit."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit status."""
    _use_utf8()
    _use_language(arguments)
    arguments = _with_aspect(arguments)
    # Imported late: help texts are in the language just chosen.
    from safeplan.cli.app import app
    from safeplan.cli.trouble import Trouble, say_trouble

    try:
        status = app(arguments, prog_name="safeplan", standalone_mode=False)
    except KeyboardInterrupt:
        return 130
    except (BrokenPipeError, SystemExit):
        # Typer turns a closed pipe into SystemExit(1); outside standalone mode nothing else exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except Trouble as trouble:
        say_trouble(trouble)
        return 2
    except Exception as error:
        return _unexpected(error)
    return status if isinstance(status, int) else 0


def _unexpected(error: Exception) -> int:
    """Say any other failure in one line; the full story on request."""
    import typer

    from safeplan.cli.trouble import Trouble, say_trouble
    from safeplan.messages import say

    if os.environ.get("SAFEPLAN_DEBUG"):
        raise error
    if isinstance(error, typer.Abort):
        return 130
    if isinstance(error, typer.TyperException):
        say_trouble(Trouble("", error.format_message()))
        return 2
    from safeplan.vocabulary import VocabularyError

    if isinstance(error, OSError | VocabularyError):
        say_trouble(Trouble("", str(error)))
    else:
        say_trouble(
            Trouble("", say("trouble.unexpected", error=f"{type(error).__name__}: {error}"))
        )
    return 2


def _use_utf8() -> None:
    """Write UTF-8 whatever the console's code page: one rare character must not end the program."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _with_aspect(arguments: list[str]) -> list[str]:
    """Return the arguments with what `compare --differs` is to be in, where nothing is named."""
    if "compare" not in arguments:
        return arguments
    from safeplan.reports.filters import aspect_asked

    given: list[str] = []
    for at, argument in enumerate(arguments):
        given.append(argument)
        following = arguments[at + 1] if at + 1 < len(arguments) else ""
        if argument in ("--differs", "-d") and not aspect_asked(following):
            given.append("any")
    return given


def _use_language(arguments: list[str]) -> None:
    for index, argument in enumerate(arguments):
        if argument == "--lang" and index + 1 < len(arguments):
            os.environ["SAFEPLAN_LANG"] = arguments[index + 1]
        elif argument.startswith("--lang="):
            os.environ["SAFEPLAN_LANG"] = argument.removeprefix("--lang=")
