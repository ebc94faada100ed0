//! Reads the text of models.

use super::{
    Argument, Bits, Effect, Is, Matched, Model, Place, Select, Step, Table, Test, Vocabulary,
    Within,
};

/// What is wrong with a line of a table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: `{text}`: {problem}")]
pub struct ModelError {
    /// The line, counted from 1.
    pub line: usize,
    /// The line itself.
    pub text: String,
    /// What is wrong.
    pub problem: Problem,
}

/// What can be wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// No such effect.
    #[error("not an effect")]
    Effect,
    /// An effect without a pattern before it.
    #[error("no pattern stands before it")]
    NoPattern,
    /// No such kind, bit or mark.
    #[error("a kind or mark that the vocabulary does not have")]
    Unknown,
    /// A part is missing or too much.
    #[error("too few or too many words")]
    Words,
    /// Not a pattern.
    #[error("not a pattern over API paths")]
    Pattern,
    /// Not a way to select.
    #[error("selects nothing")]
    Select,
    /// Conditions on something that has none.
    #[error("has no conditions")]
    When,
}

impl Table {
    /// Adds the models in `text`.
    ///
    /// # Errors
    /// The first line that is not understood.
    pub fn add(&mut self, vocabulary: &Vocabulary, text: &str) -> Result<(), ModelError> {
        let mut current: Vec<u32> = Vec::new();
        let mut fresh = false;
        for (number, line) in text.lines().enumerate() {
            let told = line.split_once(" #").map_or(line, |(told, _)| told);
            if told.trim().is_empty() || told.starts_with('#') {
                continue;
            }
            let error =
                |problem| ModelError { line: number + 1, text: line.trim().to_owned(), problem };
            if told.starts_with(char::is_whitespace) {
                let effect = effect(vocabulary, told.trim()).map_err(error)?;
                let first = *current.first().ok_or_else(|| error(Problem::NoPattern))?;
                fresh = false;
                self.models[first as usize].effects.push(effect);
                continue;
            }
            // Several patterns in a row share the effects below them.
            if !fresh {
                current.clear();
            }
            fresh = true;
            self.pattern(told.trim(), &mut current).map_err(error)?;
        }
        Ok(())
    }

    fn pattern(&mut self, text: &str, current: &mut Vec<u32>) -> Result<(), Problem> {
        let id = if let Some(id) = current.first() {
            *id
        } else {
            let id = u32::try_from(self.models.len()).map_err(|_| Problem::Pattern)?;
            let loose = text.starts_with('*');
            self.models.push(Model { pattern: text.to_owned(), effects: Vec::new(), loose });
            current.push(id);
            id
        };
        for one in alternatives(text) {
            let (steps, loose) = steps(&one)?;
            self.matcher.add(&steps, loose, id);
        }
        Ok(())
    }
}

/// Every text that a text with `{a,b}` stands for.
fn alternatives(text: &str) -> Vec<String> {
    let Some((before, rest)) = text.split_once('{') else { return vec![text.to_owned()] };
    let Some((inside, after)) = rest.split_once('}') else { return vec![text.to_owned()] };
    inside.split(',').flat_map(|one| alternatives(&format!("{before}{one}{after}"))).collect()
}

/// The steps of a path, and whether anything may stand before them.
fn steps(text: &str) -> Result<(Vec<Step>, bool), Problem> {
    let mut steps = Vec::new();
    let (loose, mut rest) = if let Some(rest) = text.strip_prefix('*') {
        (true, rest)
    } else {
        let (module, rest) = text.split_once(':').ok_or(Problem::Pattern)?;
        steps.push(Step::Module(module.to_owned()));
        (false, rest)
    };
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("()") {
            steps.push(Step::Call);
            rest = after;
        } else if let Some(after) = rest.strip_prefix("[]") {
            steps.push(Step::Element);
            rest = after;
        } else if let Some(after) = rest.strip_prefix('>') {
            let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
            let (number, after) = after.split_at(end);
            steps.push(Step::Param(number.parse().map_err(|_| Problem::Pattern)?));
            rest = after;
        } else {
            let after = rest.strip_prefix('.').unwrap_or(rest);
            let end = after.find(['.', '(', '[', '>']).unwrap_or(after.len());
            let (name, after) = after.split_at(end);
            match name {
                "" => return Err(Problem::Pattern),
                "*" => steps.push(Step::AnyMember),
                name => steps.push(Step::Member(name.to_owned())),
            }
            rest = after;
        }
    }
    if steps.is_empty() { Err(Problem::Pattern) } else { Ok((steps, loose)) }
}

fn effect(vocabulary: &Vocabulary, text: &str) -> Result<Effect, Problem> {
    let (text, when) = match text.split_once(" when ") {
        Some((text, tests)) => (text, tests.split(',').map(test).collect::<Result<_, _>>()?),
        None => (text, Vec::new()),
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    let conditional = ["sink", "source", "guard", "ensure", "note", "effect", "clean"];
    if !when.is_empty() && !words.first().is_some_and(|word| conditional.contains(word)) {
        return Err(Problem::When);
    }
    if let Some(check) = check(vocabulary, &words, &when)? {
        return Ok(check);
    }
    let bits = |names: &str| bits(vocabulary, names);
    Ok(match words[..] {
        ["sink", kind, at] => sink(vocabulary, kind, at, (Bits::NONE, when))?,
        ["sink", kind, at, "unless", marks] => sink(vocabulary, kind, at, (bits(marks)?, when))?,
        ["source", kind, ref into @ ..] => Effect::Source {
            kind: vocabulary.source(kind).ok_or(Problem::Unknown)?,
            into: match *into {
                [] | ["result"] => Place::Result,
                ["value"] => Place::Value,
                ["param", number] => Place::Param(number.parse().map_err(|_| Problem::Select)?),
                _ => return Err(Problem::Words),
            },
            when,
        },
        ["clean", names] => Effect::Clean { bits: bits(names)?, select: None, when },
        ["clean", names, at] => {
            Effect::Clean { bits: bits(names)?, select: Some(select(at)?), when }
        }
        ["pure"] => Effect::Pure,
        ["pass", at] => Effect::Pass(select(at)?),
        ["field", at] => Effect::Field(select(at)?),
        ["strip", pattern, subject] => {
            Effect::Strip { pattern: select(pattern)?, subject: select(subject)? }
        }
        ["store", from, "into", into] => Effect::Store { from: select(from)?, into: select(into)? },
        ["call", function, "with", with] => Effect::Call {
            function: select(function)?,
            with: with.split(',').map(select).collect::<Result<_, _>>()?,
        },
        ["shared"] => Effect::Shared,
        ["instance", path] => Effect::Instance(steps(path)?.0),
        ["note", tag] => Effect::Note(tag.to_owned(), when),
        ["effect", name] => Effect::World(name.to_owned(), when),
        _ => return Err(Problem::Effect),
    })
}

/// Effects that say what the result of a check tells.
fn check(
    vocabulary: &Vocabulary,
    words: &[&str],
    when: &[Test],
) -> Result<Option<Effect>, Problem> {
    let bits = |names: &str| bits(vocabulary, names);
    Ok(Some(match *words {
        ["guard", truth @ ("true" | "false"), at, "clears", names, ref needs @ ..] => {
            Effect::Guard {
                truth: Some(truth == "true"),
                select: select(at)?,
                clears: bits(names)?,
                needs: needed(needs, bits)?,
                when: when.to_vec(),
            }
        }
        ["ensure", at, "clears", names, ref needs @ ..] => Effect::Guard {
            truth: None,
            select: select(at)?,
            clears: bits(names)?,
            needs: needed(needs, bits)?,
            when: when.to_vec(),
        },
        ["pattern", pattern, subject, ref place @ ..] => Effect::Pattern {
            pattern: select(pattern)?,
            subject: select(subject)?,
            matched: match *place {
                [] => Matched::Somewhere,
                ["start"] => Matched::Start,
                ["whole"] => Matched::Whole,
                _ => return Err(Problem::Words),
            },
        },
        _ => return Ok(None),
    }))
}

fn sink(
    vocabulary: &Vocabulary,
    kind: &str,
    at: &str,
    (marks, when): (Bits, Vec<Test>),
) -> Result<Effect, Problem> {
    let kind = vocabulary.sink(kind).ok_or(Problem::Unknown)?;
    Ok(Effect::Sink { kind, select: select(at)?, unless: kind.bit().with(marks), when })
}

fn needed(words: &[&str], bits: impl Fn(&str) -> Result<Bits, Problem>) -> Result<Bits, Problem> {
    match words {
        [] => Ok(Bits::NONE),
        ["needs", names] => bits(names),
        _ => Err(Problem::Words),
    }
}

fn bits(vocabulary: &Vocabulary, names: &str) -> Result<Bits, Problem> {
    names.split(',').try_fold(Bits::NONE, |sum, name| {
        vocabulary.bit(name).map(|bit| sum.with(bit)).ok_or(Problem::Unknown)
    })
}

fn test(text: &str) -> Result<Test, Problem> {
    let text = text.trim();
    let constants = |text: &str| text.split('/').map(|one| one.replace('~', "/")).collect();
    if let Some((at, values)) = text.split_once("!=") {
        return Ok(Test { select: select(at)?, is: Is::NoneOf(constants(values)) });
    }
    if let Some((at, values)) = text.split_once("==") {
        return Ok(Test { select: select(at)?, is: Is::Surely(constants(values)) });
    }
    if let Some((at, values)) = text.split_once('=') {
        return Ok(Test { select: select(at)?, is: Is::OneOf(constants(values)) });
    }
    match text.strip_prefix('!') {
        Some(at) => Ok(Test { select: select(at)?, is: Is::Absent }),
        None => Ok(Test { select: select(text)?, is: Is::Given }),
    }
}

fn select(text: &str) -> Result<Select, Problem> {
    // `2..` is a range of arguments and not a member.
    let head_end = text
        .char_indices()
        .find(|(at, c)| *c == '[' || (*c == '.' && !text.split_at(*at).1.starts_with("..")))
        .map_or(text.len(), |(at, _)| at);
    let head_end = if text.ends_with("..") { text.len() } else { head_end };
    let (head, tail) = text.split_at(head_end);
    let from = head.split('|').map(argument).collect::<Result<Vec<_>, _>>()?;
    Ok(Select { from, within: within(tail)? })
}

fn argument(text: &str) -> Result<Argument, Problem> {
    if let Some(number) = text.strip_suffix("..") {
        return number.parse().map(Argument::After).map_err(|_| Problem::Select);
    }
    Ok(match text {
        "" => return Err(Problem::Select),
        "self" => Argument::Receiver,
        "*" => Argument::All,
        _ => text.parse().map_or_else(|_| Argument::Named(text.to_owned()), Argument::At),
    })
}

fn within(mut text: &str) -> Result<Vec<Within>, Problem> {
    let mut steps = Vec::new();
    while !text.is_empty() {
        if let Some(rest) = text.strip_prefix('[') {
            let (inside, after) = rest.split_once(']').ok_or(Problem::Select)?;
            let number = |text: &str| text.parse().map_err(|_| Problem::Select);
            steps.push(match (inside, inside.strip_suffix("..")) {
                ("", _) => Within::Elements(0),
                (_, Some(first)) => Within::Elements(number(first)?),
                (one, None) => Within::Element(number(one)?),
            });
            text = after;
        } else {
            let rest = text.strip_prefix('.').ok_or(Problem::Select)?;
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            steps.push(Within::Field(name.to_owned()));
            text = after;
        }
    }
    Ok(steps)
}
