"""Which KPI records are due, and what is in them."""
