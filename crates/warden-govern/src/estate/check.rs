//! Whether the parts of an estate fit each other.
//!
//! What does not fit is told, and nothing is guessed: figures would count what is not there.

use std::collections::BTreeSet;

use jiff::civil::Date;
use warden_model::questions::{is_country, question};

use super::{Estate, Lookup, Scenario};
use crate::dora::{Taxonomy, lei_holds};

/// Something that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// Where: the member and the identifier, for example `agents/bot`.
    pub place: String,
    /// The member of it.
    pub member: &'static str,
    /// Why.
    pub why: String,
}

impl std::fmt::Display for Misfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, {}: {}", self.place, self.member, self.why)
    }
}

struct Checker<'a> {
    known: Lookup<'a>,
    misfits: Vec<Misfit>,
}

/// Everything in an estate that does not fit; nothing, if all does.
#[must_use]
pub fn check(estate: &Estate) -> Vec<Misfit> {
    let mut checker = Checker { known: Lookup::new(estate), misfits: Vec::new() };
    checker.parties(estate);
    checker.agents(estate);
    checker.servers(estate);
    checker.assurance(estate);
    checker.activity(estate);
    checker.misfits
}

impl<'a> Checker<'a> {
    fn tell(&mut self, place: impl Into<String>, member: &'static str, why: impl Into<String>) {
        self.misfits.push(Misfit { place: place.into(), member, why: why.into() });
    }

    fn person(&mut self, place: &str, member: &'static str, id: Option<&str>) {
        if let Some(id) = id.filter(|id| self.known.person(id).is_none()) {
            self.tell(place, member, format!("nobody is {id:?} in people"));
        }
    }

    fn server(&mut self, place: &str, member: &'static str, id: &str) {
        if self.known.server(id).is_none() {
            self.tell(place, member, format!("no server is {id:?}"));
        }
    }

    fn evidence(&mut self, place: &str, ids: &[String]) {
        for id in ids {
            if self.known.evidence(id).is_none() {
                self.tell(place, "evidence", format!("no evidence is {id:?}"));
            }
        }
    }

    /// Days that have to follow each other, as far as they are known.
    fn days(&mut self, place: &str, days: &[(&'static str, Option<Date>)]) {
        let known: Vec<_> =
            days.iter().filter_map(|(name, day)| day.map(|day| (name, day))).collect();
        for pair in known.windows(2) {
            if let [(before, first), (after, then)] = pair
                && then < first
            {
                self.tell(place, after, format!("{then} is before {before}, {first}"));
            }
        }
    }

    fn parties(&mut self, estate: &'a Estate) {
        let organisation = &estate.organisation;
        if let Some(tier) = organisation.target_maturity.filter(|tier| !(1..=4).contains(tier)) {
            self.tell(
                "organisation",
                "target_maturity",
                format!("{tier} is no maturity tier, 1 to 4"),
            );
        }
        if let Some(level) = organisation.least_level.filter(|level| *level > 3) {
            self.tell("organisation", "least_level", format!("{level} is no level, 0 to 3"));
        }
        if let Some(zone) = organisation.time_zone.as_deref()
            && jiff::tz::TimeZone::get(zone).is_err()
        {
            self.tell("organisation", "time_zone", format!("{zone:?} is no time zone"));
        }
        self.register(estate);
        for held in &estate.qualifications {
            let place = format!("qualifications/{}/{}", held.person, held.certificate);
            self.person(&place, "person", Some(&held.person));
            self.days(&place, &[("issued", Some(held.issued)), ("expires", held.expires)]);
        }
        for machine in &estate.machines {
            self.person(&format!("machines/{}", machine.id), "user", machine.user.as_deref());
        }
        for system in &estate.systems {
            self.person(&format!("systems/{}", system.id), "owner", system.owner.as_deref());
        }
        for process in &estate.processes {
            self.person(&format!("processes/{}", process.id), "owner", process.owner.as_deref());
        }
    }

    /// What the register of information is filled from.
    fn register(&mut self, estate: &'a Estate) {
        let taxonomy = Taxonomy::current();
        let organisation = &estate.organisation;
        let lei = |lei: &Option<String>| lei.clone().filter(|lei| !lei_holds(lei));
        if let Some(lei) = lei(&organisation.lei) {
            self.tell("organisation", "lei", format!("{lei:?} is no LEI: its check digits fail"));
        }
        for vendor in &estate.vendors {
            if let Some(lei) = lei(&vendor.lei) {
                let why = format!("{lei:?} is no LEI: its check digits fail");
                self.tell(format!("vendors/{}", vendor.id), "lei", why);
            }
        }
        if let Some(kind) = organisation.entity_type.as_deref()
            && taxonomy.code("entity", kind).is_none()
        {
            self.tell("organisation", "entity_type", format!("{kind:?} is no type of entity"));
        }
        for server in &estate.servers {
            if let Some(service) = server.service.as_deref()
                && taxonomy.code("service", service).is_none()
            {
                let why = format!("{service:?} is no type of ICT service, S01 to S19");
                self.tell(format!("servers/{}", server.id), "service", why);
            }
        }
        let mut functions = BTreeSet::new();
        for process in &estate.processes {
            let Some(function) = process.function.as_deref() else { continue };
            let place = format!("processes/{}", process.id);
            let digits = function.strip_prefix('F').unwrap_or_default();
            if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                self.tell(place.clone(), "function", format!("{function:?} is not F1, F2, …"));
            }
            if !functions.insert(function) {
                self.tell(place, "function", format!("another process is {function:?} too"));
            }
        }
    }

    fn agents(&mut self, estate: &'a Estate) {
        for agent in &estate.agents {
            let place = format!("agents/{}", agent.id);
            self.person(&place, "owner", agent.owner.as_deref());
            self.person(&place, "overseer", agent.overseer.as_deref());
            if let Some(process) = &agent.process
                && self.known.process(process).is_none()
            {
                self.tell(&place, "process", format!("no process is {process:?}"));
            }
            for (at, rated) in agent.factors.iter().enumerate() {
                if agent.factors.iter().take(at).any(|before| before.factor == rated.factor) {
                    self.tell(&place, "factors", format!("{} is rated twice", rated.factor));
                }
            }
            self.days(
                &place,
                &[("reviewed", agent.reviewed), ("review_until", agent.review_until)],
            );
            self.evidence(&place, &agent.evidence);
        }
        for connection in &estate.connections {
            let place = format!("connections/{}/{}", connection.agent, connection.server);
            if self.known.agent(&connection.agent).is_none() {
                self.tell(&place, "agent", format!("no agent is {:?}", connection.agent));
            }
            self.server(&place, "server", &connection.server);
        }
        for review in &estate.reviews {
            let place = format!("reviews/{}/{}", review.agent, review.domain);
            if self.known.agent(&review.agent).is_none() {
                self.tell(&place, "agent", format!("no agent is {:?}", review.agent));
            }
            if let Some(score) = review.score.filter(|score| *score > 100) {
                self.tell(&place, "score", format!("{score} is no score, 0 to 100"));
            }
            self.person(&place, "by", review.by.as_deref());
            self.evidence(&place, &review.evidence);
        }
    }

    fn servers(&mut self, estate: &'a Estate) {
        for server in &estate.servers {
            let place = format!("servers/{}", server.id);
            self.person(&place, "owner", server.owner.as_deref());
            self.person(&place, "approved_by", server.approved_by.as_deref());
            if let Some(vendor) = &server.vendor
                && self.known.vendor(vendor).is_none()
            {
                self.tell(&place, "vendor", format!("no vendor is {vendor:?}"));
            }
            for host in &server.host_countries {
                if !is_country(&host.country) {
                    let why = format!("{:?} is no country of two letters", host.country);
                    self.tell(&place, "host_countries", why);
                }
            }
            for process in &server.processes {
                if self.known.process(process).is_none() {
                    self.tell(&place, "processes", format!("no process is {process:?}"));
                }
            }
            self.evidence(&place, &server.evidence);
        }
        for tool in &estate.tools {
            if self.known.server(&tool.server).is_none() {
                self.server(
                    &format!("tools/{}/{}", tool.server, tool.name),
                    "server",
                    &tool.server,
                );
            }
        }
        for finding in &estate.findings {
            let place = format!("findings/{}", finding.id);
            self.server(&place, "server", &finding.server);
            self.person(&place, "owner", finding.owner.as_deref());
            self.days(&place, &[("found", Some(finding.found)), ("closed", finding.closed)]);
            self.evidence(&place, &finding.evidence);
        }
        for certificate in &estate.certificates {
            let place = format!("certificates/{}", certificate.server);
            self.server(&place, "server", &certificate.server);
            if certificate.level > 3 {
                self.tell(&place, "level", format!("{} is no level, 0 to 3", certificate.level));
            }
            if certificate.score > 100 {
                self.tell(&place, "score", format!("{} is no score, 0 to 100", certificate.score));
            }
            if certificate.expires < certificate.issued {
                self.tell(&place, "expires", "it ends before it begins");
            }
            self.evidence(&place, &certificate.evidence);
        }
    }

    fn assurance(&mut self, estate: &'a Estate) {
        for assessment in &estate.assessments {
            let place = format!("assessments/{}", assessment.server);
            self.server(&place, "server", &assessment.server);
            self.person(&place, "reviewer", assessment.reviewer.as_deref());
            let days = [("opened", Some(assessment.opened)), ("decided", assessment.decided)];
            self.days(&place, &days);
            self.days(&place, &[("decided", assessment.decided), ("next", assessment.next)]);
            for answer in &assessment.answers {
                let place = format!("{place}/{}", answer.question);
                self.days(&place, &[("at", Some(answer.at)), ("expires", answer.expires)]);
                self.evidence(&place, &answer.evidence);
                if question(&answer.question).is_none() {
                    let why = "no question has this identifier; there are A1, V1, Q1 and on";
                    self.tell(&place, "question", why);
                }
            }
        }
        for waiver in &estate.waivers {
            let place = format!("waivers/{}", waiver.id);
            self.person(&place, "owner", Some(&waiver.owner));
            self.days(&place, &[("from", Some(waiver.from)), ("until", Some(waiver.until))]);
        }
        for control in &estate.controls {
            let place = format!("controls/{}/{}", control.measure, control.name);
            self.person(&place, "owner", control.owner.as_deref());
            self.evidence(&place, &control.evidence);
        }
        for exercise in &estate.exercises {
            let place = format!("exercises/{}", exercise.id);
            self.person(&place, "owner", exercise.owner.as_deref());
            self.evidence(&place, &exercise.evidence);
        }
        for playbook in &estate.playbooks {
            self.person(&format!("playbooks/{}", playbook.id), "owner", playbook.owner.as_deref());
        }
        for task in &estate.tasks {
            let place = format!("tasks/{}", task.task);
            if !crate::programme::is_task(&task.task) {
                self.tell(&place, "task", "there is no task of this name in the programme");
            }
            self.person(&place, "owner", task.owner.as_deref());
            self.evidence(&place, &task.evidence);
        }
    }

    fn activity(&mut self, estate: &'a Estate) {
        for drift in &estate.drifts {
            let place = format!("drifts/{}", drift.server);
            self.server(&place, "server", &drift.server);
            if drift.detected.is_some_and(|detected| detected < drift.occurred) {
                self.tell(&place, "detected", "it was noticed before it can have happened");
            }
        }
        for incident in &estate.incidents {
            self.incident(incident);
        }
        for scenario in &estate.scenarios {
            let place = format!("scenarios/{}", scenario.id);
            self.person(&place, "owner", Some(&scenario.owner));
            self.estimates(&place, scenario);
        }
        for past in estate.past.iter().filter(|past| !crate::metrics::is_quarter(&past.quarter)) {
            let why = format!("{:?} is no quarter; write 2026-Q3, or day-0", past.quarter);
            self.tell(format!("past/{}", past.figure), "quarter", why);
        }
        self.evidence("traffic", &estate.traffic.evidence);
        self.evidence("traffic", &estate.traffic.egress);
        for shadow in &estate.shadows {
            let place = format!("shadows/{}", shadow.endpoint);
            self.evidence(&place, &shadow.evidence);
            let files: BTreeSet<_> = shadow.lines.iter().map(|line| line.file.clone()).collect();
            self.evidence(&place, &files.into_iter().collect::<Vec<_>>());
        }
        let traffic = &estate.traffic;
        if let (Some(through), Some(all)) = (traffic.through_gateway, traffic.estimated)
            && through > all
        {
            self.tell("traffic", "through_gateway", format!("more than the {all} connections"));
        }
        for (member, part) in [("recorded", traffic.recorded), ("attested", traffic.attested)] {
            if part.is_some_and(|part| part > traffic.calls) {
                self.tell("traffic", member, format!("more than the {} calls", traffic.calls));
            }
        }
    }

    fn incident(&mut self, incident: &super::Incident) {
        let place = format!("incidents/{}", incident.id);
        for server in &incident.servers {
            self.server(&place, "servers", server);
        }
        let steps = [
            ("occurred", Some(incident.occurred)),
            ("detected", incident.detected),
            ("identified", incident.identified),
            ("contained", incident.contained),
            ("recovered", incident.recovered),
            ("closed", incident.closed),
        ];
        let known: Vec<_> =
            steps.iter().filter_map(|(name, at)| at.map(|at| (*name, at))).collect();
        for pair in known.windows(2) {
            if let [(before, first), (after, then)] = pair
                && then < first
            {
                self.tell(&place, after, format!("{then} is before {before}, {first}"));
            }
        }
        self.evidence(&place, &incident.evidence);
    }

    fn estimates(&mut self, place: &str, scenario: &Scenario) {
        let shares = [
            ("susceptibility", scenario.susceptibility),
            ("residual_susceptibility", scenario.residual_susceptibility),
            ("secondary_probability", scenario.secondary_probability),
        ];
        let amounts = [
            ("frequency", scenario.frequency),
            ("primary_loss", scenario.primary_loss),
            ("secondary_loss", scenario.secondary_loss),
        ];
        let shares = shares.into_iter().map(|(name, estimate)| (name, estimate, 1.0));
        let amounts = amounts.into_iter().map(|(name, estimate)| (name, estimate, f64::MAX));
        for (member, estimate, most) in shares.chain(amounts) {
            let Some(estimate) = estimate else { continue };
            let in_order = 0.0 <= estimate.min
                && estimate.min <= estimate.mode
                && estimate.mode <= estimate.max
                && estimate.max <= most;
            if !in_order {
                let why = "least, likely and most do not follow each other within their bounds";
                self.tell(place, member, why);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estate::read::Draft;

    fn misfits(files: &[(&str, &str)]) -> Vec<String> {
        let mut draft = Draft::default();
        for (name, text) in files {
            draft.add_file(name, text.as_bytes());
        }
        let estate = draft.finish(jiff::Timestamp::UNIX_EPOCH).unwrap();
        check(&estate).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_does_not_fit_is_told_with_its_place() {
        let told = misfits(&[
            (
                "agents.csv",
                "id,owner,process,reviewed,review_until,factors\n\
                bot,nobody,pay,2026-05-01,2026-04-01,autonomy=1; autonomy=0.5\n",
            ),
            ("connections.csv", "agent,server\nbot,mail\n"),
            (
                "incidents.json",
                r#"{"incidents": [{"id": "i", "kind": "behaviour", "title": "t",
                "occurred": "2026-05-02T00:00:00Z", "identified": "2026-05-01T00:00:00Z"}]}"#,
            ),
            ("people.csv", "id,name\nann,Ann\n"),
            (
                "scenarios.csv",
                "id,title,dimension,owner,source,at,susceptibility\n\
                s,t,data-exposure,ann,x,2026-01-01,0.1/0.5/1.5\n",
            ),
            ("tasks.csv", "task,owner\nsurvey,ann\n"),
            ("past.csv", "quarter,figure,value\n2026-3,M1,5\n2026-Q5,M1,5\nday-0,M1,5\n"),
            ("estate.toml", "[organisation]\ntime_zone = \"Mars/Base\"\ntarget_maturity = 5\n"),
        ]);
        let told = told.join("\n");
        for part in [
            "agents/bot, owner: nobody is \"nobody\" in people",
            "agents/bot, factors: autonomy is rated twice",
            "agents/bot, process: no process is \"pay\"",
            "agents/bot, review_until: 2026-04-01 is before reviewed, 2026-05-01",
            "connections/bot/mail, server: no server is \"mail\"",
            "incidents/i, identified: 2026-05-01T00:00:00Z is before occurred",
            "scenarios/s, susceptibility: least, likely and most",
            "organisation, time_zone: \"Mars/Base\" is no time zone",
            "organisation, target_maturity: 5 is no maturity tier",
            "tasks/survey, task: there is no task of this name in the programme",
            "past/M1, quarter: \"2026-3\" is no quarter; write 2026-Q3, or day-0",
            "past/M1, quarter: \"2026-Q5\" is no quarter",
        ] {
            assert!(told.contains(part), "{part}\n---\n{told}");
        }
        assert!(misfits(&[("people.csv", "id,name\nann,Ann\n")]).is_empty());
    }
}
