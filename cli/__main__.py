"""`python -m cli` is `tenpoint`."""

from cli.main import app

app()
