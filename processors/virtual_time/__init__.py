"""Examples and histories, played with a clock that is wound by hand."""
