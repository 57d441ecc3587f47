"""Grafana dashboards made from the catalog and the rules: plain JSON, for Grafana to read from a directory."""
