//! From what a request names to the server that has it.

use std::sync::Arc;

use warden_mcp::{Method, Named, Revision, bridge::TASKS, walk};
use warden_model::DefinitionKind;

use super::{Core, caller::Caller, metrics::Counted, server::Server, traces::About};
use crate::{
    Refusal,
    call::{Target, judged, target},
};

/// Where a judged request goes.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) server: Arc<Server>,
    /// What it is about, as the server calls it.
    pub(crate) target: Target,
    /// What it is about, as the client calls it, if that is another name.
    pub(crate) public: Option<Box<str>>,
}

impl Route {
    /// What a request of ours to its server is about.
    pub(crate) fn about(&self, method: Method, revision: Revision) -> About<'_> {
        let target = match &self.target {
            Target::Definition(DefinitionKind::Tool | DefinitionKind::Prompt, own) => Some(&**own),
            _ => None,
        };
        About {
            method,
            target,
            id: None,
            revision,
            session: None,
            transport: self.server.settings.reach.transport(),
            server: Some(&self.server.settings.name),
        }
    }

    /// Where a request that goes there is counted.
    pub(crate) fn counted(&self) -> Counted {
        let tool = match &self.target {
            Target::Definition(DefinitionKind::Tool, own) => Some(&**own),
            _ => None,
        };
        self.server.metrics.counted(tool)
    }
}

/// Where a request cannot go, and what it named.
#[derive(Debug)]
pub(crate) struct NoRoute {
    pub(crate) refusal: Refusal,
    pub(crate) target: Option<Target>,
}

impl Core {
    /// Finds the server behind what a request names.
    ///
    /// # Errors
    /// When there is none, or none for this caller: the two look alike.
    pub(crate) async fn route(
        &self,
        caller: &Caller,
        method: Method,
        params: Option<&str>,
    ) -> Result<Route, NoRoute> {
        let Some(named) = judged(method, params) else {
            return Err(NoRoute { refusal: Refusal::UnknownMethod, target: None });
        };
        if named == Named::Task && caller.revision.is_modern() && !caller.has_extension(TASKS) {
            return Err(NoRoute { refusal: Refusal::NeedsExtension(TASKS), target: None });
        }
        let Some(target) = target(named, params) else {
            return Err(NoRoute { refusal: Refusal::NoName, target: None });
        };
        let found = match &target {
            Target::Definition(kind, public) => self.definition(caller, *kind, public),
            Target::Resource(uri) => self.resource(caller, uri).await,
            Target::Task(task) => self.task(caller, task),
            Target::Ask(_) => None,
        };
        found.ok_or(NoRoute {
            refusal: Refusal::Policy(warden_policy::Reason::NotApproved),
            target: Some(target),
        })
    }

    fn definition(&self, caller: &Caller, kind: DefinitionKind, public: &str) -> Option<Route> {
        let behind = caller.view.behind(kind, public)?;
        let server = self.servers.get(behind.server)?;
        let renamed = *behind.own != *public;
        Some(Route {
            server: Arc::clone(server),
            target: Target::Definition(kind, behind.own.clone().into()),
            public: renamed.then(|| public.into()),
        })
    }

    /// The server that lists a resource, or has a template for it; the only one there is
    /// otherwise.
    async fn resource(&self, caller: &Caller, uri: &str) -> Option<Route> {
        let servers: Vec<_> =
            caller.view.servers.iter().filter_map(|at| self.servers.get(*at)).collect();
        let of = |server: &Arc<Server>| Route {
            server: Arc::clone(server),
            target: Target::Resource(uri.into()),
            public: None,
        };
        if let [only] = servers[..] {
            return Some(of(only));
        }
        for kind in [DefinitionKind::Resource, DefinitionKind::Template] {
            for (server, stock) in self.stocks(caller, kind).await {
                let fits = |entry: &super::connection::Entry| match kind {
                    DefinitionKind::Template => fits_template(&entry.public, uri),
                    _ => *entry.public == *uri,
                };
                if stock.entries.iter().any(fits) {
                    return Some(of(&server));
                }
            }
        }
        None
    }

    fn task(&self, caller: &Caller, task: &str) -> Option<Route> {
        let (server, own) = self.states.open_task(task, &caller.principal)?;
        let at = self.servers.iter().position(|known| known.settings.name == server)?;
        let server = self.servers.get(at)?;
        caller.view.servers.contains(&at).then(|| Route {
            server: Arc::clone(server),
            target: Target::Task(own),
            public: Some(task.into()),
        })
    }
}

/// Whether a URI could have been made of a URI template (RFC 6570): the literal parts stand in
/// it, in their order, and something stands where a variable is.
fn fits_template(template: &str, uri: &str) -> bool {
    let mut rest = uri;
    let mut open = false;
    let mut template = template;
    while !template.is_empty() {
        if let Some(inner) = template.strip_prefix('{') {
            let Some((_, behind)) = inner.split_once('}') else { return false };
            template = behind;
            open = true;
            continue;
        }
        let end = template.find('{').unwrap_or(template.len());
        let (literal, behind) = template.split_at(end);
        template = behind;
        let at = if open && behind.is_empty() && rest.ends_with(literal) {
            Some(rest.len() - literal.len())
        } else if open {
            rest.find(literal)
        } else {
            rest.starts_with(literal).then_some(0)
        };
        let Some(at) = at else { return false };
        rest = rest.get(at + literal.len()..).unwrap_or_default();
        open = false;
    }
    open || rest.is_empty()
}

/// The parameter that names what a method is about, and that may have to be called otherwise.
pub(crate) const fn naming(named: Named) -> &'static str {
    match named {
        Named::Tool | Named::Prompt => "name",
        Named::Resource => "uri",
        Named::Reference => "ref",
        Named::Task => "taskId",
        Named::Subscriptions => "notifications",
    }
}

/// `ref` of a completion with the server's own name in it.
pub(crate) fn reference(params: Option<&str>, own: &str) -> String {
    let reference = params.and_then(|params| walk::member(params, "ref"));
    let name = warden_mcp::splice::text(own);
    warden_mcp::splice::object(reference, &[("name", warden_mcp::splice::Edit::Set(&name))])
}

#[cfg(test)]
mod tests {
    use super::fits_template;

    #[test]
    fn a_uri_fits_the_template_that_it_was_made_of() {
        for (template, uri, fits) in [
            ("file:///{path}", "file:///a/b", true),
            ("file:///{path}", "http://a", false),
            ("db://{table}/rows/{id}", "db://t/rows/7", true),
            ("db://{table}/rows/{id}", "db://t/cols/7", false),
            ("x://{a}.json", "x://b.json.json", true),
            ("x://{a}.json", "x://b.jsonx", false),
            ("x://fixed", "x://fixed", true),
            ("x://fixed", "x://fixed/", false),
            ("x://{open", "x://open", false),
            ("search{?q}", "search?q=1", true),
        ] {
            assert_eq!(fits_template(template, uri), fits, "{template} {uri}");
        }
    }
}
