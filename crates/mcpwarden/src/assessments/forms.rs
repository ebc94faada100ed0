//! Forms that were made here: an answer is taken only to one of them.

use std::{fs, io};

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use warden_model::questions::{Set, digest_of};

use crate::{Failure, Kind, files, paths::Paths};

/// A form that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Issued {
    /// Its identifier.
    pub(crate) id: String,
    /// The server.
    pub(crate) server: String,
    /// The version or digest that it is about, if it was known.
    pub(crate) version: Option<String>,
    /// The name of its questions.
    pub(crate) set: String,
    /// Their digest.
    pub(crate) questions: String,
    /// When it was made.
    pub(crate) at: Timestamp,
    /// The last day on which it is answered.
    pub(crate) until: Date,
}

impl Issued {
    /// A new one.
    pub(crate) fn new(
        server: &str,
        version: Option<&str>,
        of: Set,
        (at, until): (Timestamp, Date),
    ) -> Self {
        Self {
            id: uuid::Uuid::now_v7().to_string(),
            server: server.to_owned(),
            version: version.map(ToOwned::to_owned),
            set: of.name().to_owned(),
            questions: digest_of(of).to_string(),
            at,
            until,
        }
    }

    /// Remembers it.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub(crate) fn keep(&self, paths: &Paths) -> Result<(), Failure> {
        let folder = paths.assessment_forms();
        let cannot = |error: io::Error| {
            Failure::new(Kind::Config, format!("cannot keep forms in `{}`", folder.display()))
                .caused_by(error)
        };
        files::private_folder(&folder).map_err(cannot)?;
        let bytes = serde_json::to_vec(self).map_err(|error| cannot(error.into()))?;
        files::put(&folder.join(format!("{}.json", self.id)), &bytes).map_err(cannot)
    }
}

/// Every form that was made here, the first one first.
///
/// # Errors
/// When they cannot be read.
pub(crate) fn all(paths: &Paths) -> Result<Vec<Issued>, Failure> {
    let folder = paths.assessment_forms();
    let cannot = |error: io::Error| {
        Failure::new(Kind::Config, format!("cannot read forms in `{}`", folder.display()))
            .caused_by(error)
    };
    let found = match files::json_in(&folder, super::MOST) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        found => found.map_err(cannot)?,
    };
    let read = |path| {
        let bytes = fs::read(path).map_err(cannot)?;
        serde_json::from_slice(&bytes).map_err(|error| cannot(error.into()))
    };
    let mut all = found.into_iter().map(read).collect::<Result<Vec<Issued>, Failure>>()?;
    all.sort_by(|one, other| (one.at, &one.id).cmp(&(other.at, &other.id)));
    Ok(all)
}
