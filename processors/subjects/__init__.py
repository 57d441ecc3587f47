"""What the events of each subject mean to its partition, a subject a file; `processors.activity` runs them."""
