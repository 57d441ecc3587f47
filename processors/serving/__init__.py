"""What readers over HTTP get: which records, of whom, in which order. Pure, as all processors."""
