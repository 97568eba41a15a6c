"""The commands by name. A first word that is none of them is a chat verb and goes to the server."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Annotated, Final

import typer

from alfred.cli import chat, serving, verbs
from alfred.cli.admin import app as admin_app
from alfred.cli.demo import app as demo_app
from alfred.cli.outcome import report
from alfred.stop import Exit

HELP: Final = """AI credits that people can hold, share and lend.

Anything that is not listed below is said to Alfred, as in chat:

  alfred balance · alfred send @bob 10k for the demo · alfred undo · alfred help

The server is ALFRED_URL, the key ALFRED_KEY; add --json for scripts."""

app = typer.Typer(
    help=HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("up")(serving.up)
app.command("serve")(serving.serve)
app.command("worker")(serving.worker)
app.command("chat")(chat.chat)
app.command("say", hidden=True, context_settings=verbs.TAKES_ANYTHING)(verbs.say)
app.add_typer(demo_app, name="demo")
app.add_typer(admin_app, name="admin")

LOCAL: Final = frozenset({"up", "serve", "worker", "chat", "demo", "admin", "say"})


@app.callback()
def root(*, debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False) -> None:
    """What all commands share; `--debug` itself is read in `run`."""


def run(arguments: Sequence[str]) -> int:
    """Do one command line and return its exit code."""
    is_debug = "--debug" in arguments[:1]
    words = list(arguments[1:] if is_debug else arguments)
    is_verb = bool(words) and not words[0].startswith("-") and words[0] not in LOCAL
    near = get_close_matches(words[0], LOCAL, n=1, cutoff=0.75) if is_verb else []
    if near:
        print(f"alfred: {words[0]} is no command; did you mean {near[0]}?", file=sys.stderr)  # noqa: T201  the edge
        return Exit.USAGE
    try:
        app(["say", *words] if is_verb else words, prog_name="alfred")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else Exit.USAGE
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  the edge of the process: everything becomes a line
        return report(error, is_debug=is_debug, as_json="--json" in words)
    return Exit.DONE
