"""Declared examples: the standard catalog's, and what one may say."""
