//! Turns the world into a snapshot.
