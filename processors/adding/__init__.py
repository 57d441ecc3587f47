"""What `rollup` adds up: facts come into panes and windows, and leave them."""
