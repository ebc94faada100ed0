//! Evidence packs.

use std::{cell::RefCell, collections::BTreeMap, io::Write, rc::Rc};

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::comply::pack::{Action, Packer, Period, Population, Proof, Sampling};
use warden_model::Digest;

#[derive(Clone, Debug, Default)]
struct Shelf(Rc<RefCell<BTreeMap<String, Vec<u8>>>>);

#[derive(Debug)]
struct Book(Shelf, String);

impl Write for Book {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut books = self.0.0.borrow_mut();
        books.entry(self.1.clone()).or_default().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn at(day: i64) -> Timestamp {
    "2026-07-01T00:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(24 * day)
}

fn actions() -> Vec<Action> {
    let events = [
        "call.intent",
        "call.closed",
        "call.refused",
        "drift.detected",
        "stop.set",
        "server.started",
    ];
    (0..600)
        .map(|number| Action {
            id: format!("seg:{number}"),
            at: at(number / 6),
            event: events[usize::try_from(number % 6).unwrap()].into(),
            agent: "bot".into(),
            labels: "=cmd".into(),
            ..Action::default()
        })
        .collect()
}

fn pack(actions: &[Action], seed: u64) -> BTreeMap<String, Vec<u8>> {
    let (estate, shelf) = (with(&[]), Shelf::default());
    let period = Period { from: at(0), until: at(92) };
    let sampling = Sampling { seed, size: 10 };
    let open = |population: Population| Ok(Book(shelf.clone(), population.file()));
    let mut packer = Packer::new(period, sampling, open).unwrap();
    for action in actions {
        packer.add(action).unwrap();
    }
    let proof = Proof { records: 600, segments: 1, heads: Vec::new() };
    let judged = judged(&estate);
    let lookup = Lookup::new(&estate);
    let files = packer.finish(&Ground::new(&lookup, DAY), &judged, &proof).unwrap();
    let mut all = shelf.0.borrow().clone();
    all.extend(files.into_iter().map(|file| (file.name, file.bytes)));
    all
}

fn lines(bytes: &[u8]) -> Vec<String> {
    String::from_utf8(bytes.to_vec()).unwrap().lines().map(ToOwned::to_owned).collect()
}

#[test]
fn a_pack_has_the_populations_of_its_period_and_a_manifest_that_fits_every_file() {
    let made = pack(&actions(), 7);
    // What a server or a client is called is no formula.
    assert!(lines(&made["populations/changes.csv"])[1].contains(",'=cmd,"));
    // 92 days of the 100: an intent, its end and a refusal each day.
    assert_eq!(lines(&made["populations/invocations.csv"]).len(), 1 + 3 * 92);
    assert_eq!(lines(&made["populations/changes.csv"]).len(), 1 + 92);
    assert_eq!(lines(&made["populations/access.csv"]).len(), 1 + 92);
    let manifest: Value = serde_json::from_slice(&made["manifest.json"]).unwrap();
    let files = manifest["files"].as_array().unwrap();
    assert_eq!(files.len(), made.len() - 1, "all but itself");
    for file in files {
        let bytes = &made[file["name"].as_str().unwrap()];
        assert_eq!(file["digest"], Digest::of(bytes).to_string(), "{file}");
        assert_eq!(file["bytes"], bytes.len(), "{file}");
    }
    let items =
        |name: &str| files.iter().find(|file| file["name"] == name).unwrap()["items"].clone();
    assert_eq!(items("populations/invocations.csv"), 2 * 92, "an end is no call of its own");
    assert_eq!(manifest["sampling"]["seed"], 7);
    let canonical = serde_json_canonicalizer::to_vec(&manifest).unwrap();
    assert_eq!(made["manifest.json"].strip_suffix(b"\n").unwrap(), canonical);
    assert!(
        lines(&made["access-granted.csv"])[1]
            .starts_with("bot,mail,not known,read; wipe,oauth,yes")
    );
}

#[test]
fn a_sample_is_the_same_for_everybody_and_another_one_by_another_seed() {
    let (first, mut turned) = (pack(&actions(), 7), actions());
    turned.reverse();
    let again = pack(&turned, 7);
    for population in ["access", "invocations", "changes"] {
        let name = format!("samples/{population}.csv");
        assert_eq!(lines(&first[&name]).len(), 11);
        assert_eq!(first[&name], again[&name], "in whatever order records come");
        assert_ne!(first[&name], pack(&actions(), 8)[&name]);
        // Everybody can draw it from the population.
        let id = |line: &String| line.split(',').next().unwrap().to_owned();
        let all = lines(&first[&format!("populations/{population}.csv")]);
        let mut keys: Vec<_> = all[1..]
            .iter()
            .filter(|line| !line.contains("call.closed"))
            .map(|line| (Digest::of(format!("7\n{population}\n{}", id(line)).as_bytes()), id(line)))
            .collect();
        keys.sort();
        let drawn: Vec<_> = keys[..10].iter().map(|(_, id)| id.clone()).collect();
        assert_eq!(lines(&first[&name])[1..].iter().map(id).collect::<Vec<_>>(), drawn);
    }
}

#[test]
fn a_pack_of_nothing_is_a_pack() {
    let made = pack(&[], 1);
    let manifest: Value = serde_json::from_slice(&made["manifest.json"]).unwrap();
    let invocations = &manifest["files"].as_array().unwrap().iter();
    let mut invocations =
        invocations.clone().filter(|file| file["name"] == "populations/invocations.csv");
    assert_eq!(invocations.next().unwrap()["items"], 0);
    assert!(lines(&made["samples/access.csv"])[0].starts_with("id,at,event,agent,"));
}
