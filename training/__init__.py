"""Trains the learned engine: labelled pages in, `src/cleaner/learned/weights.npz` out."""
