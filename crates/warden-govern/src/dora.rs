//! The register of information of DORA (Regulation (EU) 2022/2554, Art. 28(3)), in the form of
//! Implementing Regulation (EU) 2024/2956, and the inventory of ICT assets of Art. 8.
//!
//! What templates there are, with their columns, codes, keys and references, is a folder of tables
//! per version of the taxonomy ([`Taxonomy`]), not code. A [`Register`] is filled from an estate
//! ([`prefill`]) and from the tables that people keep ([`keep`]); [`check`] reads the files of a
//! package back, without what wrote them. Beside it, [`classify`] says whether an incident is major.
//!
//! Invariant: nothing is made up. What is not known stays empty, and is told as missing.

pub mod assets;
pub mod check;
pub mod classify;
pub mod keep;
mod lei;
mod missing;
mod place;
pub mod prefill;
mod register;
mod taxonomy;

pub use lei::{is_lei, lei_holds};
pub use missing::missing;
pub use place::{Placement, place};
pub use register::{Filing, Missing, Register, Row, Scope};
pub use taxonomy::{Column, Kind, Link, Need, Target, Taxonomy, Template};

#[cfg(test)]
mod tests;
