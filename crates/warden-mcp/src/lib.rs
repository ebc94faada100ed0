//! The protocol: framing, the method table, both eras, transports.
