"""Backbones, one a file."""
