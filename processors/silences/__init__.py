"""What people say of alerts: silences and acknowledgements."""
