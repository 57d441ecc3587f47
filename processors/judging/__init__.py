"""What `judge` is made of: rules over KPI records."""
