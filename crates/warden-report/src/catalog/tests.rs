use proptest::prelude::*;

use super::*;

fn names(page: &Page<'_>) -> Vec<String> {
    page.servers.iter().map(|one| format!("{} {}", one.entry.name, one.entry.version)).collect()
}

#[track_caller]
fn listed(query: &Query, expected: &[&str]) {
    assert_eq!(names(&sample::catalog().list(query)), expected, "{query:?}");
}

#[test]
fn a_list_has_what_is_certified_in_the_order_of_names() {
    let all = [
        "com.example/maps 3.0.0",
        "com.example/weather 1.10.0",
        "com.example/weather 1.2.0",
        "com.example/weather 1.9.0",
        "io.example.tools/notes 0.9.0",
    ];
    listed(&Query::default(), &all);
}

#[test]
fn the_latest_version_is_the_newest_that_is_not_deleted() {
    let latest = Query { version: Which::Latest, ..Query::default() };
    let newest =
        ["com.example/maps 3.0.0", "com.example/weather 1.10.0", "io.example.tools/notes 0.9.0"];
    listed(&latest, &newest);
    let catalog = sample::catalog();
    let server = catalog.server("com.example/weather").expect("it is there");
    assert_eq!(server.entry.version, "1.10.0");
    assert!(catalog.server("org.example/gone").is_none(), "all its versions are deleted");
    let gone = catalog.version("org.example/gone", "latest", true).expect("it was there");
    assert_eq!(gone.entry.status.name(), "deleted");
}

#[test]
fn who_syncs_sees_what_went() {
    let since = Some(sample::at("2026-05-01T00:00:00Z"));
    let gone = ["com.example/weather 2.0.0", "org.example/gone 1.0.0"];
    listed(&Query { updated_since: since, ..Query::default() }, &gone);
    let deleted = Query { include_deleted: true, ..Query::default() };
    assert_eq!(sample::catalog().list(&deleted).servers.len(), 7);
}

#[test]
fn a_search_looks_at_name_title_and_description() {
    let search = |text: &str| Query { search: Some(text.to_owned()), ..Query::default() };
    listed(&search("tools/not"), &["io.example.tools/notes 0.9.0"]);
    listed(&search("& maps"), &[]);
    listed(&search("maps"), &["com.example/maps 3.0.0", "com.example/weather 1.2.0"]);
    listed(&search("tells what"), &["com.example/weather 1.2.0"]);
}

#[test]
fn an_exact_version_can_be_asked_for() {
    let exact = Query { version: Which::Exactly("1.9.0".into()), ..Query::default() };
    listed(&exact, &["com.example/weather 1.9.0"]);
}

#[test]
fn versions_come_newest_first() {
    let catalog = sample::catalog();
    let versions = |deleted| {
        let page = catalog.versions("com.example/weather", deleted).expect("it is there");
        page.servers.iter().map(|one| one.entry.version.clone()).collect::<Vec<_>>()
    };
    assert_eq!(versions(false), ["1.10.0", "1.9.0", "1.2.0"]);
    assert_eq!(versions(true), ["2.0.0", "1.10.0", "1.9.0", "1.2.0"]);
    assert!(catalog.versions("org.example/gone", false).is_none());
    assert!(catalog.versions("com.example/nothing", true).is_none());
}

#[test]
fn what_expires_is_deleted_from_then_on() {
    let catalog = sample::catalog();
    let until = catalog.good_until().expect("something is certified");
    assert_eq!(until, sample::at("2026-07-01T00:00:00Z"));
    let before = catalog.at(sample::at("2026-06-30T23:59:59.999Z")).expect("it fits");
    assert_eq!(before.list(&Query::default()).servers.len(), 5);
    let after = catalog.at(until).expect("it fits");
    assert!(after.list(&Query::default()).servers.is_empty());
    assert_eq!(after.good_until(), None);
    let since = Query { updated_since: Some(sample::now()), ..Query::default() };
    let seen = after.list(&since);
    assert_eq!(seen.servers.len(), 5, "who syncs sees them go");
    assert!(seen.servers.iter().all(|one| one.entry.updated == until));
}

#[test]
fn what_does_not_fit_is_told_all_at_once() {
    let mut bad = sample::full();
    bad.name = "weather".to_owned();
    let twice = sample::elsewhere();
    let problems = Catalog::of(vec![bad, twice.clone(), twice], sample::now());
    let problems = problems.expect_err("two of them do not fit");
    let why: Vec<_> = problems.iter().map(|problem| problem.unfit).collect();
    assert_eq!(why, [Unfit::Name, Unfit::Twice]);
}

#[test]
fn a_cursor_stays_right_when_servers_come_and_go() {
    let catalog = sample::catalog();
    let first = catalog.list(&Query { limit: 3, ..Query::default() });
    let cursor = first.next.expect("there is more");
    let left = |entry: &Entry| {
        (entry.name.as_str(), entry.version.as_str()) != ("com.example/weather", "1.2.0")
    };
    let mut entries: Vec<_> = sample::entries().into_iter().filter(left).collect();
    entries.push(sample::plain("com.example/aaa", "1.0.0"));
    let changed = Catalog::of(entries, sample::now()).expect("it fits");
    let second = changed.list(&Query { cursor: Some(cursor), ..Query::default() });
    assert_eq!(names(&second), ["com.example/weather 1.9.0", "io.example.tools/notes 0.9.0"]);
    assert_eq!(second.next, None);
}

#[test]
fn the_same_entries_give_the_same_bytes() {
    let forwards = sample::catalog().list(&Query::default()).to_json();
    let mut entries = sample::entries();
    entries.reverse();
    let backwards = Catalog::of(entries, sample::now()).expect("it fits");
    assert_eq!(backwards.list(&Query::default()).to_json(), forwards);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn paging_gives_everything_once(
        versions in proptest::collection::btree_set(("[a-c]", "[0-3]\\.[0-3]\\.0", any::<bool>()), 0..24),
        limit in 1..8_usize,
        deleted in any::<bool>(),
        latest in any::<bool>(),
    ) {
        let mut entries: Vec<Entry> = Vec::new();
        for (name, version, gone) in versions {
            let entry = sample::plain(&format!("com.example/{name}"), &version);
            let entry = if gone { sample::deleted(entry, "2026-05-20T00:00:00Z") } else { entry };
            if entries.iter().all(|known| key(known) != key(&entry)) {
                entries.push(entry);
            }
        }
        let catalog = Catalog::of(entries, sample::now()).expect("it fits");
        let version = if latest { Which::Latest } else { Which::All };
        let mut query = Query { limit, include_deleted: deleted, version, ..Query::default() };
        let mut seen = Vec::new();
        loop {
            let page = catalog.list(&query);
            prop_assert!(page.servers.len() <= limit);
            seen.extend(names(&page));
            let Some(next) = page.next else { break };
            prop_assert!(!page.servers.is_empty(), "no page is empty before the last");
            // As a client does it: through the text.
            query.cursor = Cursor::parse(&next.encode());
        }
        let all: Vec<_> = catalog
            .all()
            .filter(|one| (deleted || !one.entry.status.is_deleted()) && (!latest || one.latest))
            .map(|one| format!("{} {}", one.entry.name, one.entry.version))
            .collect();
        prop_assert_eq!(seen, all);
    }
}
