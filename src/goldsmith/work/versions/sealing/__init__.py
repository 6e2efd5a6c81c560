"""Sealing: certificates are signed with a key of the workspace, and anybody can check them and what they vouch for."""
