//! Tables that spreadsheets read.

/// A table that is being written, as CSV with line feeds.
#[derive(Debug)]
pub(crate) struct Table {
    text: String,
}

impl Table {
    /// A table with these columns.
    pub(crate) fn new(columns: &[&str]) -> Self {
        let mut table = Self { text: String::new() };
        table.row(columns);
        table
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: &[&str]) {
        self.text.push_str(&line(cells));
    }

    /// The text.
    pub(crate) fn finish(self) -> String {
        self.text
    }
}

/// A row with its line feed, for a table that is too long to be held.
pub(crate) fn line(cells: &[&str]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
    cells.join(",") + "\n"
}

/// A cell. Names come from servers, and a spreadsheet runs what begins like a formula: an apostrophe
/// before it makes it a text.
fn quoted(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let cell = if formula { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", cell.replace('"', "\"\""));
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_a_text_whatever_a_server_is_called() {
        let mut table = Table::new(&["a", "b"]);
        table.row(&["=1+1", "say \"x\", then\ny"]);
        assert_eq!(table.finish(), "a,b\n'=1+1,\"say \"\"x\"\", then\ny\"\n");
    }
}
