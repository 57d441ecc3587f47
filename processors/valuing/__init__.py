"""What any KPI of any group and window says, from the sums in panes."""
