//! Red-team exercises in a closed loop: the gateway that we ship, with the settings that are tried,
//! between a scripted agent and scripted servers.
//!
//! Nothing real is touched. Of a configuration only what decides is taken: policy, limits,
//! inspection, names. No server of it is reached, no credential of it is read, nobody is told
//! anything, and state and ledger are in a folder that goes with the exercise.

mod agent;
mod base;
mod fill;
mod http;
mod ledger;
mod play;
mod rehearse;
mod script;
mod scripted;
mod stage;

pub(crate) use base::From;
pub(crate) use play::exercise;
pub(crate) use rehearse::rehearsed;
pub(crate) use scripted::{SCRIPTED, run as serve_scripted};
