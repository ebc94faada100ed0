//! Runs a program so that nothing of it outlives its parent.
