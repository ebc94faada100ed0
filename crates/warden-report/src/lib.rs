//! Turns results into human, JSON and SARIF bytes.
