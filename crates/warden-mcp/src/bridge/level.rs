//! How grave a log message is.

use crate::walk;

macro_rules! levels {
    ($($variant:ident = $name:literal;)*) => {
        /// How grave a log message is (RFC 5424), the least grave first.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Level {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
        }

        impl Level {
            /// Every level, the least grave first.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The level with this name, if there is one.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// The name on the wire.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

levels! {
    Debug = "debug";
    Info = "info";
    Notice = "notice";
    Warning = "warning";
    Error = "error";
    Critical = "critical";
    Alert = "alert";
    Emergency = "emergency";
}

/// The level of a `notifications/message`, or the one that `logging/setLevel` asks for, by its
/// params.
#[must_use]
pub fn log_level_of(params: &str) -> Option<Level> {
    Level::parse(&walk::text(params, "level")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_ordered_and_named_as_syslog_does() {
        assert!(Level::ALL.is_sorted());
        assert!(Level::Emergency > Level::Error && Level::Warning > Level::Notice);
        for level in Level::ALL {
            assert_eq!(Level::parse(level.name()), Some(*level));
        }
        assert_eq!(Level::parse("Error"), None);
        let params = r#"{"level":"error","logger":"database","data":{"level":"debug"}}"#;
        assert_eq!(log_level_of(params), Some(Level::Error));
        assert_eq!(log_level_of(r#"{"level":7}"#), None);
    }
}
