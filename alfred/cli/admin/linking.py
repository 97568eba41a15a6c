"""Saying whose a workspace or an account of a chat platform is: the same for every platform."""

from __future__ import annotations

from alfred.cli.admin.reading import person_id
from alfred.cli.operator import Operator, act
from alfred.cli.printing import show
from core.directory.link_identity import IdentityLinked, LinkIdentity
from core.directory.link_workspace import LinkWorkspace, WorkspaceLinked
from core.directory.platforms import Platform


def link_workspace(platform: Platform, workspace_id: str, *, org: str | None, json: bool) -> None:
    """It is this organization's; people are then known by their verified address."""

    async def work(operator: Operator) -> WorkspaceLinked:
        return await operator.run(LinkWorkspace, platform=platform, workspace_id=workspace_id)

    show(act(work, organization=org), f"{workspace_id} belongs to this organization.", json=json)


def link_person(
    platform: Platform, who: str, *, workspace_id: str, external_id: str, org: str | None, json: bool
) -> None:
    """That account is this person's."""

    async def work(operator: Operator) -> IdentityLinked:
        return await operator.run(
            LinkIdentity,
            user_id=await person_id(operator, who),
            platform=platform,
            workspace_id=workspace_id,
            external_id=external_id,
        )

    show(act(work, organization=org), f"{external_id} in {workspace_id} is {who}.", json=json)
