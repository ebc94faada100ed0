//! How bad an advisory is: CVSS vectors, and the words that databases have for it.

use std::str::FromStr as _;

use cvss::Cvss;
use warden_model::Severity;

/// A longer vector is none.
const LONGEST: usize = 512;

/// The severity of a score that OSV gives as `kind` and `score`; none if it is not a vector of CVSS
/// 2.0, 3.0, 3.1 or 4.0.
pub(super) fn of_vector(kind: &str, score: &str) -> Option<Severity> {
    let score = score.trim();
    if score.len() > LONGEST || !score.is_ascii() {
        return None;
    }
    let vector = Cvss::from_str(score).ok()?;
    let (own, metrics) = match vector {
        Cvss::CvssV20(_) => ("CVSS_V2", V2),
        Cvss::CvssV30(_) | Cvss::CvssV31(_) => ("CVSS_V3", V3),
        Cvss::CvssV40(_) => ("CVSS_V4", V4),
        _ => return None,
    };
    // A vector that leaves a metric out would count as one without impact.
    let has = |metric: &&str| {
        score.split('/').any(|part| part.split_once(':').is_some_and(|(name, _)| name == *metric))
    };
    (kind == own && metrics.iter().all(has)).then(|| of_rating(vector.severity()))
}

/// What a vector of each version has to say.
const V2: &[&str] = &["AV", "AC", "Au", "C", "I", "A"];
const V3: &[&str] = &["AV", "AC", "PR", "UI", "S", "C", "I", "A"];
const V4: &[&str] = &["AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA"];

const fn of_rating(rating: cvss::Severity) -> Severity {
    match rating {
        cvss::Severity::None => Severity::Info,
        cvss::Severity::Low => Severity::Low,
        cvss::Severity::Medium => Severity::Medium,
        cvss::Severity::High => Severity::High,
        cvss::Severity::Critical => Severity::Critical,
    }
}

/// The severity of a word, as databases write it.
pub(super) fn of_word(word: &str) -> Option<Severity> {
    Some(match word.trim().to_ascii_lowercase().as_str() {
        "none" | "informational" | "info" => Severity::Info,
        "low" | "negligible" => Severity::Low,
        "medium" | "moderate" => Severity::Medium,
        "high" | "important" => Severity::High,
        "critical" => Severity::Critical,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_of_every_version_have_their_severity() {
        for (kind, vector, expected) in [
            ("CVSS_V2", "AV:N/AC:L/Au:N/C:C/I:C/A:C", Severity::High),
            ("CVSS_V2", "AV:L/AC:M/Au:N/C:N/I:P/A:C", Severity::Medium),
            ("CVSS_V3", "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Severity::Critical),
            ("CVSS_V3", "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:H", Severity::Critical),
            ("CVSS_V3", "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:H/I:H/A:H", Severity::High),
            ("CVSS_V3", "CVSS:3.1/AV:L/AC:H/PR:L/UI:N/S:U/C:L/I:N/A:N", Severity::Low),
            (
                "CVSS_V4",
                "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:P/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H",
                Severity::Critical,
            ),
            (
                "CVSS_V4",
                "CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:N/VI:N/VA:H/SC:H/SI:H/SA:H",
                Severity::High,
            ),
            (
                "CVSS_V4",
                "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:P/VC:N/VI:N/VA:N/SC:H/SI:H/SA:H",
                Severity::Medium,
            ),
        ] {
            assert_eq!(of_vector(kind, vector), Some(expected), "{vector}");
        }
    }

    #[test]
    fn what_is_no_vector_of_its_kind_has_none() {
        for (kind, vector) in [
            ("CVSS_V3", ""),
            ("CVSS_V3", "9.8"),
            ("CVSS_V3", "CVSS:3.1/AV:N"),
            ("CVSS_V4", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"),
            ("CVSS_V9", "CVSS:9.0/AV:N/AC:L"),
            ("Ubuntu", "high"),
        ] {
            assert_eq!(of_vector(kind, vector), None, "{vector}");
        }
        let long = format!("CVSS:3.1/{}", "AV:N/".repeat(1000));
        assert_eq!(of_vector("CVSS_V3", &long), None);
    }

    #[test]
    fn words_are_read_in_any_case() {
        assert_eq!(of_word("MODERATE"), Some(Severity::Medium));
        assert_eq!(of_word(" Critical "), Some(Severity::Critical));
        assert_eq!(of_word("terrible"), None);
    }
}
