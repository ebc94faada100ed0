//! Where the classes stand in public frameworks.

use std::{collections::BTreeMap, sync::LazyLock};

use crate::Class;

/// What a class is called in one framework.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Control {
    /// The framework, for example `OWASP-MCP-2025`.
    pub framework: &'static str,
    /// The controls, risks or techniques there, as the publisher numbers them.
    pub ids: Vec<&'static str>,
}

struct Map {
    titles: Vec<(&'static str, &'static str)>,
    classes: BTreeMap<Class, Vec<Control>>,
}

static MAP: LazyLock<Map> = LazyLock::new(|| read(include_str!("data/frameworks.txt")));

impl Class {
    /// Where this class stands in every framework that knows it.
    #[must_use]
    pub fn controls(self) -> &'static [Control] {
        MAP.classes.get(&self).map_or(&[], Vec::as_slice)
    }
}

/// The frameworks with their names.
#[must_use]
pub fn frameworks() -> &'static [(&'static str, &'static str)] {
    &MAP.titles
}

fn read(text: &'static str) -> Map {
    let mut map = Map { titles: Vec::new(), classes: BTreeMap::new() };
    let mut class = None;
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some(id) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            class = Class::parse(id);
        } else if let Some((id, title)) = line.split_once(" = ").filter(|_| class.is_none()) {
            map.titles.push((id, title));
        } else if let (Some((framework, ids)), Some(class)) = (line.split_once(": "), class) {
            let control = Control { framework, ids: ids.split("; ").collect() };
            map.classes.entry(class).or_default().push(control);
        }
    }
    map
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_stands_in_frameworks_that_have_a_name() {
        let known: Vec<&str> = frameworks().iter().map(|(id, _)| *id).collect();
        assert_eq!(known.len(), 24);
        for class in Class::ALL {
            let controls = class.controls();
            assert!(!controls.is_empty(), "{class:?}");
            for control in controls {
                assert!(known.contains(&control.framework), "{class:?}: {}", control.framework);
                assert!(control.ids.iter().all(|id| !id.trim().is_empty()), "{class:?}");
            }
        }
        let owasp = &Class::CommandInjection.controls()[0];
        assert_eq!(
            (owasp.framework, owasp.ids.as_slice()),
            ("OWASP-MCP-2025", &["MCP05:2025"][..])
        );
    }
}
