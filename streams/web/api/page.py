"""The wallboard's files: at `/`, at `/b/<board>`, and below `/static`. They hold no numbers, so they need no token."""

from pathlib import Path
from typing import Final

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from streams.web.api.context import context_of

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

    async def board_page(request: Request, board: str) -> Response:
        # The page says it in words; this is for those who read the status only.
        status = 200 if board in context_of(request).boards else 404
        return FileResponse(directory / INDEX, status, REVALIDATE, "text/html")

    app.add_api_route("/", index, include_in_schema=False)
    app.add_api_route("/b/{board}", board_page, include_in_schema=False)
