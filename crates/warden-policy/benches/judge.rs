//! What it costs to decide a call by rules, at the size of a large company: a thousand roles, ten
//! thousand agents, five thousand tools, two hundred rules.
//!
//! Every question is timed by itself, since what is promised are percentiles. The same questions
//! are put to Cedar without slices in the same run, as what the figures are to be held against.
//! What a rule says is kept, so there are rows of what that does not help: the first questions after
//! a start, and rules of which one looks at the second.

#![expect(clippy::expect_used, reason = "a benchmark that cannot go on has failed")]
#![expect(clippy::print_stdout, reason = "this is where its figures go")]

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};

use warden_model::{DataClass, Effect};
use warden_policy::{
    Time,
    access::{
        Act, Asked, Carries, Directory, How, Kind, Labels, Principal, RuleFile, Rules, SessionKey,
        Traits, Verdict,
    },
};

const ROLES: usize = 1_000;
const AGENTS: usize = 10_000;
const SERVERS: usize = 100;
const TOOLS: usize = 5_000;
const RULES: usize = 200;
const QUESTIONS: usize = 200_000;
/// Without slices it takes so much longer that fewer will do.
const UNSLICED: usize = 5_000;

/// A rule whose answer is never the same again.
const SECOND: &str = r#"
    @id("late") forbid (principal, action in Warden::Action::"use", resource)
    when { context.time.unix > 4102444800 };
"#;

fn main() {
    let directory = Directory::read(&people()).expect("the directory is fine");
    let compile = |text: String| {
        let file = RuleFile { name: "rules.cedar".to_owned(), text };
        Rules::compile(&[file], &directory).expect("the rules are fine")
    };
    let begin = Instant::now();
    let rules = compile(rules());
    println!("compiling {RULES} rules\t{:.1?}\t\t\t\t\t", begin.elapsed());
    let timed = compile(self::rules() + SECOND);
    let agents: Vec<Principal> = (0..AGENTS).map(|at| agent(&directory, at)).collect();
    let tools: Vec<(String, String, Traits)> = (0..TOOLS).map(|at| tool(&directory, at)).collect();
    let carries = Carries { hosts: ["example.com".into()].into(), ..Carries::default() };
    let labels = [Labels::default(), tainted()];
    let mut dice = Dice(1);
    let mut ask = |agents: &[Principal], tools: &[(String, String, Traits)]| Question {
        agent: dice.below(agents.len()),
        tool: dice.below(tools.len()),
        labels: usize::from(dice.below(8) == 0),
    };
    let far: Vec<Question> = (0..QUESTIONS).map(|_| ask(&agents, &tools)).collect();
    // A session uses a few tools, and a gateway has some hundred sessions.
    let near: Vec<Question> = (0..QUESTIONS).map(|_| ask(&agents[..300], &tools[..40])).collect();
    let time = |questions: &[Question], decide: &dyn Fn(&Asked<'_>) -> Verdict| {
        let one = |question: &Question| {
            let (server, name, traits) = &tools[question.tool];
            let asked = Asked {
                who: &agents[question.agent],
                act: Act::Call,
                server,
                name,
                traits,
                carries: &carries,
                labels: &labels[question.labels],
                now: Time::from_micros(1_795_169_813_123_456),
                approved: false,
            };
            let begin = Instant::now();
            let verdict = black_box(decide(black_box(&asked)));
            (begin.elapsed(), verdict)
        };
        questions.iter().map(one).collect::<Vec<_>>()
    };
    let sliced = |asked: &Asked<'_>| rules.decide(asked);
    let first = time(&far, &sliced);
    report("first time, anybody, anything", &first);
    report("of these, the first 20,000", &first[..20_000]);
    report("of these, the first 1,000", &first[..1_000]);
    report("again, anybody, anything", &time(&far, &sliced));
    report("300 sessions, 40 tools", &time(&near, &sliced));
    report("with a rule about the second", &time(&far, &|asked| timed.decide(asked)));
    let whole = |asked: &Asked<'_>| rules.decide_unsliced(asked);
    report("without slices (baseline)", &time(&near[..UNSLICED], &whole));
}

struct Question {
    agent: usize,
    tool: usize,
    labels: usize,
}

fn report(name: &str, answers: &[(Duration, Verdict)]) {
    let mut times: Vec<Duration> = answers.iter().map(|(time, _)| *time).collect();
    times.sort();
    let at = |per_mille: usize| times[(times.len() - 1) * per_mille / 1_000];
    let of = |wanted: fn(&Verdict) -> bool| {
        100 * answers.iter().filter(|(_, verdict)| wanted(verdict)).count() / answers.len()
    };
    let permitted = of(|verdict| matches!(verdict, Verdict::Permitted { .. }));
    let approval = of(|verdict| matches!(verdict, Verdict::NeedsApproval { .. }));
    println!(
        "{name}\t{:.1?}\t{:.1?}\t{:.1?}\t{:.1?}\t{permitted} %\t{approval} %",
        at(500),
        at(900),
        at(990),
        at(999),
    );
}

/// Numbers that look random and are the same every time: `SplitMix64` (Steele, Lea, Flood, 2014).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from(z ^ (z >> 31)).unwrap_or(0) % most
    }
}

fn people() -> String {
    let mut text = String::new();
    for at in 0..ROLES {
        let within = if at % 10 == 0 { String::new() } else { format!("\"r{}\"", at - at % 10) };
        writeln!(text, "[[role]]\nname = \"r{at}\"\nin = [{within}]").expect("it is a string");
    }
    for at in 0..AGENTS {
        let (a, b) = (at % ROLES, at * 7 % ROLES);
        let line =
            format!("[[agent]]\nname = \"a{at}\"\nowner = \"o\"\nroles = [\"r{a}\", \"r{b}\"]");
        writeln!(text, "{line}").expect("it is a string");
    }
    for at in 0..SERVERS {
        let class = DataClass::ALL[at % 4].name();
        let line = format!("[[server]]\nname = \"s{at}\"\nclass = \"{class}\"\ntrusted = true");
        writeln!(text, "{line}\naudience = \"company\"").expect("it is a string");
    }
    text
}

/// A dozen rules for all, and the others for one role and one server each.
fn rules() -> String {
    let mut text = String::from(
        r#"
        @id("list") permit (principal, action == Warden::Action::"list", resource);
        @id("steered") forbid (principal, action, resource) when { context.args.steered };
        @id("breach") forbid (principal, action, resource)
        unless { context.args.breaches.isEmpty() };
        @id("flow") forbid (principal, action in Warden::Action::"use", resource)
        when { context.session.untrusted && context.session.classLevel >= 2 &&
          resource.effects.containsAny(["send", "execute", "destructive"]) }
        unless { context.approved };
        @id("copied") forbid (principal, action in Warden::Action::"use", resource)
        when { context.args.copiedLevel >= 2 && resource.audienceLevel > 0 }
        unless { context.approved };
        @id("hostile") forbid (principal, action in Warden::Action::"use", resource)
        when { context.session.hostile && resource.effects != ["read"] }
        unless { context.approved };
        @id("walls") forbid (principal, action in Warden::Action::"use", resource)
        when { context.args.crossing && resource.effects != ["read"] };
        @id("blind") forbid (principal, action in Warden::Action::"use", resource)
        when { (context.session.blind || context.args.unread) &&
          resource.effects.containsAny(["send", "execute", "destructive"]) }
        unless { context.approved };
        @id("tenant") forbid (principal, action, resource)
        when { resource.tenant != "" && resource.tenant != principal.tenant };
        @id("level") forbid (principal, action in Warden::Action::"use", resource)
        when { resource.effects != ["read"] && resource.level < 1 };
        @id("read") permit (principal, action in Warden::Action::"use", resource)
        when { resource.effects == ["read"] && resource.classLevel < 3 };
        "#,
    );
    for at in 11..RULES {
        let (role, server) = (at * 10 % ROLES, at % SERVERS);
        writeln!(
            text,
            "@id(\"p{at}\") permit (principal in Warden::Role::\"r{role}\", \
             action in Warden::Action::\"use\", resource in Warden::Server::\"s{server}\") \
             when {{ resource.level >= 1 && context.session.classLevel <= resource.classLevel }};"
        )
        .expect("it is a string");
    }
    text
}

fn agent(directory: &Directory, at: usize) -> Principal {
    let name = format!("a{at}");
    let roles: BTreeSet<Arc<str>> = directory.roles(&name, None);
    Principal {
        how: How::Token,
        user: None,
        client: None,
        machine: None,
        delegation: Vec::new(),
        tenant: "".into(),
        purpose: Some("support".into()),
        roles,
        scopes: None,
        allowlist: None,
        session: SessionKey::derived(&[&name]),
        agent: name.into(),
        expires: None,
    }
}

fn tool(directory: &Directory, at: usize) -> (String, String, Traits) {
    let (server, name) = (format!("s{}", at % SERVERS), format!("t{at}"));
    let effect = Effect::ALL[at % Effect::ALL.len()];
    let traits = directory.traits(&server, Kind::Tool, &name, Some(effect), 2);
    (server, name, traits)
}

fn tainted() -> Labels {
    Labels { untrusted: true, class: DataClass::Confidential, ..Labels::default() }
}
