"""What readers of current values are given: records taken apart, short histories, the directory."""
