//! What somebody may see in clear of what a server says: the masks of `policy.toml`, by the roles
//! that were proven.

use std::{borrow::Cow, sync::Arc};

use warden_model::{DataClass, DefinitionKind};
use warden_policy::{access::Policies, mask::Showing};

use super::{Core, caller::Caller, route::Route, server::Server};
use crate::{
    call::Target,
    content::{Form, Looked, Veil},
};

impl Core {
    /// What is between a caller and what a server says of a target; `None` if he sees everything.
    pub(crate) fn veil(
        &self,
        caller: &Caller,
        server: &Server,
        target: &Target,
    ) -> Option<Arc<Veil>> {
        let policies = self.policies().filter(|policies| policies.directory.masks_anything())?;
        let tool = match target {
            Target::Definition(DefinitionKind::Tool, name) => Some(name.as_str()),
            Target::Definition(..) | Target::Resource(_) | Target::Task(_) | Target::Ask(_) => None,
        };
        let name = &server.settings.name;
        let showing = Showing { roles: Some(&caller.who.roles), server: name, tool };
        let said = match target {
            Target::Definition(..) | Target::Resource(_) => {
                self.about(server, target).map(|about| about.traits.class)
            }
            // Whose result a task is is not known when it is asked for.
            Target::Task(_) | Target::Ask(_) => None,
        };
        veil(policies, server, &showing, said).map(Arc::new)
    }

    /// An error of a server as its caller may see it; `None` if he may not.
    pub(crate) fn veiled_error<'a>(
        &self,
        (caller, route): (&Caller, &Route),
        raw: &'a str,
    ) -> Option<Cow<'a, str>> {
        let veil = self.veil(caller, &route.server, &route.target);
        let veil = veil.as_deref();
        let looker = &route.server.judge.looker;
        let Looked { changed, withheld, .. } =
            looker.behind(veil, Form::Error, raw, Looked::default());
        (!withheld).then(|| changed.map_or(Cow::Borrowed(raw), Cow::Owned))
    }

    /// What is between several callers and what a server says to all of them, of whom one may see
    /// less than another.
    pub(crate) fn veil_of_several(&self, server: &Server) -> Option<Veil> {
        let policies = self.policies().filter(|policies| policies.directory.masks_anything())?;
        let showing = Showing { roles: None, server: &server.settings.name, tool: None };
        veil(policies, server, &showing, None)
    }
}

fn veil(
    policies: &Policies,
    server: &Server,
    showing: &Showing<'_>,
    said: Option<DataClass>,
) -> Option<Veil> {
    let written = said.unwrap_or_else(|| policies.directory.highest_class(showing.server));
    // The gateway's configuration has a class as well, which is internal if nobody has written it.
    let ours = Some(server.judge.looker.class).filter(|class| *class > DataClass::Internal);
    let label = written.max(ours.unwrap_or(written));
    Veil::new(policies.directory.sight(showing), label)
}
