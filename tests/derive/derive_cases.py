"""Random requests and policies about them: a third and more are allowed, since each policy is made from its request."""

from __future__ import annotations

from random import Random
from typing import Any

OWN, OTHER, THIRD = "111122223333", "444455556666", "777788889999"
PRINCIPALS: tuple[Any, ...] = (
    f"arn:aws:iam::{OWN}:user/team/ann",
    f"arn:aws:iam::{OWN}:user/bob",
    f"arn:aws:iam::{OWN}:role/service/worker",
    f"arn:aws:sts::{OWN}:assumed-role/worker/job-1",
    f"arn:aws:sts::{OWN}:assumed-role/worker/job-2",
    f"arn:aws:sts::{OTHER}:assumed-role/auditor/x",
    f"arn:aws:sts::{OWN}:assumed-role/AWSServiceRoleForConfig/x",
    f"arn:aws:iam::{OWN}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig",
    f"arn:aws:sts::{OWN}:federated-user/bob",
    f"arn:aws:iam::{OWN}:root",
    f"arn:aws:iam::{OTHER}:root",
    f"arn:aws:iam::{OTHER}:user/eve",
    {"type": "Anonymous"},
    {"type": "Service", "id": "cloudtrail.amazonaws.com"},
    {"type": "Federated", "id": "accounts.google.com"},
    {"type": "CanonicalUser", "id": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"},
)
NAMES: tuple[Any, ...] = (
    *({"AWS": one} for one in PRINCIPALS if isinstance(one, str)),
    {"AWS": f"arn:aws:iam::{OWN}:role/worker"},
    {"AWS": f"arn:aws:iam::{OTHER}:role/auditor"},
    {"AWS": f"arn:aws:iam::{OWN}:user/ann"},
    {"AWS": f"arn:aws:iam::{OWN}:user/*"},
    {"AWS": OWN},
    {"AWS": [OTHER, f"arn:aws:iam::{THIRD}:root"]},
    {"AWS": "AIDAEXAMPLEEXAMPLE12"},
    {"Service": ["cloudtrail.amazonaws.com", "config.amazonaws.com"]},
    {"Federated": "accounts.google.com", "AWS": OTHER},
    {"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"},
    {"AWS": []},
    {},
)
ACTIONS = (
    ("s3:GetObject", "arn:aws:s3:::data/home/ann/report.txt"),
    ("s3:PutObject", "arn:aws:s3:::data/home/a*n/new?"),
    ("s3:ListAllMyBuckets", "*"),
    ("s3:DeleteBucketPolicy", "arn:aws:s3:::data"),
    ("sqs:SendMessage", f"arn:aws:sqs:eu-west-1:{OWN}:jobs"),
    ("sqs:ReceiveMessage", f"arn:aws:sqs:eu-west-1:{OTHER}:jobs"),
    ("kms:Decrypt", f"arn:aws:kms:eu-west-1:{OWN}:key/k-1"),
    ("kms:RetireGrant", f"arn:aws:kms:eu-west-1:{OWN}:key/k-1"),
    ("kms:CreateAlias", f"arn:aws:kms:eu-west-1:{OWN}:alias/app"),
    ("kms:CreateAlias", f"arn:aws:kms:eu-west-1:{OWN}:alias/aws/s3"),
    ("kms:ListKeys", "*"),
    ("sts:AssumeRole", f"arn:aws:iam::{OWN}:role/deploy"),
    ("sts:AssumeRole", f"arn:aws:iam::{OTHER}:role/deploy"),
    ("sts:TagSession", f"arn:aws:iam::{OWN}:role/deploy"),
    ("sts:GetCallerIdentity", "*"),
    ("ec2:RunInstances", f"arn:aws:ec2:eu-west-1:{OWN}:instance/*"),
    ("iam:PassRole", f"arn:aws:iam::{OWN}:role/deploy"),
    ("lambda:InvokeFunction", f"arn:aws:lambda:eu-west-1:{OWN}:function:job"),
    ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:eu-west-1:{OWN}:secret:db-AbCdEf"),
)
CONTEXT: dict[str, tuple[Any, ...]] = {
    "aws:PrincipalTag/Team": ("ops", "OPS", "a*", "*", "dev", ""),
    "aws:ResourceTag/Team": ("ops", "dev", "a*", "abc"),
    "aws:SourceIp": ("203.0.113.9", "10.1.2.3", "2001:db8::7", "nowhere"),
    "aws:SourceVpce": ("vpce-1", "vpce-2"),
    "aws:SourceArn": ("arn:aws:s3:::data", f"arn:aws:sns:eu-west-1:{OWN}:topic", "data"),
    "aws:SecureTransport": ("true", "false", "TRUE", "yes"),
    "aws:CurrentTime": ("2026-02-01T12:00:00Z", "2025-06-30T23:59:59+02:00"),
    "aws:MultiFactorAuthAge": ("60", "3600", "60.0", "x"),
    "aws:TagKeys": (["Team"], ["Team", "Cost"], [], [""], ["x", "y"]),
    "aws:userid": ("AIDAEXAMPLEEXAMPLE12", "AROAEXAMPLE:job-1"),
    "x:Binary": ("QUI=", "QUE="),
}
MANY = ("aws:tagkeys",)
WANTED = {
    "String": ("ops", "a*", "?ps", "O*", "", "vpce-1", "Team", "*", "${aws:PrincipalTag/Team}", "${aws:ResourceTag/Team}", "${aws:PrincipalTag/None, 'ops'}", "a${*}", "${aws:username}"),
    "Arn": ("arn:aws:s3:::data", "arn:*:s3:::d?ta", "arn:aws:*:data", f"arn:aws:sns:*:{OWN}:*", "${aws:SourceArn}", "arn:aws:iam::*:user/*"),
    "Ip": ("203.0.113.0/24", "10.0.0.0/8", "10.1.2.3", "2001:db8::/32", "10.1.2.200/24", "all"),
    "Date": ("2026-01-01T00:00:00Z", "2025-06-30T21:59:59Z", "2026-02", "1767225600", "never"),
    "Numeric": ("60", 3600, "100.5", "-1", "x"),
    "Bool": ("true", False, "TRUE", "${aws:SecureTransport}"),
    "Binary": ("QUI=",),
}  # fmt: skip
OPERATORS = {
    "String": ("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike"),
    "Arn": ("ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"),
    "Ip": ("IpAddress", "NotIpAddress"),
    "Date": tuple(f"Date{one}" for one in ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")),
    "Numeric": tuple(f"Numeric{one}" for one in ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")),
    "Bool": ("Bool",),
    "Binary": ("BinaryEquals",),
}  # fmt: skip
TYPES = {
    "aws:SourceIp": "Ip", "aws:SourceArn": "Arn", "aws:PrincipalArn": "Arn", "aws:SecureTransport": "Bool",
    "aws:CurrentTime": "Date", "aws:MultiFactorAuthAge": "Numeric", "x:Binary": "Binary", "aws:ViaAWSService": "Bool",
    "aws:PrincipalIsAWSService": "Bool",
}  # fmt: skip


class Cases:
    """A case for each seed, always the same."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def case(self) -> dict[str, Any]:
        """One case as `posture access simulate` takes it."""
        some = self.random
        action, resource = some.choice(ACTIONS)
        context = {self.cased(key): some.choice(values) for key, values in CONTEXT.items() if some.random() < 0.4}
        principal = some.choice(PRINCIPALS[:6] if some.random() < 0.4 else PRINCIPALS)
        request = {"principal": principal, "action": action, "resource": resource, "context": context}
        if some.random() < 0.5:
            request["resource_account"] = some.choice((OWN, OWN, OTHER))
        self.request = request
        return {"id": 1, "request": request, "policies": self.policies()}

    def policies(self) -> dict[str, Any]:
        kinds: dict[str, Any] = {"identity": self.several(3) if self.random.random() < 0.8 else []}
        kinds["resource"] = self.sometimes(0.7, lambda: self.document(named=True))
        kinds["boundary"] = self.sometimes(0.25, lambda: self.several(1) or [self.document()])
        kinds["session"] = self.sometimes(0.25, self.document)
        kinds["scp"] = self.sometimes(0.4, lambda: [self.several(2) for _ in range(self.random.randint(0, 2))])
        kinds["rcp"] = self.sometimes(0.2, lambda: [[self.document()] for _ in range(self.random.randint(0, 2))])
        kinds["vpce"] = self.sometimes(0.15, lambda: [self.document(named=True, everybody=0.8)])
        return kinds

    def sometimes(self, share: float, make: Any) -> Any:
        return make() if self.random.random() < share else None

    def several(self, most: int) -> list[Any]:
        return [self.document() for _ in range(self.random.randint(0 if self.random.random() < 0.2 else 1, most))]

    def document(self, *, named: bool = False, everybody: float = 0.25) -> dict[str, Any]:
        body = [self.statement(named, everybody) for _ in range(self.random.randint(1, 3))]
        policy: dict[str, Any] = {"Statement": body[0] if len(body) == 1 and self.random.random() < 0.5 else body}
        if self.random.random() < 0.85:
            policy["Version"] = self.random.choice(("2012-10-17", "2012-10-17", "2008-10-17"))
        return policy

    def statement(self, named: bool, everybody: float) -> dict[str, Any]:
        some = self.random
        effect = "Deny" if some.random() < 0.1 else "Allow"
        one: dict[str, Any] = {"Effect": effect}
        name = "Action" if some.random() < 0.93 else "NotAction"
        one[name] = self.listed(self.action if (name == "Action") else self.another_action)
        if some.random() < 0.9 or not named:
            name = "Resource" if some.random() < 0.93 else "NotResource"
            one[name] = self.listed(self.resource if name == "Resource" else self.another_resource)
        if named:
            one |= self.names(effect, everybody)
        if some.random() < (0.35 if effect == "Allow" else 0.7):
            one["Condition"] = self.condition()
        return one

    def names(self, effect: str, everybody: float) -> dict[str, Any]:
        some, draw = self.random, self.random.random()
        if effect == "Deny" and draw < 0.5:
            own = [one for one in NAMES if one.get("AWS") == self.request["principal"]]
            listed = [
                one["AWS"] for one in (*own, some.choice(NAMES), some.choice(NAMES)) if isinstance(one.get("AWS"), str)
            ]
            account = {"AWS": [*listed, f"arn:aws:iam::{OWN}:root", f"arn:aws:iam::{OWN}:role/service/worker"]}
            return {"NotPrincipal": account if some.random() < 0.7 else {"AWS": listed or [OWN]}}
        if draw < everybody:
            return {"Principal": some.choice(("*", {"AWS": "*"}))}
        principal = self.request["principal"]
        if draw < 0.8 and isinstance(principal, str):
            account, name = principal.split(":")[4], principal.rpartition("assumed-role/")[2].partition("/")[0]
            forms = (principal, f"arn:aws:iam::{account}:root", f"arn:aws:iam::{account}:role/{name}")
            return {"Principal": {"AWS": some.choice(forms if "assumed-role" in principal else forms[:2])}}
        if draw < 0.8 and "id" in principal:
            return {"Principal": {principal["type"]: principal["id"]}}
        return {"Principal": some.choice(NAMES)}

    def listed(self, make: Any) -> Any:
        draw = self.random.random()
        return make() if draw < 0.5 else [make() for _ in range(self.random.randint(1, 3))] if draw < 0.98 else []

    def action(self) -> str:
        action = self.request["action"]
        service, _, verb = action.partition(":")
        forms = (
            "*",
            f"{service}:*",
            action,
            action.swapcase(),
            f"{service}:{verb[:3]}*",
            f"{service}:?{verb[1:]}",
            f"*:{verb}",
        )
        return self.random.choice((*forms, *forms, self.another_action()))

    def another_action(self) -> str:
        return self.random.choice(
            (self.random.choice(ACTIONS)[0], "ec2:Describe*", "sns:*", f"{self.request['action']}X")
        )

    def resource(self) -> str:
        resource = self.request["resource"]
        forms = ["*", resource, f"{resource[:12]}*", f"{resource[:-1]}?", "arn:*"]
        forms += [resource.replace("ann", one) for one in ("${aws:username}", "${aws:PrincipalTag/None, 'ann'}")]
        forms += [resource.replace("*", "${*}"), resource.swapcase()]
        return self.random.choice((*forms, self.another_resource()))

    def another_resource(self) -> str:
        return self.random.choice(
            (self.random.choice(ACTIONS)[1], "arn:aws:s3:::data/${aws:PrincipalTag/None}", "arn:aws:s3:::other")
        )

    def condition(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for _ in range(self.random.randint(1, 2)):
            operator, key, wanted = self.test()
            found.setdefault(operator, {})[key] = wanted
        return found

    def test(self) -> tuple[str, str, Any]:
        some = self.random
        keys = [
            *CONTEXT,
            "aws:PrincipalArn",
            "aws:PrincipalAccount",
            "aws:PrincipalType",
            "aws:username",
            "aws:ViaAWSService",
            "aws:PrincipalIsAWSService",
            "aws:ResourceAccount",
        ]
        given = {key.lower(): value for key, value in self.request["context"].items()}
        likely = [key for key in keys if key.lower() in given]
        key = some.choice(likely if likely and some.random() < 0.6 else keys)
        if some.random() < 0.1:
            return (
                self.quantified("Null", share=0.2),
                self.cased(key),
                some.choice(("true", "false", True, ["false", "true"])),
            )
        kind = TYPES.get(key, "String")
        operator = some.choice(OPERATORS[kind])
        value = given.get(key.lower())
        values = [*WANTED[kind], *(value if isinstance(value, list) else [value] if value else [])]
        values += {"aws:PrincipalAccount": [OWN, OTHER], "aws:PrincipalType": ["User", "AssumedRole"]}.get(key, [])
        if value and some.random() < 0.5:
            values = value if isinstance(value, list) else [value]
        if key == "aws:ResourceTag/Team" and some.random() < 0.4:
            values = ["${aws:PrincipalTag/Team}"]
        wanted = [some.choice(values) for _ in range(some.choice((1, 1, 2, 3)))] if values else ["x"]
        if some.random() < 0.03:
            wanted = []
        operator = self.quantified(operator, share=1 if key.lower() in MANY else 0.1)
        if some.random() < 0.2:
            operator += "IfExists"
        return operator, self.cased(key), wanted[0] if len(wanted) == 1 and some.random() < 0.7 else wanted

    def quantified(self, operator: str, *, share: float) -> str:
        return (
            f"{self.random.choice(('ForAllValues', 'ForAnyValue'))}:{operator}"
            if self.random.random() < share
            else operator
        )

    def cased(self, key: str) -> str:
        return key if self.random.random() < 0.8 else key.swapcase()
