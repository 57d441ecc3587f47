"""`/healthz`, `/readyz`, `/metrics`: for supervisors and Prometheus."""

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response

from streams.web.api.context import Api, Reader
from streams.web.api.problems import ProblemError, ProblemType

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def healthz(context: Api) -> Response:
    """Say that the process answers, and that its streams live."""
    if context.hub.failure is not None:
        return _answer({"status": "failed", "reasons": [type(context.hub.failure).__name__]}, 503)
    return _answer({"status": "ok"})


@router.get("/readyz")
async def readyz(context: Api) -> Response:
    """Say whether this process should be asked: not while it fills, or can't read the store."""
    reasons = []
    if context.hub.failure is not None:
        reasons.append("what was to run for ever has ended: values stand still")
    if context.hub.state in ("filling", "away"):
        reasons.append(f"the store is {context.hub.state}")
    if context.hub.stopping:
        reasons.append("the server is stopping")
    return (
        _answer({"status": "not ready", "reasons": reasons}, 503) if reasons else _answer({"status": "ready"})
    )


@router.get("/metrics")
async def metrics(request: Request, context: Api, access: Reader) -> Response:
    """Return the page for Prometheus."""
    if not access.viewer.sees_all:
        raise ProblemError(ProblemType.FORBIDDEN_TEAM, "metrics are of the whole server, not of some teams")
    page, content_type = context.exposition.render(request.headers.get("accept", ""))
    return Response(page, headers={"Content-Type": content_type})


def _answer(document: dict[str, object], status: int = 200) -> Response:
    return Response(orjson.dumps(document), status, media_type="application/json")
