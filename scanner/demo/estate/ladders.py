"""IAM: a way from the build runner to an administrator in three steps, and one that a boundary stops.

No policy of these is wide by itself: what they grant together is.
"""

from __future__ import annotations

from typing import Any

from scanner.demo.estate.words import allow, policy, trust

TRAINEE, FENCE = "m.trainee", "trainee-fence"


def build(iam: Any, account: str) -> None:
    """The runner, what it can climb by, and the trainee who cannot."""
    _ladder(iam, f"arn:aws:iam::{account}:")
    _stopped(iam, f"arn:aws:iam::{account}:")


def _ladder(iam: Any, own: str) -> None:
    """Runner → (assumes) build → (passes to a function) stock-sync → (assumes) fleet-control, which may do all."""
    iam.create_user(UserName="build-runner", Tags=[{"Key": "team", "Value": "platform"}])
    iam.put_user_policy(
        UserName="build-runner",
        PolicyName="builds",
        PolicyDocument=policy(allow("sts:AssumeRole", f"{own}role/freight-build")),
    )
    passes = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    roles = {
        "freight-build": (
            trust({"AWS": f"{own}user/build-runner"}),
            policy(
                allow("iam:PassRole", f"{own}role/freight-stock-*", Sid="PassToFunctions", Condition=passes),
                allow(["lambda:CreateFunction", "lambda:InvokeFunction"], "*", Sid="ReleaseFunctions"),
            ),
        ),
        "freight-stock-sync": (
            trust({"Service": "lambda.amazonaws.com"}),
            policy(allow("sts:AssumeRole", f"{own}role/fleet-*", Sid="ReachTheFleet")),
        ),
        "fleet-control": (trust({"AWS": f"{own}role/freight-stock-sync"}), policy(allow("*"))),
    }
    for name, (trusts, document) in roles.items():
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusts, Tags=[{"Key": "team", "Value": "platform"}])
        iam.put_role_policy(RoleName=name, PolicyName="work", PolicyDocument=document)


def _stopped(iam: Any, own: str) -> None:
    """The trainee may write policies for itself: a boundary keeps what they give to reading, and from other roles."""
    fence = iam.create_policy(
        PolicyName=FENCE,
        PolicyDocument=policy(
            allow(["iam:PutUserPolicy", "s3:Get*", "s3:List*"], "*", Sid="AtMost"),
            {"Sid": "StayYourself", "Effect": "Deny", "Action": "sts:AssumeRole", "Resource": "*"},
        ),
    )["Policy"]["Arn"]
    iam.create_user(UserName=TRAINEE, PermissionsBoundary=fence, Tags=[{"Key": "team", "Value": "trade"}])
    iam.put_user_policy(
        UserName=TRAINEE,
        PolicyName="own-policies",
        PolicyDocument=policy(allow("iam:PutUserPolicy", f"{own}user/${{aws:username}}", Sid="WriteOnesOwn")),
    )
