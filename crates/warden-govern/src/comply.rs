//! What laws, standards and lists of threats ask, and what the estate shows for it.
//!
//! Twenty controls of the platform ([`CONTROLS`]) are each one question to the estate. What a
//! framework asks is answered from the controls that stand for it and from what is open against it
//! ([`framework`]). Nothing here is typed in by hand: a control is met only if what the estate holds
//! says so, and only while the evidence for it is young enough.

mod ai_act;
mod catalogue;
mod control;
mod coverage;
mod demands;
mod framework;
mod nis2;

pub mod pack;
pub mod privacy;
mod queries;
mod query;
mod rows;
mod scope;
mod server;

pub use ai_act::{
    Applicable, DATES, Duty, MANDATORY, Mandatory, Oversight, Provision, applicable, missing,
    oversight,
};
pub use catalogue::{Catalogue, catalogue, catalogues};
pub use control::{
    ByLens, CONTROLS, Control, Freshness, Judged, Lens, Status, WorkItem, by_lens, judge,
    judge_all, judge_estate,
};
pub use coverage::{NotCovered, Placed, not_covered, placed};
pub use demands::{Demand, controls_for, demands};
pub use framework::{Demanded, Framework, framework, overview};
pub use nis2::{Measured, nis2};
pub use query::{Cited, Part};
pub use rows::{COLUMNS, Need, NeedState, ROWS, Row, RowState, TRIAD, Triad, rows};
pub use scope::{Ground, Scope};
pub use server::{
    Article, Regime, ServerPage, Unmanaged, critical_servers, server_page, unmanaged,
};

#[cfg(test)]
mod tests;
