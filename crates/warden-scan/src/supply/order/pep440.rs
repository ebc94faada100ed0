//! Versions of Python packages: PEP 440 (now the specification of version specifiers of packaging), with
//! epochs, pre-, post- and development releases, local parts and every spelling that it allows.

use std::str::FromStr;

use super::UnknownVersion;

/// A version in the form in which it is compared. The fields stand in the order in which they count.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pep440 {
    epoch: u64,
    /// Without zeros at the end: `1.0` is `1`.
    release: Vec<u64>,
    pre: Pre,
    /// Nothing comes before every post-release.
    post: Option<u64>,
    dev: Dev,
    /// Nothing comes before every local part.
    local: Option<Vec<Segment>>,
}

/// A pre-release. A development release of nothing else comes before all of them, and what is none
/// after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Pre {
    OnlyDev,
    Alpha(u64),
    Beta(u64),
    Candidate(u64),
    Final,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Dev {
    Release(u64),
    Not,
}

/// A part of a local version; numbers come after texts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Text(String),
    Number(u64),
}

impl Pep440 {
    pub(super) fn is_prerelease(&self) -> bool {
        self.pre != Pre::Final || self.dev != Dev::Not
    }
}

impl FromStr for Pep440 {
    type Err = UnknownVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let lower = text.trim().to_ascii_lowercase();
        let mut rest = Rest(lower.strip_prefix('v').unwrap_or(&lower));
        let mut first = rest.number().ok_or(UnknownVersion)?;
        let mut epoch = 0;
        if rest.takes("!") {
            epoch = first?;
            first = rest.number().ok_or(UnknownVersion)?;
        }
        let mut release = vec![first?];
        while let Some(number) = rest.after_dot() {
            release.push(number?);
        }
        while release.last() == Some(&0) {
            release.pop();
        }
        let pre = rest.pre()?;
        let post = rest.post()?;
        let dev = rest.labelled(&["dev"])?.map_or(Dev::Not, |(_, number)| Dev::Release(number));
        let local = rest.local()?;
        if !rest.0.is_empty() {
            return Err(UnknownVersion);
        }
        let pre = match pre {
            Pre::Final if post.is_none() && dev != Dev::Not => Pre::OnlyDev,
            other => other,
        };
        Ok(Self { epoch, release, pre, post, dev, local })
    }
}

/// What is left to read.
struct Rest<'t>(&'t str);

impl Rest<'_> {
    fn takes(&mut self, prefix: &str) -> bool {
        let rest = self.0.strip_prefix(prefix);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// Digits, as a number if it is not too large for one.
    fn number(&mut self) -> Option<Result<u64, UnknownVersion>> {
        let end = self.0.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.0.len());
        let (digits, rest) =
            self.0.split_at_checked(end).filter(|(digits, _)| !digits.is_empty())?;
        self.0 = rest;
        Some(digits.parse().map_err(|_| UnknownVersion))
    }

    /// `.` and digits, or nothing is taken.
    fn after_dot(&mut self) -> Option<Result<u64, UnknownVersion>> {
        let before = self.0;
        if !self.takes(".") {
            return None;
        }
        let number = self.number();
        if number.is_none() {
            self.0 = before;
        }
        number
    }

    fn separator(&mut self) {
        self.0 = self.0.strip_prefix(['.', '-', '_']).unwrap_or(self.0);
    }

    /// One of `labels` between separators, with a number or none, which counts as zero. A label that
    /// begins another stands behind it.
    fn labelled(
        &mut self,
        labels: &[&'static str],
    ) -> Result<Option<(&'static str, u64)>, UnknownVersion> {
        let before = self.0;
        self.separator();
        let Some(label) = labels.iter().find(|label| self.takes(label)) else {
            self.0 = before;
            return Ok(None);
        };
        let behind = self.0;
        self.separator();
        let number = if let Some(number) = self.number() {
            number?
        } else {
            self.0 = behind;
            0
        };
        Ok(Some((label, number)))
    }

    fn pre(&mut self) -> Result<Pre, UnknownVersion> {
        const LABELS: &[&str] = &["alpha", "a", "beta", "b", "preview", "pre", "rc", "c"];
        Ok(match self.labelled(LABELS)? {
            Some(("alpha" | "a", number)) => Pre::Alpha(number),
            Some(("beta" | "b", number)) => Pre::Beta(number),
            Some((_, number)) => Pre::Candidate(number),
            None => Pre::Final,
        })
    }

    /// A post-release: `.post1` in its spellings, or `-1`.
    fn post(&mut self) -> Result<Option<u64>, UnknownVersion> {
        let before = self.0;
        if self.takes("-")
            && let Some(number) = self.number()
        {
            return number.map(Some);
        }
        self.0 = before;
        Ok(self.labelled(&["post", "rev", "r"])?.map(|(_, number)| number))
    }

    fn local(&mut self) -> Result<Option<Vec<Segment>>, UnknownVersion> {
        if !self.takes("+") {
            return Ok(None);
        }
        let text = std::mem::take(&mut self.0);
        text.split(['.', '-', '_']).map(segment).collect::<Result<_, _>>().map(Some)
    }
}

fn segment(text: &str) -> Result<Segment, UnknownVersion> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(UnknownVersion);
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().map(Segment::Number).map_err(|_| UnknownVersion);
    }
    Ok(Segment::Text(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Pep440 {
        text.parse().unwrap_or_else(|_| panic!("{text} is a version"))
    }

    #[test]
    fn versions_are_in_the_order_of_the_pep() {
        // The summary of permitted suffixes, and the examples beside it.
        let ascending = [
            "1.0.dev1",
            "1.0.dev456",
            "1.0a1",
            "1.0a2.dev456",
            "1.0a12.dev456",
            "1.0a12",
            "1.0b1.dev456",
            "1.0b2",
            "1.0b2.post345.dev456",
            "1.0b2.post345",
            "1.0rc1.dev456",
            "1.0rc1",
            "1.0",
            "1.0+abc.5",
            "1.0+abc.7",
            "1.0+5",
            "1.0.post456.dev34",
            "1.0.post456",
            "1.0.15",
            "1.1.dev1",
            "1.1",
            "2012.10",
            "1!0.1",
            "1!1.0",
        ];
        for pair in ascending.windows(2) {
            assert!(read(pair[0]) < read(pair[1]), "{} before {}", pair[0], pair[1]);
        }
    }

    #[test]
    fn spellings_of_one_version_are_equal() {
        for (a, b) in [
            ("1.0", "1"),
            ("1.0", "v1.0.0"),
            ("1.1RC1", "1.1rc1"),
            ("00.01", "0.1"),
            ("1.1.a1", "1.1a1"),
            ("1.1-a1", "1.1a1"),
            ("1.1_a_1", "1.1a1"),
            ("1.1a.1", "1.1a1"),
            ("1.1alpha1", "1.1a1"),
            ("1.1beta2", "1.1b2"),
            ("1.1c3", "1.1rc3"),
            ("1.1pre3", "1.1rc3"),
            ("1.1preview3", "1.1rc3"),
            ("1.2a", "1.2a0"),
            ("1.2.post2", "1.2-post2"),
            ("1.2post2", "1.2.post2"),
            ("1.2.post-2", "1.2.post2"),
            ("1.0-r4", "1.0.post4"),
            ("1.0.rev4", "1.0.post4"),
            ("1.2.post", "1.2.post0"),
            ("1.0-1", "1.0.post1"),
            ("1.2-dev2", "1.2.dev2"),
            ("1.2dev", "1.2.dev0"),
            ("1.0+ubuntu-1", "1.0+ubuntu.1"),
            ("1.0+ubuntu_1", "1.0+UBUNTU.1"),
            ("0!1.0", "1.0"),
            (" 1.0\n", "1.0"),
        ] {
            assert_eq!(read(a), read(b), "{a} and {b}");
        }
    }

    #[test]
    fn other_texts_are_no_versions() {
        for text in [
            "",
            "x",
            "1.0.",
            "1.0-",
            "1.0+",
            "1.0+a..b",
            "1.0+ä",
            "!1",
            "1!",
            "1.0a1a2",
            "1.0.x",
            "1 .0",
            "1.0post1post2",
            "1.0dev1rc1",
            "99999999999999999999999",
            "1.0.post1-1x",
        ] {
            assert!(text.parse::<Pep440>().is_err(), "{text}");
        }
    }
}
