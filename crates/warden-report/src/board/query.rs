//! The commands that show what a figure is computed from. `ESTATE` stands for the estate.

/// What is in the estate.
pub(super) const ESTATE: &str = "mcpwarden estate show --estate ESTATE";
/// Scenarios in money.
pub(super) const MONEY: &str = "mcpwarden risk money --estate ESTATE";
/// The risk cards.
pub(super) const CARDS: &str = "mcpwarden risk cards --estate ESTATE";
/// The maturity.
pub(super) const MATURITY: &str = "mcpwarden maturity --estate ESTATE";
/// Figures of this quarter and of earlier ones.
pub(super) const METRICS: &str = "mcpwarden metrics --estate ESTATE";
/// What agents reach.
pub(super) const SURFACE: &str = "mcpwarden surface --estate ESTATE";
/// Frameworks, and unmanaged ICT third parties.
pub(super) const FRAMEWORKS: &str = "mcpwarden comply frameworks --estate ESTATE";
/// The table of frameworks, risks and controls.
pub(super) const TABLE: &str = "mcpwarden comply table --estate ESTATE";
/// When which part of the AI Act applies.
pub(super) const ACT: &str = "mcpwarden comply ai-act --estate ESTATE";
/// The plan of ninety days.
pub(super) const PROGRAMME: &str = "mcpwarden programme show --estate ESTATE";
/// Published figures.
pub(super) const FACTS: &str = "mcpwarden comply facts";
