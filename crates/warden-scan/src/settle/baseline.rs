//! The findings that are known already, by their fingerprints.

use std::collections::BTreeSet;

use serde_json::Value;
use warden_model::Digest;

/// What is known already.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// The fingerprints.
    pub(super) fingerprints: BTreeSet<Digest>,
}

/// The text is no baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BaselineError {
    /// Not JSON.
    #[error("it is not JSON")]
    Json,
    /// JSON without findings.
    #[error("it holds no list of findings")]
    Shape,
    /// A finding without a fingerprint.
    #[error("finding {0} has no fingerprint")]
    Fingerprint(usize),
    /// A version that a newer program wrote.
    #[error("it has version {0}, which is not known")]
    Version(u64),
}

impl Baseline {
    /// The newest version of the reports that can be a baseline.
    const NEWEST: u64 = 2;

    /// Reads a baseline. A report in JSON, of any version, is one as well.
    ///
    /// # Errors
    /// If it is something else: a baseline that is not understood must not hide anything, and
    /// must not be taken for an empty one either.
    pub fn read(text: &str) -> Result<Self, BaselineError> {
        let value: Value = serde_json::from_str(text).map_err(|_| BaselineError::Json)?;
        let version = value.get("version").and_then(Value::as_u64).ok_or(BaselineError::Shape)?;
        if version > Self::NEWEST {
            return Err(BaselineError::Version(version));
        }
        let findings =
            value.get("findings").and_then(Value::as_array).ok_or(BaselineError::Shape)?;
        let print = |(at, finding): (usize, &Value)| {
            let text = finding.get("fingerprint").and_then(Value::as_str);
            let print = text.and_then(|text| text.parse().ok());
            print.ok_or(BaselineError::Fingerprint(at))
        };
        let fingerprints = findings.iter().enumerate().map(print).collect::<Result<_, _>>()?;
        Ok(Self { fingerprints })
    }
}
