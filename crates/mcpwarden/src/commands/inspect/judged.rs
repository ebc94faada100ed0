//! What the detectors say of one text or definition.

use std::ops::Range;

use serde_json::Value;
use warden_detect::{
    FingerprintKey, Judge, Layer, Personal, PersonalData, Shown, ToldSecrets, Verdict,
    first_secrets, layers, links, redact, tell_secrets, tool_text, visible,
};

/// How much of a piece of evidence is shown, in characters.
const SHOWN: usize = 120;

/// Nothing is compared with what is told here, so the key of fingerprints is none.
const KEY: FingerprintKey = FingerprintKey::new([0; 32]);

/// What judges, and what finds personal data and a company's own words.
pub(super) type By<'a> = (Judge<'static>, &'a Personal);

/// A text with everything that was found in it. The values of credentials and of personal data are
/// never handed out: [`Judged::piece`] has names in their places.
#[derive(Debug)]
pub(super) struct Judged {
    /// The text; of a definition all that a model is shown.
    shown: Shown,
    /// Whether it is hostile, with its links.
    pub(super) verdict: Verdict,
    /// Credentials in it.
    pub(super) secrets: ToldSecrets,
    /// Personal and regulated data in it.
    pub(super) personal: PersonalData,
}

impl Judged {
    /// Judges a text.
    pub(super) fn text((judge, personal): By<'_>, text: &str) -> Self {
        let shown = Shown { text: text.to_owned(), fields: Vec::new() };
        Self::of(judge.text(text), shown, personal)
    }

    /// Judges a definition.
    pub(super) fn tool((judge, personal): By<'_>, definition: &Value) -> Self {
        let shown = tool_text(definition);
        Self::of(judge.shown(definition, &shown), shown, personal)
    }

    fn of(mut verdict: Verdict, shown: Shown, personal: &Personal) -> Self {
        verdict.linked(&links(&shown.text));
        for mark in verdict.marks.iter_mut().filter(|mark| mark.field.is_empty()) {
            shown.field(mark.range.start).clone_into(&mut mark.field);
        }
        let secrets = tell_secrets(&shown.text, &KEY);
        let personal = personal.find(&shown.text);
        Self { shown, verdict, secrets, personal }
    }

    /// Whether everything was looked at.
    pub(super) const fn complete(&self) -> bool {
        self.verdict.complete && !self.secrets.cut && self.personal.complete
    }

    /// Where in a definition a place of the text is; empty for a text.
    pub(super) fn field(&self, at: usize) -> &str {
        self.shown.field(at)
    }

    /// The beginning of a piece as people may see it: on one line, without hidden characters, and
    /// with names instead of values, also where the piece has only a part of one.
    pub(super) fn piece(&self, range: &Range<usize>) -> String {
        let secrets = self.secrets.secrets.iter();
        let secrets = secrets.map(|secret| (secret.range(), secret.kind().id));
        let personal = self.personal.hits.iter().map(|hit| (hit.range.clone(), &*hit.kind));
        let mut values: Vec<(Range<usize>, &str)> = secrets
            .chain(personal)
            .filter(|(value, _)| value.start < range.end && value.end > range.start)
            .collect();
        values.sort_by_key(|(value, _)| (value.start, value.end));
        let mut out = String::new();
        let mut from = range.start;
        for (value, kind) in values {
            if value.end > from {
                out.push_str(self.shown.text.get(from..value.start).unwrap_or_default());
                out.push_str(&format!("‹{kind}›"));
                from = value.end;
            }
        }
        // What was not looked at for values is not shown.
        let end =
            if self.personal.complete { range.end } else { range.end.min(self.personal.read) };
        let known = if self.secrets.cut { from } else { end };
        out.push_str(self.shown.text.get(from..known.max(from)).unwrap_or_default());
        // A value may be written in another way, which a reader undoes as easily.
        if may_be_coded(&out) {
            let tells = |layer: &Layer| !first_secrets(&layer.text, 1).hits.is_empty();
            if layers(&out).pieces.iter().any(tells) {
                return "‹credential›".to_owned();
            }
        }
        brief(&out)
    }
}

/// Whether something as long as a credential may be written in another way in a text. Plain words
/// are shorter, and looking closer costs more than all else that is told of a line.
fn may_be_coded(text: &str) -> bool {
    !text.is_ascii() || text.split_ascii_whitespace().any(|word| word.len() >= CODED)
}

/// No credential is written in fewer letters without a space.
const CODED: usize = 16;

/// The beginning of a text as people may see it.
pub(super) fn brief(text: &str) -> String {
    let clean = visible(&redact(text)).text;
    let line: Vec<&str> = clean.split_whitespace().collect();
    let line = line.join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}
