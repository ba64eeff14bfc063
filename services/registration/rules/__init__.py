"""What registration decides. Pure: the same arguments give the same answer."""
