"""A record becomes an event, or a dead letter with its reason."""
