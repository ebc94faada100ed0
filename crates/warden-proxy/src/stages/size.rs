use super::{Answer, Limits, Noticed, Stage, Stop};

/// Refuses what is larger than its limit.
pub(super) struct Size;

impl Stage for Size {
    fn name(&self) -> &'static str {
        "size"
    }

    fn is_about_size(&self) -> bool {
        true
    }

    fn arguments(&self, bytes: usize, limits: &Limits) -> Result<(), Stop> {
        if bytes > limits.arguments { Err(Stop) } else { Ok(()) }
    }

    fn answer(&self, answer: &Answer<'_>, limits: &Limits) -> Result<Noticed, Stop> {
        if answer.bytes() > limits.answer { Err(Stop) } else { Ok(Noticed::Nothing) }
    }
}
