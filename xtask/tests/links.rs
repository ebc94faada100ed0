//! The documentation leads somewhere: every relative link, and every heading it names.

#![expect(clippy::expect_used, reason = "a panic is how a test fails, also in its helpers")]

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use xtask::shell::{read, root, tracked};

#[test]
fn links_in_the_documentation_lead_somewhere() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for page in pages() {
        let text = read(&root().join(&page)).expect("the page can be read");
        for link in links(&text) {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            seen += 1;
            wrong.extend(problem(&page, &text, &link));
        }
    }
    assert!(seen > 0, "the documentation has links");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_page_is_reached_from_the_index() {
    let index = root().join("docs/README.md");
    let text = read(&index).expect("the index can be read");
    let linked: BTreeSet<PathBuf> =
        links(&text).iter().map(|link| resolved("docs/README.md", link)).collect();
    for page in pages().iter().filter_map(|page| page.strip_prefix("docs/")) {
        // A page that a tool writes need not be there, and is only named then.
        let named = page == "README.md" || text.contains(&format!("`{page}`"));
        let known =
            named || linked.contains(&Path::new("docs").join(page)) || listed(page, &linked);
        assert!(known, "docs/README.md does not lead to docs/{page}");
    }
}

/// Whether the list of its folder, which the index leads to, leads to a page.
fn listed(page: &str, linked: &BTreeSet<PathBuf>) -> bool {
    let list = Path::new("docs").join(page).with_file_name("README.md");
    let text = read(&root().join(&list)).unwrap_or_default();
    let list = list.to_string_lossy();
    let leads = |link: &String| resolved(&list, link) == Path::new("docs").join(page);
    linked.contains(Path::new(&*list)) && links(&text).iter().any(leads)
}

/// The Markdown files that people read; others are fixtures.
fn pages() -> Vec<String> {
    let tracked = tracked().expect("Git lists the files");
    let is_page = |name: &&String| {
        let ours = !name.contains('/') || name.starts_with("docs/") || name.starts_with("schemas/");
        ours && Path::new(name).extension().is_some_and(|found| found == "md")
    };
    // A page that was deleted and not yet committed is still tracked.
    tracked.iter().filter(is_page).filter(|name| root().join(name).is_file()).cloned().collect()
}

/// What is wrong with a link on a page.
fn problem(page: &str, text: &str, link: &str) -> Option<String> {
    let (file, heading) = link.split_once('#').unwrap_or((link, ""));
    let target = if file.is_empty() { PathBuf::from(page) } else { resolved(page, file) };
    if !root().join(&target).exists() {
        return Some(format!("{page}: `{link}` leads to nothing"));
    }
    if heading.is_empty() {
        return None;
    }
    let text = if file.is_empty() { text.to_owned() } else { read(&root().join(&target)).ok()? };
    let known = headings(&text).contains(heading);
    (!known).then(|| format!("{page}: `{link}` names no heading"))
}

/// The path of a link, from the root of the repository.
fn resolved(page: &str, link: &str) -> PathBuf {
    let link = link.split('#').next().unwrap_or_default();
    let mut path = PathBuf::new();
    let folder = Path::new(page).parent().unwrap_or(Path::new(""));
    for part in folder.join(link).components() {
        match part {
            Component::ParentDir => {
                path.pop();
            }
            Component::CurDir => {}
            part => path.push(part),
        }
    }
    path
}

/// The targets of all links outside of examples.
fn links(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in prose(text) {
        for rest in line.split("](").skip(1) {
            found.extend(rest.split_once(')').map(|(link, _)| link.to_owned()));
        }
    }
    found
}

/// The names under which headings can be linked to, as GitHub makes them.
fn headings(text: &str) -> BTreeSet<String> {
    let is_heading = |line: &&str| line.starts_with('#');
    let name = |line: &str| {
        let title = line.trim_start_matches('#').trim().to_lowercase();
        let kept = title.chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    prose(text).filter(is_heading).map(name).collect()
}

/// The lines that are not examples.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut in_example = false;
    text.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        in_example ^= fence;
        !in_example && !fence
    })
}

#[test]
fn headings_are_named_as_they_are_linked_to() {
    let text = "# A `b`: c\n```sh\n# no heading\n```\n## What it does not prove\n";
    let names: Vec<_> = headings(text).into_iter().collect();
    assert_eq!(names, ["a-b-c", "what-it-does-not-prove"]);
    assert_eq!(links("[a](b.md#c) and [d](e)\n```\n[f](g)\n```"), ["b.md#c", "e"]);
    assert_eq!(resolved("docs/a.md", "../b/c.md#d"), Path::new("b/c.md"));
}
