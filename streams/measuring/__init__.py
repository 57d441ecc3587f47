"""How metrics are declared, measured and shown."""
