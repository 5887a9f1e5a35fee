"""The command line: arguments in, results on standard output, exit status out.

Exit status is a contract: 0 done, 1 what the command looks for was found (`check`, `lint`,
`trace`), 2 trouble, 130 interrupted, 141 the reader of our output went away. Whatever else a
library would exit with is mapped here, in one place.
"""

from __future__ import annotations

import errno
import os
import sys

_IN_FORCE = ("SAFEPLAN_LANG", "SAFEPLAN_QUIET", "SAFEPLAN_VOCABULARY")
"""What a command line puts in force for itself alone."""


def main() -> None:
    """Run the command line and exit."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit status."""
    _prepare_streams()
    before = {name: os.environ.get(name) for name in _IN_FORCE}
    try:
        return _run(_with_aspect(_said_for_all(arguments)))
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _run(arguments: list[str]) -> int:
    # Imported late: help texts are in the language just chosen.
    from safeplan.cli.app import app
    from safeplan.cli.trouble import Trouble, say_trouble
    from safeplan.messages import LANGUAGES, say

    asked = os.environ.get("SAFEPLAN_LANG")
    try:
        if asked is not None and asked not in LANGUAGES:
            known = "、".join(LANGUAGES)
            raise Trouble("--lang", say("trouble.language", asked=asked, known=known))
        if "--install-completion" in arguments:
            return _install_completion(arguments)
        status = app(arguments, prog_name="safeplan", standalone_mode=False)
        sys.stdout.flush()  # or a pipe that is closed is complained of when all is done
    except KeyboardInterrupt:
        return 130
    except (BrokenPipeError, SystemExit) as error:
        # Typer turns a closed pipe into SystemExit(1); outside standalone mode nothing else exits,
        # but for what is done at once (`--show-completion`).
        if isinstance(error, SystemExit) and not error.code:
            return 0
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
    from safeplan.messages import say, system_reason

    if os.environ.get("SAFEPLAN_DEBUG"):
        raise error
    if isinstance(error, typer.Abort):
        return 130
    if isinstance(error, typer.TyperException):
        from safeplan.cli.usage import usage_trouble

        if type(error).__name__ == "NoArgsIsHelpError":  # a group without a verb
            print(error.format_message())
        else:
            say_trouble(usage_trouble(error))
        return 2
    from safeplan.vocabulary import VocabularyError

    if isinstance(error, VocabularyError):
        if isinstance(error.__cause__, OSError):
            error.values["reason"] = system_reason(error.__cause__)
        say_trouble(Trouble(error.where, say(f"trouble.{error.code}", **error.values)))
    elif isinstance(error, OSError):
        # Of a reader who has gone away Windows says that an argument is invalid.
        if sys.platform == "win32" and error.errno == errno.EINVAL and error.filename is None:
            return 141
        say_trouble(Trouble(str(error.filename or ""), system_reason(error)))
    else:
        what = f"{type(error).__name__}: {error}"
        say_trouble(Trouble("", say("trouble.unexpected", error=what)))
    return 2


def _prepare_streams() -> None:
    """Have three streams; write UTF-8 into files and pipes, to a terminal what its code page has.

    One rare character must not end the program; and a terminal that can show no Chinese at all has
    more of UTF-8 than of question marks.
    """
    # A program may be started with closed streams (`>&-`). They lead nowhere: else the first file
    # it opens would take their place, and get what is printed.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            own = stream.isatty() and _shows_chinese(stream.encoding)
            stream.reconfigure(encoding=stream.encoding if own else "utf-8", errors="replace")


def _shows_chinese(encoding: str) -> bool:
    try:
        return bool("工作要点".encode(encoding))
    except (UnicodeEncodeError, LookupError):
        return False


def _said_for_all(arguments: list[str]) -> list[str]:
    """Take out `--lang` and `--quiet`, which may stand anywhere, and put them in force."""
    rest = []
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--":
            rest.append(argument)
            break
        name, equals, value = argument.partition("=")
        if name == "--lang":
            os.environ["SAFEPLAN_LANG"] = value if equals else next(waiting, "")
        elif argument == "--quiet":
            os.environ["SAFEPLAN_QUIET"] = "1"
        else:
            rest.append(argument)
    return [*rest, *waiting]


def _install_completion(arguments: list[str]) -> int:
    """Set up the completion of the shell, and say where."""
    from contextlib import redirect_stdout, suppress
    from io import StringIO

    from safeplan.cli.app import app
    from safeplan.cli.usage import completion_installed

    with redirect_stdout(StringIO()) as said, suppress(SystemExit):
        app(arguments, prog_name="safeplan", standalone_mode=False)
    print(completion_installed(said.getvalue()))
    return 0


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
