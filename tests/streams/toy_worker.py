"""A worker process with the toy pipeline: `python -m tests.streams.toy_worker`, settings by environment."""

import sys

from streams.process import logs
from streams.settings import load
from streams.worker import run_worker
from tests.streams.toy import toy_stages

if __name__ == "__main__":
    settings = load()
    logs.configure(settings.log_level, settings.log_format)
    sys.exit(run_worker(settings, toy_stages(settings)))
