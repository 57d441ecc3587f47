"""The data of each event type, a subject a file. `schemas.event` puts them together."""
