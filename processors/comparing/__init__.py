"""What stands beside a value: target, pace, earlier periods, the team, ranks."""
