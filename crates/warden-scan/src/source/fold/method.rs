//! Methods of texts, lists, bytes and objects, in all languages at once: where a name means the
//! same in two of them, it is one line here.

use std::sync::Arc;

use warden_flow::{analysis::At, ir::Language};

use super::{
    Ask, How, List, Object, Piece, Spelling, Value, codec,
    expr::{MOST_ROUNDS, join, spread},
    library::folder_join,
};

type Args<'a> = &'a [(Option<Arc<str>>, Value)];

impl Ask<'_, '_> {
    /// What a method of a known value gives; `None` if there is none by this name.
    pub(super) fn method(
        &mut self,
        at: At,
        on: &Value,
        name: &str,
        args: Args<'_>,
    ) -> Option<Value> {
        let first = args.first().map(|(_, value)| value);
        match on {
            Value::Text(text) => self.of_text(at, text, name, args),
            Value::Bytes(bytes, how) => of_bytes(bytes, *how, name, first),
            Value::List(list) => self.of_list(at, list, name, args),
            Value::Object(object) => of_object(object, name, args),
            Value::Function(function, env) => match name {
                "call" => Some(self.apply(*function, env, args.get(1..).unwrap_or_default())),
                "apply" => {
                    let mut list = List::default();
                    if let Some((_, rest)) = args.get(1) {
                        spread(rest, &mut list);
                    }
                    let args: Vec<_> = list.items.into_iter().map(|item| (None, item)).collect();
                    Some(self.apply(*function, env, &args))
                }
                "bind" => Some(on.clone()),
                _ => None,
            },
            Value::Library(path, how) => match name {
                "call" => {
                    let args = args.get(1..).unwrap_or_default().to_vec();
                    Some(self.library(at, path, *how, args))
                }
                "apply" => {
                    let mut list = List::default();
                    if let Some((_, rest)) = args.get(1) {
                        spread(rest, &mut list);
                    }
                    let args = list.items.into_iter().map(|item| (None, item)).collect();
                    Some(self.library(at, path, *how, args))
                }
                "bind" => Some(on.clone()),
                _ => None,
            },
            Value::Number(number, how) => match name {
                "toString" | "String" => Some(Value::Text(in_radix(*number, first).by(*how))),
                _ => None,
            },
            Value::Made(_) => self.mapped(at, name, args),
            Value::Unknown(how) => self
                .of_bundle(at, name, args)
                .or_else(|| self.mapped(at, name, args))
                .or_else(|| unknown(*how, name, args)),
            _ => None,
        }
    }

    /// Functions of modules that a bundle hides behind numbers, where their names and what they
    /// are given leave no doubt: `join` of a list takes one argument, that of paths several.
    fn of_bundle(&mut self, at: At, name: &str, args: Args<'_>) -> Option<Value> {
        let language = self.fold.module(at.module).language;
        let script = !matches!(language, Language::Python | Language::Go);
        let path = match (name, args.len()) {
            ("join" | "resolve", 2..) => "path:join",
            ("homedir", 0) => "os:homedir",
            _ => return None,
        };
        script.then(|| self.library(at, &Arc::from(path), How::default(), args.to_vec()))
    }

    /// What a function makes of elements of which nothing is known.
    fn mapped(&mut self, at: At, name: &str, args: Args<'_>) -> Option<Value> {
        let (_, function @ Value::Function(..)) = args.first()? else { return None };
        if name != "map" {
            return None;
        }
        let given = vec![(None, Value::unknown()), (None, Value::unknown())];
        let items = vec![self.called_back(at, function, given)];
        Some(Value::List(Arc::new(List { items, open: true })))
    }

    fn of_text(&mut self, at: At, text: &Spelling, name: &str, args: Args<'_>) -> Option<Value> {
        let first = args.first().map(|(_, value)| value);
        let plain = |change: &dyn Fn(&str) -> String| Some(Value::Text(text.clone().map(change)));
        match name {
            "lower" | "toLowerCase" | "toLocaleLowerCase" | "casefold" => {
                plain(&|t| t.to_lowercase())
            }
            "upper" | "toUpperCase" | "toLocaleUpperCase" => plain(&|t| t.to_uppercase()),
            "strip" | "trim" | "lstrip" | "rstrip" | "trimEnd" | "trimStart" | "trimRight"
            | "trimLeft" => Some(Value::Text(trimmed(text, name, first))),
            "toString" | "valueOf" | "normalize" | "title" | "capitalize" | "expanduser"
            | "resolve" | "absolute" | "as_posix" | "expandvars" | "toWellFormed" | "href" => {
                Some(Value::Text(home(text)))
            }
            "encode" => Some(Value::Text(text.clone())),
            "decode" => Some(decoded(text, first)),
            "concat" => {
                let mut parts = vec![Value::Text(text.clone())];
                parts.extend(args.iter().map(|(_, value)| value.clone()));
                Some(join(&parts, ""))
            }
            "joinpath" | "with_name" | "with_suffix" => {
                let mut parts = vec![match name {
                    "with_name" => Value::Text(parent(text)),
                    _ => Value::Text(text.clone()),
                }];
                parts.extend(args.iter().map(|(_, value)| value.clone()));
                Some(if name == "with_suffix" { join(&parts, "") } else { folder_join(&parts) })
            }
            // Python: `", ".join(list)`.
            "join" => match first {
                Some(value) if self.fold.module(at.module).language == Language::Python => {
                    let mut list = List::default();
                    spread(value, &mut list);
                    Some(joined(&list, text))
                }
                _ => Some(Value::Unknown(text.how)),
            },
            "split" | "splitlines" => Some(split(text, first)),
            "hex" | "partition" | "rpartition" | "format" => Some(Value::Unknown(text.how)),
            "replace" | "replaceAll" => Some(replaced(text, args)),
            "repeat" => match first {
                Some(Value::Number(times, _)) => {
                    let times = usize::try_from(*times).unwrap_or(0).min(64);
                    Some(join(&vec![Value::Text(text.clone()); times], ""))
                }
                _ => Some(Value::Unknown(text.how)),
            },
            "slice" | "substring" | "substr" | "subarray" => {
                Some(Value::Text(part(text, name, args)))
            }
            "at" | "charAt" => match first {
                Some(Value::Number(number, _)) => {
                    Some(self.index(&Value::Text(text.clone()), &Value::Number(*number, text.how)))
                }
                _ => Some(Value::Unknown(text.how)),
            },
            "charCodeAt" | "codePointAt" => Some(code(text, first)),
            "startsWith" | "startswith" | "endsWith" | "endswith" | "includes" | "isidentifier" => {
                Some(asked(text, name, first))
            }
            "read_text" | "read_bytes" => {
                Some(Value::Text(Spelling::of(Piece::File(text.shown().into()), How::FILE)))
            }
            "glob" | "rglob" | "iterdir" => {
                let mut parts = vec![Value::Text(text.clone())];
                parts.push(first.cloned().unwrap_or_else(|| Value::text("*")));
                Some(Value::List(Arc::new(List { items: vec![folder_join(&parts)], open: true })))
            }
            _ => None,
        }
    }

    fn of_list(&mut self, at: At, list: &List, name: &str, args: Args<'_>) -> Option<Value> {
        let first = args.first().map(|(_, value)| value);
        let same = |items: Vec<Value>| Value::List(Arc::new(List { items, open: list.open }));
        match name {
            "join" => {
                let between = match first {
                    Some(Value::Text(text)) => text.clone(),
                    None => Spelling::plain(","),
                    Some(other) => other.spelling(),
                };
                Some(joined(list, &between))
            }
            "reverse" | "toReversed" => {
                let mark = |value: &Value| match value {
                    Value::Text(text) => Value::Text(text.clone().by(How::REVERSED)),
                    other => other.clone(),
                };
                Some(same(list.items.iter().rev().map(mark).collect()))
            }
            "map" | "flatMap" => {
                let function = first?;
                let mut items = Vec::new();
                for (number, item) in list.items.iter().take(MOST_ROUNDS).enumerate() {
                    let number = i64::try_from(number).unwrap_or(0);
                    let index = Value::Number(number, How::default());
                    let args = vec![(None, item.clone()), (None, index)];
                    let made = self.called_back(at, function, args);
                    match made {
                        Value::List(inner) if name == "flatMap" => {
                            items.extend(inner.items.iter().cloned());
                        }
                        made => items.push(made),
                    }
                }
                Some(same(items))
            }
            "filter" => Some(Value::List(Arc::new(List { items: list.items.clone(), open: true }))),
            "concat" => {
                let mut all = List { items: list.items.clone(), open: list.open };
                for (_, value) in args {
                    match value {
                        Value::List(_) => spread(value, &mut all),
                        other => all.items.push(other.clone()),
                    }
                }
                Some(Value::List(Arc::new(all)))
            }
            "slice" | "subarray" => Some(match first {
                Some(Value::Number(from, _)) if args.len() == 1 && *from >= 0 => {
                    let from = usize::try_from(*from).unwrap_or(0);
                    same(list.items.iter().skip(from).cloned().collect())
                }
                None => Value::List(Arc::new(List { items: list.items.clone(), open: list.open })),
                _ => Value::List(Arc::new(List { items: list.items.clone(), open: true })),
            }),
            "flat" => {
                let mut all = List::default();
                for item in &list.items {
                    match item {
                        Value::List(_) => spread(item, &mut all),
                        other => all.items.push(other.clone()),
                    }
                }
                all.open |= list.open;
                Some(Value::List(Arc::new(all)))
            }
            "find" | "at" | "pop" | "shift" | "get" | "next" => {
                let more = Value::unknown();
                Some(Value::one_of(list.items.iter().cloned().chain([more])))
            }
            "sort" | "toSorted" | "values" | "copy" | "keys" | "entries" => {
                Some(Value::List(Arc::new(List { items: list.items.clone(), open: list.open })))
            }
            "toString" | "decode" => Some(Value::Text(same(list.items.clone()).spelling())),
            "reduce" | "reduceRight" => Some(Value::Unknown(same(list.items.clone()).how())),
            _ => None,
        }
    }
}

fn unknown(how: How, name: &str, args: Args<'_>) -> Option<Value> {
    let how = args.iter().fold(how, |how, (_, value)| how.with(value.how()));
    let how = match name {
        "reverse" => how.with(How::REVERSED),
        _ => how,
    };
    matches!(
        name,
        "join" | "reverse" | "map" | "toString" | "decode" | "replace" | "slice" | "split"
    )
    .then_some(Value::Unknown(how))
}

fn of_bytes(bytes: &Arc<[u8]>, how: How, name: &str, first: Option<&Value>) -> Option<Value> {
    match name {
        "toString" | "decode" | "text" => match first.and_then(Value::known) {
            Some("base64" | "hex" | "base64url") => Some(Value::Unknown(how)),
            _ => Some(Value::Text(Spelling::plain(&String::from_utf8_lossy(bytes)).by(how))),
        },
        "subarray" | "slice" => Some(Value::Unknown(how)),
        "reverse" => {
            let bytes: Vec<u8> = bytes.iter().rev().copied().collect();
            Some(Value::Bytes(bytes.into(), how.with(How::REVERSED)))
        }
        _ => None,
    }
}

fn of_object(object: &Arc<Object>, name: &str, args: Args<'_>) -> Option<Value> {
    match name {
        "get" => {
            let wanted = args.first().and_then(|(_, value)| value.known())?;
            let found = object.parts.iter().rev().find(|(key, _)| **key == *wanted);
            let default = args.get(1).map(|(_, value)| value.clone());
            match found {
                Some((_, value)) => Some(value.clone()),
                None if object.open => {
                    Some(Value::one_of([Value::unknown()].into_iter().chain(default)))
                }
                None => Some(default.unwrap_or(Value::Null)),
            }
        }
        "items" | "entries" => {
            let pair = |(key, value): &(Arc<str>, Value)| {
                Value::list(vec![Value::text(key), value.clone()])
            };
            let items = object.parts.iter().map(pair).collect();
            Some(Value::List(Arc::new(List { items, open: object.open })))
        }
        "values" => {
            let items = object.parts.iter().map(|(_, value)| value.clone()).collect();
            Some(Value::List(Arc::new(List { items, open: object.open })))
        }
        "keys" => {
            let items = object.parts.iter().map(|(key, _)| Value::text(key)).collect();
            Some(Value::List(Arc::new(List { items, open: object.open })))
        }
        "copy" => Some(Value::Object(Arc::clone(object))),
        _ => None,
    }
}

/// The texts of a list with something between them; several where an element is one of several.
fn joined(list: &List, between: &Spelling) -> Value {
    let Some(between_text) = between.known() else {
        return Value::Unknown(between.how);
    };
    // Single letters that are put together are a word that was taken apart.
    let letters = list.items.len() > 2
        && list.items.iter().all(|item| item.known().is_some_and(|text| text.chars().count() <= 2));
    let mut value = join(&list.items, between_text);
    if list.open {
        value = Value::one_of(value.choices().iter().map(|one| {
            let mut text = one.spelling();
            if list.items.is_empty() {
                text.push(&Spelling::of(Piece::Any, How::default()));
            }
            Value::Text(text)
        }));
    }
    // A name that was taken apart, perhaps at its own separators: `["child", "process"]`.
    let apart = matches!(between_text, "" | "_" | "-" | "." | "/" | ":");
    if (letters && between_text.is_empty()) || list.items.len() > 1 && apart {
        let mark = |one: &Value| match one {
            Value::Text(text) => Value::Text(text.clone().by(How::JOINED)),
            other => other.clone(),
        };
        return Value::one_of(value.choices().iter().map(mark).collect::<Vec<_>>());
    }
    value
}

fn trimmed(text: &Spelling, name: &str, chars: Option<&Value>) -> Spelling {
    let set: Vec<char> = chars.and_then(Value::known).unwrap_or(" \t\r\n").chars().collect();
    let mut text = text.clone();
    let (left, right) = match name {
        "lstrip" | "trimStart" | "trimLeft" => (true, false),
        "rstrip" | "trimEnd" | "trimRight" => (false, true),
        _ => (true, true),
    };
    if left && let Some(Piece::Known(first)) = text.pieces.first_mut() {
        *first = first.trim_start_matches(&set[..]).to_owned();
    }
    if right && let Some(Piece::Known(last)) = text.pieces.last_mut() {
        *last = last.trim_end_matches(&set[..]).to_owned();
    }
    text
}

/// `~` at the start is the folder of the user.
pub(super) fn home(text: &Spelling) -> Spelling {
    let mut made = Spelling { pieces: Vec::new(), how: text.how };
    for (at, piece) in text.pieces.iter().enumerate() {
        match piece {
            Piece::Known(known) if at == 0 => {
                let rest = ["~", "$HOME", "${HOME}", "%USERPROFILE%"]
                    .iter()
                    .find_map(|start| known.strip_prefix(start))
                    .filter(|rest| rest.is_empty() || rest.starts_with(['/', '\\']));
                match rest {
                    Some(rest) => {
                        made.push(&Spelling::of(Piece::Home, text.how));
                        made.push_text(rest);
                    }
                    None => made.push_text(known),
                }
            }
            Piece::Known(known) => made.push_text(known),
            other => made.push(&Spelling::of(other.clone(), text.how)),
        }
    }
    made
}

/// The folder of a path.
pub(super) fn parent(text: &Spelling) -> Spelling {
    let mut text = text.clone();
    while let Some(last) = text.pieces.pop() {
        if let Piece::Known(known) = last
            && let Some((folder, _)) = known.rsplit_once('/')
        {
            text.push_text(folder);
            return text;
        }
    }
    Spelling::of(Piece::Any, text.how)
}

/// `bytes.decode(encoding)`, and `codecs` of Python 2.
fn decoded(text: &Spelling, encoding: Option<&Value>) -> Value {
    match (encoding.and_then(Value::known), text.known()) {
        (Some("base64"), Some(known)) => from_bytes(codec::base64(known), text.how),
        (Some("hex"), Some(known)) => from_bytes(codec::hex(known), text.how),
        (Some("rot13" | "rot_13"), Some(known)) => {
            Value::Text(Spelling::plain(&codec::rot13(known)).by(text.how.with(How::DECODED)))
        }
        _ => Value::Text(text.clone()),
    }
}

/// What was decoded, or that something was.
pub(super) fn from_bytes(bytes: Option<Vec<u8>>, how: How) -> Value {
    let how = how.with(How::DECODED);
    bytes.map_or(Value::Unknown(how), |bytes| Value::Bytes(bytes.into(), how))
}

fn split(text: &Spelling, separator: Option<&Value>) -> Value {
    let Some(known) = text.known() else {
        let item = Value::Unknown(text.how);
        return Value::List(Arc::new(List { items: vec![item], open: true }));
    };
    let part = |part: &str| Value::Text(Spelling::plain(part).by(text.how));
    let items: Vec<Value> = match separator.and_then(Value::known) {
        Some("") => known.chars().take(MOST_ROUNDS).map(|char| part(&char.to_string())).collect(),
        Some(separator) => known.split(separator).take(MOST_ROUNDS).map(part).collect(),
        None if separator.is_none() => {
            known.split_whitespace().take(MOST_ROUNDS).map(part).collect()
        }
        None => return Value::List(Arc::new(List { items: vec![part(known)], open: true })),
    };
    Value::list(items)
}

fn replaced(text: &Spelling, args: Args<'_>) -> Value {
    let arg = |at: usize| args.get(at).and_then(|(_, value)| value.known());
    match (arg(0), arg(1)) {
        (Some(from), Some(to)) if !from.is_empty() => {
            Value::Text(text.clone().map(|known| known.replace(from, to)))
        }
        _ if text.known().is_some() => Value::Text(Spelling::of(Piece::Any, text.how)),
        _ => Value::Text(text.clone()),
    }
}

fn part(text: &Spelling, name: &str, args: Args<'_>) -> Spelling {
    let number = |at: usize| match args.get(at).map(|(_, value)| value) {
        Some(Value::Number(number, _)) => Some(*number),
        _ => None,
    };
    // A part of what a file holds stands in that file.
    if let [Piece::File(_)] = text.pieces.as_slice() {
        return text.clone();
    }
    let (Some(known), Some(from)) = (text.known(), number(0)) else {
        return Spelling::of(Piece::Any, text.how);
    };
    let length = i64::try_from(known.chars().count()).unwrap_or(i64::MAX);
    let place = |at: i64| if at < 0 { (length + at).max(0) } else { at.min(length) };
    let start = place(from);
    let end = match (number(1), args.len()) {
        (_, 1) => length,
        (Some(count), _) if name == "substr" => (start + count).min(length),
        (Some(end), _) => place(end),
        (None, _) => return Spelling::of(Piece::Any, text.how),
    };
    let skip = usize::try_from(start).unwrap_or(0);
    let take = usize::try_from(end - start).unwrap_or(0);
    Spelling::plain(&known.chars().skip(skip).take(take).collect::<String>()).by(text.how)
}

fn code(text: &Spelling, first: Option<&Value>) -> Value {
    let at = match first {
        Some(Value::Number(at, _)) => usize::try_from(*at).ok(),
        None => Some(0),
        _ => None,
    };
    let char = text.known().zip(at).and_then(|(text, at)| text.chars().nth(at));
    char.map_or(Value::Unknown(text.how), |char| {
        Value::Number(i64::from(u32::from(char)), text.how)
    })
}

fn asked(text: &Spelling, name: &str, first: Option<&Value>) -> Value {
    let (Some(known), Some(wanted)) = (text.known(), first.and_then(Value::known)) else {
        return Value::unknown();
    };
    Value::Truth(match name {
        "startsWith" | "startswith" => known.starts_with(wanted),
        "endsWith" | "endswith" => known.ends_with(wanted),
        "includes" => known.contains(wanted),
        _ => return Value::unknown(),
    })
}

fn in_radix(number: i64, radix: Option<&Value>) -> Spelling {
    match radix {
        Some(Value::Number(16, _)) => Spelling::plain(&format!("{number:x}")),
        None => Spelling::plain(&number.to_string()),
        _ => Spelling::of(Piece::Any, How::default()),
    }
}
