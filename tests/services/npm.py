"""What tests take from npm, fetched once and kept outside the tree, and the Node.js that runs it."""

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

from tests.services.kafka import cache_directory

NODE_VERSION_MIN = 18
PACKAGES = Path(__file__).with_name("node")
"""`package.json` and its lock: what is fetched, to the byte."""


class NpmUnavailableError(RuntimeError):
    """Node.js or npm is missing or too old, or npm could not fetch the packages; the message says which."""


def find_node() -> str:
    """Return the path of a Node.js that can run the examples, or raise NpmUnavailableError."""
    node = shutil.which("node")
    if node is None:
        raise NpmUnavailableError(f"no node on the PATH (Node.js {NODE_VERSION_MIN} or newer is needed)")
    text = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)", text)
    if found is None or int(found[1]) < NODE_VERSION_MIN:
        raise NpmUnavailableError(
            f"{node} is too old, Node.js {NODE_VERSION_MIN} is needed: {text.strip()!r}"
        )
    return node


def fetch_packages() -> Path:
    """Return the directory `node_modules` with the packages, fetched by npm the first time."""
    lock = (PACKAGES / "package-lock.json").read_bytes()
    kept = cache_directory() / f"npm-{hashlib.sha256(lock).hexdigest()[:8]}"
    if kept.is_dir():
        return kept / "node_modules"
    npm = shutil.which("npm")
    if npm is None:
        raise NpmUnavailableError("no npm on the PATH to fetch packages with")
    # Renamed when complete, so that an interrupted fetch leaves nothing that looks whole.
    partial = kept.with_name(f"{kept.name}.{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(PACKAGES, partial)
    # Nothing that a package brings along is run.
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=partial, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NpmUnavailableError(f"npm ci failed:\n{done.stdout[-1000:]}{done.stderr[-2000:]}")
    try:
        partial.rename(kept)
    except OSError:  # someone else was faster
        shutil.rmtree(partial)
    return kept / "node_modules"
