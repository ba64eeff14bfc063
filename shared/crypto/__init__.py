"""Keys, signatures and sealing. No key is made or kept here without being handed in."""
