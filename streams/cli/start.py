"""What a command that answers and ends does first: settings, and logs that don't mix with its answer."""

from streams.kafka import out_of_reach
from streams.process import logs
from streams.settings import Settings, load

#: A command's own words go to standard output and error; of the layers below only what is wrong is told.
QUIET = "warning"


def start() -> Settings:
    """Read the settings and set up logging to standard error.

    Raises:
        SettingsError: with every fault in the configuration.
    """
    settings = load()
    # What aiokafka could not do comes back as an error, and is told by the command.
    quiet = "error" if settings.log_level == "error" else QUIET
    logs.configure(quiet, settings.log_format, untold=out_of_reach.LOGGER)
    return settings
