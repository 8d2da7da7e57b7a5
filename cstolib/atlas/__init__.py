"""The crises on one design: positions, hours, counts, maps and cards."""
