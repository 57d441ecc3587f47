"""What is measured: a file for each question, an async generator of results in each."""
