//! Detectors over text and JSON.
