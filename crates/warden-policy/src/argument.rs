//! What the arguments of a call may be: held against the pinned schema, against what an owner has
//! set for the tool, and read for where they lead.
//!
//! Between what is judged and what a server makes of it lie encodings. A constraint therefore
//! accepts only what every reader takes for the same thing, and looks at each form that a reader
//! may turn a text into; what cannot be read is a breach, never a pass. What nobody can see in
//! arguments (where a link in a file system leads, what a name resolves to) is not claimed.

mod address;
mod amount;
mod constraint;
mod field;
mod form;
mod path;
mod read;
mod schema;
mod setting;
mod sql;
mod tokens;
mod url;

pub use amount::Decimal;
pub use constraint::{ConstraintError, Constraints};
pub use read::{Read, Side, Wall, WallError, WallPart, Walls, read};
pub use schema::{SchemaError, ToolSchema, UNUSABLE, inexact_numbers};
pub use setting::{AmountSetting, Argument, Number, Places};
pub use sql::{UNCLEAR, verbs};
pub use tokens::{TokenKey, Tokens};
