"""What the senders' tests share."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import unavailable


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a certificate for 127.0.0.1, `cert.pem`, and its key, `key.pem`."""
    openssl = shutil.which("openssl")
    if openssl is None:
        unavailable("no openssl on the PATH to make a certificate with")
    directory = tmp_path_factory.mktemp("tls")
    run = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    files = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem"]
    subprocess.run([openssl, *run, *files], cwd=directory, check=True, capture_output=True)
    return directory
