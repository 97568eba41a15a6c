"""`alfred admin …`: whoever may open the database sets things up and repairs them."""

from __future__ import annotations

import typer

from alfred.cli.admin import (
    audit,
    config,
    database,
    jobs,
    keys,
    ledger,
    org,
    outbox,
    place,
    policy,
    project,
    quota,
    role,
    slack,
    teams,
    user,
)

app = typer.Typer(help="Set up and repair, straight in the configured database, as the operator.", no_args_is_help=True)
app.add_typer(org.app, name="org")
app.add_typer(user.app, name="user")
app.add_typer(role.app, name="role")
app.add_typer(place.department, name="department")
app.add_typer(place.team, name="team")
app.add_typer(project.app, name="project")
app.add_typer(quota.app, name="quota")
app.add_typer(quota.credits_app, name="credits")
app.add_typer(keys.app, name="keys")
app.add_typer(policy.app, name="policy")
app.add_typer(ledger.app, name="ledger")
app.add_typer(audit.app, name="audit")
app.add_typer(jobs.app, name="jobs")
app.add_typer(outbox.app, name="outbox")
app.add_typer(slack.app, name="slack")
app.add_typer(teams.app, name="teams")
app.add_typer(config.app, name="config")
app.add_typer(database.app, name="db")
