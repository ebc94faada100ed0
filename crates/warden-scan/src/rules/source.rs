//! The rules for source code. A new one is a file `source/x.rs`, a page `source/x.md` and a line
//! in [`SOURCE_RULES`].

use crate::Rule;

/// Every rule for source code, in the order in which the documentation shows them.
pub(crate) static SOURCE_RULES: &[&dyn Rule] = &[];
