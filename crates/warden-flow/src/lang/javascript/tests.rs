//! What JavaScript becomes.
