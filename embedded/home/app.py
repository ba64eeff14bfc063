"""Placeholder."""

from starlette.applications import Starlette

def home_app(embedded, progress): return Starlette()
