"""The HTTP API: what `crm-pulse serve` answers."""
