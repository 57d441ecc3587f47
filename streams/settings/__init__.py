"""Settings of an installation: what there is (`model`), how it is read (`load`), its page (`docs`)."""

from streams.settings.load import SettingsError, load
from streams.settings.model import Settings
from streams.settings.types import STAGES, StageName

__all__ = ["STAGES", "Settings", "SettingsError", "StageName", "load"]
