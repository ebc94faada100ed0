//! The trees that `divan` prints.

use super::Row;

/// Fastest, slowest, median and mean.
const TIMES: usize = 4;

/// Reads a tree: a line with figures is a measurement, a line without one names a group. Lines
/// below a measurement say more about it, among them what it allocates.
pub(super) fn rows(output: &str) -> Vec<Row> {
    let mut groups: Vec<(usize, String)> = Vec::new();
    let mut rows: Vec<Row> = Vec::new();
    // Counts down from `alloc:` to the line after next, which has the bytes.
    let mut until_bytes = None;
    for line in output.lines() {
        let Some(start) = line.find(|c: char| c.is_alphanumeric()) else { continue };
        let (before, text) = line.split_at(start);
        let mut cells = text.split('│').map(str::trim);
        let first = cells.next().unwrap_or_default();
        if !line.contains(['├', '╰']) {
            until_bytes = match until_bytes {
                _ if first == "alloc:" => Some(2_u8),
                Some(1) => {
                    // Of the four figures the third is the median, as it is of the times.
                    let bytes = cells.nth(1).unwrap_or_default().to_owned();
                    let cell = rows.last_mut().and_then(|row| row.figures.get_mut(TIMES));
                    if let Some(cell) = cell {
                        *cell = bytes;
                    }
                    None
                }
                other => other.map(|left| left - 1),
            };
            continue;
        }
        let depth = before.chars().count();
        groups.retain(|(outer, _)| *outer < depth);
        // The name and the first figure stand in one cell, with at least two spaces between them.
        let (name, fastest) = first.split_once("  ").map_or((first, ""), |(n, f)| (n, f.trim()));
        if fastest.is_empty() {
            groups.push((depth, name.to_owned()));
            continue;
        }
        let outer = groups.iter().map(|(_, group)| group.as_str());
        let name = outer.chain([name]).collect::<Vec<_>>().join(" / ");
        let times = std::iter::once(fastest).chain(cells.take(TIMES - 1)).map(str::to_owned);
        rows.push(Row { name, figures: times.chain([String::new()]).collect() });
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "\
ledger      fastest       │ slowest       │ median        │ mean          │ samples │ iters
├─ append   1.2 µs        │ 3.4 µs        │ 1.3 µs        │ 1.4 µs        │ 100     │ 100
╰─ verify                 │               │               │               │         │
   ├─ 10    5 µs          │ 6 µs          │ 5.1 µs        │ 5.2 µs        │ 100     │ 100
   ╰─ 20    9 µs          │ 12 µs         │ 9.5 µs        │ 9.9 µs        │ 100     │ 100
            1 GB/s        │ 2 GB/s        │ 1 GB/s        │ 1 GB/s        │         │
            alloc:        │               │               │               │         │
              3           │ 4             │ 3             │ 3             │         │
              56 B        │ 58 B          │ 57 B          │ 57.1 B        │         │
            dealloc:      │               │               │               │         │
              3           │ 3             │ 3             │ 3             │         │
              99 B        │ 99 B          │ 99 B          │ 99 B          │         │
";

    #[test]
    fn measurements_are_read_with_their_groups_and_what_they_allocate() {
        let rows = rows(OUTPUT);
        let names: Vec<_> = rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, ["append", "verify / 10", "verify / 20"]);
        assert_eq!(rows[0].figures, ["1.2 µs", "3.4 µs", "1.3 µs", "1.4 µs", ""]);
        assert_eq!(rows[2].figures, ["9 µs", "12 µs", "9.5 µs", "9.9 µs", "57 B"]);
    }
}
