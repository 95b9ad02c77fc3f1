"""Renders a film without a window: portraits into a frame cache, then the edit into film.mp4."""
