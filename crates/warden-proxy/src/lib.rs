//! The enforcement path between a client and a server.
