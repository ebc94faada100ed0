//! Judges whole texts and definitions with every detector.

mod shown;

pub use shown::{Shown, tool_text};
