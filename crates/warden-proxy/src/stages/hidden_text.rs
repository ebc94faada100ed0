use super::{Answer, Limits, Noticed, Stage, Stop};

/// Notices characters that a model reads and a person does not see.
pub(super) struct HiddenText;

impl Stage for HiddenText {
    fn name(&self) -> &'static str {
        "hidden-text"
    }

    fn answer(&self, answer: &Answer<'_>, _limits: &Limits) -> Result<Noticed, Stop> {
        let hidden = answer.strings().any(|text| !warden_detect::hidden(&text).is_empty());
        Ok(if hidden { Noticed::Hostile } else { Noticed::Nothing })
    }
}
