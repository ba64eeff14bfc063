"""What writes the generated files and prints the tables. Run as `python -m scripts.<name>`."""
