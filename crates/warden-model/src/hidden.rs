//! Text that may be a secret, held so that it cannot be printed by accident.

use std::fmt;

/// Text that may be a secret: an argument, a header, an environment value, a URL.
///
/// It has neither `Display` nor a telling `Debug`. [`Hidden::reveal`] is the only way out, so
/// that every use of a value can be found by searching for that word.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Hidden(Box<str>);

impl Hidden {
    /// Wraps `text`.
    #[must_use]
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// Returns the text. Whoever calls this answers for where it goes.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Hidden {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_does_not_tell_the_text() {
        assert_eq!(format!("{:?}", Hidden::from("hunter2")), "Hidden(…)");
        assert_eq!(Hidden::from("hunter2").reveal(), "hunter2");
    }
}
