"""Figures and explorers that belong to one lesson each; a lesson imports them from its module by name."""
