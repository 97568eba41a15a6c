"""Policy documents begin to count at a place: each is a new version that replaces the one before it there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import ValidationError
from sqlalchemy import insert

from core.access.matrix import Permission
from core.access.places import node_place, organization_place
from core.directory.events import PolicyApplied
from core.directory.policies import Standing, standing_documents
from core.directory.tree import gate, home
from core.policy.documents import Document, changes, effective, problems_of, split
from core.policy.yaml_reading import Problem, Unusable
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.tables import policies
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class AppliedDocument:
    """One document that counts now. `changes` is field → (before, after), as they are written."""

    kind: str
    version: int
    changes: dict[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class PoliciesApplied:
    """The receipt."""

    scope_id: str
    documents: tuple[AppliedDocument, ...]


@dataclass(frozen=True, kw_only=True)
class ApplyPolicy:
    """`text` is YAML with one or more of the four documents, for an organization, department or team.

    What a document does not say comes from above; an empty one (`pool_policy: {}`) says nothing any more.
    """

    id: str
    organization_id: str
    actor: Actor
    scope_id: str
    text: str

    needs: ClassVar[str] = Permission.MANAGE_ORGANIZATION

    async def place(self, tx: Transaction) -> Place:
        """The whole organization: nobody loosens what binds themselves."""
        return organization_place(tx)

    async def execute(self, tx: Transaction) -> PoliciesApplied:
        """Refuses a text that cannot be used, here or together with what stands below, naming line and field."""
        await gate(tx)
        scope = await home(tx, self.scope_id)
        documents = self._documents()
        applied = []
        for document in documents:
            standing = await standing_documents(tx.connection, tx.organization_id, kind=document.kind)
            _check(document, standing, path=scope.path)
            applied.append(_applied(document, standing, scope_id=scope.id))
        # Nothing below may refuse.
        for document, one in zip(documents, applied, strict=True):
            await tx.execute(insert(policies).values(**self._row(tx, document, one=one)))
            tx.emit(PolicyApplied(scope_id=scope.id, kind=one.kind, version=one.version, author_id=tx.actor.id))
        details = {one.kind: {"version": one.version, "changes": one.changes} for one in applied}
        place = await node_place(tx, scope.id)
        tx.record(AuditNote(Happened.POLICY_APPLIED, place, subject_id=scope.id, details=details))
        return PoliciesApplied(scope.id, tuple(applied))

    def _documents(self) -> tuple[Document, ...]:
        try:
            return split(self.text)
        except Unusable as error:
            raise _wrong(error.problems[0]) from None

    def _row(self, tx: Transaction, document: Document, *, one: AppliedDocument) -> dict[str, Any]:
        return {
            "organization_id": tx.organization_id,
            "scope_id": self.scope_id,
            "kind": one.kind,
            "version": one.version,
            "text": self.text,
            "document": document.values,
            "changes": one.changes,
            "author_id": tx.actor.id,
            "applied_at": tx.now,
        }


def _check(document: Document, standing: list[Standing], *, path: tuple[str, ...]) -> None:
    """Raise Refused where it cannot be used: at its place, and at every place below that has a document."""
    above = sorted((one for one in standing if one.scope_id in path[:-1]), key=lambda one: len(one.path))
    problems = problems_of(document, above=[one.layer.values for one in above])
    if problems:
        raise _wrong(problems[0])
    for below in standing:
        if path[-1] in below.path[:-1]:
            _check_below(document, below, standing, at=path[-1])


def _check_below(document: Document, below: Standing, standing: list[Standing], *, at: str) -> None:  # noqa: PLR0917  three types
    on_path = {one.scope_id: one.layer.values for one in standing if one.scope_id in below.path}
    layers = [(on_path | {at: document.values})[scope] for scope in below.path if scope in on_path or scope == at]
    try:
        effective(document.kind, layers)
    except ValidationError:
        line = document.read.lines[document.kind.value,]
        why = f"does not go together with what {below.layer.name} says"
        raise _wrong(Problem(line, document.kind.value, why)) from None


def _applied(document: Document, standing: list[Standing], *, scope_id: str) -> AppliedDocument:
    before = next((one.layer for one in standing if one.scope_id == scope_id), None)
    told = changes(before=before.values if before else {}, after=document.values)
    return AppliedDocument(document.kind.value, before.version + 1 if before else 1, told)


def _wrong(problem: Problem) -> Refused:
    return Refused(refuse(Because.WRONG_POLICY, line=problem.line, field=problem.field or "text", why=problem.why))
