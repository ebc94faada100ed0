//! What a client can be asked for.

use warden_mcp::{Ask, Revision, walk};

/// What a client can be asked for, as it declared it. Small, so that it fits into a session
/// identifier and tells connections apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Can(u8);

const ROOTS: u8 = 1;
const SAMPLING: u8 = 2;
const SAMPLING_TOOLS: u8 = 4;
const SAMPLING_CONTEXT: u8 = 8;
const FORM: u8 = 16;
const URL: u8 = 32;

impl Can {
    /// Reads declared capabilities. `elicitation: {}` means forms.
    pub(crate) fn read(capabilities: &str) -> Self {
        let object =
            |name: &str| walk::member(capabilities, name).filter(|raw| raw.starts_with('{'));
        let mut can = 0;
        if object("roots").is_some() {
            can |= ROOTS;
        }
        if let Some(sampling) = object("sampling") {
            can |= SAMPLING;
            can |= if walk::member(sampling, "tools").is_some() { SAMPLING_TOOLS } else { 0 };
            can |= if walk::member(sampling, "context").is_some() { SAMPLING_CONTEXT } else { 0 };
        }
        if let Some(elicitation) = object("elicitation") {
            let form = walk::member(elicitation, "form").is_some();
            let url = walk::member(elicitation, "url").is_some();
            can |= if form || !url { FORM } else { 0 };
            can |= if url { URL } else { 0 };
        }
        Self(can)
    }

    pub(crate) const fn bits(self) -> u8 {
        self.0
    }

    pub(crate) const fn from_bits(bits: u8) -> Self {
        Self(bits)
    }

    /// Whether this can be asked for.
    pub(crate) const fn be_asked(self, ask: Ask) -> bool {
        let bits = match ask {
            Ask::Roots => ROOTS,
            Ask::Sampling => SAMPLING,
            Ask::Elicitation => FORM | URL,
        };
        self.0 & bits != 0
    }

    /// Whether it can show its user a form.
    pub(crate) const fn fills_forms(self) -> bool {
        self.0 & FORM != 0
    }

    /// Whether it can be asked to follow a URL.
    pub(crate) const fn follows_urls(self) -> bool {
        self.0 & URL != 0
    }

    /// Whether anything can be asked for.
    pub(crate) const fn any(self) -> bool {
        self.0 != 0
    }

    /// Only what was approved.
    pub(crate) fn only(self, approved: impl Fn(Ask) -> bool) -> Self {
        let keep = |ask, bits| if approved(ask) { bits } else { 0 };
        let mask = keep(Ask::Roots, ROOTS)
            | keep(Ask::Sampling, SAMPLING | SAMPLING_TOOLS | SAMPLING_CONTEXT)
            | keep(Ask::Elicitation, FORM | URL);
        Self(self.0 & mask)
    }

    /// As the `capabilities` of a client of this revision.
    pub(crate) fn declared(self, revision: Revision) -> String {
        let has = |bit| self.0 & bit != 0;
        let mut parts = Vec::new();
        if has(ROOTS) {
            parts.push(if revision.is_modern() {
                r#""roots":{}"#.to_owned()
            } else {
                r#""roots":{"listChanged":true}"#.to_owned()
            });
        }
        if has(SAMPLING) {
            let mut inner = Vec::new();
            if revision >= Revision::V2025_11_25 {
                inner.extend(has(SAMPLING_CONTEXT).then_some(r#""context":{}"#));
                inner.extend(has(SAMPLING_TOOLS).then_some(r#""tools":{}"#));
            }
            parts.push(format!(r#""sampling":{{{}}}"#, inner.join(",")));
        }
        if has(FORM | URL) && revision >= Revision::V2025_06_18 {
            let mut inner = Vec::new();
            if revision >= Revision::V2025_11_25 {
                inner.extend(has(FORM).then_some(r#""form":{}"#));
                inner.extend(has(URL).then_some(r#""url":{}"#));
            }
            parts.push(format!(r#""elicitation":{{{}}}"#, inner.join(",")));
        }
        format!("{{{}}}", parts.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_declared_is_read_again() {
        let raw = r#"{"roots":{"listChanged":true},"sampling":{"tools":{}},"elicitation":{"url":{}},"x":1}"#;
        let can = Can::read(raw);
        assert_eq!(Can::read(&can.declared(Revision::V2025_11_25)), can);
        assert_eq!(Can::from_bits(can.bits()), can);
        assert!(can.be_asked(Ask::Roots) && can.be_asked(Ask::Elicitation));
        assert!(!can.only(|ask| ask == Ask::Roots).be_asked(Ask::Sampling));
        assert!(!Can::read("{}").any());
    }

    #[test]
    fn an_elicitation_without_modes_means_forms() {
        let can = Can::read(r#"{"elicitation":{}}"#);
        assert_eq!(can.declared(Revision::V2025_06_18), r#"{"elicitation":{}}"#);
        assert_eq!(can.declared(Revision::V2025_11_25), r#"{"elicitation":{"form":{}}}"#);
        assert_eq!(can.declared(Revision::V2025_03_26), "{}");
    }
}
