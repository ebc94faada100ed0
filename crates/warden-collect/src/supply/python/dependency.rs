//! What a dependency specifier says, as PEP 508 and the specification of dependency specifiers
//! have it.

use warden_model::{Pinning, Source};

use crate::supply::{
    Requirement, RequirementKind, address,
    file::{asked, pinned},
    hash, name,
};

/// `name[extra]>=1; marker` or `name @ address ; marker`; none if it is neither.
pub(super) fn parse(text: &str, kind: RequirementKind, line: u32) -> Option<Requirement> {
    let text = text.trim();
    let ends = |letter: char| !(letter.is_ascii_alphanumeric() || "._-".contains(letter));
    let (written, rest) = text.split_at(text.find(ends).unwrap_or(text.len()));
    if !written.starts_with(|letter: char| letter.is_ascii_alphanumeric()) {
        return None;
    }
    let mut rest = rest.trim_start();
    let mut extras = "";
    if let Some(inner) = rest.strip_prefix('[') {
        (extras, rest) = inner.split_once(']')?;
        rest = rest.trim_start();
    }
    let mut made = asked(name::pypi(written), kind, line);
    if !name::is_name(&made.name) {
        return None;
    }
    if let Some(target) = rest.strip_prefix('@') {
        // A semicolon may stand in an address; one that begins a marker has a space before it.
        let (target, marker) = target.split_once(" ;").unwrap_or((target, ""));
        at_address(&mut made, target.trim());
        made.marker = marked(marker);
        made.requirement = Some(format!("@ {}", address::scrub(target.trim())));
        return Some(made);
    }
    let (range, marker) = rest.split_once(';').unwrap_or((rest, ""));
    let range = range.trim().trim_start_matches('(').trim_end_matches(')').trim();
    if !range.is_empty() && !range.starts_with(['=', '<', '>', '!', '~']) {
        return None;
    }
    made.marker = marked(marker);
    made.version = exact(range);
    if made.version.is_some() {
        made.pinning = Pinning::Exact;
    }
    made.requirement = shown(extras, range);
    Some(made)
}

fn marked(marker: &str) -> Option<String> {
    Some(marker.trim()).filter(|marker| !marker.is_empty()).map(address::scrub)
}

/// The extras and the range as they are told.
pub(super) fn shown(extras: &str, range: &str) -> Option<String> {
    let extras = extras.trim();
    let shown = if extras.is_empty() { range.to_owned() } else { format!("[{extras}]{range}") };
    Some(shown).filter(|shown| !shown.is_empty()).map(|shown| address::scrub(&shown))
}

/// The one version that a range allows.
pub(super) fn exact(range: &str) -> Option<String> {
    let version = range.strip_prefix("===").or_else(|| range.strip_prefix("=="))?.trim();
    let whole = !version.is_empty()
        && version.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".!+-_".contains(&byte));
    whole.then(|| version.to_owned())
}

/// What stands behind `@`: a repository, an archive or a folder, with digests in the fragment.
pub(super) fn at_address(made: &mut Requirement, target: &str) {
    made.source = source(target);
    let fragment = target.split_once('#').map_or("", |(_, fragment)| fragment);
    made.hashes = fragment.split('&').filter_map(hash::from_pair).collect();
    hash::rank(&mut made.hashes);
    made.pinning = pinned(&made.source, None, &made.hashes);
}

/// Where an address leads.
pub(super) fn source(target: &str) -> Source {
    // Behind a space stands no part of an address, and perhaps another with its credentials.
    let ends = |letter: char| letter == '#' || letter.is_whitespace() && target.contains("://");
    let bare = target.split(ends).next().unwrap_or(target);
    let systems = ["git+", "hg+", "svn+", "bzr+"];
    if systems.iter().any(|system| bare.starts_with(system)) || bare.starts_with("git@") {
        // The reference stands behind the last `@` of the path, and the user before that of the
        // host.
        let begins = bare.find("://").map_or(0, |at| at + 3);
        let path = bare.get(begins..).unwrap_or("");
        let slash = path.find('/').unwrap_or(path.len());
        let reference =
            path.get(slash..).and_then(|path| path.rfind('@')).map(|at| begins + slash + at);
        let (url, commit) = match reference {
            Some(at) => (bare.get(..at).unwrap_or(bare), bare.get(at + 1..)),
            None => (bare, None),
        };
        // Only Git names a commit by the digest of all that is in it.
        let commit = commit.filter(|_| bare.starts_with("git+") || bare.starts_with("git@"));
        return address::git(url.split_once('+').map_or(url, |(_, url)| url), commit);
    }
    if let Some(path) = bare.strip_prefix("file:") {
        return Source::Path(address::plain(path.trim_start_matches("//")));
    }
    if bare.contains("://") {
        return Source::Url(address::plain(bare));
    }
    Source::Path(address::plain(bare))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let made = parse(text, RequirementKind::Normal, 1);
        let told = made.map_or("none".to_owned(), |made| {
            format!(
                "{} {} {} {}",
                made.name,
                made.requirement.as_deref().unwrap_or("-"),
                made.pinning.name(),
                made.marker.as_deref().unwrap_or("-")
            )
        });
        assert_eq!(told, expected);
    }

    #[test]
    fn specifiers_are_read_as_pep_508_has_them() {
        check("requests", "requests - floating -");
        check(
            "Requests[socks, use_chardet] >=2.8.1, ==2.8.* ; python_version < '2.7'",
            "requests [socks, use_chardet]>=2.8.1, ==2.8.* floating python_version < '2.7'",
        );
        check("a (==1.0)", "a ==1.0 exact -");
        check("a===1.0+x", "a ===1.0+x exact -");
        check("a==1.*", "a ==1.* floating -");
        check(
            "pip @ https://u:s3cret@h.example/1.3.1.zip?t=s3cret#sha256=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "pip @ https://h.example/1.3.1.zip digest -",
        );
        check(
            "a @ git+https://s3cret@h.example/a.git@0123456789abcdef0123456789abcdef01234567 ; x == 'y'",
            "a @ git+https://h.example/a.git@0123456789abcdef0123456789abcdef01234567 digest x == 'y'",
        );
        check(
            "a @ git+ssh://git@h.example/a.git@main",
            "a @ git+ssh://h.example/a.git@main floating -",
        );
        check("a @ ../b", "a @ ../b local -");
        check("", "none");
        check("-e .", "none");
        check("a b", "none");
        check("a[b", "none");
    }
}
