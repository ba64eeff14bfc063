"""Registration over HTTP. A route turns a request into a command, and nothing else."""
