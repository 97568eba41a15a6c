"""The commands by name. A first word that is none of them is a chat verb and goes to the server.

Only the part that was asked for is imported: a balance in a terminal must not wait for the server's libraries.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import Annotated, Any, Final

import typer

from alfred.stop import Exit

HELP: Final = """AI credits that people can hold, share and lend.

Any other first word is said to Alfred, as in chat, and goes to the server: alfred balance, alfred help.

ALFRED_URL names the server and ALFRED_KEY is your key; --json is for scripts.
"""

COMMANDS: Final = {
    "up": ("alfred.cli.serving", "Start everything in one process: migrations, server, jobs."),
    "serve": ("alfred.cli.serving", "Start the web server alone."),
    "worker": ("alfred.cli.serving", "Do the jobs alone: refreshes, expiries, what falls due."),
    "chat": ("alfred.cli.chat", "Talk to Alfred as somebody, without Slack or Teams, or play a conversation."),
}
GROUPS: Final = {
    "admin": ("alfred.cli.admin", "Set up and repair, in the configured database, as the operator."),
    "demo": ("alfred.cli.demo", "Make a demo, and let time pass in it."),
    "manifest": ("alfred.cli.manifest", "What Slack and Teams are told about the app."),
}
LOCAL: Final = frozenset({*COMMANDS, *GROUPS})


def run(arguments: Sequence[str]) -> int:
    """Do one command line and return its exit code."""
    is_debug = "--debug" in arguments[:1]
    words = list(arguments[1:] if is_debug else arguments)
    is_verb = bool(words) and not words[0].startswith("-") and words[0] not in LOCAL
    near = get_close_matches(words[0], LOCAL, n=1, cutoff=0.6) if is_verb else []
    if near:
        sys.stderr.write(f"alfred: {words[0]} is no command; did you mean {near[0]}?\n")
        return Exit.USAGE
    try:
        if is_verb:
            return int(_part("alfred.cli.verbs").run(words))
        _app(words[0] if words else "")(words, prog_name="alfred")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else Exit.USAGE
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  the edge of the process: everything becomes a line
        return int(_part("alfred.cli.outcome").report(error, is_debug=is_debug, as_json="--json" in words))
    return Exit.DONE


def _app(wanted: str) -> typer.Typer:
    """All commands by name, and the wanted one to be run."""
    app = typer.Typer(
        help=HELP,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    for name, (module, help_) in COMMANDS.items():
        if name == wanted:
            app.command(name, short_help=help_)(getattr(_part(module), name))
        else:
            app.command(name, help=help_)(_unwanted)
    for name, (module, help_) in GROUPS.items():
        group: Any = _part(module).app if name == wanted else None
        if group is None:
            app.command(name, help=help_)(_unwanted)
        else:
            app.add_typer(group, name=name, help=help_)
    return app


def _part(module: str) -> Any:  # noqa: ANN401  a module's contents have no type of their own
    return import_module(module)


def _root(
    *, debug: Annotated[bool, typer.Option("--debug", help="First word: show the traceback of an error.")] = False
) -> None:
    """What all commands share; `--debug` itself is read in `run`."""


_unwanted: Final[Callable[[], None]] = lambda: None  # noqa: E731  only its name and help are shown
