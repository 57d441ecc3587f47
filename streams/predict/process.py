"""A predict process: reading orders and fitting once a day, until SIGTERM or until something is in doubt."""

import asyncio
from functools import partial

import structlog

from schemas.catalog import Catalog
from streams.clock import now_us
from streams.predict.child import ChildModel
from streams.predict.predictor import Predictor, publisher
from streams.process.deadline import Deadline
from streams.process.stopping import STOP_TIMEOUT_S, run_until_stopped
from streams.settings import Settings
from streams.web.health import HealthServer

log = structlog.get_logger(__name__)


def run_predict(settings: Settings, catalog: Catalog, once: bool = False) -> int:
    """Run until SIGTERM or SIGINT, or until something fails; `once`: until one prediction is published.

    To be called in the main thread. Returns the process's exit status: 0 after a signal or the one prediction, 1 after
    a failure, which is logged, and after a signal before the one prediction.
    """
    return run_until_stopped(partial(_run, settings, catalog, once))


async def _run(
    settings: Settings, catalog: Catalog, once: bool, stop: asyncio.Event, deadline: Deadline
) -> int:
    model = ChildModel()
    predictor = Predictor(settings, catalog, model, now_us)
    status = predictor.status
    log.info("predict_starting")
    async with HealthServer(settings.metrics_host, settings.metrics_port, status, status) as pages:
        log.info("predict_serving", url=pages.url)
        predicting = asyncio.create_task(_predict(settings, predictor, once))
        tasks = [
            asyncio.create_task(predictor.read()),
            predicting,
            asyncio.create_task(stop.wait()),
        ]
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        published = predicting in done and predicting.exception() is None
        # Whatever ended it: the rest is good-byes, of which a prediction that is published needs none.
        deadline.status = 0 if published else 1
        deadline.start(STOP_TIMEOUT_S)
        model.stop()
        for task in tasks:
            task.cancel()
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(result, Exception) and not stop.is_set():
                status.fail("predict", result)
    if status.failure is not None:
        log.error("predict_failed", error=repr(status.failure), exc_info=status.failure)
        return 1
    log.info("predict_stopped")
    return 1 if once and not published else 0


async def _predict(settings: Settings, predictor: Predictor, once: bool) -> None:
    await predictor.caught_up.wait()
    await predictor.resume()
    async with publisher(settings) as out:
        if once:
            await predictor.once(out)
        else:
            await predictor.each_day(out)
