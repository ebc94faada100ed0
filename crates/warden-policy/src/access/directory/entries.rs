//! The tables about people, agents, servers and tools.

use std::sync::Arc;

use toml_edit::Item;
use warden_model::{DataClass, Effect};

use super::{
    super::{Audience, Environment},
    Agent, Kind, Pattern, Server, Tool, User,
    form::{Entry, Form},
    read::Draft,
    tables,
};

const EFFECTS: [&str; 6] = ["read", "write", "send", "execute", "admin", "destructive"];
const CLASSES: [&str; 4] = ["public", "internal", "confidential", "regulated"];
const AUDIENCES: [&str; 3] = ["self", "company", "public"];
const ENVIRONMENTS: [&str; 3] = ["sandbox", "development", "production"];
const KINDS: [&str; 4] = ["tool", "prompt", "resource", "asking"];

/// `[[role]]`.
pub(super) fn roles(form: &Form<'_>, item: &Item, draft: &mut Draft) {
    for entry in form.entries("role", item) {
        entry.only(&["name", "in"]);
        let Some(name) = entry.needed("name") else { continue };
        let within = entry.names("in").unwrap_or_default();
        draft.uses_of_roles.extend(within.iter().map(|role| (role.clone(), entry.span.clone())));
        draft.places_of_roles.entry(name.clone()).or_insert_with(|| entry.span.clone());
        if draft.roles.insert(name, within).is_some() {
            entry.wrong("name", "this role is there twice");
        }
    }
}

/// `[[user]]`.
pub(super) fn users(form: &Form<'_>, item: &Item, draft: &mut Draft) {
    for entry in form.entries("user", item) {
        entry.only(&["name", "roles", "tenant", "groups"]);
        let Some(name) = entry.needed("name") else { continue };
        let roles = entry.names("roles").unwrap_or_default();
        draft.uses_of_roles.extend(roles.iter().map(|role| (role.clone(), entry.span.clone())));
        let groups = entry.names("groups").unwrap_or_default();
        let user = User { roles, tenant: tenant(&entry, draft), groups };
        if draft.users.insert(name, user).is_some() {
            entry.wrong("name", "this user is there twice");
        }
    }
}

/// `[[agent]]`.
pub(super) fn agents(form: &Form<'_>, item: &Item, draft: &mut Draft) {
    for entry in form.entries("agent", item) {
        entry.only(&["name", "owner", "roles", "tenant", "purpose", "tools", "life", "idle"]);
        let (name, owner) = (entry.needed("name"), entry.needed("owner"));
        let roles = entry.names("roles").unwrap_or_default();
        draft.uses_of_roles.extend(roles.iter().map(|role| (role.clone(), entry.span.clone())));
        let tools = entry.names("tools");
        let tools = tools.map(|tools| tools.iter().map(|name| Box::from(&**name)).collect());
        let tenant = tenant(&entry, draft);
        let purpose = entry.name("purpose");
        let (life, idle) = (entry.seconds("life"), entry.seconds("idle"));
        let (Some(name), Some(owner)) = (name, owner) else { continue };
        let agent = Agent { owner, roles, tenant, purpose, tools, life, idle };
        if draft.agents.insert(name, agent).is_some() {
            entry.wrong("name", "this agent is there twice");
        }
    }
}

/// `[[tenant]]`.
pub(super) fn tenants(form: &Form<'_>, item: &Item, draft: &mut Draft) {
    for entry in form.entries("tenant", item) {
        entry.only(&["name"]);
        let Some(name) = entry.needed("name") else { continue };
        if !draft.tenants.insert(name) {
            entry.wrong("name", "this tenant is there twice");
        }
    }
}

/// `[[server]]`.
pub(super) fn servers(form: &Form<'_>, item: &Item, draft: &mut Draft) {
    for entry in form.entries("server", item) {
        entry.only(&[
            "name",
            "environment",
            "tenant",
            "audience",
            "trusted",
            "class",
            "risk",
            "blast",
        ]);
        let Some(name) = entry.needed("name") else { continue };
        let server = Server {
            environment: entry.word("environment", &ENVIRONMENTS, Environment::parse),
            tenant: Box::from(&*tenant(&entry, draft)),
            audience: entry.word("audience", &AUDIENCES, Audience::parse),
            trusted: entry.flag("trusted"),
            class: entry.word("class", &CLASSES, DataClass::named),
            risk: entry.number("risk", 0..101),
            blast: entry.number("blast", 1..4),
        };
        if draft.servers.insert(Box::from(&*name), server).is_some() {
            entry.wrong("name", "this server is there twice");
        }
    }
}

/// `[[tool]]`.
pub(super) fn tools(form: &Form<'_>, item: &Item, draft: &mut Draft) {
    for entry in form.entries("tool", item) {
        entry.only(&[
            "server", "name", "kind", "effects", "audience", "trusted", "class", "argument",
        ]);
        let name = entry.name("name");
        let kind = entry.word("kind", &KINDS, Kind::parse);
        let effects = entry.words("effects", &EFFECTS, Effect::parse);
        let audience = entry.word("audience", &AUDIENCES, Audience::parse);
        let class = entry.word("class", &CLASSES, DataClass::named);
        let trusted = entry.flag("trusted");
        if effects.as_ref().is_some_and(std::collections::BTreeSet::is_empty) {
            entry.wrong("effects", "`effects` of a tool is empty; what only looks up is `read`");
        }
        let Some(server) = entry.needed("server") else { continue };
        if !server.contains('*') {
            draft.uses_of_servers.push((server.clone(), entry.span.clone()));
        }
        let about = (Pattern::new(&server), Pattern::new(name.as_deref().unwrap_or("*")));
        tables::arguments(form, &entry, about, draft);
        draft.tools.push(Tool {
            server: Pattern::new(&server),
            name: Pattern::new(name.as_deref().unwrap_or("*")),
            kind: kind.unwrap_or(Kind::Tool),
            effects,
            audience,
            trusted,
            class,
        });
    }
}

/// The tenant of an entry; `""` where it names none.
fn tenant(entry: &Entry<'_>, draft: &mut Draft) -> Arc<str> {
    let tenant = entry.name("tenant");
    if let Some(tenant) = &tenant {
        draft.uses_of_tenants.push((tenant.clone(), entry.span.clone()));
    }
    tenant.unwrap_or_default()
}
