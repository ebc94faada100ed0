//! The tables of `policy.toml`, each with what reads it.

use toml_edit::Item;

use super::{entries, form::Form, prices, read::Draft, tables};

/// One table of `policy.toml`.
pub(super) struct Section {
    /// Its name.
    pub(super) name: &'static str,
    /// Reads it into the draft; what is wrong with it goes to the form.
    pub(super) read: fn(&Form<'_>, &Item, &mut Draft),
}

/// Every table that there is. A new one is a line here and a reader: it is handed the table as it
/// stands in the text, with its place, and puts what it reads into a member of [`Draft`].
pub(super) static SECTIONS: &[Section] = &[
    Section { name: "role", read: entries::roles },
    Section { name: "user", read: entries::users },
    Section { name: "agent", read: entries::agents },
    Section { name: "tenant", read: entries::tenants },
    Section { name: "server", read: entries::servers },
    Section { name: "tool", read: entries::tools },
    Section { name: "wall", read: tables::walls },
    Section { name: "mask", read: tables::masks },
    Section { name: "limit", read: tables::limits },
    Section { name: "price", read: prices::prices },
    Section { name: "hold", read: tables::hold },
];
