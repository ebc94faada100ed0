//! `mcpwarden explain`: the pages of the rules.

use std::process::ExitCode;

use warden_report::{Rule, page};

use crate::{Failure, Kind, World, output};

/// Explain a rule, or list all rules
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden explain                    list every rule with its severity
  mcpwarden explain unpinned-package   show what it finds, why, and what to do")]
pub(crate) struct Args {
    /// The rule, as findings name it; every rule is listed without it
    #[arg(value_name = "RULE")]
    rule: Option<String>,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let rules = super::rules();
        let text = match self.rule {
            None => page::list(&rules, world.view()),
            Some(wanted) => page::show(find(&rules, &wanted)?, world.view()),
        };
        output::print(&text)?;
        Ok(ExitCode::SUCCESS)
    }
}

fn find<'a>(rules: &'a [Rule<'a>], wanted: &str) -> Result<&'a Rule<'a>, Failure> {
    rules.iter().find(|rule| rule.id == wanted).ok_or_else(|| {
        let failure = Failure::new(Kind::Usage, format!("there is no rule `{wanted}`"));
        let near = rules.iter().filter(|rule| is_near(rule.id, wanted));
        let near: Vec<_> = near.map(|rule| format!("`{}`", rule.id)).collect();
        match near.as_slice() {
            [] => failure.hint("run `mcpwarden explain` to list every rule"),
            near => failure.hint(format!("did you mean {}?", near.join(" or "))),
        }
    })
}

/// Whether two names share a word of some length.
fn is_near(rule: &str, wanted: &str) -> bool {
    let wanted = wanted.to_lowercase();
    let mut words = wanted.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 3);
    words.any(|word| rule.contains(word))
}
