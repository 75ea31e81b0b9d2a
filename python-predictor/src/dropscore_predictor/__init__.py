"""Scores chunks of feature files: the Python half of dropscore."""
