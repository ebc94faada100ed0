//! Heads that contradict their bodies, or are none.
