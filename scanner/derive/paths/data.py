"""What a role, or anybody, can read: objects of buckets and secrets, by every policy there is and that of the key.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from scanner.derive.access.decision.document import Document, Statement
from scanner.derive.access.decision.request import Principal
from scanner.derive.access.escalation.statements import ByAction
from scanner.derive.access.judged.worlds import world_of
from scanner.derive.access.world.answers import unknown_of
from scanner.derive.access.world.asking import Asker, Judgement, Question
from scanner.derive.access.world.documents import at_most
from scanner.derive.access.world.principals import Identity
from scanner.derive.access.world.told import Teller
from scanner.derive.access.world.who import questions
from scanner.derive.access.world.world import World
from scanner.derive.facts import Facts
from scanner.derive.node import Node as Member
from scanner.derive.paths.hosts import reason
from scanner.derive.paths.path import MEMBERS, Edge, Evidence, Node
from scanner.model import Resource

BUCKET, SECRET = "AWS::S3::Bucket", "AWS::SecretsManager::Secret"
_READING = {BUCKET: ("s3:GetObject", "/*"), SECRET: ("secretsmanager:GetSecretValue", "")}
_WORDS = {BUCKET: "buckets", SECRET: "secrets"}
_DECRYPT = "kms:Decrypt"
_ACTIONS = (*(action.lower() for action, _ in _READING.values()), _DECRYPT.lower())
_WILD = re.compile(r"[*?]|\$\{")
_NOBODY = Asker(Principal("Anonymous", "anonymous"))


class Read(NamedTuple):
    """A bucket or secret that can be read, what allows it, and why that is not sure, where it is not."""

    resource: Resource
    question: Question
    judgement: Judgement
    unknown: tuple[str, ...]


class Data:
    """The buckets and secrets of one account, and who reads them; each role is asked about once."""

    def __init__(self, facts: Facts, account: str) -> None:
        """Lists nothing yet."""
        self._facts = facts
        self._account = account
        self._world: World = world_of(facts, account)
        self._statements = ByAction(_ACTIONS)
        self._by_role: dict[str, list[list[Read]]] = {}

    def of_role(self, arn: str) -> list[list[Read]]:
        """What a role reads, by type and certainty, no more than are named of each; public buckets are left out."""
        if arn not in self._by_role:
            identity = self._world.identity(arn)
            groups = [self._read(type_, identity) for type_ in _READING] if identity else []
            self._by_role[arn] = [part for group in groups for part in _parted(group) if part]
        return self._by_role[arn]

    def public(self) -> Iterator[Read]:
        """The buckets whose objects anybody reads without credentials."""
        for bucket in self._all(BUCKET):
            if (found := self._by_anybody(bucket)) is not None:
                yield found

    def _by_anybody(self, bucket: Resource) -> Read | None:
        action, behind = _READING[BUCKET]
        for question in questions(self._world, action, f"{bucket.id}{behind}", {}):
            if _means_anybody(question.guarded.document) and _key_of(bucket) is None:
                judged = question.judge(_NOBODY)
                if judged.allowed is not False:
                    return Read(bucket, question, judged, _doubt(judged))
        return None

    def _read(self, type_: str, identity: Identity) -> list[Read]:
        asker = Asker(identity.principal, identity)
        found: list[Read] = []
        for one in self._worth_asking(identity, type_):
            sure = sum(not each.unknown for each in found)
            if sure > MEMBERS:
                break
            read = self._of_one(one, asker)
            if read is not None and not self._is_public(one):
                found.append(read)
        return found

    def _is_public(self, one: Resource) -> bool:
        found = self._by_anybody(one) if one.type == BUCKET else None
        return found is not None and not found.unknown

    def _of_one(self, one: Resource, asker: Asker) -> Read | None:
        action, behind = _READING[one.type]
        for question in questions(self._world, action, f"{one.id}{behind}", {}):
            judged = question.judge(asker)
            if judged.allowed is False:
                continue
            unknown = self._by_key(one, asker)
            if unknown is not None:
                return Read(one, question, judged, (*_doubt(judged), *unknown))
        return None

    def _worth_asking(self, identity: Identity, type_: str) -> Iterator[Resource]:
        """Most roles say nothing of most data: what none of its statements can mean, and no policy lets it in to."""
        heads = tuple(self._heads(identity, _READING[type_][0].lower()))
        for one, text, is_open in self._listed[type_]:
            if is_open or text.startswith(heads) or any(head.startswith(text) for head in heads):
                yield one

    def _heads(self, identity: Identity, action: str) -> Iterator[str]:
        """How the ARNs begin that a role's statements allow an action on, as far as no wildcard stands there."""
        for label in identity.documents:
            for statement in self._statements.of(at_most(label.document), action):
                if statement.effect == "Allow":
                    yield from (_WILD.split(one, maxsplit=1)[0] for one in statement.resources or ("*",))

    @cached_property
    def _listed(self) -> Mapping[str, list[tuple[Resource, str, bool]]]:
        """Each with how its ARN begins in statements, and whether anything but a role's own policies can let it in."""
        return {
            type_: [(one, f"{one.id}{behind.rstrip('*')}", self._is_open(one)) for one in self._all(type_)]
            for type_, (_, behind) in _READING.items()
        }

    def _all(self, type_: str) -> Iterator[Resource]:
        return self._facts.inventory.of(type_, self._account)

    def _is_open(self, one: Resource) -> bool:
        action, behind = _READING[one.type]
        asked = list(questions(self._world, action, f"{one.id}{behind}", {}))
        return len(asked) > 1 or any(_means_somebody(each.guarded.document) for each in asked)

    def _by_key(self, one: Resource, asker: Asker) -> tuple[str, ...] | None:
        """Why it is not sure that the key lets it be read; nothing where it surely does not."""
        key = _key_of(one)
        if key is None:
            return ()
        judged = Question(self._world, _DECRYPT, self._world.guarded(key, _DECRYPT)).judge(asker)
        return None if judged.allowed is False else _doubt(judged)


def step(reads: Sequence[Read], who: str) -> tuple[Node, Edge]:
    """What is read as one place, and the step to it; `who` reads, by name."""
    first = reads[0]
    type_ = first.resource.type
    words = f"{_WORDS[type_]}{' or more' if len(reads) > MEMBERS else ''}"
    told = list(reads[:MEMBERS])
    node = Node.of_several([one.resource for one in told], f"{who}/{type_}", words)
    action = _READING[type_][0]
    evidence = tuple({str(said): said for one in told for said in _said(one)}.values())[:MEMBERS]
    unknown = tuple(dict.fromkeys(text for one in told for text in one.unknown))
    mend = f"allow {action} only on what is needed"
    return node, Edge("data", f"reads by {action}", evidence, mend, unknown)


def _said(read: Read) -> Iterator[Evidence]:
    asker = _NOBODY
    identity = read.question.world.identity(read.judgement.request.principal.id) if read.judgement.request else None
    if identity is not None:
        asker = Asker(identity.principal, identity)
    for one in Teller(read.question, asker).allowing(read.judgement):
        statement = "" if one.statement is None else f"statement {one.sid or one.statement} "
        yield Evidence(one.policy or read.resource.id, f"{statement}{one.reason}".strip(), "Statement", one.text)


def _parted(group: list[Read]) -> tuple[list[Read], list[Read]]:
    return [one for one in group if not one.unknown], [one for one in group if one.unknown]


def _doubt(judged: Judgement) -> tuple[str, ...]:
    return () if judged.allowed else (reason(unknown_of(judged)),)


def _statements(document: Document | None) -> Iterator[Statement]:
    for one in at_most(document).statements if document else ():
        if one.effect == "Allow":
            yield one


def _means_anybody(document: Document | None) -> bool:
    return any(
        one.not_principals is not None or any(who.name == "*" for who in one.principals or ())
        for one in _statements(document)
    )


def _means_somebody(document: Document | None) -> bool:
    """Whether a policy could let in a principal that is no service."""
    return any(
        one.not_principals is not None or any(who.kind != "Service" for who in one.principals or ())
        for one in _statements(document)
    )


def _key_of(one: Resource) -> str | None:
    """The ARN of the key of the account's own that a bucket encrypts with by default, or a secret with."""
    named: Any = None
    if one.type == SECRET:
        named = Member.of(one, "KmsKeyId").value
    else:
        for rule in Member.of(one, "BucketEncryption", "Rules").elements():
            named = rule.member("ApplyServerSideEncryptionByDefault").member("KMSMasterKeyID").value or named
    if not isinstance(named, str) or not named or "alias/aws/" in named:
        return None
    if named.startswith("arn:"):
        return named
    kind = "" if named.startswith("alias/") else "key/"
    return f"arn:{one.partition}:kms:{one.region}:{one.account}:{kind}{named}"
