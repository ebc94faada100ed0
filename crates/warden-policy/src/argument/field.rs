//! Where an argument is, and whether another one can be taken for it.

use serde_json::{Map, Value};
use unicode_normalization::UnicodeNormalization as _;

use super::schema::{escaped, resolve};

/// The most steps of a place.
const MOST_STEPS: usize = 16;
/// The most values that one place has in one call.
const MOST_VALUES: usize = 1024;

/// A place in arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Named(String),
    Every,
}

/// What is at a place.
#[derive(Debug, Default)]
pub(super) struct Found<'a> {
    /// The values with their pointers.
    pub(super) values: Vec<(String, &'a Value)>,
    /// Members that can be taken for the place's own.
    pub(super) alike: Vec<String>,
    /// There is more than is looked at.
    pub(super) too_many: bool,
}

impl Place {
    /// Reads `path` or `/options/*/path`.
    pub(super) fn read(text: &str) -> Option<Self> {
        let Some(pointer) = text.strip_prefix('/') else {
            return (!text.is_empty()).then(|| Self(vec![Step::Named(text.to_owned())]));
        };
        let step = |step: &str| match step {
            "*" => Step::Every,
            name => Step::Named(name.replace("~1", "/").replace("~0", "~")),
        };
        let steps: Vec<Step> = pointer.split('/').map(step).collect();
        (steps.len() <= MOST_STEPS).then_some(Self(steps))
    }

    /// The same place, but for its last name.
    pub(super) fn beside(&self, name: &str) -> Self {
        let mut steps = self.0.clone();
        steps.pop();
        steps.push(Step::Named(name.to_owned()));
        Self(steps)
    }

    /// The name of the place as it is set.
    pub(super) fn written(&self) -> String {
        let step = |step: &Step| match step {
            Step::Named(name) => format!("/{}", escaped(name)),
            Step::Every => "/*".to_owned(),
        };
        self.0.iter().map(step).collect()
    }

    /// What is there.
    pub(super) fn find<'a>(&self, args: &'a Value) -> Found<'a> {
        let mut found = Found { values: vec![(String::new(), args)], ..Found::default() };
        for step in &self.0 {
            let mut next = Vec::new();
            for (at, value) in std::mem::take(&mut found.values) {
                step.take(&at, value, &mut next, &mut found.alike);
                if next.len() > MOST_VALUES {
                    found.too_many = true;
                    next.truncate(MOST_VALUES);
                }
            }
            found.values = next;
        }
        found
    }

    /// Whether a schema knows the place. A schema that says nothing about members knows none.
    pub(super) fn known_in(&self, schema: &Value) -> bool {
        known(schema, schema, &self.0, 0)
    }
}

impl Step {
    fn take<'a>(
        &self,
        at: &str,
        value: &'a Value,
        next: &mut Vec<(String, &'a Value)>,
        alike: &mut Vec<String>,
    ) {
        match (self, value) {
            (Self::Named(name), Value::Object(members)) => {
                next.extend(members.get(name).map(|it| (format!("{at}/{}", escaped(name)), it)));
                let folded = folded(name);
                let others = members.keys().filter(|it| *it != name && self::folded(it) == folded);
                alike.extend(others.map(|it| format!("{at}/{}", escaped(it))));
            }
            (Self::Named(name), Value::Array(items)) => {
                let item = name.parse::<usize>().ok().and_then(|number| items.get(number));
                next.extend(item.map(|it| (format!("{at}/{name}"), it)));
            }
            (Self::Every, Value::Object(members)) => {
                next.extend(
                    members.iter().map(|(name, it)| (format!("{at}/{}", escaped(name)), it)),
                );
            }
            (Self::Every, Value::Array(items)) => {
                let numbered = items.iter().enumerate();
                next.extend(numbered.map(|(number, it)| (format!("{at}/{number}"), it)));
            }
            _ => {}
        }
    }
}

/// A name without what servers overlook in names: case, width, marks that cannot be seen, and the
/// signs between words (`file_path`, `filePath`, `file-path`).
pub(super) fn folded(name: &str) -> String {
    let seen = |c: &char| c.is_alphanumeric() || !(c.is_ascii() || unseen(*c));
    name.nfkc().flat_map(char::to_lowercase).filter(seen).collect()
}

/// Characters that take no room.
pub(super) fn unseen(c: char) -> bool {
    c.is_control()
        || c.is_whitespace()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}'
            | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}')
}

fn known(root: &Value, schema: &Value, steps: &[Step], depth: usize) -> bool {
    let Some((first, rest)) = steps.split_first() else { return true };
    let Some(members) = schema.as_object().filter(|_| depth < 32) else { return false };
    let here = |schema: &Value| known(root, schema, steps, depth + 1);
    let below = |schema: &Value| known(root, schema, rest, depth + 1);
    let target = members.get("$ref").and_then(Value::as_str);
    if target.and_then(|it| resolve(root, it)).is_some_and(here) {
        return true;
    }
    let lists = ["allOf", "anyOf", "oneOf"].iter().filter_map(|it| members.get(*it)?.as_array());
    let branches = ["then", "else"].iter().filter_map(|it| members.get(*it));
    if lists.flatten().chain(branches).any(here) {
        return true;
    }
    let object = |keyword: &str| members.get(keyword).and_then(Value::as_object);
    let by_name = |keyword| object(keyword).into_iter().flat_map(Map::values).any(below);
    match first {
        Step::Named(name) => object("properties").and_then(|it| it.get(name)).is_some_and(below),
        Step::Every => {
            let more = ["items", "additionalProperties"].iter().filter_map(|it| members.get(*it));
            let mut more = more.filter(|it| **it != Value::Bool(false));
            more.any(below) || by_name("properties") || by_name("patternProperties")
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_place_is_found_and_what_looks_like_it_too() {
        let args =
            json!({"options": [{"path": "a"}, {"Path": "b", "ｐath": "c", "p\u{200b}ath": "d"}]});
        let place = Place::read("/options/*/path").expect("a place");
        let found = place.find(&args);
        assert_eq!(found.values, [("/options/0/path".to_owned(), &json!("a"))]);
        assert_eq!(found.alike.len(), 3);
        let schema = json!({"properties": {"options": {"items": {"$ref": "#/$defs/o"}}},
            "$defs": {"o": {"anyOf": [{"properties": {"path": {}}}]}}});
        assert!(place.known_in(&schema));
        assert!(!Place::read("path").expect("a place").known_in(&schema));
    }
}
