//! Surfaces as tables that spreadsheets read.

use super::{Change, Reason, Row, Surface, Surfaces, view::reached};
use crate::{Word as _, table::Table};

/// What an unnamed system is called in a table.
const UNNAMED: &str = "unknown";

/// One line for each agent.
#[must_use]
pub fn surfaces_csv(rows: &[Row<'_>]) -> String {
    let mut table = Table::new(&[
        "agent",
        "name",
        "priority_1",
        "blast_tier",
        "computed",
        "gaps",
        "grants",
        "denied",
        "unenforced",
        "granted",
        "effective",
        "approval",
        "systems",
        "capabilities",
        "unmapped",
        "unknown",
        "chain",
    ]);
    for row in rows {
        let capabilities: Vec<_> = row.capabilities.iter().map(|one| one.word()).collect();
        let chain = row.chain.as_ref();
        let chain = chain.map(|one| [&*one.brings, &one.reads, &one.sends].join(" > "));
        let systems = if row.anything { UNNAMED.to_owned() } else { row.systems.to_string() };
        table.row(&[
            row.agent,
            row.name,
            flag(row.priority_1),
            &row.blast_tier.to_string(),
            flag(row.computed),
            &row.gaps.join("; "),
            &row.grants.to_string(),
            &row.denied.to_string(),
            &row.unenforced.to_string(),
            &row.granted.to_string(),
            &row.effective.to_string(),
            &row.approval.to_string(),
            &systems,
            &capabilities.join("; "),
            &row.unmapped.join("; "),
            &row.unknown.to_string(),
            &chain.unwrap_or_default(),
        ]);
    }
    table.finish()
}

/// One line for each thing that an agent was given to do.
#[must_use]
pub fn cells_csv(surfaces: &Surfaces<'_>, agents: &[&Surface<'_>]) -> String {
    let mut table = Table::new(&["agent", "system", "action", "class", "ruling"]);
    for surface in agents {
        for one in reached(surfaces, surface) {
            table.row(&[
                &surface.agent.id,
                one.system.unwrap_or(UNNAMED),
                one.action,
                one.class,
                one.ruling.word(),
            ]);
        }
    }
    table.finish()
}

/// One line for each thing that changed.
#[must_use]
pub fn changes_csv(changes: &[Change<'_>]) -> String {
    let mut table = Table::new(&["agent", "surface", "change", "system", "action", "class"]);
    for change in changes {
        if change.is_new || change.is_gone {
            let what = if change.is_new { "added" } else { "removed" };
            table.row(&[change.agent, "agent", what, "", "", ""]);
        }
        for (surface, what, cells) in [
            ("granted", "added", &change.granted_added),
            ("granted", "removed", &change.granted_removed),
            ("effective", "added", &change.effective_added),
            ("effective", "removed", &change.effective_removed),
            ("alone", "added", &change.alone_added),
            ("alone", "removed", &change.alone_removed),
        ] {
            for cell in cells {
                table.row(&[
                    change.agent,
                    surface,
                    what,
                    cell.system.unwrap_or(UNNAMED),
                    cell.action.name(),
                    cell.class.name(),
                ]);
            }
        }
    }
    table.finish()
}

/// One line for each tool that makes an agent Priority 1.
#[must_use]
pub fn priority_csv(agents: &[(&str, Vec<Reason>)]) -> String {
    let head = ["agent", "tool", "writes", "executes", "egress", "assumed", "ruling"];
    let mut table = Table::new(&head);
    for (agent, reasons) in agents {
        for reason in reasons {
            table.row(&[
                agent,
                &reason.tool,
                flag(reason.writes),
                flag(reason.executes),
                flag(reason.egress),
                flag(reason.assumed),
                reason.ruling.word(),
            ]);
        }
    }
    table.finish()
}

const fn flag(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}
