//! A register as far as the estate can fill it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use warden_model::DataClass;

use super::{Missing, Placement, Register, Row, Taxonomy, place};
use crate::{
    assess::places,
    estate::{AnswerState, Assessment, Lookup, Process, Server, Vendor},
};

/// Fills a register from an estate. What the estate does not know stays empty.
///
/// `day` is the day of the report.
#[must_use]
pub fn prefill(known: &Lookup<'_>, taxonomy: &'static Taxonomy, day: Date) -> Register {
    let mut filler = Filler {
        known,
        register: Register::new(taxonomy),
        functions: BTreeMap::new(),
        assessments: known
            .estate
            .assessments
            .iter()
            .map(|one| (one.server.as_str(), one))
            .collect(),
        usual: BTreeMap::new(),
        day,
    };
    filler.entity(day);
    let mut servers: Vec<&Server> = known.estate.servers.iter().collect();
    servers.sort_by(|a, b| a.id.cmp(&b.id));
    for server in servers {
        match place(known, server) {
            Placement::Register { service } => filler.server(server, service, false),
            Placement::IntraGroup { service } => filler.server(server, service, true),
            Placement::Undecided(why) => filler.register.undecided.push(Missing {
                template: "B_02.02".into(),
                row: format!("server {}", server.id),
                column: String::new(),
                why: why.into(),
            }),
            Placement::Asset(_) => {}
        }
    }
    filler.functions();
    for (service, servers) in &filler.usual {
        filler.register.taken.push(format!(
            "{servers} {} of the usual type {service}: set `service` of a server where it is another",
            if *servers == 1 { "server is" } else { "servers are" },
        ));
    }
    filler.register.sort();
    filler.register
}

/// Fills what follows from tables that people keep, where they left it empty; and sorts the rows.
///
/// How much a function relies on a service (`B_02.02`, `c0180`) is nothing where the function is
/// not critical; otherwise it is what the substitutability of the provider says.
pub fn derive(register: &mut Register) {
    let taxonomy = register.taxonomy;
    let code = |list: &str, word: &str| taxonomy.code(list, word).unwrap_or_default().to_owned();
    let mut critical: BTreeMap<(String, String), bool> = BTreeMap::new();
    for row in register.rows("B_06.01") {
        let cell = |column| register.cell("B_06.01", row, column).to_owned();
        let said = match taxonomy.word("assessed", &cell("c0050")) {
            Some("yes") => true,
            Some("no") => false,
            _ => continue,
        };
        critical.insert((cell("c0010"), cell("c0040")), said);
    }
    let mut reliance: BTreeMap<[String; 3], String> = BTreeMap::new();
    for row in register.rows("B_07.01") {
        let cell = |column| register.cell("B_07.01", row, column).to_owned();
        let relies = match taxonomy.word("substitutability", &cell("c0050")) {
            Some("easily") => "low",
            Some("medium") => "material",
            Some(_) => "full",
            None => continue,
        };
        let key = [cell("c0010"), cell("c0020"), cell("c0040")];
        reliance.insert(key, code("reliance", relies));
    }
    let Some(form) = taxonomy.template("B_02.02") else { return };
    let at = |column| form.position(column).unwrap_or_default();
    let none = code("reliance", "not-significant");
    register.each("B_02.02", |row: &mut Row| {
        let cell = |column| row.get(at(column)).cloned().unwrap_or_default();
        let found = match critical.get(&(cell("c0050"), cell("c0020"))) {
            Some(false) => Some(&none),
            Some(true) => reliance.get(&[cell("c0010"), cell("c0030"), cell("c0060")]),
            None => None,
        };
        let found = found.cloned();
        if let (Some(found), Some(cell)) = (found, row.get_mut(at("c0180")))
            && cell.is_empty()
        {
            *cell = found;
        }
    });
    register.sort();
}

struct Filler<'a, 'b> {
    known: &'b Lookup<'a>,
    register: Register,
    functions: BTreeMap<&'a str, &'a Process>,
    assessments: BTreeMap<&'a str, &'a Assessment>,
    usual: BTreeMap<String, usize>,
    day: Date,
}

impl<'a> Filler<'a, '_> {
    fn code(&self, list: &str, word: Option<&str>) -> String {
        let code = word.and_then(|word| self.register.taxonomy.code(list, word));
        code.unwrap_or_default().to_owned()
    }

    fn lei(&self) -> &'a str {
        self.known.estate.organisation.lei.as_deref().unwrap_or_default()
    }

    /// Who reports: `B_01.01` and `B_01.02`.
    fn entity(&mut self, day: Date) {
        let of = &self.known.estate.organisation;
        let country = self.code("country", of.country.as_deref());
        let kind = self.code("entity", of.entity_type.as_deref());
        let currency = self.code("currency", of.currency.as_deref());
        let authority = of.authority.as_deref().unwrap_or_default();
        let day = day.to_string();
        let never = self.register.taxonomy.filing("no_end");
        self.register.add(
            "B_01.01",
            &[
                ("c0010", self.lei()),
                ("c0020", &of.name),
                ("c0030", &country),
                ("c0040", &kind),
                ("c0050", authority),
                ("c0060", &day),
            ],
        );
        self.register.add(
            "B_01.02",
            &[
                ("c0010", self.lei()),
                ("c0020", &of.name),
                ("c0030", &country),
                ("c0040", &kind),
                ("c0070", &day),
                ("c0090", never),
                ("c0100", &currency),
            ],
        );
    }

    /// A server that is a service of somebody else.
    fn server(&mut self, server: &'a Server, service: &str, group: bool) {
        if server.service.is_none() {
            *self.usual.entry(service.to_owned()).or_default() += 1;
        }
        let contract = format!("MCP-{}", server.id);
        let vendor = server.vendor.as_deref().and_then(|id| self.known.vendor(id));
        let provider = vendor.and_then(|vendor| vendor.lei.as_deref()).unwrap_or_default();
        let kind = self.code("code-type", (!provider.is_empty()).then_some("LEI"));
        let service = self.code("service", Some(service));
        let currency = self.code("currency", self.known.estate.organisation.currency.as_deref());
        let nature = self.code("nature", Some("not-a-branch"));
        let no_branch = self.register.taxonomy.filing("no_typed_key");
        let lei = self.lei();
        let key = ("c0010", contract.as_str());
        self.register.add("B_02.01", &[key, ("c0040", &currency)]);
        self.register.add("B_03.01", &[key, ("c0020", lei), ("c0030", "true")]);
        if group {
            self.register.add("B_03.03", &[key, ("c0020", provider), ("c0031", "true")]);
        } else {
            self.register.add("B_03.02", &[key, ("c0020", provider), ("c0030", &kind)]);
        }
        self.register
            .add("B_04.01", &[key, ("c0020", lei), ("c0030", &nature), ("c0040", no_branch)]);
        self.provider(vendor, provider, &kind);
        self.register.add(
            "B_05.02",
            &[
                key,
                ("c0020", &service),
                ("c0030", provider),
                ("c0040", &kind),
                ("c0050", "1"),
                // Who gets the service of rank 1 is not asked for; its own code stands there.
                ("c0060", provider),
                ("c0070", &kind),
            ],
        );
        self.uses(
            server,
            vendor,
            &[key, ("c0030", provider), ("c0040", &kind), ("c0060", &service)],
        );
        self.assessment(server, &[key, ("c0020", provider), ("c0030", &kind), ("c0040", &service)]);
    }

    /// `B_05.01`.
    fn provider(&mut self, vendor: Option<&Vendor>, code: &str, kind: &str) {
        let Some(vendor) = vendor else { return };
        let country = self.code("country", vendor.country.as_deref());
        let latin = if vendor.name.is_ascii() { vendor.name.as_str() } else { "" };
        self.register.add(
            "B_05.01",
            &[
                ("c0010", code),
                ("c0020", kind),
                ("c0050", &vendor.name),
                ("c0060", latin),
                ("c0080", &country),
            ],
        );
    }

    /// `B_02.02`: a row for each function that uses the server.
    fn uses(&mut self, server: &'a Server, vendor: Option<&Vendor>, cells: &[(&str, &str)]) {
        // What people keep of a vendor goes before what the vendor has answered.
        let said = places(server, self.known, self.day);
        let storage = vendor.and_then(|vendor| vendor.storage_country.as_deref()).or(said.storage);
        let processing =
            vendor.and_then(|vendor| vendor.processing_country.as_deref()).or(said.processing);
        // A program that runs here stores nothing with its maker, as long as nobody says that it
        // reports home; where somebody operates it, only a known place of storage says that it does.
        let stored = match (server.remote, storage) {
            (Some(false), _) => Some("no"),
            (_, Some(_)) => Some("yes"),
            _ => None,
        };
        let nowhere = self.register.taxonomy.filing("no_country").to_owned();
        let at_rest = if stored == Some("no") { nowhere } else { self.code("country", storage) };
        let handled = self.code("country", processing);
        let stored_code = self.code("yes-no", stored);
        let sensitive = match (stored, self.data(server)) {
            (Some("yes"), Some(class)) => self.code("level", Some(level(class))),
            _ => String::new(),
        };
        let processes: Vec<&Process> =
            server.processes.iter().filter_map(|id| self.known.process(id)).collect();
        let mut functions: BTreeSet<&str> = BTreeSet::new();
        for process in processes {
            let Some(function) = process.function.as_deref() else {
                self.register.undecided.push(Missing {
                    template: "B_06.01".into(),
                    row: format!("process {}", process.id),
                    column: "c0010".into(),
                    why: "it has no function identifier; give it one: F1, F2, …".into(),
                });
                continue;
            };
            self.functions.insert(function, process);
            functions.insert(function);
        }
        if functions.is_empty() {
            functions.insert("");
        }
        for function in functions {
            let mut row = cells.to_vec();
            row.extend([
                ("c0020", self.lei()),
                ("c0050", function),
                ("c0130", handled.as_str()),
                ("c0140", stored_code.as_str()),
                ("c0150", at_rest.as_str()),
                ("c0160", handled.as_str()),
                ("c0170", sensitive.as_str()),
            ]);
            self.register.add("B_02.02", &row);
        }
    }

    /// The worst data that can be reached through a server, if all of it is known.
    fn data(&self, server: &Server) -> Option<DataClass> {
        let tools = self.known.tools_of(&server.id);
        let mut classes = Vec::new();
        for tool in tools {
            classes.push(tool.data.or(server.data));
            for system in &tool.systems {
                classes.push(self.known.system(system).and_then(|system| system.data));
            }
        }
        classes.push(server.data);
        // What is regulated is the worst, whatever else is not known.
        if classes.contains(&Some(DataClass::Regulated)) {
            return Some(DataClass::Regulated);
        }
        classes.into_iter().collect::<Option<Vec<_>>>()?.into_iter().max()
    }

    /// `B_07.01`, where a function that is critical uses it, or where nobody said that it is not.
    fn assessment(&mut self, server: &Server, cells: &[(&str, &str)]) {
        let processes = server.processes.iter().filter_map(|id| self.known.process(id));
        let mut critical = processes.map(|process| process.critical);
        if !server.processes.is_empty() && critical.all(|critical| critical == Some(false)) {
            return;
        }
        let mine = self.assessments.get(server.id.as_str());
        let audited = mine.and_then(|one| one.decided).map(|day| day.to_string());
        let audited = audited.unwrap_or_default();
        let exit = self.code("yes-no", mine.and_then(|one| exit_plan(one)));
        let mut row = cells.to_vec();
        row.extend([("c0070", audited.as_str()), ("c0080", exit.as_str())]);
        self.register.add("B_07.01", &row);
    }

    /// `B_06.01`: the functions that some server of the register supports.
    fn functions(&mut self) {
        let never = self.register.taxonomy.filing("no_end");
        for (function, process) in std::mem::take(&mut self.functions) {
            let said = match process.critical {
                Some(true) => "yes",
                Some(false) => "no",
                None => "not-performed",
            };
            let open = process.critical.is_none();
            let critical = self.code("assessed", Some(said));
            let impact = self.code("impact", open.then_some("not-assessed"));
            let hours = |hours: Option<u32>| hours.map(|hours| hours.to_string());
            let recovery = hours(process.recovery_hours).unwrap_or_default();
            let loss = hours(process.loss_hours).unwrap_or_default();
            self.register.add(
                "B_06.01",
                &[
                    ("c0010", function),
                    ("c0030", &process.name),
                    ("c0040", self.lei()),
                    ("c0050", &critical),
                    ("c0070", if open { never } else { "" }),
                    ("c0080", &recovery),
                    ("c0090", &loss),
                    ("c0100", &impact),
                ],
            );
        }
    }
}

/// How sensitive data of a class is: ours, since no rule says so.
fn level(class: DataClass) -> &'static str {
    match class {
        DataClass::Public | DataClass::Internal => "low",
        DataClass::Confidential => "medium",
        DataClass::Regulated => "high",
    }
}

/// Whether there is a plan to leave: the contract has its clauses (V14) and what happens to data at
/// its end is agreed (V15), both with evidence; not, where one of them was answered with no.
fn exit_plan(assessment: &Assessment) -> Option<&'static str> {
    let latest = |question: &str| {
        let answers = assessment.answers.iter().filter(|one| one.question == question);
        answers.max_by_key(|one| one.at)
    };
    let (clauses, deletion) = (latest("V14"), latest("V15"));
    let both = [clauses, deletion];
    if both.iter().flatten().any(|answer| answer.state == AnswerState::No) {
        return Some("no");
    }
    let shown = |answer: Option<&crate::estate::Answer>| {
        answer.is_some_and(|one| one.state == AnswerState::Yes && !one.evidence.is_empty())
    };
    both.into_iter().all(shown).then_some("yes")
}
