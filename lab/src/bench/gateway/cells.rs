//! What is measured: every method, size, number of connections, era and kind of server.

/// How the server behind answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Upstream {
    /// HTTP, one JSON object for each answer.
    Json,
    /// HTTP, a stream of events for each answer.
    Sse,
    /// Standard input and output.
    Stdio,
}

/// One thing to measure of every contender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) method: &'static str,
    /// Bytes of text in an answer to a call.
    pub(super) payload: usize,
    pub(super) connections: usize,
    /// The era of the client.
    pub(super) era: &'static str,
    pub(super) upstream: Upstream,
}

/// How many tools the server has.
pub(super) const TOOLS: usize = 100;
/// Arguments are as long as the answer, and no longer than this.
const MOST_ARGUMENTS: usize = 1024;

const CALL: &str = "tools/call";
const LIST: &str = "tools/list";
const LEGACY: &str = "legacy";
const MODERN: &str = "modern";
const PAYLOADS: [usize; 4] = [64, 1024, 10_240, 102_400];
const CONNECTIONS: [usize; 3] = [1, 8, 64];

impl Upstream {
    pub(super) const ALL: [Self; 3] = [Self::Json, Self::Sse, Self::Stdio];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Sse => "sse",
            Self::Stdio => "stdio",
        }
    }
}

/// Every cell, in the order of the table.
pub(super) fn all() -> Vec<Cell> {
    let mut cells = Vec::new();
    let mut add = |method, payloads: &[usize], era, upstream| {
        for &payload in payloads {
            cells.extend(CONNECTIONS.map(|connections| Cell {
                method,
                payload,
                connections,
                era,
                upstream,
            }));
        }
    };
    add(CALL, &PAYLOADS, LEGACY, Upstream::Json);
    add(LIST, &[0], LEGACY, Upstream::Json);
    add(CALL, &[1024], MODERN, Upstream::Json);
    add(LIST, &[0], MODERN, Upstream::Json);
    add(CALL, &[1024, 10_240], LEGACY, Upstream::Sse);
    add(CALL, &[1024], LEGACY, Upstream::Stdio);
    cells
}

/// A call of the grid that most of the table is: a legacy client, a server with JSON.
pub(super) const fn call(payload: usize, connections: usize) -> Cell {
    Cell { method: CALL, payload, connections, era: LEGACY, upstream: Upstream::Json }
}

/// A list of the same.
pub(super) const fn list(connections: usize) -> Cell {
    Cell { method: LIST, payload: 0, connections, era: LEGACY, upstream: Upstream::Json }
}

impl Cell {
    /// What it is called in tables.
    pub(super) fn name(&self) -> String {
        let what = match self.payload {
            0 => format!("`{}`, {TOOLS} tools", self.method),
            payload => format!("`{}`, {}", self.method, size(payload)),
        };
        let era = if self.era == MODERN { ", modern" } else { "" };
        let upstream = match self.upstream {
            Upstream::Json => "",
            Upstream::Sse => ", SSE",
            Upstream::Stdio => ", stdio",
        };
        format!("{what}{era}{upstream}, {}", self.connections)
    }

    /// The flags of the load generator.
    pub(super) fn flags(&self) -> Vec<String> {
        let pairs = [
            ("--method", self.method.to_owned()),
            ("--payload", self.payload.to_string()),
            ("--arguments", self.payload.min(MOST_ARGUMENTS).to_string()),
            ("--connections", self.connections.to_string()),
            ("--era", self.era.to_owned()),
            ("--tools", TOOLS.to_string()),
        ];
        pairs.into_iter().flat_map(|(flag, value)| [flag.to_owned(), value]).collect()
    }
}

fn size(bytes: usize) -> String {
    if bytes < 1024 { format!("{bytes} B") } else { format!("{} KB", bytes / 1024) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_has_a_name_of_its_own() {
        let mut names: Vec<_> = all().iter().map(Cell::name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn the_cells_that_targets_speak_of_are_measured() {
        let cells = all();
        for cell in [call(1024, 1), call(1024, 8), call(1024, 64), call(10_240, 1), list(1)] {
            assert!(cells.contains(&cell), "{}", cell.name());
        }
    }
}
