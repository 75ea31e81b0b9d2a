"""`python -m dropscore`, as the command line spawns it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dropscore import Refused
from dropscore.__main__ import main
from dropscore.publishing import publish_to
from dropscore.request import requested
from dropscore.stack import find_target

SOURCES = [Path(__file__).parents[1] / "src", Path(__file__).parents[2] / "python-predictor" / "src"]


def test_a_refusal_is_json_and_an_exit_code(capsys):
    code = main(["publish", "m.joblib", "Not a name", "--sample", "s.csv"])
    answer = json.loads(capsys.readouterr().out)["refused"]
    assert (code, answer["code"]) == (2, "usage")
    assert answer["message"] == "'Not a name' is no name for a model."
    assert "lower-case" in answer["remedy"]


@pytest.mark.parametrize(
    "option",
    ["--tiers=low", "--tiers=,", "--tiers=a:0,a:1", "--labels=a", "--threshold=x", "--types=plz", "--tolerate=x"],
)
def test_an_option_that_cannot_be_read_is_usage(option, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["publish", "m.joblib", "m", "--sample", "s.csv", option])
    assert ended.value.code == 2
    assert option.split("=")[0] in capsys.readouterr().err


def test_a_python_without_the_libraries_says_which_and_how(tmp_path):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, SOURCES))}
    command = [sys.executable, "-S", "-m", "dropscore", "publish", "m.joblib", "m", "--sample", "s.csv"]
    ended = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    answer = json.loads(ended.stdout)["refused"]
    assert (ended.returncode, answer["code"]) == (1, "libraries_missing")
    assert "lacks boto3" in answer["message"]
    assert "-m pip install boto3" in answer["remedy"]


def test_code_that_ends_the_process_ends_the_publish_only(monkeypatch):
    def ends(*_):
        sys.exit(3)

    monkeypatch.setattr("dropscore.publishing.describe_stack", ends)
    with pytest.raises(Refused, match="ends the process") as refused:
        publish_to(find_target("mine"), None, None, requested("m"), print)
    assert refused.value.code == "code_unusable"


def test_a_named_stack_wins_over_a_local_one(tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    write_record(tmp_path, os.getpid())
    assert find_target("mine", {"DROPSCORE_STACK": "other"}, tmp_path).stack == "mine"
    assert find_target(None, {"DROPSCORE_STACK": "other"}, tmp_path).stack == "other"
    local = find_target(None, {}, tmp_path)
    assert (local.stack, local.endpoint) == ("Dropscore", "http://127.0.0.1:1")


def test_the_region_is_found_where_every_other_sdk_finds_it(tmp_path, monkeypatch):
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    target = find_target("mine", {"AWS_REGION": "eu-central-1"}, tmp_path)
    assert target.client("s3").meta.region_name == "eu-central-1"


def test_without_any_stack_the_remedy_names_both_ways(tmp_path):
    with pytest.raises(Refused, match=r"dropscore local up.*DROPSCORE_STACK"):
        find_target(None, {}, tmp_path)


def write_record(root, pid):
    (root / ".dropscore").mkdir()
    record = {"endpoint": "http://127.0.0.1:1", "stack": "Dropscore", "pid": pid}
    (root / ".dropscore" / "local.json").write_text(json.dumps(record))
