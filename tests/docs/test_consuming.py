"""docs/consuming.md: its table has every topic, and its snippets do what they say."""

import ast
import doctest
import re
import subprocess
from pathlib import Path

from schemas.generators.asyncapi_channels import CHANNELS, DAY_MS, Channel
from tests.docs.pages import ROOT, blocks_of, text_of

PAGE = Path("docs/consuming.md")


def shown(language: str) -> str:
    """Return the page's only block in a language."""
    (block,) = blocks_of(PAGE, language)
    return block.text


def kept(channel: Channel) -> str:
    """Say how long a topic keeps its records, in the page's words."""
    if channel.config["cleanup.policy"] == ["compact"]:
        return "the latest"
    retention_ms = channel.config["retention.ms"]
    assert isinstance(retention_ms, int)
    return "for ever" if retention_ms < 0 else f"{retention_ms // DAY_MS} days"


def test_the_table_has_every_topic() -> None:
    """Who reads and writes each, and how long it keeps what."""
    rows = re.findall(
        r"^\| `crm\.([\w.-]+)` \| ([\w, ]+) \| .+ \| .+ \| ([\w ]+) \|$", text_of(PAGE), re.MULTILINE
    )
    said = {"receive": "write", "send": "read"}

    assert rows == [
        (channel.name, ", ".join(sorted(said[action] for action in channel.actions)), kept(channel))
        for name, _, _ in rows
        for channel in CHANNELS
        if channel.name == name
    ]
    assert {name for name, _, _ in rows} == {channel.name for channel in CHANNELS}


def test_the_session_in_python() -> None:
    """Each line prints what stands below it."""
    test = doctest.DocTestParser().get_doctest(shown("pycon"), {}, str(PAGE), str(PAGE), 0)
    report: list[str] = []
    failed, tried = doctest.DocTestRunner().run(test, out=report.append)

    assert failed == 0, "".join(report)
    assert tried > 10


def test_the_snippet_for_kafka_imports() -> None:
    """What it uses is there; what it does is in the examples, which are run."""
    code = shown("python")
    names: dict[str, object] = {}
    exec(compile(ast.parse(code), str(PAGE), "exec"), names)

    assert callable(names["watch"])


def test_the_snippet_in_javascript(node: str, tmp_path: Path) -> None:
    """It runs beside the example that it imports."""
    (tmp_path / "latest.mjs").write_bytes((ROOT / "deploy/examples/javascript/latest.mjs").read_bytes())
    (tmp_path / "snippet.mjs").write_text(shown("js"), "utf-8")
    done = subprocess.run([node, "snippet.mjs"], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
