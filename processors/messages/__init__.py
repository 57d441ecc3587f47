"""Messages in the form of each channel: pure functions, so that what is sent can be read in a test."""
