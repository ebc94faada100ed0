//! Moments as people name them: `2h` ago, a day, or a time.

use std::time::Duration;

use warden_audit::Timestamp;

use crate::World;

/// A moment.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Moment {
    /// So long ago.
    Ago(Duration),
    /// Then.
    At(Timestamp),
}

impl Moment {
    /// The moment with this text.
    ///
    /// # Errors
    /// What was expected.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let ago = || {
            let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
            let seconds = match unit {
                "s" => 1,
                "m" => 60,
                "h" => 3600,
                "d" => 86_400,
                _ => return None,
            };
            let number: u64 = number.parse().ok()?;
            Some(Self::Ago(Duration::from_secs(number.checked_mul(seconds)?)))
        };
        let at = || {
            let whole = match text.len() {
                10 => format!("{text}T00:00:00.000000Z"),
                20 => format!("{}.000000Z", text.strip_suffix('Z')?),
                _ => text.to_owned(),
            };
            whole.parse().ok().map(Self::At)
        };
        let wanted = "expected a time such as `2h`, `7d`, `2026-11-20` or `2026-11-20T10:00:00Z`";
        ago().or_else(at).ok_or_else(|| wanted.to_owned())
    }

    /// When that is, by the clock of this machine.
    pub(crate) fn resolve(self, world: &World) -> Timestamp {
        match self {
            Self::At(time) => time,
            Self::Ago(ago) => {
                let now = u64::try_from(world.now().as_microsecond()).unwrap_or_default();
                Timestamp::from_micros(now).before(ago)
            }
        }
    }
}
