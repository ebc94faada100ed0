//! Requests that wait for their answer, in one direction.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Instant,
};

use warden_audit::Recorded;
use warden_mcp::{IdKey, Method};
use warden_model::DefinitionKind;

use crate::{call::Sent, content::Past};

/// The most requests that wait in one direction.
const MOST: usize = 4096;

/// A request that waits for its answer.
#[derive(Debug)]
pub(crate) enum Flight {
    /// One that policy does not judge.
    Plain {
        method: Method,
        /// Its identifier, as written.
        raw_id: Box<str>,
        /// Whether a list was asked for from its beginning.
        first_page: bool,
    },
    /// Judged, and not yet sent: held, or being recorded.
    Waiting { raw_id: Box<str> },
    /// Judged, recorded and sent.
    Call(Box<InFlight>),
    /// One of our own: a look at a list.
    Own(DefinitionKind),
}

/// A call that was sent.
#[derive(Debug)]
pub(crate) struct InFlight {
    pub(crate) call: Recorded<Sent>,
    pub(crate) since: Instant,
    /// What was seen before on behalf of whoever made it.
    pub(crate) past: Arc<Mutex<Past>>,
}

/// Why a request cannot wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Full {
    IdInUse,
    TooMany,
}

/// The requests of one direction.
#[derive(Debug, Default)]
pub(crate) struct Flights(HashMap<IdKey, Flight>);

impl Flights {
    /// Whether a request with this identifier could wait.
    pub(crate) fn room(&self, id: &IdKey) -> Result<(), Full> {
        if self.0.contains_key(id) {
            Err(Full::IdInUse)
        } else if self.0.len() >= MOST {
            Err(Full::TooMany)
        } else {
            Ok(())
        }
    }

    pub(crate) fn insert(&mut self, id: IdKey, flight: Flight) {
        self.0.insert(id, flight);
    }

    pub(crate) fn take(&mut self, id: &IdKey) -> Option<Flight> {
        self.0.remove(id)
    }

    /// Whether an answer to this request may come: it was sent, or is one of our own.
    pub(crate) fn expects(&self, id: &IdKey) -> bool {
        self.0.get(id).is_some_and(|flight| !matches!(flight, Flight::Waiting { .. }))
    }

    pub(crate) fn contains(&self, id: &IdKey) -> bool {
        self.0.contains_key(id)
    }

    pub(crate) fn drain(&mut self) -> impl Iterator<Item = (IdKey, Flight)> {
        self.0.drain()
    }
}
