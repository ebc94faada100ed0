//! Maturity, metrics and the programme, over estates that are read from tables.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod governed;
mod maturity;
mod plan;
mod quarter;
