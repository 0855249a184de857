"""Lambda: functions, who may call them, and their addresses; environments are judged for secrets, not kept."""

from __future__ import annotations

from scanner.aws.table import Collect, Then

_ONE = {"FunctionName": "FunctionName"}

TABLE = (
    Collect(
        "AWS::Lambda::Function",
        "lambda",
        "list_functions",
        "Functions[]",
        id="{FunctionArn}",
        name="FunctionName",
        page_size=50,
        gone=("ResourceNotFoundException",),
        ordered=("contains",),
        secret=(
            "Functions[].Environment.Variables.*",
            "Functions[].ImageConfigResponse.ImageConfig.Command",
            "Functions[].ImageConfigResponse.ImageConfig.EntryPoint",
        ),
        then=(
            Then("Policy", "get_policy", _ONE, "Policy", absent=("ResourceNotFoundException",), decode="policy"),
            Then("FunctionUrlConfigs", "list_function_url_configs", _ONE, "FunctionUrlConfigs"),
            Then("Tags", "list_tags", {"Resource": "FunctionArn"}, "Tags", optional=True),
        ),
    ),
)
