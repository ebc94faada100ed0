//! The command line as a whole: what is common to all commands.

use clap::{
    Parser, ValueEnum,
    builder::styling::{AnsiColor, Styles},
};

use crate::commands::Command;

/// The colours of help texts.
const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Yellow.on_default().bold())
    .usage(AnsiColor::Yellow.on_default().bold())
    .literal(AnsiColor::Green.on_default())
    .placeholder(AnsiColor::Cyan.on_default());

/// Know, certify and enforce which MCP servers your agents use.
///
/// An MCP server gives a language model a live hand in your systems. `mcpwarden` finds every
/// server on this machine, says what is wrong with each and what to do, and puts enforcement in
/// front of the ones you keep.
#[derive(Debug, Parser)]
#[command(
    name = "mcpwarden",
    version,
    styles = STYLES,
    max_term_width = 100,
    after_help = "Run `mcpwarden help COMMAND` for examples and exit codes."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// When to colour: `auto` colours on a terminal unless `NO_COLOR` is set
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(crate) color: Color,
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
