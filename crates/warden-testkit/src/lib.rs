//! Fake servers and clients, and a harness for the command line.
