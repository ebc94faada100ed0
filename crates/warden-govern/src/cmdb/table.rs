//! The same as a table: one row for each server.

use super::{COLUMNS, Classes, Item};
use crate::table::Table;

/// The columns of the table: the class, then those of a server.
pub(super) const CLASS: &str = "sys_class_name";

/// The table. A cell is empty where nothing is known.
#[must_use]
pub fn csv(items: &[Item], classes: &Classes) -> String {
    let header: Vec<_> = [CLASS].into_iter().chain(COLUMNS).collect();
    let mut table = Table::new(&header);
    for item in items {
        let value = |column: &str| item.values.get(column).map_or("", String::as_str);
        let row: Vec<_> = [classes.server.as_str()].into_iter().chain(COLUMNS.map(value)).collect();
        table.row(&row);
    }
    table.finish()
}
