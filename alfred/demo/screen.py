"""The one screen that a demo begins with: what to try, with a key that works."""

from __future__ import annotations

from typing import Final

from rich.console import Console
from rich.text import Text

from alfred.called import command_name, short
from alfred.data_folder import DataFolder
from alfred.demo.acme import HERO

MODEL: Final = "gpt-4o-mini"


def show_screen(url: str, key: str, *, folder: DataFolder) -> None:
    """Print it. What is to be copied stands flush left and is never wrapped."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(screen(url, key, folder=folder))


def screen(url: str, key: str, *, folder: DataFolder) -> Text:
    """The text, no line wider than 80 columns for addresses of usual length."""
    alfred = command_name()
    text = Text("\n")
    text.append("  Alfred is running", "bold")
    text.append(f" on {url}", "bold cyan").append("   (Ctrl-C stops it)\n", "dim")
    text.append(f"  Acme: ten people, three teams, a month of calls behind it. You are {HERO}.\n")
    _code(text, f"A call, paid with {HERO}'s credits. Look at the X-Alfred headers:", lines=_curl(url, key))
    _code(text, "The same with the OpenAI client (pip install openai):", lines=_python(url, key))
    _code(text, "Talk to Alfred:", lines=_talking(alfred))
    _code(text, "Run things:", lines=_running(alfred))
    text.append("\n  Slack  ", "bold")
    text.append("set SLACK_BOT_TOKEN and SLACK_APP_TOKEN, then start again (docs/slack.md):\n")
    text.append(f"         `{alfred} manifest slack --socket` prints the app's manifest\n")
    text.append("  Teams  ", "bold").append("takes a registration of yours and an https address: docs/teams.md\n")
    text.append("  Data   ", "bold").append(
        f"{short(folder.path)} keeps it; `{alfred} up --demo --fresh` starts over\n"
    )
    return text


def _code(text: Text, title: str, *, lines: list[str]) -> None:
    text.append(f"\n  {title}\n\n", "bold")
    for line in lines:
        command, comment, remark = line.partition("  # ")
        text.append(command, "cyan").append(f"{comment}{remark}\n", "dim")


def _curl(url: str, key: str) -> list[str]:
    return [
        f"curl -i {url}/v1/chat/completions \\",
        f'  -H "x-api-key: {key}" \\',
        f"""  -d '{{"model": "{MODEL}", "messages": [{{"role": "user", "content": "Hi"}}]}}'""",
    ]


def _python(url: str, key: str) -> list[str]:
    return [
        "from openai import OpenAI",
        "client = OpenAI(",
        f'    base_url="{url}/v1",',
        f'    api_key="{key}",',
        ")",
        'hello = [{"role": "user", "content": "Hello!"}]',
        f'answer = client.chat.completions.create(model="{MODEL}", messages=hello)',
        "print(answer.choices[0].message.content)",
    ]


def _talking(alfred: str) -> list[str]:
    return _remarked(
        {
            f"{alfred} chat --as {HERO}": "try: balance, send @bob 10k, undo, ooo, help",
            f"{alfred} balance": "the same words, through the server",
        }
    )


def _running(alfred: str) -> list[str]:
    return _remarked(
        {
            f"{alfred} admin user list": "who is who",
            f"{alfred} demo advance 7d": "let a week pass; 30d brings the next quotas",
            f"{alfred} admin ledger verify": "compute every balance anew",
        }
    )


def _remarked(lines: dict[str, str]) -> list[str]:
    width = max(map(len, lines))
    return [f"{command:{width}}  # {remark}" for command, remark in lines.items()]
