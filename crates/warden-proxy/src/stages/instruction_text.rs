use super::{Answer, Limits, Noticed, Stage, Stop};

/// Notices text that tells a model what to do.
pub(super) struct InstructionText;

impl Stage for InstructionText {
    fn name(&self) -> &'static str {
        "instruction-text"
    }

    fn answer(&self, answer: &Answer<'_>, _limits: &Limits) -> Result<Noticed, Stop> {
        let flagged = answer
            .strings()
            .any(|text| warden_detect::instructions(&text).reaches(warden_detect::DEFAULT_LEVEL));
        Ok(if flagged { Noticed::Hostile } else { Noticed::Nothing })
    }
}
