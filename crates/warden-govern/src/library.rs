//! What happened elsewhere, and what to do when it happens here: documented incidents with what
//! notices them, and the playbooks.

mod cacao;
mod cases;
mod kept;
mod playbooks;

pub use cacao::cacao;
pub use cases::{CASES, Case, Replay};
pub use kept::{Kept, kept};
pub use playbooks::{PLAYBOOKS, Play, Step};
