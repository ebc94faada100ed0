//! A certificate for people.

use std::path::Path;

use warden_collect::fetch::image::ImageFacts;
use warden_policy::certificate::{Certificate, Outcome, StageRecord};
use warden_report::printable;

use crate::certify::look::Looked;

/// What each level is called.
pub(in crate::commands) const LEVELS: [&str; 4] =
    ["Integrity Verified", "Static Verified", "Security Certified", "Runtime Certified"];

/// The columns of a line.
const COLUMNS: usize = 78;

/// What was certified, and why at this level.
pub(super) fn certificate(
    name: &str,
    certificate: &Certificate,
    looked: &Looked,
    file: &Path,
) -> String {
    let mut out = summary(name, certificate);
    if let Err(why) = &looked.surface {
        out.push_str(&wrapped("  note    ", why));
    }
    out.push_str("\nWhere it was built\n");
    out.push_str(&wrapped("  ", &looked.provenance.told()));
    out.push_str(&format!("\nSigned and logged: {}\n", printable(&file.display().to_string())));
    out
}

/// Which image was found: what a configuration has to name for the certificate to be about it.
pub(super) fn image(image: &ImageFacts) -> String {
    let ImageFacts { registry, repository, tag, named, manifest, platform } = image;
    let name = format!("{registry}/{repository}@{manifest}");
    let (name, platform) = (printable(&name), printable(platform));
    let mut out = format!("Certified is the image for {platform}:\n  {name}\n");
    if let Some(tag) = tag {
        out.push_str(&format!("The tag `{}` led there, and can be moved.\n", printable(tag)));
    }
    if named != manifest {
        out.push_str(&format!("It was found in an index, which is not certified:\n  {named}\n"));
    }
    out
}

/// The same for a certificate that is there.
pub(in crate::commands) fn summary(name: &str, certificate: &Certificate) -> String {
    let target = &certificate.target;
    let version = target.version.as_deref().unwrap_or("without a version");
    let mut out = format!(
        "{}: {} {} ({})\n",
        printable(name),
        printable(&target.name),
        printable(version),
        printable(&target.ecosystem)
    );
    let level = usize::from(certificate.level);
    let called = LEVELS.get(level).copied().unwrap_or("unknown");
    out.push_str(&format!("  level   {level}, {called}\n"));
    out.push_str(&format!("  score   {} of 100\n", certificate.score.total));
    out.push_str(&format!("  until   {}\n", day(&certificate.expires.to_string())));
    let open = &certificate.findings.counts;
    out.push_str(&format!(
        "  open    {} critical, {} high, {} medium, {} low, {} info\n",
        open.critical, open.high, open.medium, open.low, open.info
    ));
    for waiver in &certificate.waivers {
        let text = format!(
            "{} by {} until {}: {}",
            waiver.finding.rule, waiver.owner, waiver.until, waiver.reason
        );
        out.push_str(&wrapped("  risk    ", &text));
    }
    let digests = &certificate.digests;
    let shown = [("bytes", digests.artifact), ("tree", digests.tree), ("shows", digests.manifest)];
    for (what, digest) in shown {
        if let Some(digest) = digest {
            out.push_str(&format!("  {what:<7} {digest}\n"));
        }
    }
    out.push_str("\nWhat was looked at\n");
    for stage in &certificate.stages {
        out.push_str(&line(stage));
    }
    if !certificate.score.caps.is_empty() {
        out.push_str("\nWhat holds the level down\n");
        for cap in &certificate.score.caps {
            out.push_str(&wrapped(&format!("  {}  ", cap.level), &cap.because));
        }
    }
    out.push_str("\nThe score\n");
    for item in &certificate.score.items {
        let label = format!("{}: {}", item.label, item.because);
        out.push_str(&wrapped(&format!("  {:>5}  ", item.points), &label));
    }
    out
}

fn line(stage: &StageRecord) -> String {
    let name = serde_json::to_value(stage.stage).ok();
    let name = name.as_ref().and_then(|name| name.as_str()).unwrap_or("unknown");
    let told = match stage.outcome {
        Outcome::Finished => {
            let all = u64::from(stage.findings.critical)
                + u64::from(stage.findings.high)
                + u64::from(stage.findings.medium)
                + u64::from(stage.findings.low)
                + u64::from(stage.findings.info);
            let gaps: u64 = stage.coverage.gaps.iter().map(|gap| gap.count).sum();
            format!(
                "{all} {}; {} of {} looked at, {gaps} {} not understood",
                if all == 1 { "finding" } else { "findings" },
                stage.coverage.looked_at,
                stage.coverage.known,
                if gaps == 1 { "place" } else { "places" },
            )
        }
        Outcome::Unfinished => format!("not finished: {}", reason(stage)),
        Outcome::NotApplicable => format!("does not apply: {}", reason(stage)),
        Outcome::NotRun => "not run".to_owned(),
    };
    wrapped(&format!("  {name:<14} "), &told)
}

fn reason(stage: &StageRecord) -> &str {
    stage.reason.as_deref().unwrap_or("no reason is given")
}

/// The day of a time.
fn day(time: &str) -> &str {
    time.get(..10).unwrap_or(time)
}

/// A line that goes on under its own beginning.
fn wrapped(head: &str, text: &str) -> String {
    let text = printable(text).to_string();
    let room = COLUMNS.saturating_sub(head.len()).max(20);
    let mut out = head.to_owned();
    let mut used = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > room {
            out.push('\n');
            out.push_str(&" ".repeat(head.len()));
            used = 0;
        } else if used > 0 {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += length;
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_goes_on_under_its_beginning() {
        let text = wrapped("  -12  ", &"word ".repeat(30));
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines.len() > 1 && lines.iter().all(|line| line.len() <= COLUMNS));
        assert!(lines.iter().skip(1).all(|line| line.starts_with("       word")));
    }
}
