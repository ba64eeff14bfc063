"""One service per partner agency; none imports another."""
