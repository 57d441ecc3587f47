"""What readers of current values are given: records taken apart, who sees which, in which pages."""
