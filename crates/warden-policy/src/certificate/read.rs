//! Reading and writing a predicate, and what a reader wants of it.

use std::collections::BTreeSet;

use warden_model::{Class, Digest};

use super::{Certificate, Counts, Named, Outcome, Severity, Stage, StageRecord};

/// The largest predicate that is read.
pub const MOST_BYTES: usize = 8 * 1024 * 1024;

/// Why something is no certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// It is larger than a certificate can be.
    #[error("the certificate is larger than {MOST_BYTES} bytes")]
    Large,
    /// It is not of the form, or of another version.
    #[error("not a certificate of a version that this program reads")]
    Malformed,
    /// It says the same in another spelling than the one that is signed.
    #[error("the certificate is not written in its canonical form")]
    NotCanonical,
    /// It names nothing that it holds for.
    #[error("the certificate names no digest of the server")]
    NoSubject,
    /// A list is not sorted, or has something twice.
    #[error("the certificate's {0} are not sorted, or one stands twice")]
    Unsorted(&'static str),
    /// The items do not add up.
    #[error("the items of the score do not add up to it")]
    Sum,
    /// The level is not what score, caps and findings leave.
    #[error("the level is not what score, caps and findings leave")]
    Level,
    /// What it counts is not what it lists.
    #[error("the findings that are counted are not those that are listed")]
    Counts,
    /// A finding has a class that this program does not know.
    #[error("a finding has an unknown class")]
    Class,
    /// Something that has to be said is empty.
    #[error("the certificate's {0} is empty")]
    Empty(&'static str),
    /// It expires before it was issued.
    #[error("the certificate expires before it was issued")]
    Times,
    /// It counts longer than a waiver that it rests on, or that has no day.
    #[error("the certificate counts longer than a waiver that it rests on")]
    WaiverEnds,
    /// A stage contradicts itself, or one is missing that the level wants.
    #[error("a stage contradicts itself, or one is missing that the level wants")]
    Stages,
    /// The statement around it names other things.
    #[error("the statement is about other things than the certificate")]
    Statement,
}

impl Certificate {
    /// The canonical bytes (RFC 8785), which are what is signed.
    ///
    /// # Errors
    /// What a reader would refuse is not written.
    pub fn write(&self) -> Result<Vec<u8>, CertificateError> {
        self.check()?;
        let value = serde_json::to_value(self).map_err(|_| CertificateError::Malformed)?;
        let bytes = warden_seal::canonical(&value).map_err(|_| CertificateError::NotCanonical)?;
        if bytes.len() > MOST_BYTES { Err(CertificateError::Large) } else { Ok(bytes) }
    }

    /// Reads the bytes of a predicate.
    ///
    /// # Errors
    /// Another version or form, anything that it does not know, a spelling that is not the
    /// canonical one, and everything that contradicts itself.
    pub fn read(bytes: &[u8]) -> Result<Self, CertificateError> {
        if bytes.len() > MOST_BYTES {
            return Err(CertificateError::Large);
        }
        let read: Self = serde_json::from_slice(bytes).map_err(|_| CertificateError::Malformed)?;
        // One spelling: two members of one name, spaces and escapes are told by this.
        if read.write()? != bytes {
            return Err(CertificateError::NotCanonical);
        }
        Ok(read)
    }

    /// The digest by which the certificate is revoked and followed: over its canonical bytes.
    ///
    /// # Errors
    /// See [`Certificate::write`].
    pub fn digest(&self) -> Result<Digest, CertificateError> {
        self.write().map(|bytes| Digest::of(&bytes))
    }

    /// Whether the subjects of a statement are exactly those of this certificate.
    ///
    /// # Errors
    /// If one is missing, another or more.
    pub fn check_statement(&self, subjects: &[(String, Digest)]) -> Result<(), CertificateError> {
        let of_statement: BTreeSet<_> = subjects.iter().cloned().collect();
        let ours: BTreeSet<_> = self.digests.named().into_iter().collect();
        let same = of_statement == ours && subjects.len() == ours.len();
        if same { Ok(()) } else { Err(CertificateError::Statement) }
    }

    /// Checks that a certificate does not contradict itself.
    ///
    /// # Errors
    /// The first contradiction.
    pub fn check(&self) -> Result<(), CertificateError> {
        if self.version != 1 || self.score.model != "scoring-1" {
            return Err(CertificateError::Malformed);
        }
        self.check_words()?;
        let digests = &self.digests;
        if digests.artifact.or(digests.tree).or(digests.manifest).is_none() {
            return Err(CertificateError::NoSubject);
        }
        sorted("tools", &digests.tools)?;
        sorted("pieces of evidence", &self.evidence)?;
        if self.expires <= self.issued {
            return Err(CertificateError::Times);
        }
        let sum: i64 = self.score.items.iter().map(|item| i64::from(item.points)).sum();
        if sum != i64::from(self.score.total) || self.score.total > 100 {
            return Err(CertificateError::Sum);
        }
        self.check_findings()?;
        self.check_stages()?;
        self.check_level()
    }

    fn check_words(&self) -> Result<(), CertificateError> {
        for (what, text) in [
            ("name", &self.target.name),
            ("ecosystem", &self.target.ecosystem),
            ("issuer", &self.issuer),
            ("policy", &self.policy),
            ("tool", &self.tool.name),
        ] {
            if text.trim().is_empty() {
                return Err(CertificateError::Empty(what));
            }
        }
        for waiver in &self.waivers {
            if waiver.owner.trim().is_empty() || waiver.reason.trim().is_empty() {
                return Err(CertificateError::Empty("waiver's owner or reason"));
            }
            if waiver.ends().is_none_or(|end| self.expires > end) {
                return Err(CertificateError::WaiverEnds);
            }
        }
        Ok(())
    }

    fn check_findings(&self) -> Result<(), CertificateError> {
        let (mut open, mut waived) = (Counts::default(), Counts::default());
        for finding in &self.findings.open {
            open.add(finding.severity);
        }
        for waiver in &self.waivers {
            waived.add(waiver.finding.severity);
        }
        if open != self.findings.counts || waived != self.findings.waived {
            return Err(CertificateError::Counts);
        }
        let waived = self.waivers.iter().map(|waiver| &waiver.finding);
        let known = |class: &str| Class::parse(class).is_some();
        if self.findings.open.iter().chain(waived).all(|finding| known(&finding.class)) {
            Ok(())
        } else {
            Err(CertificateError::Class)
        }
    }

    fn check_stages(&self) -> Result<(), CertificateError> {
        let rise = self.stages.is_sorted_by(|a, b| a.stage < b.stage);
        let finished = |stage: Stage| {
            self.stages.iter().any(|record| {
                let absent =
                    stage == Stage::Configuration && record.outcome == Outcome::NotApplicable;
                record.stage == stage && (record.outcome == Outcome::Finished || absent)
            })
        };
        // What a level wants, whatever the score says of itself.
        let all_static = [
            Stage::Source,
            Stage::Taint,
            Stage::Secrets,
            Stage::ToolText,
            Stage::SupplyChain,
            Stage::Configuration,
        ];
        let enough = (self.level < 1 || all_static.into_iter().all(finished))
            && (self.level < 3 || finished(Stage::Behaviour));
        let sound = self.stages.iter().all(StageRecord::is_sound);
        let mut counts = Counts::default();
        let waived = self.waivers.iter().map(|waiver| &waiver.finding);
        self.findings.open.iter().chain(waived).for_each(|finding| counts.add(finding.severity));
        if self.stages.iter().fold(Counts::default(), |sum, it| sum.plus(it.findings)) != counts {
            return Err(CertificateError::Counts);
        }
        if rise && enough && sound { Ok(()) } else { Err(CertificateError::Stages) }
    }

    fn check_level(&self) -> Result<(), CertificateError> {
        let caps = self.score.caps.iter().map(|cap| cap.level);
        let left = caps.fold(self.score.level_by_score, u8::min);
        let has = |severity| self.findings.open.iter().any(|finding| finding.severity == severity);
        let accepted =
            |severity| self.waivers.iter().any(|waiver| waiver.finding.severity == severity);
        // Weights can be edited; these laws cannot.
        let most = if has(Severity::Critical) {
            0
        } else if has(Severity::High) || accepted(Severity::Critical) {
            1
        } else if accepted(Severity::High) {
            2
        } else {
            3
        };
        if self.level == left && self.level <= most { Ok(()) } else { Err(CertificateError::Level) }
    }
}

impl Counts {
    fn plus(self, other: Self) -> Self {
        Self {
            critical: self.critical.saturating_add(other.critical),
            high: self.high.saturating_add(other.high),
            info: self.info.saturating_add(other.info),
            low: self.low.saturating_add(other.low),
            medium: self.medium.saturating_add(other.medium),
        }
    }
}

impl StageRecord {
    fn is_sound(&self) -> bool {
        let whole = self.coverage.looked_at <= self.coverage.known;
        let told = self.reason.as_ref().is_some_and(|reason| !reason.trim().is_empty());
        whole
            && match self.outcome {
                Outcome::Finished => {
                    self.rules.is_some() && self.evidence.is_some() && !self.inputs.is_empty()
                }
                Outcome::Unfinished | Outcome::NotApplicable => told,
                Outcome::NotRun => true,
            }
    }
}

fn sorted(what: &'static str, list: &[Named]) -> Result<(), CertificateError> {
    let rises = list.is_sorted_by(|a, b| a.name < b.name);
    if rises { Ok(()) } else { Err(CertificateError::Unsorted(what)) }
}
