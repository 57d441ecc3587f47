"""The wallboard's files."""

from pathlib import Path

import pytest

from tests.streams.web.api.serving import TOKENS, serving


@pytest.fixture
def static(tmp_path: Path) -> Path:
    """A page of two files."""
    (tmp_path / "index.html").write_text("<!doctype html><title>Pulse</title>", "utf-8")
    (tmp_path / "app.js").write_text("export {}", "utf-8")
    (tmp_path.parent / "secret.txt").write_text("no", "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/", 200, "text/html"), ("/b/floor", 200, "text/html"), ("/b/nope", 404, "text/html"),
        ("/static/app.js", 200, "javascript"),
        ("/static/none.js", 404, "problem+json"), ("/static/../secret.txt", 404, "problem+json"),
        ("/static/%2e%2e/secret.txt", 404, "problem+json"), ("/b/a/b", 404, "problem+json"),
    ],
)  # fmt: skip
async def test_what_is_served(static: Path, path: str, status: int, kind: str) -> None:
    """Without a token, since it holds no numbers; nothing from beside it."""
    async with serving(TOKENS, static=static) as served:
        response = await served.http.get(path)

    assert response.status_code == status
    assert kind in response.headers["content-type"]
    assert "content-security-policy" in response.headers


async def test_a_browser_asks_whether_files_are_still_the_same(static: Path) -> None:
    """And is told so without the file."""
    async with serving(TOKENS, static=static) as served:
        first = await served.http.get("/static/app.js")
        again = await served.http.get("/static/app.js", headers={"If-None-Match": first.headers["etag"]})

    assert first.headers["cache-control"] == again.headers["cache-control"] == "no-cache"
    assert again.status_code == 304
