"""Bytes from and to the network: sockets, the blocks they are read into, and whom they hear."""
