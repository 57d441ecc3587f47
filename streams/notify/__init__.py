"""Notify: alerts become messages, and messages reach people."""
