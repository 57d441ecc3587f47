"""What readers of current values are given, and who may read what."""
