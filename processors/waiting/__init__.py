"""What `overdue` is made of: rules over what waits."""
