"""What a command that answers and ends does first: settings, and logs that don't mix with its answer."""

import logging

from streams import logs
from streams.settings import Settings, load

#: A command's own words go to standard output and error; of the layers below only what is wrong is told.
QUIET = "warning"


def start() -> Settings:
    """Read the settings and set up logging to standard error.

    Raises:
        SettingsError: with every fault in the configuration.
    """
    settings = load()
    logs.configure("error" if settings.log_level == "error" else QUIET, settings.log_format)
    # What it could not do comes back as an error, and is told by the command.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    return settings
