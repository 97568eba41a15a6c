"""The pages that the person who installs sees: one short page each, no script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "Referrer-Policy": "no-referrer",  # the address holds the state and Slack's code
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

_STYLE: Final = (
    "body{font:1.05rem/1.55 system-ui,sans-serif;max-width:34rem;margin:12vh auto 4rem;padding:0 1.25rem;"
    "color:#1d2733;background:#fff}h1{font-size:1.6rem;line-height:1.25;margin:0 0 1rem}li{margin:.5rem 0}"
    "code{background:#eef2f5;border-radius:.3rem;padding:.1rem .35rem}a{color:#0b5cab}"
    "@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#12181f}code{background:#26303a}a{color:#7db8f0}}"
)


@dataclass(frozen=True, slots=True)
class Page:
    """`lines` are HTML; what comes from elsewhere is escaped by whoever makes them."""

    status: int
    title: str
    lines: Sequence[str]

    @property
    def html(self) -> str:
        """The whole document."""
        title = escape(self.title)
        return (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{title}</title><style>{_STYLE}</style></head>"
            f"<body><main><h1>{title}</h1>{''.join(self.lines)}</main></body></html>"
        )


NO_LINK: Final = Page(
    403,
    "This needs an install link",
    (
        "<p>A link ties the workspace to your organization, so that nobody can attach a foreign one.</p>",
        "<p>Whoever runs Alfred makes it with <code>alfred admin slack install-link</code>.</p>",
    ),
)
OLD_LINK: Final = Page(
    410, "This install link has expired", ("<p>Ask whoever gave it to you for a new one. Nothing was installed.</p>",)
)
BAD_STATE: Final = Page(
    400,
    "This installation cannot go on",
    (
        "<p>It was begun more than ten minutes ago, in another browser, or has been finished already.</p>",
        "<p>Open the install link again. Nothing was installed.</p>",
    ),
)
CANCELLED: Final = Page(
    200,
    "Nothing was installed",
    ("<p>You said no, or Slack did. Open the install link again whenever you like.</p>",),
)
FOREIGN: Final = Page(
    409,
    "This workspace belongs to another organization",
    ("<p>A workspace belongs to one organization at a time. Remove Alfred from it first, then install it again.</p>",),
)
NOT_ALLOWED: Final = Page(
    403,
    "This link is good for nothing any more",
    ("<p>Whoever made it may no longer manage the organization. Ask for a new one.</p>",),
)
OTHER_WORKSPACE: Final = Page(
    409,
    "This link is for another workspace",
    ("<p>Choose that workspace in Slack's page, at the top right, or ask for another link.</p>",),
)
AWAY: Final = Page(
    503,
    "Alfred cannot reach its database",
    ("<p>Open the install link again in a minute. Nothing was installed.</p>",),
)


def failed(word: str) -> Page:
    """Slack gave no tokens."""
    return Page(
        502,
        "Slack did not finish the installation",
        (
            f"<p>Slack says: <code>{escape(word)}</code>.</p>",
            "<p>Open the install link again. Nothing was installed.</p>",
        ),
    )


def installed(name: str, *, open_url: str) -> Page:
    """What to do next."""
    return Page(
        200,
        f"Alfred is in {name}",
        (
            "<p>What comes next:</p><ol>",
            "<li>In any channel of Slack type <code>/alfred balance</code>. Only you see the answer.</li>",
            "<li>Who has an address of your organization's own mail domains is recognised at once.</li>",
            "<li>Others type <code>/alfred link CODE</code>, with the code of <code>alfred link</code>.</li></ol>",
            "<p><code>/alfred help</code> shows the rest, with examples.</p>",
            f'<p><a href="{escape(open_url, quote=True)}">Open Alfred in Slack</a>. You can close this page.</p>',
        ),
    )
