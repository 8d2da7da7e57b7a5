"""Whether the tables are as their descriptions and the style guide say; and their dictionary."""
