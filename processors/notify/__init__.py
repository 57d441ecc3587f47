"""Alerts, silences and the clock in; messages out, or the reason why there is none."""
