import base64
import gzip
import hashlib
import json

import pytest

from scanner.aws.redact import redacted
from scanner.aws.shapes import shape_of
from scanner.secrets.judge import judged

KEY_ID = "AKIA" + "Q3ZT5W7LMN2PXYAB"
SECRET_KEY = "kP9vX2mQ7sL4wR8tY1zB6nC3" + "dF5gH0jK/aS+eU2i"
LONG = "0123456789abcdefghij0123456789ABCDEF"
# In parts, so that no other scanner takes a test for a leak.
TOKENS = [
    ("GitHub token", ("git clone https://x:", "ghp_", LONG, "@github.com/a/b")),
    ("GitHub token", ("github_pat_", "11ABCDEFG0123456789abc_0123456789")),
    ("GitLab token", ("glpat-", LONG[:20])),
    ("Slack token", ("xoxb-", "123456789012-123456789012-abcdefGHIJ")),
    ("Slack webhook", ("curl https://", "hooks.slack.com/", "services/T0123ABCD/B0123ABCD/", LONG[:24], " -d x")),
    ("Stripe key", ("sk_live_", LONG[:24])),
    ("Google API key", ("AIza", "Sy0123456789abcdefghijABCDEFGHIJ_-k")),
    ("Google Cloud service account key", ('"private_key_', 'id": "', "0123456789abcdef0123456789abcdef01234567", '"')),
    (
        "Azure storage key",
        ("AccountName=a;Account", "Key=", LONG + LONG, LONG[:14], "==;EndpointSuffix=core.windows.net"),
    ),
    ("npm token", ("npm_", LONG)),
    ("SendGrid key", ("SG.", LONG[:22], ".", LONG, "0123456")),
    ("Vault token", ("hvs.", LONG[:30])),
    ("DigitalOcean token", ("dop_v1_", "0123456789abcdef" * 4)),
    ("JSON Web Token", ("eyJhbGciOiJIUzI1NiJ9", ".eyJzdWIiOiIxMjM0In0.", LONG)),
    ("private key", ("-----BEGIN ", "PRIVATE KEY-----")),
    ("private key", ("-----BEGIN OPENSSH ", "PRIVATE KEY-----")),
    ("private key", ('"private_key": "-----BEGIN ', r"PRIVATE KEY-----\nMIIEvQIBADANBg")),
    ("AWS access key id", ("AWS_ACCESS_KEY_ID=", KEY_ID)),
    ("AWS secret access key", ("aws_secret_access_key = ", SECRET_KEY)),
    ("AWS secret access key", ('{"SecretAccessKey": "', SECRET_KEY, '"}')),
]
LINES = [
    ("mysql --password=hunter2", "password"),
    ("MYSQL_PWD=hunter2", "password"),
    ('export DB_PASS="s3cr3t!"', "password"),
    ('"password": "hunter2"', "password"),
    (r"{\"password\": \"hunter2\"}", "password"),
    ("curl -u admin:hunter2 https://x", "password"),
    ('echo "ubuntu:Passw0rd" | chpasswd', "password"),
    ("echo hunter2 | passwd --stdin root", "password"),
    ("sshpass -p hunter2 ssh x", "password"),
    ("mysql -u root -phunter2 db", "password"),
    ("mysql -uroot -p'hunter2'", "password"),
    ("net user Administrator P@ssw0rd! /add", "password"),
    ('ConvertTo-SecureString "P@ssw0rd" -AsPlainText -Force', "password"),
    ("postgres://app:hunter2@db.internal:5432/app", "credentials in a URL"),
    ("docker login -u me --password 'hunter2'", "password"),
    ("docker login --db-password hunter2", "password"),
    ("docker login -u me --password hunter2", "password"),
    ("$password = 'hunter2'", "password"),
    ('$env:DB_PASSWORD = "hunter2"', "password"),
    ("password: hunter2  # for the db", "password"),
    ("plain_text_passwd: hunter2", "password"),
    ("passwd: $6$rounds=4096$abcdefgh$ijklmnop", "password hash"),
    ("Server=x;Database=y;User Id=sa;Password=hunter2;", "password"),
    ("api_key: 0123456789abcdef0123", "token"),
    ("Authorization: Bearer abcdefghij0123456789xyz", "credentials of an HTTP request"),
    ("DJANGO_SECRET_KEY='9fXq2v7Lw0ZtB4nRk8Ypd3Mc6Hs1Gj5e'", "token"),
    ("MYSQL_ROOT_PASSWORD=password", "password"),
    ('connect(password="hunter2")', "password"),
    ("<password>hunter2</password>", "password"),
    ("aws configure set aws_secret_access_key " + SECRET_KEY, "AWS secret access key"),
    *(("".join(parts), kind) for kind, parts in TOKENS),
]
NO_SECRETS = [
    "password={{resolve:secretsmanager:db}}",
    "password=arn:aws:secretsmanager:us-east-1:1:secret:db",
    "reset_password=true",
    "https://db.example:5432/a@b",
    "https://ci:$TOKEN@git.example/x",
    "password=$(get-secret)",
    "password=${DB_PASSWORD}",
    'password=""',
    "PWD=/home/ubuntu/app",
    "OLDPWD=/home/ubuntu/x",
    "PasswordAuthentication=no",
    "PasswordAuthentication no",
    "password: {{ resolve:secretsmanager:db }}",
    "password: '{{resolve:secretsmanager:db:SecretString:password}}'",
    "password: !Ref DbPassword",
    "password: <your password>",
    "password: changeme",
    "password: ********",
    "password: xxxxxxxx",
    "password: YOUR_PASSWORD",
    'password = os.environ["DB_PASSWORD"]',
    'password = os.environ.get("DB_PASSWORD")',
    'password=get_secret("db")',
    "connect(password=password)",
    "db_password = config.db_password",
    'read -s -p "Password: " PASS',
    'echo "Enter password: $PASS"',
    'if [ "$PASSWORD" = "" ]; then',
    "lock_passwd: true",
    "proxy_pass http://app",
    "--password-stdin",
    "aws ecr get-login-password --region us-east-1 | docker login --username AWS --password-stdin 1.dkr.ecr",
    '--password "$DB_PASSWORD"',
    "mysql -u root -p db < dump.sql",
    "mysql -h db -P 3306 -p$PASS",
    'curl -u "$USER:$PASS" https://x',
    "curl -u admin:${PASS} https://x",
    "postgres://app:${DB_PASSWORD}@db/app",
    "postgres://user:password@localhost/app",
    "https://example.com:8443/path@v1",
    "TOKEN=$(curl -X PUT http://169.254.169.254/latest/api/token)",
    "TOKEN=`curl -s http://169.254.169.254/latest/api/token`",
    "X-aws-ec2-metadata-token: $TOKEN",
    "X-aws-ec2-metadata-token-ttl-seconds: 21600",
    "SECRET_ARN=arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf",
    "secret: prod-db-credentials-2023",
    "secret=arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf",
    "api_key: your-api-key-goes-here-123",
    "token: kubernetes.io/service-account-token",
    "Authorization: Bearer $TOKEN",
    "Authorization: Bearer ${TOKEN_FROM_VAULT}",
    "-----BEGIN PUBLIC KEY-----",
    'grep -q "-----BEGIN PRIVATE KEY-----" f',
    "NOTAKIAIOSFODNN7EXAMPLES",
    "commit 0123456789abcdef0123456789abcdef01234567",
    "Error: bad password: try again",
    "passed: 12 tests",
    "bypass: true",
    "max_pass=100",
    "ssh_authorized_keys: ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC0123456789abcdefghij user@host",
    "sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "password_file: /run/secrets/db",
    "password: /run/secrets/db",
    "password: file:///run/x",
    "- name: password",
    "net user bob /delete",
    "chpasswd: { expire: False }",
    "password=%DB_PASSWORD%",
    "password: @@DB_PASSWORD@@",
    "password: #{db_password}",
    '"password": null',
    "password: str = Field(...)",
    "def login(user, password: str): pass",
    "curl --user-agent Mozilla:5 x",
    "passwd: *",
    "root:RANDOM",
    "TOKEN_TTL=3600",
    "AKIAIOSFODNN7" + "EXAMPLE",
    "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY",
]


def encoded(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


@pytest.mark.parametrize(("line", "kind"), LINES)
@pytest.mark.parametrize("wrap", [str.encode, lambda text: gzip.compress(text.encode())], ids=["plain", "gzip"])
def test_a_secret_is_named_with_its_line_and_not_kept(line, kind, wrap):
    text = f"#!/bin/sh\necho start\n{line}\n"
    found = judged(encoded(wrap(text)))
    assert found["contains"] == [f"{kind} at line 3"]
    assert found["length"] == len(text)
    assert found["redacted"] is True


@pytest.mark.parametrize("line", NO_SECRETS)
def test_what_is_no_secret_is_not_named(line):
    assert judged(f"#!/bin/sh\n{line}\necho done\n")["contains"] == []


def test_an_access_key_is_known_by_its_id_and_a_secret_beside_it_needs_no_name():
    found = judged(f"keys:\n- {KEY_ID}\n- {SECRET_KEY}\n- {KEY_ID}\n")
    assert found["contains"] == [
        "AWS access key id at line 2",
        "AWS secret access key at line 3",
        "AWS access key id at line 4",
    ]
    assert found["access_keys"] == [{"ends": "XYAB", "sha256": hashlib.sha256(KEY_ID.encode()).hexdigest()[:16]}]
    assert judged(found) == found
    assert KEY_ID not in json.dumps(found)
    assert "access_keys" not in judged("echo\n")
    assert set(shape_of("AWS::EC2::Instance").members["UserData"].members) == set(found)


PASSWORD = "DB_PASSWORD=hunter2\n"
MIME = "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/x-shellscript"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (
            f"{MIME}\nContent-Transfer-Encoding: base64\n\n{base64.encodebytes((PASSWORD * 9).encode()).decode()}\n--b--\n",
            "password at line 1 of what is encoded at line 7",
        ),
        (
            f"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/x-shellscript\n\n{PASSWORD}--b--\n",
            "password at line 6",
        ),
        (
            f"#cloud-config\nwrite_files:\n- path: /etc/app\n  encoding: b64\n  content: {encoded('a: b' + PASSWORD)}\n",
            "password at line 1 of what is encoded at line 5",
        ),
        (
            "#cloud-config\nwrite_files:\n- path: /etc/app\n  encoding: gz+b64\n  content: !!binary |\n"
            + "\n".join(
                f"    {line}" for line in base64.encodebytes(gzip.compress(PASSWORD.encode() * 2)).decode().split()
            ),
            "password at line 2 of what is encoded at line 6",
        ),
        (
            f"echo {encoded(gzip.compress(f'x {encoded(PASSWORD + PASSWORD)}'.encode()))} | base64 -d | gunzip | sh\n",
            "password at line 2 of what is encoded at line 1 of what is encoded at line 1",
        ),
        (encoded(PASSWORD + PASSWORD), "password at line 2 of what is encoded at line 1"),
        ("#cloud-config\nchpasswd:\n  list: |\n    ubuntu:Passw0rd\n", "password at line 4"),
        (f"#cloud-config\nruncmd:\n- echo\n- |\n  {PASSWORD}", "password at line 5"),
    ],
    ids=["mime", "mime-plain", "write_files", "write_files-gzip", "pipe", "twice", "chpasswd", "runcmd"],
)
def test_what_is_encoded_inside_is_judged_too(text, where):
    assert where in judged(encoded(text))["contains"]
    assert "hunter2" not in json.dumps(judged(encoded(text)))


def test_text_that_is_no_base64_is_judged_as_it_is():
    assert judged("password=hunter2\n")["contains"] == ["password at line 1"]
    assert judged("Zm9vYmFy" * 3)["length"] == 18
    binary_if_decoded = "abcdefgh" * 3
    assert judged(binary_if_decoded)["length"] == len(binary_if_decoded)


def test_a_value_is_judged_by_its_name():
    variables = {"DB_PASSWORD": "hunter2", "PATH": "/usr/bin", "MODE": "fast"}
    assert judged(variables)["contains"] == ["password at line 1 of DB_PASSWORD"]
    answer = {
        "V": [
            {"name": "DB_PASSWORD", "value": "hunter2"},
            {"name": "MODE", "value": "fast"},
            {"ParameterKey": "DbPassword", "value": "****"},
        ]
    }
    assert [one["value"]["contains"] for one in redacted(answer, ["V[].value"])["V"]] == [
        ["password at line 1"],
        [],
        [],
    ]


def test_hostile_data_is_bounded():
    bomb = gzip.compress(b"\0" * (64 << 20))
    assert judged(encoded(bomb))["length"] == 1 << 20
    assert judged(encoded(b"\x1f\x8bnot gzip"))["contains"] == []
    assert judged("password=" + " " * 100_000)["contains"] == []
    many = judged("password=hunter2\n" * 5000)["contains"]
    assert (len(many), many[-1]) == (101, "4900 more")
    deep = PASSWORD
    for _ in range(20):
        deep = encoded(deep)
    assert judged(deep)["contains"] == []


def test_a_judgement_is_given_back_without_what_does_not_belong_to_it():
    kept = {"redacted": True, "length": 5, "contains": ["password at line 1"]}
    assert judged(kept) == kept
    foreign = [{"ends": "hunter2", "sha256": "0" * 16}, {"ends": "ABCD", "sha256": "0" * 16, "id": KEY_ID}, "x"]
    assert judged({**kept, "access_keys": foreign})["access_keys"] == [{"ends": "ABCD", "sha256": "0" * 16}]
    assert judged({**kept, "value": "hunter2", "contains": [{"x": 1}], "length": "y"}) == {
        "redacted": True,
        "length": 0,
        "contains": [],
    }
    assert judged({"redacted": "true", "value": "password=hunter2"})["length"] > 5


def test_only_the_named_places_are_judged():
    answer = {"V": [{"D": {"U": "abcd", "W": "keep"}}, {"D": None}, {}, "x"], "U": "keep"}
    assert redacted(answer, ["V[].D.U"]) == {
        "V": [{"D": {"U": {"redacted": True, "length": 4, "contains": []}, "W": "keep"}}, {"D": None}, {}, "x"],
        "U": "keep",
    }


def test_a_value_is_judged_by_the_name_that_stands_beside_it_or_above_it():
    answer = {
        "Variables": {"DB_PASSWORD": "hunter2", "HOST": "db.example", "DONE": None},
        "Parameters": [{"ParameterKey": "Password", "ParameterValue": "****", "ResolvedValue": "hunter2"}],
        "environment": [{"name": "AWS_SECRET_ACCESS_KEY", "value": SECRET_KEY}],
    }
    found = redacted(
        answer,
        ["Variables.*", "Parameters[].ParameterValue", "Parameters[].ResolvedValue", "environment[].value"],
    )
    assert found["Variables"]["DB_PASSWORD"] == {"redacted": True, "length": 7, "contains": ["password at line 1"]}
    assert found["Variables"]["HOST"]["contains"] == []
    assert found["Variables"]["DONE"] is None
    (parameter,) = found["Parameters"]
    assert parameter["ParameterValue"]["contains"] == [], "AWS shows asterisks for NoEcho"
    assert parameter["ResolvedValue"]["contains"] == ["password at line 1"]
    assert found["environment"][0]["value"]["contains"] == ["AWS secret access key at line 1"]
    assert redacted(found, ["Variables.*"]) == found


def test_a_list_is_judged_word_by_word_and_a_long_line_to_its_end():
    assert judged(["run", "--password=hunter2"])["contains"] == ["password at line 2"]
    for before in (4000, 4090, 5000, 70_000):
        assert judged("x" * before + " password=hunter2")["contains"] == ["password at line 1"]
    assert judged("password=hunter2 password=hunter2 " * 500)["contains"] == ["password at line 1"]
