//! Which data a principal is shown in clear, and which only masked.
//!
//! Where nobody has said anything, everything is shown: masking is set by the owner of the data.
//! Where something is set, the strictest mask that matches counts, so that another role that
//! somebody holds as well takes nothing away; only a mask that clears, which names the role in so
//! many words, does that.

use std::{collections::BTreeSet, sync::Arc};

use serde::Deserialize;
use warden_model::DataClass;

/// A mask: `[[mask]]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Mask {
    /// The role it is for; `*` for everybody, also without a role.
    pub role: String,
    /// The highest class that is shown in clear.
    #[serde(deserialize_with = "class")]
    pub above: DataClass,
    /// The kinds of data that are masked above that; all of them without it.
    #[serde(default)]
    pub kinds: Option<Vec<String>>,
    /// The servers whose answers it is about; all of them without it.
    #[serde(default)]
    pub servers: Option<Vec<String>>,
    /// The tools whose answers it is about; all of them without it.
    #[serde(default)]
    pub tools: Option<Vec<String>>,
    /// It shows in clear up to this class whatever other masks say, and masks nothing by itself.
    #[serde(default)]
    pub clears: bool,
}

fn class<'de, D: serde::Deserializer<'de>>(from: D) -> Result<DataClass, D::Error> {
    let name = String::deserialize(from)?;
    DataClass::named(&name).ok_or_else(|| {
        serde::de::Error::custom("a class is `public`, `internal`, `confidential` or `regulated`")
    })
}

/// Who is shown something, and where it is from.
#[derive(Clone, Copy, Debug)]
pub struct Showing<'a> {
    /// The roles of whoever is shown it; `None` for several at once, of whom it is not known who
    /// holds which: they see what whoever sees least does.
    pub roles: Option<&'a BTreeSet<Arc<str>>>,
    /// The server.
    pub server: &'a str,
    /// The tool whose answer it is; `None` for what is none, or of which nobody knows of which
    /// tool it is. The same data may come that way, so that the masks of every tool count.
    pub tool: Option<&'a str>,
}

impl Mask {
    /// Whether it is about what is shown.
    fn matches(&self, showing: &Showing<'_>) -> bool {
        let named = |names: &Option<Vec<String>>, name: &str| {
            names.as_ref().is_none_or(|names| names.iter().any(|it| it == name || it == "*"))
        };
        let role = self.role == "*"
            || showing.roles.map_or(!self.clears, |roles| roles.contains(self.role.as_str()));
        let tool = match showing.tool {
            Some(tool) => named(&self.tools, tool),
            // No tool is called so: what clears has to be about all of them.
            None => !self.clears || named(&self.tools, "*"),
        };
        role && tool && named(&self.servers, showing.server)
    }

    fn about(&self, kind: Option<&str>) -> bool {
        match (&self.kinds, kind) {
            (None, _) => true,
            // Nobody knows what kind it is: it may be one of them.
            (Some(_), None) => !self.clears,
            (Some(kinds), Some(kind)) => kinds.iter().any(|it| it == kind),
        }
    }
}

/// What somebody is shown in clear of what comes from one place.
#[derive(Clone, Debug)]
pub struct Sight {
    /// The masks that are about it.
    masks: Vec<Mask>,
}

impl Sight {
    /// What these masks leave in clear of what is shown.
    #[must_use]
    pub fn of(masks: &[Mask], showing: &Showing<'_>) -> Self {
        Self { masks: masks.iter().filter(|it| it.matches(showing)).cloned().collect() }
    }

    /// The highest class that is shown in clear, whatever kind of data it is.
    #[must_use]
    pub fn most_clear(&self) -> DataClass {
        self.most_clear_of(None)
    }

    /// The same for one kind of data: `email`, `iban`. Masks for other kinds do not count. Of what
    /// nobody knows the kind, every mask counts.
    #[must_use]
    pub fn most_clear_of(&self, kind: Option<&str>) -> DataClass {
        let about = || self.masks.iter().filter(|it| it.about(kind));
        let masked = about().filter(|it| !it.clears).map(|it| it.above).min();
        let cleared = about().filter(|it| it.clears).map(|it| it.above).max();
        match masked {
            None => DataClass::Regulated,
            Some(masked) => masked.max(cleared.unwrap_or(masked)),
        }
    }

    /// Whether nothing is masked, whatever it is.
    #[must_use]
    pub fn is_clear(&self) -> bool {
        let shows = |kind: &str| self.most_clear_of(Some(kind)) == DataClass::Regulated;
        let each = |mask: &Mask| match &mask.kinds {
            Some(kinds) => kinds.iter().all(|kind| shows(kind)),
            // A kind that no mask names: none has an empty name.
            None => shows(""),
        };
        self.masks.iter().filter(|it| !it.clears).all(each)
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn mask(role: &str, above: DataClass, clears: bool) -> Mask {
        Mask { role: role.into(), above, kinds: None, servers: None, tools: None, clears }
    }

    fn sight(masks: &[Mask], roles: &[&str], server: &str, tool: Option<&str>) -> Sight {
        let roles = held(roles);
        Sight::of(masks, &Showing { roles: Some(&roles), server, tool })
    }

    fn held(roles: &[&str]) -> BTreeSet<Arc<str>> {
        roles.iter().map(|it| (*it).into()).collect()
    }

    #[test]
    fn the_strictest_mask_counts_unless_a_role_clears() {
        let masks = [
            mask("*", DataClass::Confidential, false),
            mask("support", DataClass::Internal, false),
            mask("lead", DataClass::Regulated, true),
        ];
        let of = |roles: &[&str]| sight(&masks, roles, "crm", Some("get")).most_clear();
        assert_eq!(of(&[]), DataClass::Confidential);
        assert_eq!(of(&["support"]), DataClass::Internal);
        assert_eq!(of(&["support", "other"]), DataClass::Internal);
        assert_eq!(of(&["support", "lead"]), DataClass::Regulated);
        assert_eq!(sight(&[], &[], "crm", Some("get")).most_clear(), DataClass::Regulated);
        assert!(sight(&masks, &["lead"], "crm", Some("get")).is_clear());
        assert!(!sight(&masks, &["support"], "crm", Some("get")).is_clear());
    }

    #[test]
    fn a_mask_is_for_its_servers_tools_and_kinds() {
        let text = "role = 'support'\nabove = 'public'\nservers = ['crm']\ntools = ['get']\nkinds = ['iban']";
        let masks = [toml_edit::de::from_str::<Mask>(text).expect("a mask")];
        let of = |(server, tool), kind| {
            sight(&masks, &["support"], server, Some(tool)).most_clear_of(kind)
        };
        assert_eq!(of(("crm", "get"), Some("iban")), DataClass::Public);
        assert_eq!(of(("crm", "get"), None), DataClass::Public, "what nobody knows may be one");
        assert_eq!(of(("crm", "get"), Some("email")), DataClass::Regulated);
        assert_eq!(of(("crm", "list"), None), DataClass::Regulated);
        assert_eq!(of(("erp", "get"), None), DataClass::Regulated);
        assert!(toml_edit::de::from_str::<Mask>("role = 'x'\nabove = 'secret'").is_err());
        assert!(
            toml_edit::de::from_str::<Mask>("role = 'x'\nabove = 'public'\nrole2 = 1").is_err()
        );
    }

    // What comes another way than as the answer of a tool is masked as the answer of any.
    #[test]
    fn what_is_from_no_tool_is_masked_by_every_mask_and_cleared_by_few() {
        let of = |masks: &[Mask], tool| sight(masks, &["a"], "s", tool).most_clear();
        let tools = Some(vec!["get".into()]);
        let masks = Mask { tools: tools.clone(), ..mask("a", DataClass::Public, false) };
        assert_eq!(of(std::slice::from_ref(&masks), Some("list")), DataClass::Regulated);
        assert_eq!(of(std::slice::from_ref(&masks), None), DataClass::Public);
        let clears = Mask { tools, ..mask("a", DataClass::Regulated, true) };
        let both = [masks.clone(), clears];
        assert_eq!(of(&both, Some("get")), DataClass::Regulated);
        assert_eq!(of(&both, None), DataClass::Public);
        let clears = mask("a", DataClass::Regulated, true);
        assert_eq!(of(&[masks, clears], None), DataClass::Regulated);
    }

    #[test]
    fn several_at_once_see_what_whoever_sees_least_does() {
        let masks = [
            mask("support", DataClass::Internal, false),
            mask("intern", DataClass::Public, false),
            mask("lead", DataClass::Regulated, true),
        ];
        let showing = Showing { roles: None, server: "crm", tool: None };
        assert_eq!(Sight::of(&masks, &showing).most_clear(), DataClass::Public);
        let all = [mask("intern", DataClass::Public, false), mask("*", DataClass::Regulated, true)];
        assert!(Sight::of(&all, &showing).is_clear());
    }

    #[test]
    fn a_sight_is_clear_if_every_kind_that_is_masked_is_cleared() {
        let kinds = |names: &[&str], above, clears| Mask {
            kinds: Some(names.iter().map(|it| (*it).into()).collect()),
            ..mask("a", above, clears)
        };
        let clear = |masks: &[Mask]| sight(masks, &["a"], "s", Some("t")).is_clear();
        let both = kinds(&["email", "iban"], DataClass::Public, false);
        assert!(!clear(&[both.clone(), kinds(&["email"], DataClass::Regulated, true)]));
        assert!(clear(&[both, kinds(&["iban", "email"], DataClass::Regulated, true)]));
        let all = mask("a", DataClass::Public, false);
        assert!(!clear(&[all, kinds(&["email"], DataClass::Regulated, true)]));
    }

    fn masks() -> impl Strategy<Value = Vec<Mask>> {
        let one = ("[ab*]", 0..4_usize, any::<bool>());
        vec(one, 0..6).prop_map(|all| {
            let class = |at| DataClass::ALL.get(at).copied().unwrap_or_default();
            all.iter().map(|(role, above, clears)| mask(role, class(*above), *clears)).collect()
        })
    }

    proptest! {
        // A mask more never shows more, and neither does a role more without one that clears.
        #[test]
        fn masks_only_take_away(masks in masks(), more in masks()) {
            let plain: Vec<Mask> = masks.iter().filter(|it| !it.clears).cloned().collect();
            let all: Vec<Mask> = plain.iter().chain(more.iter().filter(|it| !it.clears)).cloned().collect();
            let of = |masks: &[Mask], roles: &[&str]| sight(masks, roles, "s", Some("t")).most_clear();
            prop_assert!(of(&all, &["a"]) <= of(&plain, &["a"]));
            prop_assert!(of(&plain, &["a", "b"]) <= of(&plain, &["a"]));
            prop_assert!(of(&masks, &["a"]) >= of(&plain, &["a"]), "clearing never masks");
        }
    }
}
