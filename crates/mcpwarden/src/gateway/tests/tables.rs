//! The table has every setting that the types have, and says of it what is true.

use serde::{Deserialize, de};
use serde_json::Value;
use warden_proxy::{MATTERS, operator::OperatorTable};

use super::{watch, world};
use crate::{
    gateway::{
        Lasting,
        file::{
            Certificates, Client, Config, Inspect, Ledger, Limits, Server, Term, Tls, View, Webhook,
        },
        identity::{Claims, Identity, Introspection, Issuer, Key, Peer},
        parse, reference, schema,
        secrets::{Credentials, Vault},
        settings,
        table::{Kind, Section, Setting, Usual, WHOLE},
        watch::Traces,
    },
    paths::Paths,
};

/// Tells the names of the fields of a struct, and reads nothing.
struct Fields;

#[derive(Debug)]
struct Names(Vec<&'static str>);

impl std::fmt::Display for Names {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{:?}", self.0)
    }
}

impl std::error::Error for Names {}

impl de::Error for Names {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self(Vec::new())
    }
}

impl<'de> de::Deserializer<'de> for Fields {
    type Error = Names;

    fn deserialize_any<V: de::Visitor<'de>>(self, _: V) -> Result<V::Value, Names> {
        Err(Names(Vec::new()))
    }

    fn deserialize_struct<V: de::Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Names> {
        Err(Names(fields.to_vec()))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

#[track_caller]
fn check<T: for<'de> Deserialize<'de>>(section: &Section) {
    let Err(Names(mut fields)) = T::deserialize(Fields) else { panic!("nothing was there") };
    let settings = section.settings.iter().map(|setting| setting.name);
    let below = section.sections.iter().map(|below| below.name);
    let mut listed: Vec<_> = settings.chain(below).collect();
    fields.sort_unstable();
    listed.sort_unstable();
    assert_eq!(listed, fields, "{:?}", section.heading());
}

fn section(name: &str) -> &'static Section {
    WHOLE.sections.iter().find(|section| section.name == name).expect("there is one")
}

#[test]
fn the_table_has_every_setting_and_no_other() {
    check::<Config>(&WHOLE);
    check::<Tls>(section("tls"));
    check::<Limits>(section("limits"));
    check::<Certificates>(section("certificates"));
    check::<Inspect>(section("inspect"));
    check::<Term>(section("term"));
    check::<Ledger>(section("ledger"));
    check::<Traces>(section("traces"));
    check::<Client>(section("client"));
    check::<Server>(section("server"));
    check::<OperatorTable>(section("operator"));
    check::<Webhook>(section("webhook"));
    check::<View>(section("view"));
    check::<Vault>(section("vault"));
    let below = section("server").sections.first().expect("there is one");
    check::<Credentials>(below);
    check::<Identity>(section("identity"));
    check::<Issuer>(section("issuer"));
    check::<Key>(section("key"));
    check::<Peer>(section("peer"));
    let [claims, introspection] = section("issuer").sections else { panic!("there are two") };
    check::<Claims>(claims);
    check::<Introspection>(introspection);
    assert_eq!(WHOLE.sections.len(), 17, "each is checked above");
}

#[test]
fn every_matter_can_be_set_to_what_can_follow_from_it_and_has_what_usually_does() {
    for row in MATTERS {
        let found = section("inspect").settings.iter().find(|setting| setting.name == row.name);
        let setting = found.expect("it can be set");
        let Kind::OneOf(words) = setting.kind else { panic!("{} has no words", row.name) };
        assert_eq!(words, row.words, "{}", row.name);
        let usual = match setting.usual {
            Usual::Value(value) => value.trim_matches('"'),
            // Follows another one that is observed.
            Usual::Required | Usual::Words(_) => "observe",
        };
        assert_eq!(usual, row.usual.word(), "{}", row.name);
    }
    let config = parse("[[server]]\nname = \"a\"\ncommand = [\"a\"]").expect("it is well formed");
    let set: Vec<_> = config.inspect.set().iter().map(|(matter, _)| *matter).collect();
    let all: Vec<_> = MATTERS.iter().map(|row| row.matter).collect();
    assert_eq!(set, all);
}

/// A section with everything that has a value to stand in for it.
fn written(section: &Section) -> String {
    let lines = section.settings.iter().filter_map(|setting| match setting.usual {
        Usual::Value(value) => Some(format!("{} = {value}\n", setting.name)),
        Usual::Required | Usual::Words(_) => None,
    });
    lines.collect()
}

#[test]
fn what_is_said_to_stand_in_for_a_setting_does() {
    let of = |text: &str| {
        let config = parse(text).expect("it is well formed");
        let world = world(&[("MCPWARDEN_HOME", "/nowhere")]);
        let paths = Paths::of(&world).expect("it says where");
        let lasting = Lasting::passing().expect("there is randomness");
        let paths = (&paths, &watch(&paths), &lasting);
        let mut settings = settings(&config, &world, paths).expect("it can be used");
        // Rules have no order in which they would be written.
        let policy = settings.policies.take().map(|policies| policies.rules.digest());
        format!("{policy:?} {settings:#?}")
    };
    let server = "[[server]]\nname = \"a\"\ncommand = [\"/bin/false\"]\n";
    let view = "[[view]]\nname = \"v\"\nservers = [\"a\"]\n";
    let mut full = written(&WHOLE);
    // Where something is required, nothing stands in for the whole.
    let optional = |section: &&Section| {
        let required = |setting: &Setting| matches!(setting.usual, Usual::Required);
        !section.many && !section.settings.iter().any(required)
    };
    for one in WHOLE.sections.iter().filter(optional) {
        full.push_str(&format!("{}\n{}", one.heading(), written(one)));
    }
    // `transport` and `headers` are for URLs, but as they usually are they change nothing.
    full.push_str(&format!("{server}{}", written(section("server"))));
    full.push_str(&format!("{view}{}", written(section("view"))));
    assert_eq!(of(&full), of(&format!("{server}{view}")));
    let traces = "[traces]\nendpoint = \"http://a/\"\n";
    let full = format!("{traces}{}{server}", written(section("traces")));
    assert_eq!(of(&full), of(&format!("{traces}{server}")));
}

#[test]
fn the_reference_has_every_setting() {
    let page = reference();
    let sections = WHOLE.sections.iter().chain([&WHOLE]);
    for setting in sections.flat_map(|section| section.settings) {
        assert!(page.contains(&format!("\n| `{}` | {}", setting.name, setting.about)));
    }
    let rows = page.lines().filter(|line| line.starts_with('|'));
    for row in rows {
        assert_eq!(row.matches('|').count(), 5, "{row}");
    }
}

#[test]
fn the_schema_takes_what_is_taken_and_refuses_what_is_refused() {
    let schema: Value = serde_json::from_str(&schema()).expect("it is JSON");
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    let value = |text: &str| -> Value { toml_edit::de::from_str(text).expect("it is TOML") };
    for (text, good) in [
        (crate::gateway::example(), true),
        ("[[server]]\nname = \"a\"\nurl = \"https://a/mcp\"", true),
        ("drain = 30\n[limits]\nbody = 4096\n[[server]]\nname = \"a\"\ncommand = [\"a\"]", true),
        ("drain = \"1h 30m\"\n[[server]]\nname = \"a\"\ncommand = [\"a\"]", true),
        ("", false),
        ("[[server]]\ncommand = [\"a\"]", false),
        ("[[server]]\nname = \"a b\"\ncommand = [\"a\"]", false),
        ("lisen = \"127.0.0.1:1\"\n[[server]]\nname = \"a\"\ncommand = [\"a\"]", false),
        ("names = \"short\"\n[[server]]\nname = \"a\"\ncommand = [\"a\"]", false),
        ("drain = \"soon\"\n[[server]]\nname = \"a\"\ncommand = [\"a\"]", false),
        ("threads = 0\n[[server]]\nname = \"a\"\ncommand = [\"a\"]", false),
        ("[[server]]\nname = \"a\"\ncommand = []", false),
        ("[[server]]\nname = \"a\"\nurl = \"ftp://a\"", false),
    ] {
        assert_eq!(validator.is_valid(&value(text)), good, "schema: {text}");
        assert_eq!(parse(text).is_ok(), good, "program: {text}");
    }
}

#[test]
fn schema_and_reference_are_published_as_they_are_printed() {
    let published = include_str!("../../../../../schemas/gateway.v1.schema.json");
    assert!(published == schema(), "run `cargo xtask generate gateway`");
    let published = include_str!("../../../../../docs/reference/gateway.md");
    assert!(published == reference(), "run `cargo xtask generate gateway`");
}
