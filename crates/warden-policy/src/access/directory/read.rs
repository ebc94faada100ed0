//! Text to directory.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
};

use toml_edit::Document;
use warden_model::Digest;

use super::{
    Agent, Constrained, Directory, Problem, Server, Tool, User,
    closure::{Included, closures},
    form::Form,
    prices::Price,
    sections::SECTIONS,
};
use crate::{
    argument::{Wall, Walls},
    hold::HoldSettings,
    limit::{Limit, default_limits},
    mask::Mask,
};

/// The most bytes of `policy.toml`.
const MOST: usize = 32 * 1024 * 1024;

/// What the tables say before it is checked against each other.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) roles: Included,
    /// Where each role stands.
    pub(super) places_of_roles: BTreeMap<Arc<str>, Option<Range<usize>>>,
    pub(super) users: BTreeMap<Arc<str>, User>,
    pub(super) agents: BTreeMap<Arc<str>, Agent>,
    pub(super) tenants: BTreeSet<Arc<str>>,
    pub(super) servers: BTreeMap<Box<str>, Server>,
    pub(super) tools: Vec<Tool>,
    pub(super) constraints: Vec<Constrained>,
    pub(super) walls: Vec<Wall>,
    /// Where each wall stands, in the same order.
    pub(super) places_of_walls: Vec<Option<Range<usize>>>,
    pub(super) masks: Vec<Mask>,
    pub(super) limits: Option<Vec<Limit>>,
    pub(super) prices: Vec<Price>,
    pub(super) hold: Option<HoldSettings>,
    /// Names that have to be those of roles, and where they stand.
    pub(super) uses_of_roles: Vec<(Arc<str>, Option<Range<usize>>)>,
    /// Names that have to be those of tenants, and where they stand.
    pub(super) uses_of_tenants: Vec<(Arc<str>, Option<Range<usize>>)>,
    /// Names that have to be those of servers, and where they stand.
    pub(super) uses_of_servers: Vec<(Arc<str>, Option<Range<usize>>)>,
}

pub(super) fn read(text: &str) -> Result<Directory, Vec<Problem>> {
    let form = Form::new(text);
    if text.len() > MOST {
        form.wrong(None, format!("it is longer than {MOST} bytes"));
        return Err(form.finish());
    }
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(error) => {
            let message = error.message().lines().next().unwrap_or_default();
            form.wrong(error.span(), format!("not TOML: {message}"));
            return Err(form.finish());
        }
    };
    let mut draft = Draft::default();
    for (name, item) in document.as_table() {
        if let Some(section) = SECTIONS.iter().find(|section| section.name == name) {
            (section.read)(&form, item, &mut draft);
            continue;
        }
        let key = document.as_table().key(name).and_then(toml_edit::Key::span);
        let name = name.chars().filter(|c| !c.is_control()).take(64).collect::<String>();
        form.wrong(key.or_else(|| item.span()), format!("there is no table `{name}`"));
    }
    check_names(&form, &draft);
    let roles = closures(&draft.roles).unwrap_or_else(|circle| {
        let names: Vec<String> = circle.iter().map(|role| format!("`{role}`")).collect();
        let at = circle.first().and_then(|role| draft.places_of_roles.get(role).cloned());
        form.wrong(at.flatten(), format!("roles go round in a circle: {}", names.join(" in ")));
        Included::new()
    });
    if form.count() > 0 {
        return Err(form.finish());
    }
    // Nobody who forgets them has none.
    let limits = draft.limits.take().unwrap_or_else(default_limits);
    let hold = draft.hold.take().unwrap_or_default();
    let mut tools = std::mem::take(&mut draft.tools);
    let (users, agents) = (std::mem::take(&mut draft.users), std::mem::take(&mut draft.agents));
    let (tenants, servers) =
        (std::mem::take(&mut draft.tenants), std::mem::take(&mut draft.servers));
    // Stable: of two lines that say as much, the one that stands first counts.
    tools.sort_by_key(|tool| std::cmp::Reverse((tool.name.weight(), tool.server.weight())));
    let mut prices = std::mem::take(&mut draft.prices);
    prices.sort_by_key(|price| std::cmp::Reverse(price.weight()));
    let digest = Digest::of(text.as_bytes());
    let Draft { constraints, masks, walls, places_of_walls, .. } = draft;
    let walls = match Walls::compile(&walls) {
        Ok(walls) => walls,
        Err(error) => {
            let at = walls.iter().position(|wall| *wall.name == *error.wall);
            let at = at.and_then(|at| places_of_walls.get(at).cloned());
            form.wrong(at.flatten(), error.to_string());
            return Err(form.finish());
        }
    };
    Ok(Directory {
        roles,
        users,
        agents,
        tenants,
        servers,
        tools,
        constraints,
        walls,
        masks,
        limits,
        prices,
        hold,
        digest,
    })
}

/// Whatever is named has to be there.
fn check_names(form: &Form<'_>, draft: &Draft) {
    for (name, span) in &draft.uses_of_roles {
        if !draft.roles.contains_key(name) {
            form.wrong(span.clone(), format!("there is no role `{name}`; write `[[role]]` for it"));
        }
    }
    for (name, span) in &draft.uses_of_tenants {
        if !draft.tenants.contains(name) {
            let what = format!("there is no tenant `{name}`; write `[[tenant]]` for it");
            form.wrong(span.clone(), what);
        }
    }
    for (name, span) in &draft.uses_of_servers {
        if !draft.servers.contains_key(&**name) {
            let what = format!("there is no server `{name}`; write `[[server]]` for it");
            form.wrong(span.clone(), what);
        }
    }
}
