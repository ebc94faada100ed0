//! Programs that write a line for each thing they measured, tab-separated.

use super::Row;

/// The lines that have cells, as rows.
pub(super) fn rows(output: &str) -> Vec<Row> {
    output.lines().filter_map(row).collect()
}

fn row(line: &str) -> Option<Row> {
    let (name, figures) = line.split_once('\t')?;
    Some(Row { name: name.into(), figures: figures.split('\t').map(str::to_owned).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_with_cells_is_a_row() {
        let read = rows("Running benches\nprose\t10\t2.5\n");
        assert_eq!(read, [Row { name: "prose".into(), figures: vec!["10".into(), "2.5".into()] }]);
    }
}
