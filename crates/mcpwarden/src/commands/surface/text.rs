//! Surfaces for people.

use std::collections::BTreeMap;

use jiff::civil::Date;
use warden_govern::{
    Ratio, Word as _,
    estate::Ruling,
    reach::{
        Across, Break, Bridge, Cascade, Cell, Chain, Change, Crossings, Cut, Full, Given, Held,
        Reached, Reason, Relay, Row,
    },
};

use super::told::{count, paragraph, row};

const NAME: usize = 28;

const fn held(held: Held) -> &'static str {
    match held {
        Held::Open => "open",
        Held::Approval => "once approved",
    }
}

/// Every agent in one row.
pub(super) fn all(rows: &[Row<'_>], across: &Across, computed: Ratio) -> String {
    let mut out = String::new();
    if rows.is_empty() {
        return "No agent is in the estate.\n".to_owned();
    }
    row(&mut out, "agent", NAME, "  Blast tier    granted  effective  chain");
    for one in rows {
        let chain = one.chain.as_ref().map_or("none", |chain| held(chain.held));
        let first = if one.priority_1 { "1st" } else { "" };
        // Of an agent of which no connection is known, nothing is: that is not none.
        let known = one.computed || one.grants > 0;
        let number = |number: u64| if known { number.to_string() } else { "unknown".to_owned() };
        let chain = if known { chain } else { "unknown" };
        let (granted, effective) = (number(one.granted), number(one.effective));
        let rest =
            format!("  {:<4}{first:>6}  {granted:>9}  {effective:>9}  {chain}", one.blast_tier);
        row(&mut out, one.agent, NAME, &rest);
    }
    out.push('\n');
    for relay in &across.relays {
        self::relay(&mut out, relay);
    }
    for one in rows.iter().filter(|one| !one.computed) {
        paragraph(&mut out, 0, &format!("not computed: {}: {}", one.agent, one.gaps.join("; ")));
    }
    let first = rows.iter().filter(|one| one.priority_1).count();
    let open = rows.iter().filter(|one| one.is_open()).count();
    let loose: usize = rows.iter().map(|one| one.unenforced).sum();
    let unmapped: usize = rows.iter().map(|one| one.unmapped.len()).sum();
    paragraph(
        &mut out,
        0,
        &format!(
            "{}, {first} of them Priority 1 (1st); a dangerous chain is open in {open}, and {} \
             across agents",
            count(rows.len(), "agent"),
            across.relays.len()
        ),
    );
    if loose > 0 {
        let what = count(loose, "denial");
        paragraph(&mut out, 0, &format!("{what} can be walked round: not behind a gateway only"));
    }
    paragraph(
        &mut out,
        0,
        &format!(
            "surfaces are computed for {} of {} ({}); {} whose capabilities nobody has said",
            computed.of,
            computed.all,
            computed.percent(),
            count(unmapped, "grant")
        ),
    );
    out
}

fn relay(out: &mut String, relay: &Relay) {
    let line = format!("dangerous across agents, {}, ends with {}:", held(relay.held), relay.agent);
    paragraph(out, 0, &line);
    for step in &relay.steps {
        let what = match step.does {
            "brings" => "brings what strangers write".to_owned(),
            "reads" => "reads what few may see".to_owned(),
            "sends" => "carries it away".to_owned(),
            does => format!("{does} it in {}", step.system.as_deref().unwrap_or("any system")),
        };
        paragraph(out, 2, &format!("{}: {} {what}", step.agent, step.tool));
    }
}

/// One agent, whole.
pub(super) fn one(full: &Full<'_>) -> String {
    let mut out = String::new();
    let surface = &full.surface;
    let first = if surface.priority_1 { "Priority 1" } else { "not Priority 1" };
    let name = if surface.name.is_empty() { String::new() } else { format!(" ({})", surface.name) };
    let tier = surface.blast_tier;
    paragraph(&mut out, 0, &format!("{}{name}: {first}, Blast tier {tier}", surface.agent));
    for gap in &surface.gaps {
        paragraph(&mut out, 0, &format!("not computed: {gap}"));
    }
    let words: Vec<_> = surface.capabilities.iter().map(|one| one.word()).collect();
    let words =
        if words.is_empty() { "nothing that is known".to_owned() } else { words.join(", ") };
    paragraph(&mut out, 0, &format!("can: {words}"));
    if !surface.unmapped.is_empty() {
        let tools = surface.unmapped.join(", ");
        paragraph(&mut out, 0, &format!("may be able to do anything: {tools} (nobody has said)"));
    }
    out.push_str("\ntools\n");
    for tool in &full.tools {
        given(&mut out, tool);
    }
    out.push_str("\nreach\n");
    reach(&mut out, &full.reach);
    out.push('\n');
    ways(&mut out, &full.crossings);
    match &surface.chain {
        None => out.push_str("no tools are dangerous together\n"),
        Some(chain) => self::chain(&mut out, chain),
    }
    broken(&mut out, &full.break_chains);
    paragraph(
        &mut out,
        0,
        &format!(
            "{} granted, {} effective, {} of them only once approved; {} of {} denied",
            surface.granted,
            surface.effective,
            surface.approval,
            surface.denied,
            count(surface.grants, "tool")
        ),
    );
    out
}

fn given(out: &mut String, tool: &Given<'_>) {
    let by = tool.effect_by.map(|by| format!(" by {by}")).unwrap_or_default();
    let effect = tool.effect.map_or("anything".to_owned(), |effect| format!("{effect}{by}"));
    let systems = tool.systems.as_ref().map_or("any system".to_owned(), |all| all.join(", "));
    let data = tool.data.unwrap_or("any");
    let mut line = format!("{}: {effect} on {systems} ({data})", tool.tool);
    match (tool.ruling, tool.enforced) {
        (Ruling::Allow, _) => {}
        (Ruling::Approval, _) => line.push_str(", once approved"),
        (Ruling::Deny, true) => line.push_str(", denied"),
        (Ruling::Deny, false) => line.push_str(", denied, which can be walked round"),
    }
    if !tool.unknown.is_empty() {
        line.push_str(&format!("; not known: {}", tool.unknown.join(", ")));
    }
    paragraph(out, 2, &line);
}

/// Systems of which the same can be said share a line.
fn reach(out: &mut String, all: &[Reached<'_>]) {
    let mut by_system: BTreeMap<Option<&str>, Vec<String>> = BTreeMap::new();
    let mut actions: BTreeMap<(Option<&str>, &str, Ruling), Vec<&str>> = BTreeMap::new();
    for one in all {
        actions.entry((one.system, one.action, one.ruling)).or_default().push(one.class);
    }
    for ((system, action, ruling), classes) in actions {
        let classes = if classes.len() == 4 { "any".to_owned() } else { classes.join(", ") };
        let how = match ruling {
            Ruling::Allow => "",
            Ruling::Approval => " once approved",
            Ruling::Deny => " denied",
        };
        by_system.entry(system).or_default().push(format!("{action} ({classes}){how}"));
    }
    let mut alike: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (system, does) in by_system {
        let names = alike.entry(does.join(", ")).or_default();
        names.push(system.unwrap_or("any other system"));
    }
    let mut lines: Vec<String> = alike
        .into_iter()
        .map(|(does, systems)| format!("{}: {does}", systems.join(", ")))
        .collect();
    lines.sort();
    for line in lines {
        paragraph(out, 2, &line);
    }
}

fn ways(out: &mut String, crossings: &Crossings<'_>) {
    if crossings.all == 0 {
        return;
    }
    let shown = crossings.named.len();
    out.push_str(&format!("{} ways from one system into another", crossings.all));
    let more = usize::try_from(crossings.all).unwrap_or(usize::MAX) > shown;
    out.push_str(&if more { format!(", the first {shown}:\n") } else { ":\n".to_owned() });
    for way in &crossings.named {
        let name = |system: Option<&str>| system.unwrap_or("any other system").to_owned();
        let line = format!(
            "{} to {}: {} reads, {} puts",
            name(way.from),
            name(way.to),
            way.reads,
            way.puts
        );
        paragraph(out, 2, &line);
    }
}

fn chain(out: &mut String, chain: &Chain) {
    let mut line = format!(
        "together, {}: {} brings what strangers write, {} reads what few may see, {} carries it \
         away",
        held(chain.held),
        chain.brings,
        chain.reads,
        chain.sends
    );
    if chain.assumed > 0 {
        line.push_str(&format!(
            "; {} of the three because nobody has said otherwise",
            chain.assumed
        ));
    }
    paragraph(out, 0, &line);
}

fn broken(out: &mut String, broken: &Break) {
    if broken.remove.is_empty() {
        return;
    }
    let names: Vec<String> =
        broken.remove.iter().map(|(agent, tool)| format!("{tool} of {agent}")).collect();
    let how = if broken.exact {
        "exact: fewer cannot do".to_owned()
    } else {
        format!("bounded: it takes at least {}", broken.at_least)
    };
    let these = these(names.len());
    paragraph(out, 0, &format!("without {these} no chain is left ({how}):"));
    for name in names {
        paragraph(out, 2, &name);
    }
}

fn these(grants: usize) -> String {
    if grants == 1 { "this grant".to_owned() } else { format!("these {grants} grants") }
}

/// What to take away.
pub(super) fn cut(cut: &Cut, break_chains: &Break, grants: u32, whole: bool) -> String {
    let mut out = String::new();
    if cut.remove.is_empty() {
        let most = count(grants as usize, "grant");
        let why = if cut.exact { "" } else { " that was found" };
        paragraph(&mut out, 0, &format!("no choice of {most}{why} removes anything"));
    } else {
        let these = these(cut.remove.len());
        let line = format!(
            "remove {these}: -{} reach ({} of {} things that can be done)",
            cut.percent(),
            cut.removed,
            cut.before
        );
        paragraph(&mut out, 0, &line);
        for (agent, tool) in &cut.remove {
            paragraph(&mut out, 2, &format!("{tool} of {agent}"));
        }
    }
    let how = if cut.exact {
        "exact: no other choice of so many removes more".to_owned()
    } else {
        format!("bounded: no choice of so many removes more than {}", cut.at_most)
    };
    paragraph(&mut out, 0, &how);
    out.push('\n');
    if break_chains.remove.is_empty() {
        let over = if whole { ", in an agent or across agents" } else { "" };
        paragraph(&mut out, 0, &format!("no tools are dangerous together{over}"));
    }
    broken(&mut out, break_chains);
    out
}

/// What else goes wrong when a server does.
pub(super) fn cascade(found: &Cascade<'_>, bridge: Option<&Bridge<'_>>) -> String {
    let mut out = String::new();
    let list = |all: &[&str]| if all.is_empty() { "none".to_owned() } else { all.join(", ") };
    paragraph(&mut out, 0, &format!("{} is used by: {}", found.server, list(&found.agents)));
    if let Some(bridge) = bridge {
        let kinds: Vec<_> = bridge.kinds.iter().map(|kind| kind.word()).collect();
        let unknown = if bridge.unknown { "; not all of it is known" } else { "" };
        let kinds = list(&kinds);
        let own = list(&bridge.systems);
        paragraph(&mut out, 0, &format!("its own tools reach: {own} ({kinds}){unknown}"));
        ways(&mut out, &bridge.crossings);
    }
    paragraph(&mut out, 0, &format!("they use these servers: {}", list(&found.servers)));
    let any = if found.anything { ", and any other" } else { "" };
    paragraph(&mut out, 0, &format!("and reach these systems: {}{any}", list(&found.systems)));
    let tier = found.blast_tier.map_or("n/a".to_owned(), |tier| format!("Blast tier {tier}"));
    paragraph(
        &mut out,
        0,
        &format!(
            "{}, {}, {}, {} things that can be done; the worst of these agents: {tier}",
            count(found.agents.len(), "agent"),
            count(found.servers.len(), "server"),
            count(found.systems.len(), "system"),
            found.reach
        ),
    );
    out
}

/// Who is hardened first.
pub(super) fn priority(first: &[(&str, Vec<Reason>)], agents: usize) -> String {
    let mut out = String::new();
    for (agent, reasons) in first {
        paragraph(&mut out, 0, &format!("{agent}: Priority 1"));
        for reason in reasons {
            let parts = [
                (reason.writes, "writes"),
                (reason.executes, "runs code"),
                (reason.egress, "carries data out"),
            ];
            let does: Vec<_> =
                parts.into_iter().filter_map(|(yes, what)| yes.then_some(what)).collect();
            let assumed = if reason.assumed { ", in part assumed" } else { "" };
            let ruling = match reason.ruling {
                Ruling::Allow => "",
                Ruling::Approval => ", once approved",
                Ruling::Deny => ", denied",
            };
            let line = format!("{}: {}{assumed}{ruling}", reason.tool, does.join(", "));
            paragraph(&mut out, 2, &line);
        }
    }
    out.push_str(&format!("{} of {} Priority 1\n", first.len(), count(agents, "agent")));
    out
}

/// What has changed.
pub(super) fn changed(changes: &[Change<'_>], old: Date, now: Date) -> String {
    let mut out = String::new();
    for change in changes {
        let note = match (change.is_new, change.is_gone) {
            (true, _) => " (new)",
            (_, true) => " (gone)",
            _ => "",
        };
        paragraph(&mut out, 0, &format!("{}{note}", change.agent));
        let mut before: Option<[&Vec<Cell<'_>>; 2]> = None;
        for (what, sets) in [
            ("granted", [&change.granted_added, &change.granted_removed]),
            ("effective", [&change.effective_added, &change.effective_removed]),
            ("without approval", [&change.alone_added, &change.alone_removed]),
        ] {
            if before == Some(sets) && sets.iter().any(|cells| !cells.is_empty()) {
                paragraph(&mut out, 2, &format!("{what}: the same"));
                continue;
            }
            let [added, removed] = sets;
            cells(&mut out, what, '+', added);
            cells(&mut out, what, '-', removed);
            before = Some(sets);
        }
    }
    let many = count(changes.len(), "agent");
    out.push_str(&format!("{many} changed between {old} and {now}\n"));
    out
}

/// The most cells that are shown of one kind; the other formats have all.
const MOST_CELLS: usize = 12;

fn cells(out: &mut String, what: &str, sign: char, cells: &[Cell<'_>]) {
    if cells.is_empty() {
        return;
    }
    paragraph(out, 2, &format!("{what} {sign}{}", cells.len()));
    for cell in cells.iter().take(MOST_CELLS) {
        let system = cell.system.unwrap_or("any other system");
        let line = format!("{sign} {} on {system} ({})", cell.action.name(), cell.class.name());
        paragraph(out, 4, &line);
    }
    if cells.len() > MOST_CELLS {
        paragraph(out, 4, &format!("and {} more", cells.len() - MOST_CELLS));
    }
}
