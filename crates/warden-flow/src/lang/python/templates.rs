//! The two little languages in which constant texts say where values go.

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text as it is.
    Text(String),
    /// A value.
    Field(Wanted),
}

/// A value that a template asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Which one.
    pub(super) place: Place,
    /// What of it.
    pub(super) steps: Vec<Step>,
    /// `!r` and its like.
    pub(super) conversion: String,
    /// Whether only a number can be written so.
    pub(super) numeric: bool,
}

/// Which value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The next one.
    Next,
    /// By position.
    At(usize),
    /// By name.
    Name(String),
}

/// A step into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// `.name`
    Member(String),
    /// `[key]`
    Index(String),
}

/// Takes apart a template of `%`.
pub(super) fn percent(template: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('%') {
        text.push_str(before);
        if let Some(after) = after.strip_prefix('%') {
            text.push('%');
            rest = after;
            continue;
        }
        let (fields, after) = percent_field(after);
        if fields.is_empty() {
            text.push('%');
        } else {
            end_text(&mut text, &mut pieces);
            pieces.extend(fields);
        }
        rest = after;
    }
    text.push_str(rest);
    end_text(&mut text, &mut pieces);
    pieces
}

fn end_text(text: &mut String, pieces: &mut Vec<Piece>) {
    if !text.is_empty() {
        pieces.push(Piece::Text(std::mem::take(text)));
    }
}

fn wanted(place: Place, numeric: bool) -> Piece {
    Piece::Field(Wanted { place, steps: Vec::new(), conversion: String::new(), numeric })
}

/// What one `%` asks for (each `*` is a number of its own), and what follows. Nothing if it is
/// no format at all.
fn percent_field(after: &str) -> (Vec<Piece>, &str) {
    let mut fields = Vec::new();
    let mut rest = after;
    let mut place = Place::Next;
    if let Some((name, after)) = after.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        place = Place::Name(name.to_owned());
        rest = after;
    }
    let mut letters = rest.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '#' | '0'..='9' | '-' | ' ' | '+' | '.' | 'h' | 'l' | 'L' => {}
            '*' => fields.push(wanted(Place::Next, true)),
            'a'..='z' | 'A'..='Z' => {
                let conversion = match letter {
                    'r' => "!r",
                    'a' => "!a",
                    _ => "",
                };
                let numeric = !matches!(letter, 's' | 'r' | 'a' | 'c' | 'b');
                fields.push(Piece::Field(Wanted {
                    place,
                    steps: Vec::new(),
                    conversion: conversion.to_owned(),
                    numeric,
                }));
                return (fields, letters.as_str());
            }
            _ => break,
        }
    }
    (Vec::new(), after)
}

/// Takes apart a template of `format`.
pub(super) fn braces(template: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        let Some((before, after)) = rest.split_at_checked(at) else { break };
        text.push_str(before);
        let mut letters = after.chars();
        let brace = letters.next().unwrap_or('{');
        let after = letters.as_str();
        if after.starts_with(brace) || brace == '}' {
            text.push(brace);
            rest = after.strip_prefix(brace).unwrap_or(after);
            continue;
        }
        let Some((inside, after)) = field_end(after) else {
            text.push(brace);
            rest = after;
            continue;
        };
        end_text(&mut text, &mut pieces);
        brace_field(inside, &mut pieces);
        rest = after;
    }
    text.push_str(rest);
    end_text(&mut text, &mut pieces);
    pieces
}

/// Splits at the brace that closes the field.
fn field_end(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => {
                let (inside, rest) = text.split_at_checked(at)?;
                return Some((inside, rest.strip_prefix('}')?));
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn brace_field(inside: &str, pieces: &mut Vec<Piece>) {
    let (head, spec) = inside.split_once(':').unwrap_or((inside, ""));
    let (path, conversion) = match head.rfind('!').and_then(|at| head.split_at_checked(at)) {
        Some((path, conversion)) => (path, conversion),
        None => (head, ""),
    };
    let end = path.find(['.', '[']).unwrap_or(path.len());
    let (name, steps) = path.split_at_checked(end).unwrap_or((path, ""));
    pieces.push(Piece::Field(Wanted {
        place: place(name),
        steps: steps_of(steps),
        conversion: conversion.to_owned(),
        numeric: is_numeric(spec),
    }));
    // Fields inside the format are widths and the like.
    let mut rest = spec;
    while let Some((_, after)) = rest.split_once('{') {
        let Some((width, after)) = after.split_once('}') else { break };
        pieces.push(wanted(place(width), true));
        rest = after;
    }
}

fn place(name: &str) -> Place {
    match name.parse() {
        Ok(at) => Place::At(at),
        Err(_) if name.is_empty() => Place::Next,
        Err(_) => Place::Name(name.to_owned()),
    }
}

fn steps_of(mut rest: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    loop {
        if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            let Some((name, after)) = after.split_at_checked(end) else { return steps };
            steps.push(Step::Member(name.to_owned()));
            rest = after;
        } else if let Some((key, after)) =
            rest.strip_prefix('[').and_then(|after| after.split_once(']'))
        {
            steps.push(Step::Index(key.to_owned()));
            rest = after;
        } else {
            return steps;
        }
    }
}

/// Whether only a number can be written in this format.
pub(super) fn is_numeric(spec: &str) -> bool {
    let mut rest = spec;
    let mut letters = spec.chars();
    let (first, second) = (letters.next(), letters.next());
    let is_align = |letter: Option<char>| letter.is_some_and(|letter| "<>=^".contains(letter));
    if is_align(second) {
        rest = letters.as_str();
    } else if is_align(first) {
        rest = rest.get(1..).unwrap_or("");
    }
    rest = rest.trim_start_matches(['+', '-', ' ', 'z', '#']);
    rest = rest.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let grouped = rest.starts_with([',', '_']);
    rest = rest.trim_start_matches([',', '_']);
    if let Some(precision) = rest.strip_prefix('.') {
        rest = precision.trim_start_matches(|letter: char| letter.is_ascii_digit());
    }
    match rest {
        "" => grouped,
        "b" | "d" | "e" | "E" | "f" | "F" | "g" | "G" | "n" | "o" | "x" | "X" | "%" => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Piece {
        Piece::Text(text.to_owned())
    }

    #[test]
    fn percent_signs_ask_for_values_in_order_and_by_name() {
        let pieces = percent("a %s 100%% %-5.2f%*d %(key)s");
        assert_eq!(
            pieces,
            [
                text("a "),
                wanted(Place::Next, false),
                text(" 100% "),
                wanted(Place::Next, true),
                wanted(Place::Next, true),
                wanted(Place::Next, true),
                text(" "),
                wanted(Place::Name("key".to_owned()), false),
            ]
        );
    }

    #[test]
    fn a_percent_sign_that_asks_for_nothing_is_text() {
        assert_eq!(percent("50%"), [text("50%")]);
        assert_eq!(percent("50%!"), [text("50%!")]);
        assert_eq!(percent("%("), [text("%(")]);
    }

    #[test]
    fn braces_ask_by_order_position_and_name() {
        let pieces = braces("{{x}} {} {1} {name:d}}");
        assert_eq!(
            pieces,
            [
                text("{x} "),
                wanted(Place::Next, false),
                text(" "),
                wanted(Place::At(1), false),
                text(" "),
                wanted(Place::Name("name".to_owned()), true),
                text("}"),
            ]
        );
    }

    #[test]
    fn braces_step_into_values_and_convert_them() {
        let pieces = braces("{a.b[key]!r:>{width}}");
        let steps = vec![Step::Member("b".to_owned()), Step::Index("key".to_owned())];
        let first = Wanted {
            place: Place::Name("a".to_owned()),
            steps,
            conversion: "!r".to_owned(),
            numeric: false,
        };
        let width = wanted(Place::Name("width".to_owned()), true);
        assert_eq!(pieces, [Piece::Field(first), width]);
        assert_eq!(braces("{"), [text("{")]);
        assert_eq!(braces("}"), [text("}")]);
    }

    #[test]
    fn some_formats_write_only_numbers() {
        for spec in ["d", "05d", ".2f", ",", ">10,.2f", "#x", "%", "*^+8d"] {
            assert!(is_numeric(spec), "{spec}");
        }
        for spec in ["", "s", ">10", "%d", "%Y-%m-%d", "10s", ".3"] {
            assert!(!is_numeric(spec), "{spec}");
        }
    }
}
