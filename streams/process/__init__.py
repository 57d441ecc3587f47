"""What every process of ours needs: logs, signals, limits, an end."""
