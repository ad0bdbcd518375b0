"""Reproducible figures about cleaning, retrieval and answers."""
