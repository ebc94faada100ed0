//! Points in time as people and files write them: RFC 3339 in UTC.

use std::time::SystemTime;

use jiff::Timestamp;

/// Reads a time in UTC, to the second or to the microsecond.
pub(crate) fn read(text: &str) -> Option<SystemTime> {
    let time: Timestamp = text.parse().ok()?;
    // One spelling of each precision: the parser takes many more.
    let spelt = format!("{time:.0}") == text || format!("{time:.6}") == text;
    spelt.then(|| time.into())
}

/// Writes a time to the microsecond; what is beyond the years that can be written has none.
pub(crate) fn write(time: SystemTime) -> Option<String> {
    let time = Timestamp::try_from(time).ok()?;
    Some(format!("{time:.6}"))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_time_is_read_in_utc_alone() {
        let time = UNIX_EPOCH + Duration::from_secs(1_795_169_813);
        assert_eq!(read("2026-11-20T10:16:53Z"), Some(time));
        assert_eq!(read("2026-11-20T10:16:53.000000Z"), Some(time));
        for wrong in [
            "",
            "2026-11-20",
            "2026-11-20T10:16:53",
            "2026-11-20T10:16:53+00:00",
            "2026-11-20T11:16:53+01:00",
            "2026-11-20 10:16:53Z",
            "2026-11-20t10:16:53z",
            "2026-11-20T10:16:53.1Z",
            "2026-11-31T10:16:53Z",
            "2026-11-20T10:16:53Z[UTC]",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn a_time_comes_back(micros in 0..253_402_207_200_000_000_u64) {
            let time = UNIX_EPOCH + Duration::from_micros(micros);
            prop_assert_eq!(read(&write(time).unwrap()), Some(time));
        }
    }
}
