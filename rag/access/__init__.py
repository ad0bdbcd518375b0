"""Who may do what, and what was done: sign-in, roles, the journal of a server."""
