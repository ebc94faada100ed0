//! The tables that have a form of their own: limits, and how calls wait for a person.

use serde::de::{DeserializeOwned, IntoDeserializer as _};
use toml_edit::Item;

use super::{Constrained, Pattern, form::Entry};
use super::{
    form::{Form, MOST_ENTRIES},
    read::Draft,
};
use crate::{
    argument::{Argument, Constraints, Wall},
    hold::HoldTable,
    limit::{LimitTable, NO_AMOUNT},
    mask::Mask,
};

/// `[[limit]]`. Whoever writes one writes all of them.
pub(super) fn limits(form: &Form<'_>, item: &Item, draft: &mut Draft) {
    let mut limits = Vec::new();
    let Some(tables) = item.as_array_of_tables() else {
        // `limit = []` says that there are none.
        let none = item.as_array().is_some_and(toml_edit::Array::is_empty);
        if !none {
            form.wrong(item.span(), "write each limit as a table `[[limit]]`");
        }
        draft.limits = Some(limits);
        return;
    };
    for table in tables {
        let item = Item::Table(table.clone());
        let Some(table) = read::<LimitTable>(form, "limit", &item) else { continue };
        match table.check() {
            Ok(limit) => limits.push(limit),
            Err(problems) => {
                for problem in problems {
                    form.wrong(item.span(), problem.to_string());
                }
            }
        }
    }
    draft.limits = Some(limits);
}

/// `[[wall]]`.
pub(super) fn walls(form: &Form<'_>, item: &Item, draft: &mut Draft) {
    for (wall, item) in each::<Wall>(form, "wall", item) {
        draft.walls.push(wall);
        draft.places_of_walls.push(item.span());
    }
}

/// `[[mask]]`.
pub(super) fn masks(form: &Form<'_>, item: &Item, draft: &mut Draft) {
    for (mask, item) in each::<Mask>(form, "mask", item) {
        if mask.role != "*" {
            draft.uses_of_roles.push((mask.role.as_str().into(), item.span()));
        }
        draft.masks.push(mask);
    }
}

/// `[[tool.argument]]` of these tools.
pub(super) fn arguments(
    form: &Form<'_>,
    entry: &Entry<'_>,
    (server, tool): (Pattern, Pattern),
    draft: &mut Draft,
) {
    let Some(item) = entry.item("argument") else { return };
    let all: Vec<_> = each::<Argument>(form, "argument", item).into_iter().collect();
    let arguments: Vec<_> = all.into_iter().map(|(argument, _)| argument).collect();
    match Constraints::compile(&arguments, None) {
        Ok(constraints) => {
            let constraints = constraints.into();
            draft.constraints.push(Constrained { server, tool, constraints });
        }
        Err(error) => form.wrong(item.span(), error.to_string()),
    }
}

/// Every table of this form, with where it stands.
pub(super) fn each<T: DeserializeOwned>(
    form: &Form<'_>,
    name: &str,
    item: &Item,
) -> Vec<(T, Item)> {
    let Some(tables) = item.as_array_of_tables() else {
        form.wrong(item.span(), format!("write each {name} as a table of its own"));
        return Vec::new();
    };
    if tables.len() > MOST_ENTRIES {
        form.wrong(item.span(), format!("there are more than {MOST_ENTRIES} tables `{name}`"));
        return Vec::new();
    }
    let items = tables.iter().map(|table| Item::Table(table.clone()));
    items.filter_map(|item| Some((read::<T>(form, name, &item)?, item))).collect()
}

/// `[hold]`.
pub(super) fn hold(form: &Form<'_>, item: &Item, draft: &mut Draft) {
    let Some(table) = read::<HoldTable>(form, "hold", item) else { return };
    match table.check() {
        Ok(settings) => draft.hold = Some(settings),
        Err(problems) => {
            for problem in problems {
                form.wrong(item.span(), problem.to_string());
            }
        }
    }
}

/// A table of this form. What is wrong with it is said without its values.
fn read<T: DeserializeOwned>(form: &Form<'_>, name: &str, item: &Item) -> Option<T> {
    let value = item.clone().into_value().ok();
    let read = value.map(|value| T::deserialize(value.into_deserializer()));
    match read {
        Some(Ok(read)) => Some(read),
        Some(Err(error)) => {
            let said = error.message();
            // Only what is about names of settings, or is our own, has no value in it.
            let plain = ["unknown field", "missing field", "duplicate field", NO_AMOUNT];
            let said = if plain.iter().any(|begin| said.starts_with(begin)) {
                said.lines().next().unwrap_or_default()
            } else {
                "something in it is not what belongs there"
            };
            form.wrong(error.span().or_else(|| item.span()), format!("a {name}: {said}"));
            None
        }
        None => {
            form.wrong(item.span(), format!("`{name}` has to be a table"));
            None
        }
    }
}
