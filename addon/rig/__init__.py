"""Heads and how they move: importing head.glb, and applying a face track to any rig that has the shapes."""
