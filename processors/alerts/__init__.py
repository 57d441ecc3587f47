"""What all alerts have, whatever their rules are about."""
