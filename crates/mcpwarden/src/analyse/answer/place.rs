//! Places in files.

use serde::{Deserialize, Serialize};
use warden_model as model;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Place {
    file: String,
    pointer: Option<String>,
    line: Option<u32>,
    column: Option<u32>,
    function: Option<String>,
}

impl Place {
    pub(super) fn of(place: &model::Location) -> Self {
        Self {
            file: place.file.clone(),
            pointer: place.pointer.clone(),
            line: place.line,
            column: place.column,
            function: place.function.clone(),
        }
    }

    pub(super) fn back(self) -> model::Location {
        model::Location {
            file: self.file,
            pointer: self.pointer,
            line: self.line,
            column: self.column,
            function: self.function,
        }
    }
}
