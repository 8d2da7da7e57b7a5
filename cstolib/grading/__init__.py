"""Assign, collect, grade, mark and return: what an instructor needs, on the instructor's own machine."""
