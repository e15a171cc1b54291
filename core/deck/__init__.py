"""Decks: contents of a selection in order, written as slides, as a report or as a web page."""
