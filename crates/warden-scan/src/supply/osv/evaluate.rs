//! Whether a version is affected: the algorithm of the specification's section "Evaluation".

use warden_model::Ecosystem;

use super::{Affected, Event, Range};
use crate::supply::order::{UnknownVersion, Version};

/// What an advisory says of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is affected.
    Affected,
    /// It is not.
    NotAffected,
    /// Nothing can be said.
    Unknown(Unclear),
}

/// Why nothing can be said about a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unclear {
    /// The version that is used is not known.
    NoVersion,
    /// The version that is used is none of its ecosystem.
    Version,
    /// The advisory names a version that is none.
    Bound,
    /// The advisory counts in commits, which need the history of a repository.
    Commits,
    /// The advisory contradicts itself: something is fixed before it is introduced, or a change is
    /// two at once.
    Nonsense,
    /// The advisory names neither a range nor a version.
    Empty,
}

impl Unclear {
    /// Every reason.
    pub const ALL: &[Self] =
        &[Self::NoVersion, Self::Version, Self::Bound, Self::Commits, Self::Nonsense, Self::Empty];

    /// The reason in words, after "because".
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::NoVersion => "its version is not known",
            Self::Version => "its version is none of its ecosystem",
            Self::Bound => "the advisory names a version that is none",
            Self::Commits => "the advisory counts in commits",
            Self::Nonsense => "the advisory contradicts itself",
            Self::Empty => "the advisory names no version",
        }
    }
}

impl Affected {
    /// What is said of `version`; none where only a range of it is known.
    #[must_use]
    pub fn verdict(&self, version: Option<&str>) -> Verdict {
        let unclear = self.unclear.map_or(Verdict::NotAffected, Verdict::Unknown);
        let Some(version) = version else {
            // What every version has, this one has as well.
            let all = self.ranges.iter().any(Range::is_everything);
            return if all { Verdict::Affected } else { Verdict::Unknown(Unclear::NoVersion) };
        };
        if self.versions.iter().any(|listed| same(self.ecosystem, listed, version)) {
            return Verdict::Affected;
        }
        let mut verdict = unclear;
        for range in &self.ranges {
            match range.holds(self.ecosystem, version) {
                Ok(true) => return Verdict::Affected,
                Ok(false) => {}
                Err(reason) => verdict = Verdict::Unknown(reason),
            }
        }
        verdict
    }

    /// The versions that mend it, the lowest first as far as they can be ordered.
    #[must_use]
    pub fn fixes(&self) -> Vec<&str> {
        let mut found: Vec<(Option<Version>, &str)> = Vec::new();
        for range in &self.ranges {
            for event in &range.events {
                if let Event::Fixed(text) = event {
                    found.push((range.read(self.ecosystem, text).ok(), text));
                }
            }
        }
        found.sort();
        found.dedup();
        found.into_iter().map(|(_, text)| text).collect()
    }

    /// The lowest version that mends it and is newer than `version`.
    #[must_use]
    pub fn fix_for(&self, version: Option<&str>) -> Option<&str> {
        let own = version.and_then(|text| Version::parse(self.ecosystem, text).ok());
        let later = |text: &&str| match (&own, Version::parse(self.ecosystem, text)) {
            (Some(own), Ok(fix)) => fix > *own,
            _ => true,
        };
        self.fixes().into_iter().find(later)
    }
}

/// Whether two texts are one version. What cannot be read is compared as it is written.
fn same(ecosystem: Ecosystem, a: &str, b: &str) -> bool {
    a == b
        || match (Version::parse(ecosystem, a), Version::parse(ecosystem, b)) {
            (Ok(a), Ok(b)) => a == b,
            _ => false,
        }
}

/// A bound that comes before every version.
const START: &str = "0";
/// A limit that comes after every version.
const END: &str = "*";

impl Range {
    /// Whether every version is in it.
    fn is_everything(&self) -> bool {
        let from_start =
            |event: &Event| matches!(event, Event::Introduced(version) if version == START);
        let open = |event: &Event| matches!(event, Event::Introduced(_)) || event.version() == END;
        self.events.iter().any(from_start) && self.events.iter().all(open)
    }

    pub(super) fn read(&self, ecosystem: Ecosystem, text: &str) -> Result<Version, UnknownVersion> {
        if self.semantic { Version::semantic(text) } else { Version::parse(ecosystem, text) }
    }

    /// The changes in order, with their versions; none for the start of everything.
    pub(super) fn sorted(
        &self,
        ecosystem: Ecosystem,
    ) -> Result<Vec<(Option<Version>, &Event)>, UnknownVersion> {
        let mut sorted = Vec::with_capacity(self.events.len());
        for event in &self.events {
            let text = event.version();
            let at = match event {
                Event::Limit(_) => continue,
                Event::Introduced(_) if text == START => None,
                _ => Some(self.read(ecosystem, text)?),
            };
            sorted.push((at, event));
        }
        // What is mended and broken again at one version is broken there: the worse one last.
        let worse = |event: &Event| matches!(event, Event::Introduced(_));
        sorted.sort_by(|(a, x), (b, y)| a.cmp(b).then_with(|| worse(x).cmp(&worse(y))));
        Ok(sorted)
    }

    fn holds(&self, ecosystem: Ecosystem, version: &str) -> Result<bool, Unclear> {
        if self.is_everything() {
            return Ok(true);
        }
        let version = self.read(ecosystem, version).map_err(|_| Unclear::Version)?;
        if !self.is_before_limits(ecosystem, &version)? {
            return Ok(false);
        }
        let mut vulnerable = false;
        for (at, event) in self.sorted(ecosystem).map_err(|_| Unclear::Bound)? {
            let reached = at.as_ref().is_none_or(|at| version >= *at);
            match event {
                Event::Introduced(_) if reached => vulnerable = true,
                Event::Fixed(_) if reached => vulnerable = false,
                Event::LastAffected(_) if at.as_ref().is_some_and(|at| version > *at) => {
                    vulnerable = false;
                }
                Event::Introduced(_)
                | Event::Fixed(_)
                | Event::LastAffected(_)
                | Event::Limit(_) => {}
            }
        }
        Ok(vulnerable)
    }

    fn is_before_limits(&self, ecosystem: Ecosystem, version: &Version) -> Result<bool, Unclear> {
        let mut limited = false;
        for event in &self.events {
            let Event::Limit(text) = event else { continue };
            limited = true;
            if text == END {
                return Ok(true);
            }
            let at = self.read(ecosystem, text).map_err(|_| Unclear::Bound)?;
            if *version < at {
                return Ok(true);
            }
        }
        Ok(!limited)
    }
}
