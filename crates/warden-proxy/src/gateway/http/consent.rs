//! The pages on which people agree to what servers are shown.

use std::sync::Arc;

use hyper::{
    Method as Verb, Response,
    header::{AUTHORIZATION, COOKIE},
};

use super::{
    Core, Inbound, Outbody, header,
    identify::{self, Identified, Known},
    reply,
};
use crate::credentials::consent::{Browser, PATH};

/// Where an authorization server sends the browser.
const CALLBACK: &str = "callback";

/// Answers a browser that asks for such a page; nothing to anybody who asks for something else.
pub(super) async fn answer(core: &Arc<Core>, inbound: &Inbound) -> Option<Response<Outbody>> {
    let rest = inbound.parts.uri.path().strip_prefix(PATH)?.strip_prefix('/')?;
    let known = match known(core, inbound).await {
        Ok(known) => known,
        Err(response) => return Some(*response),
    };
    let who = known.as_ref().map(|known| &*known.who);
    let browser = Browser { who, cookie: header(inbound, COOKIE.as_str()) };
    let consents = &core.consents;
    let page = match (&inbound.parts.method, rest) {
        (&Verb::GET, CALLBACK) => {
            let query = inbound.parts.uri.query().unwrap_or_default();
            Box::pin(consents.callback(query, browser)).await
        }
        (&Verb::GET, ticket) => Box::pin(consents.show(ticket, browser)).await,
        (&Verb::POST, ticket) if ticket != CALLBACK => {
            Box::pin(consents.answer(ticket, &inbound.body, browser)).await
        }
        _ => return Some(reply::method_not_allowed()),
    };
    if let Some((agent, user)) = &page.agreed {
        core.hub.changed_for(core, (agent, user.as_deref()));
    }
    Some(reply::page(page))
}

/// Whose browser it is, as far as it shows anything. What it shows has to be right.
async fn known(core: &Core, inbound: &Inbound) -> Result<Option<Known>, Box<Response<Outbody>>> {
    let shows = inbound.parts.headers.contains_key(AUTHORIZATION) || inbound.peer.leaf.is_some();
    let can = core.door.is_some() || !core.settings.clients.is_empty();
    if !shows || !can {
        return Ok(None);
    }
    match identify::identify(core, inbound).await {
        Identified::Known(known) => Ok(Some(known)),
        other => Err(Box::new(identify::refuse(core, &other))),
    }
}
