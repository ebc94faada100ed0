use jiff::civil::date;
use warden_model::Class;

use super::*;
use crate::estate::{Estate, Lookup, read::Draft};

#[track_caller]
fn tables(files: &[(&str, &str)]) -> Estate {
    let mut draft = Draft::default();
    for (name, text) in files {
        draft.add_file(name, text.as_bytes());
    }
    draft.finish(jiff::Timestamp::UNIX_EPOCH).expect("the tables are fine")
}

/// R69: four domains with these names and priorities, every class in exactly one, and the counts of
/// the domains add up to all.
#[test]
fn every_class_belongs_to_one_of_four_domains() {
    let told = Domain::ALL.map(|one| (one.number(), one.title(), one.priority().name()));
    assert_eq!(
        told,
        [
            (1, "Identity & Access", "critical"),
            (2, "Data Access & Exfiltration", "critical"),
            (3, "Operational Integrity", "high"),
            (4, "Supply Chain & Third-Party", "high"),
        ]
    );
    let mut text = "id,class,severity,server,state,found\n".to_owned();
    for class in Class::ALL {
        text.push_str(&format!("{0},{0},high,s,open,2026-01-01\n", class.id()));
    }
    let estate = tables(&[("findings.csv", &text)]);
    let counts = count(&estate.findings);
    assert_eq!(counts.iter().map(|one| one.findings).sum::<u64>(), Class::ALL.len() as u64);
    for class in Class::ALL {
        let homes = Domain::ALL.iter().filter(|domain| domain.number() == class.info().domain);
        assert_eq!(homes.copied().collect::<Vec<_>>(), [Domain::of(*class)]);
        let one: Vec<_> = estate.findings.iter().filter(|one| one.class == *class).collect();
        let counted = count(one.iter().copied());
        let home = counted.iter().find(|count| count.domain == Domain::of(*class)).unwrap();
        assert_eq!(home.findings, 1);
    }
}

const AGENTS: &str = "id,process,data,reviewed,review_until\n\
    bot,pay,confidential,2026-05-01,2026-11-01\n";
const REVIEWS: &str = "agent,domain,status,score,by,evidence\n\
    bot,identity-access,passed,80,ann,e1\n\
    bot,data-exfiltration,passed,70,ann,e1\n\
    bot,operational-integrity,passed,90,ann,e1\n\
    bot,supply-chain,passed,60,ann,e1\n";

#[track_caller]
fn stands(agents: &str, reviews: &str, standing: Standing, missing: &[&str]) {
    let estate = tables(&[
        ("agents.csv", agents),
        ("reviews.csv", reviews),
        ("processes.csv", "id,name\npay,Payments\n"),
        ("people.csv", "id,name\nann,Ann\n"),
        (
            "evidence.csv",
            "id,kind,name,expires\ne1,review,review.pdf,2027-01-01\nold,review,x.pdf,2026-01-01\n",
        ),
    ]);
    assert!(crate::estate::check::check(&estate).is_empty());
    let found = super::reviews(&Lookup::new(&estate), date(2026, 10, 1));
    let [bot] = found.agents.as_slice() else { panic!("{found:?}") };
    let told: Vec<String> = bot.missing.iter().map(ToString::to_string).collect();
    assert_eq!((bot.standing, told.as_slice()), (standing, &missing.map_owned()[..]));
    assert_eq!(bot.domains.len(), 4);
    assert_eq!(found.reviewed.of, u64::from(standing == Standing::Reviewed));
}

trait Owned {
    fn map_owned(&self) -> Vec<String>;
}

impl Owned for &[&str] {
    fn map_owned(&self) -> Vec<String> {
        self.iter().map(|text| (*text).to_owned()).collect()
    }
}

/// R74: each of the four domains needs a status, a score and evidence; one that is incomplete stands
/// in the way of "reviewed".
#[test]
fn an_agent_is_reviewed_when_all_four_domains_are() {
    stands(AGENTS, REVIEWS, Standing::Reviewed, &[]);
    for line in REVIEWS.lines().skip(1) {
        let without = REVIEWS.replace(&format!("{line}\n"), "");
        let domain = line.split(',').nth(1).unwrap();
        let missing = ["status", "score", "evidence"].map(|what| format!("{domain}: no {what}"));
        let missing = missing.each_ref().map(String::as_str);
        stands(AGENTS, &without, Standing::Incomplete, &missing);
        let lacks = |part: &str, with: &str, standing, missing: &[&str]| {
            let changed = REVIEWS.replace(line, &line.replace(part, with));
            stands(AGENTS, &changed, standing, missing);
        };
        let no = |what: &str| format!("{domain}: no {what}");
        lacks("passed", "open", Standing::Incomplete, &[&no("status")]);
        let score = line.split(',').nth(3).unwrap();
        lacks(score, "", Standing::Incomplete, &[&no("score")]);
        lacks(",e1", ",", Standing::Incomplete, &[&no("evidence")]);
        let stale = format!("{domain}: evidence \"old\" does not count");
        lacks(",e1", ",old", Standing::Incomplete, &[&stale]);
        lacks("passed", "failed", Standing::Failed, &[]);
    }
}

/// R142: without a business process and classes of data an agent is not reviewed.
#[test]
fn an_agent_without_process_or_data_is_not_reviewed() {
    let agent = |from: &str, to: &str| AGENTS.replace(from, to);
    stands(&agent("pay,", ","), REVIEWS, Standing::Incomplete, &["no business process"]);
    stands(&agent("confidential", ""), REVIEWS, Standing::Incomplete, &["no classes of data"]);
    stands(&agent("2026-05-01", ""), REVIEWS, Standing::Incomplete, &["no day of the review"]);
    stands(
        &agent("2026-05-01", "2026-10-02"),
        REVIEWS,
        Standing::Incomplete,
        &["no day of the review"],
    );
    let until = "no day until which it counts";
    stands(&agent("2026-11-01", ""), REVIEWS, Standing::Incomplete, &[until]);
    stands(&agent("2026-11-01", "2026-09-30"), REVIEWS, Standing::Expired, &[]);
}
