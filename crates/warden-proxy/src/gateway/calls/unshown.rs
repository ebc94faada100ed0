//! Requests that are not sent because there is nothing to show the server on the caller's behalf.

use warden_mcp::{Revision, splice};

use super::visits;
use crate::{
    Refusal,
    credentials::CredentialError,
    gateway::{Answer, Core, asked::Request, caller::Caller, route::Route},
};

impl Core {
    /// Refuses a request, on record. One that waits for somebody to agree is answered with where he
    /// can, if his client can take him there.
    pub(super) fn unshown(
        &self,
        caller: &Caller,
        request: &Request,
        route: &Route,
        why: &CredentialError,
    ) -> Answer {
        let refused = self.refuse(caller, request, route, Refusal::Upstream(why.code()));
        let name = uuid::Uuid::now_v7().to_string();
        let Some(error) = why.elicitation(&route.server.settings.name, &name) else {
            return refused;
        };
        if let Some(result) = visits(caller, &error) {
            return Answer::result(splice::answer(request.id(), &result));
        }
        // Older clients do not know that a page can be asked for.
        let able = caller.can.follows_urls() && caller.revision == Revision::V2025_11_25;
        if able { Answer::error(request.id(), &error) } else { refused }
    }
}
