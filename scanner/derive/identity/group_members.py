"""Which users are in a group."""

from __future__ import annotations

from scanner.derive.logic import as_kind, weightiest
from scanner.derive.node import Node
from scanner.derive.passes import Context, derives
from scanner.model import GLOBAL, Neighbours, Partial, Resource, Unknown

USER = "AWS::IAM::User"


class _Index:
    """The users of one account by group, and why a group may have others."""

    def __init__(self, users: Neighbours) -> None:
        self.by_group: dict[str, list[str]] = {}
        doubts: list[Unknown] = [users.incomplete] if users.incomplete else []
        for user in users.resources:
            groups = Node.of(user, "GroupList")
            doubts += [why for why in (groups.unknown, groups.more) if why]
            for group in groups.elements() if not groups.unknown else ():
                if group.unknown:
                    doubts.append(group.unknown)
                else:
                    self.by_group.setdefault(str(group.value), []).append(user.name)
        self.more = as_kind(weightiest(doubts), "more") if doubts else None


@derives("AWS::IAM::Group", "group_members", gives=list[str], reads=(f"{USER}.GroupList",))
def group_members(group: Resource, context: Context) -> Partial:
    """The names of the users whose `GroupList` names the group.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UserDetail.html
    """
    index = context.once(
        ("group_members", group.account), lambda: _Index(context.neighbours(USER, group.account, GLOBAL))
    )
    return Partial(list(index.by_group.get(group.name, ())), {"/-": index.more} if index.more else {})
