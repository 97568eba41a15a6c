"""What the admin commands look up: people by handle, address or id; nodes by name or id; amounts as typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, select

from alfred.cli.operator import Operator
from alfred.stop import Exit, Stop
from core.access.check import counts_at
from core.directory.find_user import FindUser
from core.directory.read_units import ReadUnits
from core.directory.show_tree import NodeLine, Tree
from core.directory.tree import NodeKind
from core.directory.units import AmountError, Units, WrongAmount
from core.storage.tables import nodes, project_members, roles, users

ANY: Final = tuple(NodeKind)
WRONG: Final = {
    WrongAmount.NOT_A_NUMBER: "write 10000, 10k, 2.5M or '$50'",
    WrongAmount.AMBIGUOUS_SEPARATOR: "write 2.5M or 10,000, a point for decimals and a comma for thousands",
    WrongAmount.NOT_POSITIVE: "it should be more than zero",
    WrongAmount.FRACTION_OF_A_CREDIT: "it is not a whole number of credits",
    WrongAmount.TOO_LARGE: "it is more than the ledger takes at once",
    WrongAmount.UNKNOWN_UNIT: "this organization has no such unit",
    WrongAmount.NO_DOLLAR_RATE: "this organization has no dollar rate",
}


async def person_id(operator: Operator, typed: str) -> str:
    """The id of who is meant by `alice`, `@alice`, `alice@acme.example` or an id. Raises Refused."""
    return (await operator.ask(FindUser, text=typed)).id


async def node_id(operator: Operator, typed: str, *, kinds: Sequence[NodeKind] = ANY) -> str:
    """The id of the node with that name or id, among some kinds. Raises Stop when there is none, or several."""
    fitting = await _nodes_called(operator, typed, kinds=kinds)
    what = " or ".join(kinds) if len(kinds) < len(ANY) else "department, team or project"
    if not fitting:
        raise Stop(f"There is no {what} called {typed}; `alfred admin org show` shows the tree.", code=Exit.REFUSED)
    if len(fitting) > 1:
        ids = ", ".join(f"{line.id} ({line.kind})" for line in fitting)
        raise Stop(f"Several are called {typed}; name one by its id: {ids}.", code=Exit.REFUSED)
    return fitting[0].id


async def owner_id(operator: Operator, typed: str) -> str:
    """The id of a person (`@alice`, or a handle that no node has as its name) or of a node. Raises Stop, Refused."""
    is_person = typed.startswith(("@", "usr_")) or not await _nodes_called(operator, typed, kinds=ANY)
    return await person_id(operator, typed) if is_person else await node_id(operator, typed)


async def units_of(operator: Operator) -> Units:
    """How the organization counts."""
    return (await operator.ask(ReadUnits)).units


async def zone_of(operator: Operator) -> ZoneInfo:
    """Where its days begin."""
    return ZoneInfo((await operator.ask(ReadUnits)).time_zone)


async def credits_in(operator: Operator, typed: str) -> int:
    """The credits in `10k`, `2.5M`, `$50`. Raises Stop."""
    try:
        return (await units_of(operator)).parse(typed)
    except AmountError as error:
        raise Stop(f"{error.typed or 'Nothing'} cannot be used as an amount: {WRONG[error.reason]}.") from None


async def members(operator: Operator, project_id: str) -> list[str]:
    """The handles of a project's members."""
    same = (project_members.c.organization_id == users.c.organization_id) & (project_members.c.user_id == users.c.id)
    wanted = (
        select(users.c.handle)
        .join(project_members, same)
        .where(users.c.organization_id == operator.organization_id, project_members.c.project_id == project_id)
        .order_by(users.c.handle)
    )
    return [str(row.handle) for row in await rows(operator, wanted)]


async def roles_held(operator: Operator) -> dict[str, tuple[str, ...]]:
    """The roles that people hold now, wherever, by user id."""
    wanted = (
        select(roles.c.user_id, roles.c.role)
        .where(
            roles.c.organization_id == operator.organization_id,
            *counts_at(operator.engine.clock.now()),
        )
        .distinct()
        .order_by(roles.c.role)
    )
    held: dict[str, tuple[str, ...]] = {}
    for row in await rows(operator, wanted):
        held[row.user_id] = (*held.get(row.user_id, ()), row.role)
    return held


async def names_of(operator: Operator) -> dict[str, str]:
    """Id → what people call it: places by name, people by handle."""
    mine = operator.organization_id
    people = select(users.c.id, users.c.handle).where(users.c.organization_id == mine)
    places = select(nodes.c.id, nodes.c.name).where(nodes.c.organization_id == mine)
    found = {row.id: row.name for row in await rows(operator, places)}
    return found | {row.id: f"@{row.handle}" for row in await rows(operator, people)}


async def rows(operator: Operator, wanted: Select[Any]) -> Sequence[Row[Any]]:
    """Read straight from the database."""
    async with operator.database.snapshot() as connection:
        found: Sequence[Row[Any]] = (await connection.execute(wanted)).all()
    return found


async def _nodes_called(operator: Operator, typed: str, *, kinds: Sequence[NodeKind]) -> list[NodeLine]:
    lines = await operator.ask(Tree, with_archived=typed.partition("_")[0] in {"dep", "team", "proj"})
    wanted = [line for line in lines if line.kind in kinds]
    exactly = [line for line in wanted if typed in {line.id, line.name}]
    return exactly or [line for line in wanted if line.name.casefold() == typed.casefold()]
