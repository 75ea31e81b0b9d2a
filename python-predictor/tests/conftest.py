"""The embedded AWS host, and the sample models, once a session."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

import make as sample_data
from cloud import Cloud
from dropscore_predictor.aws.dependencies import aws_dependencies
from dropscore_predictor.settings import read_settings

hypothesis.settings.register_profile("default", deadline=None, derandomize=True)
hypothesis.settings.load_profile("default")


@pytest.fixture(scope="session")
def samples(tmp_path_factory) -> Path:
    folder: Path = tmp_path_factory.mktemp("sample-data")
    sample_data.make(folder)
    return folder


@pytest.fixture(scope="session")
def host(tmp_path_factory) -> Iterator[str]:
    """Starts the host as it comes, without the repairs of `local/`: the adapters must get along with both."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    endpoint = f"http://127.0.0.1:{port}"
    folder = tmp_path_factory.mktemp("host")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
    }
    with (folder / "host.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "ministack"], env=environment, stdout=log, stderr=log, cwd=folder
        )
    try:
        _wait_for(endpoint)
        yield endpoint
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(endpoint: str) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"{endpoint}/_ministack/health", timeout=2):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError("the embedded host does not answer")


@pytest.fixture(scope="session")
def cloud(host, samples) -> Cloud:
    return Cloud(host, samples)


@pytest.fixture
def world(cloud, monkeypatch, tmp_path):
    """What the predictor is wired to, on the host."""
    for name, value in cloud.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return aws_dependencies(read_settings(cloud.environment))
