"""What all files that people write have: YAML with lines, mistakes in words, times and zones."""
