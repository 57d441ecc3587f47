"""What `track` is made of: events of one partition become signed facts."""
