//! The ledger: append, chain, verify.
