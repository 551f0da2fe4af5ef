"""With England loaded: 6,300 made-up practices, through the same stages as the demonstration."""
