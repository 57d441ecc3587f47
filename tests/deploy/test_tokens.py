"""The tokens of the compose stack: made once, each known only where it is needed."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from schemas.token import digest, load_tokens
from tests.deploy.files import ROOT, read

SCRIPT = ROOT / "deploy/compose/tokens.sh"
SERVICES = read("docker-compose.yml")["services"]


def run(directory: Path, *arguments: str) -> str:
    """Run the script as the service `tokens` does, on these directories; return what it prints."""
    program = f'#!/bin/sh\nexec "{sys.executable}" -m streams.cli.main "$@"\n'
    (directory / "bin").mkdir(exist_ok=True)
    (directory / "bin/crm-pulse").write_text(program)
    (directory / "bin/crm-pulse").chmod(0o755)
    for name in ("tokens", "wallboard", "scraping"):
        (directory / name).mkdir(exist_ok=True)
    path = f"{directory / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["/bin/sh", str(SCRIPT), *arguments], cwd=ROOT, env={"PATH": path, "DIRECTORY": str(directory)},
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip


def test_tokens_are_made_once_and_kept(tmp_path: Path) -> None:
    """A second start changes nothing; the file has digests only, of the tokens that lie elsewhere."""
    printed = run(tmp_path)
    file = (tmp_path / "tokens/tokens.yaml").read_text("utf-8")
    wallboard, scraping = (
        (tmp_path / name / "token").read_text("utf-8").strip() for name in ("wallboard", "scraping")
    )
    run(tmp_path)
    shown = run(tmp_path, "show")

    assert (tmp_path / "tokens/tokens.yaml").read_text("utf-8") == file
    tokens = load_tokens(file, "tokens.yaml")
    assert tokens["wallboard"].sha256 == digest(wallboard)
    assert set(tokens["wallboard"].scopes) == {"read", "acknowledge"}
    assert tokens["prometheus"].sha256 == digest(scraping)
    assert tokens["prometheus"].scopes == ("read",)
    assert wallboard not in file and scraping not in file
    assert wallboard not in printed, "it would stay in the container's log"
    assert shown.strip() == f"http://127.0.0.1:8080/#token={wallboard}"
    assert stat.S_IMODE((tmp_path / "tokens/tokens.yaml").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "scraping/token").stat().st_mode) == 0o444


def test_half_a_file_is_not_taken_for_a_whole_one(tmp_path: Path) -> None:
    """A start that was cut off leaves nothing that serve would read; the next one begins again."""
    run(tmp_path)
    shutil.move(tmp_path / "tokens/tokens.yaml", tmp_path / "tokens/tokens.yaml.new")
    run(tmp_path)

    tokens = load_tokens((tmp_path / "tokens/tokens.yaml").read_text("utf-8"), "tokens.yaml")
    assert tokens["wallboard"].sha256 == digest((tmp_path / "wallboard/token").read_text("utf-8").strip())


@pytest.mark.parametrize(
    ("service", "volume", "file"),
    [("serve", "tokens", "tokens.yaml"), ("prometheus", "scraping-token", "token")],
)
def test_each_gets_its_own(service: str, volume: str, file: str) -> None:
    """Who serves has no token, who scrapes has one; neither can change what it has, and both wait until it is there."""
    (mount,) = (one for one in SERVICES[service]["volumes"] if isinstance(one, dict))

    assert (mount["source"], mount["read_only"]) == (volume, True)
    assert SERVICES[service]["depends_on"]["tokens"] == {"condition": "service_completed_successfully"}
    path = f"{mount['target']}/{file}"
    jobs: list[Any] = read("deploy/prometheus/prometheus.yml")["scrape_configs"]
    (scraped,) = (job["authorization"]["credentials_file"] for job in jobs if "authorization" in job)
    assert path == (SERVICES["serve"]["environment"]["CRM_PULSE_TOKENS"] if service == "serve" else scraped)


def test_new_volumes_belong_to_who_fills_them() -> None:
    """The image has the directories where the service mounts its volumes, of its own user; the script uses them."""
    dockerfile = (ROOT / "deploy/Dockerfile").read_text("utf-8")
    mounts = [one.split(":") for one in SERVICES["tokens"]["volumes"] if not one.startswith(".")]

    assert {source for source, _ in mounts} == {"tokens", "wallboard-token", "scraping-token"}
    for _, target in mounts:
        assert target in dockerfile
        assert f"$DIRECTORY/{target.rpartition('/')[2]}/" in SCRIPT.read_text("utf-8")
        assert f"DIRECTORY:-{target.rpartition('/')[0]}" in SCRIPT.read_text("utf-8")
