//! The rules, and the engine that runs them over a snapshot.
//!
//! A rule is a file, a page and a line in [`RULES`]. The engine runs them all, gives every finding
//! a fingerprint, takes secrets out of every text and puts the worst first.
//!
//! Invariant: pure and sync; a rule sees no file system, no network, no clock and no other rule.
//! Invariant: the same snapshot gives the same scan, whatever the order in which rules run.
//! Invariant: no text of a scan tells a secret that the snapshot holds.

mod backtracking;
pub mod certify;
mod command;
mod context;
mod engine;
pub mod models;
#[cfg(test)]
mod pages;
mod parts;
mod rule;
mod rules;
mod scrub;
pub mod settle;
mod source;
pub mod supply;
mod taint;
mod text;
mod trace;
mod version;

pub use context::{Context, View};
pub use engine::{Analyse, TreeScan, analyse_tree, scan, scan_knowing, scan_with};
pub use parts::{TreePart, parts};
pub use rule::{Draft, EVERY_LANGUAGE, Meta, Rule};
pub use rules::{RULES, rule};
pub use source::{
    AgentServer, Dispatched, EntryInfo, Listed, ParamInfo, Posture, STACK, ServerSurface,
    SourceView, SurfaceGapKind, System, Told, ToolEffect, ToolEffects, ToolInfo,
};
pub use supply::{SupplyGap, SupplyView};
pub use text::{Part, Text};
