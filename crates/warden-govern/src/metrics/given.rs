//! What other parts compute, handed in by value.

use serde::Serialize;

/// What is left to lose in a year, in whole units of the organisation's currency.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Residual {
    /// In one year of ten it is less than this.
    pub p10: f64,
    /// In one year of two.
    pub p50: f64,
    /// In nine years of ten.
    pub p90: f64,
    /// How much of it is what breaches cost more where AI is used without anybody's knowledge; none
    /// if nobody has put a figure to it.
    pub shadow_premium: Option<f64>,
}

/// The composite risk of one tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Composite {
    /// The server.
    pub server: String,
    /// The tool.
    pub tool: String,
    /// The points, 0 to 100; High begins at 60.
    pub points: u8,
}

/// How much of a framework is shown by fresh evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// The framework.
    pub framework: String,
    /// Controls with fresh evidence.
    pub fresh: u64,
    /// Controls that it requires.
    pub required: u64,
    /// The controls without.
    pub missing: Vec<String>,
}

/// What is handed in. Without it, the metrics that need it are not measured.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a> {
    /// What is left to lose.
    pub residual: Option<Residual>,
    /// The composite risk of every tool.
    pub composites: Option<&'a [Composite]>,
    /// The coverage of every framework.
    pub coverage: Option<&'a [Coverage]>,
    /// From how many questions in an hour on nobody is believed to have looked.
    pub fatigue_per_hour: u32,
}

impl Default for Given<'_> {
    fn default() -> Self {
        Self { residual: None, composites: None, coverage: None, fatigue_per_hour: 20 }
    }
}
