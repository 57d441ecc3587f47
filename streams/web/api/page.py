"""The wallboard's files: at `/`, at `/b/<board>`, and below `/static`. They hold no numbers, so they need no token."""

from pathlib import Path
from typing import Final

from fastapi import FastAPI
from fastapi.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC: Final = Path(__file__).parents[1] / "static"
INDEX: Final = "index.html"
REVALIDATE: Final = {"Cache-Control": "no-cache"}
"""Files have no version in their names: a browser asks each time whether they are still the same."""


class _Files(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(REVALIDATE)
        return response


def mount(app: FastAPI, directory: Path) -> None:
    """Serve the page from a directory."""
    app.mount("/static", _Files(directory=directory), name="static")

    async def index() -> Response:
        return FileResponse(directory / INDEX, media_type="text/html", headers=REVALIDATE)

    app.add_api_route("/", index, include_in_schema=False)
    app.add_api_route("/b/{board}", index, include_in_schema=False)
