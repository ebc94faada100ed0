use proptest::prelude::*;

use super::*;
use crate::catalog::{Change, Status, sample};

#[track_caller]
fn refused(change: impl FnOnce(&mut Entry), why: Unfit) {
    let mut entry = sample::full();
    change(&mut entry);
    assert_eq!(check(&entry).map_err(|problem| problem.unfit), Err(why));
}

#[test]
fn the_sample_fits() {
    for entry in sample::entries() {
        assert_eq!(check(&entry), Ok(()));
    }
}

#[test]
fn a_name_is_a_reverse_dns_name_with_one_slash() {
    for name in ["com.example/a", "io.github.user/my_server.v2-x", "a/b", "com.ex-ample/A1"] {
        assert!(is_name(name), "{name}");
    }
    for name in [
        "",
        "weather",
        "com.example/",
        "/a",
        "com.example/a/b",
        "com..example/a",
        ".com/a",
        "-com/a",
        "com-/a",
        "com.example/-a",
        "com.example/a-",
        "com.example/..",
        "com.example/a b",
        "com.exämple/a",
        "com_example/a",
        "com.example/a\n",
    ] {
        assert!(!is_name(name), "{name:?}");
    }
    assert!(!is_name(&format!("com.example/{}", "a".repeat(189))));
    assert!(is_name(&format!("com.example/{}", "a".repeat(188))));
}

#[test]
fn a_version_is_exact() {
    for version in ["1.0.0", "2026.11.21", "1.0.0-rc.1+build.5", "v1", "1!2.0"] {
        assert!(is_version(version), "{version}");
    }
    for version in ["", "latest", "Latest", "^1.2.3", "~1.2.3", ">=1.2.3", "1.x", "1.*", "a b", "/"]
    {
        assert!(!is_version(version), "{version}");
    }
}

#[test]
fn a_url_is_absolute_and_leads_where_it_says() {
    for url in ["https://a.example", "http://127.0.0.1:8931/mcp", "https://[::1]/a?b=c#d%20"] {
        assert!(is_url(url), "{url}");
    }
    for url in [
        "",
        "a.example",
        "ftp://a.example",
        "javascript:alert(1)",
        "https://",
        "https:///a",
        "https://good.example@evil.example/",
        "https://a.example/ b",
        "https://a.example/\"",
        "https://a.example/<b>",
        "https://a.example/%zz",
        "HTTPS://a.example",
        "https://?a",
    ] {
        assert!(!is_url(url), "{url}");
    }
}

#[test]
fn each_limit_has_its_reason() {
    let text = |field, most| Unfit::Text { field, least: 1, most };
    refused(|one| one.name = "weather".into(), Unfit::Name);
    refused(|one| one.version = "^1".into(), Unfit::Version);
    refused(|one| one.description = String::new(), text("description", 100));
    refused(|one| one.description = "é".repeat(101), text("description", 100));
    refused(|one| one.title = Some("a\u{202e}b".into()), text("title", 100));
    refused(|one| one.website = Some("javascript:alert(1)".into()), Unfit::Url("website"));
    refused(|one| (one.packages, one.remotes) = (vec![], vec![]), Unfit::Nothing);
    refused(|one| one.packages[0].version = None, Unfit::PackageVersion);
    refused(|one| one.packages[0].version = Some("latest".into()), Unfit::PackageVersion);
    refused(|one| one.packages[2].sha256 = None, Unfit::BundleDigest);
    refused(|one| one.remotes[0].url = "mcp.example".into(), Unfit::Url("remote"));
    refused(|one| one.remotes = vec![sample::remote(); 65], Unfit::Many("remotes"));
    refused(|one| one.packages[0].environment[0].value = Some("s3cret".into()), Unfit::Secret);
    refused(|one| one.certificate.level = 4, Unfit::Certificate);
    refused(|one| one.certificate.score = 101, Unfit::Certificate);
    refused(|one| one.certificate.expires = one.certificate.issued, Unfit::Times);
    refused(|one| one.updated = sample::at("2026-01-01T00:00:00Z"), Unfit::Times);
    let nameless = Argument::Positional { hint: None, value: None };
    refused(|one| one.packages[0].arguments = vec![nameless], Unfit::Argument);
}

#[test]
fn a_deletion_that_a_sync_would_miss_is_refused() {
    refused(
        |one| {
            let at = sample::at("2026-05-20T00:00:00Z");
            one.status = Status::Deleted(Change { at, why: None });
        },
        Unfit::Times,
    );
}

#[test]
fn a_problem_names_the_server_and_shows_no_raw_text() {
    let mut entry = sample::full();
    entry.name = "evil\u{1b}[2J".into();
    let problem = check(&entry).expect_err("the name does not fit").to_string();
    assert!(problem.starts_with("`evil<U+001B>[2J` 1.2.0: the name must be"), "{problem}");
}

proptest! {
    #[test]
    fn no_name_of_ours_is_one_that_the_schema_refuses(name in "[A-Za-z0-9._/-]{0,24}") {
        let pattern = |part: &str, more: &str| {
            !part.is_empty()
                && part.chars().all(|c| c.is_ascii_alphanumeric() || ".-".contains(c) || more.contains(c))
        };
        if is_name(&name) {
            let (space, own) = name.split_once('/').expect("a slash");
            prop_assert!(pattern(space, "") && pattern(own, "_"));
        }
    }
}
