//! Evidence pages of servers that critical processes depend on.

use std::process::ExitCode;

use warden_govern::comply::{
    Article, Ground, Provision, ServerPage, Status, critical_servers, server_page,
};

use super::{Common, no_such, text};
use crate::{Failure, World};

/// Show, for a server, which articles of DORA, NIS 2 and the AI Act are satisfied
///
/// A server belongs here if a critical process uses it, or an agent of one. A process of which
/// nobody said whether it is critical counts as that.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden comply server --estate estate.json        which servers there are
  mcpwarden comply server mail --estate estate.json   its page")]
pub(super) struct Args {
    /// The server; without it, every server that a critical process depends on
    #[arg(value_name = "SERVER")]
    server: Option<String>,

    #[command(flatten)]
    common: Common,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let ask = |ground: &Ground<'_>| {
            let Some(id) = &self.server else {
                let all = critical_servers(ground);
                return Ok(all.iter().filter_map(|one| server_page(ground, &one.id)).collect());
            };
            let known = || ground.estate().servers.iter().map(|server| server.id.clone());
            let page = server_page(ground, id);
            Ok(vec![page.ok_or_else(|| no_such("server", id, known()))?])
        };
        let whole = self.server.is_some();
        self.common.answer(world, "pages", ask, |pages: &Vec<ServerPage>, _| {
            if pages.is_empty() {
                return "no critical process depends on a server\n".into();
            }
            pages.iter().map(if whole { page } else { line }).collect()
        })
    }
}

fn line(page: &ServerPage) -> String {
    let satisfied = page
        .regimes
        .iter()
        .map(|one| format!("{} {} of {}", one.name, one.satisfied.of, one.satisfied.all));
    let satisfied = satisfied.collect::<Vec<_>>().join("; ");
    let head = format!("{:<24}", page.server);
    text::folded(&head, 26, &format!("  {satisfied}; for {}", page.processes.join(", ")))
}

fn page(page: &ServerPage) -> String {
    let mut out = text::line(&format!("{}, {}", page.server, page.day));
    let processes = text::names(&page.processes, page.processes.len());
    out.push_str(&text::folded("", 2, &format!("critical processes: {processes}")));
    for regime in &page.regimes {
        let (of, all) = (regime.satisfied.of, regime.satisfied.all);
        out.push_str(&format!("\n{}: {of} of {all} articles satisfied\n", regime.name));
        regime.articles.iter().for_each(|one| out.push_str(&article(one)));
    }
    out
}

fn article(article: &Article) -> String {
    let verdict = match article.status {
        Status::NotApplicable => "n/a",
        _ if article.satisfied => "satisfied",
        _ => "unsatisfied",
    };
    let evidence = text::names(&article.evidence, article.evidence.len());
    let mut says = format!("{}; evidence: {evidence}", article.wording);
    if let Provision::Readiness(from) = article.provision {
        says.push_str(&format!("; readiness until {from}"));
    }
    let mut out = text::folded(&format!("  {verdict:<13}{:<16} ", article.id), 32, &says);
    for lack in &article.lacks {
        out.push_str(&text::folded("      lacks", 32, lack));
    }
    if !article.findings.is_empty() {
        let open = text::names(&article.findings, article.findings.len());
        out.push_str(&text::folded("      open", 32, &open));
    }
    out
}
