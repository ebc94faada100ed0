//! Functions of the languages and their standard libraries that make texts of other values.

use std::sync::Arc;

use super::{
    How, List, Piece, Spelling, Value,
    call::Args,
    codec,
    expr::{join, spread},
    value::LONGEST,
};

/// What such a function gives.
pub(super) fn text_function(path: &str, args: &Args) -> Option<Value> {
    same(path, args)
        .or_else(|| by_number(path, args))
        .or_else(|| rows(path, args))
        .or_else(|| changing(path, args))
}

/// Functions that give what they are given, as text or to read from.
fn same(path: &str, args: &Args) -> Option<Value> {
    let first = args.first().map(|(_, value)| value);
    match path {
        ":str"
        | ":String"
        | ":bytes"
        | ":bytearray"
        | ":Uint8Array"
        | ":repr"
        | "urllib:parse.quote"
        | ":encodeURIComponent"
        | ":encodeURI"
        | "strconv:Quote"
        | "util:promisify"
        | ":Object"
        | ":Object.freeze"
        | ":Uint8Array.from"
        | "strings:NewReader"
        | "bytes:NewReader"
        | "bytes:NewBuffer"
        | "bytes:NewBufferString"
        | "strings:TrimSpace"
        | "strings:Clone" => {
            let value = first?;
            // `bytes([101, 118])`: a text by its codes.
            if let Value::List(list) = value
                && let Some(bytes) = codec::bytes_of(&list.items)
                && !list.open
            {
                return Some(Value::Bytes(bytes.into(), value.how().with(How::CODES)));
            }
            Some(value.clone())
        }
        _ => None,
    }
}

/// Characters by their numbers, and numbers by their digits.
fn by_number(path: &str, args: &Args) -> Option<Value> {
    let first = args.first().map(|(_, value)| value);
    match path {
        ":String.fromCharCode" | ":String.fromCodePoint" | ":chr" | ":unichr" => {
            Some(from_codes(args))
        }
        ":ord" => match first.and_then(Value::known).and_then(|text| text.chars().next()) {
            Some(char) => Some(Value::Number(i64::from(u32::from(char)), first?.how())),
            None => Some(Value::Unknown(first?.how())),
        },
        ":int" | ":parseInt" | ":Number" | "strconv:Atoi" | ":Number.parseInt" => {
            let value = first?;
            let radix = match args.get(1).map(|(_, value)| value) {
                Some(Value::Number(radix, _)) => u32::try_from(*radix).unwrap_or(10),
                _ => 10,
            };
            Some(match value.known().filter(|_| (2..=36).contains(&radix)) {
                Some(text) => match i64::from_str_radix(text.trim_start_matches("0x"), radix) {
                    Ok(number) => Value::Number(number, value.how().with(How::CODES)),
                    Err(_) => Value::Unknown(value.how()),
                },
                None => match value {
                    Value::Number(..) => value.clone(),
                    other => Value::Unknown(other.how()),
                },
            })
        }
        _ => None,
    }
}

/// Lists as texts, and the other way round.
fn rows(path: &str, args: &Args) -> Option<Value> {
    let first = args.first().map(|(_, value)| value);
    match path {
        ":reversed" => {
            let mut list = List::default();
            spread(first?, &mut list);
            list.items.reverse();
            let mark = |value: Value| match value {
                Value::Text(text) => Value::Text(text.by(How::REVERSED)),
                other => other,
            };
            list.items = list.items.into_iter().map(mark).collect();
            Some(Value::List(Arc::new(list)))
        }
        "strings:Join" => {
            let mut list = List::default();
            spread(first?, &mut list);
            let between = args.get(1).and_then(|(_, value)| value.known())?;
            Some(join(&list.items, between))
        }
        "strings:Repeat" => match args.get(1).map(|(_, value)| value) {
            Some(Value::Number(times, _)) => {
                let times = usize::try_from(*times).unwrap_or(0).min(64);
                Some(join(&vec![first?.clone(); times], ""))
            }
            _ => None,
        },
        _ => None,
    }
}

/// Functions that change a text or an address.
fn changing(path: &str, args: &Args) -> Option<Value> {
    let first = args.first().map(|(_, value)| value);
    match path {
        "strings:ToLower" => Some(changed(first?, str::to_lowercase)),
        "strings:ToUpper" => Some(changed(first?, str::to_uppercase)),
        "strings:TrimRight" | "strings:TrimSuffix" => {
            let chars = args.get(1).and_then(|(_, value)| value.known())?.to_owned();
            Some(changed(first?, move |text| text.trim_end_matches(&chars).to_owned()))
        }
        "strings:ReplaceAll" | "strings:Replace" => {
            let from = args.get(1).and_then(|(_, value)| value.known())?.to_owned();
            let to = args.get(2).and_then(|(_, value)| value.known())?.to_owned();
            Some(changed(first?, move |text| text.replace(&from, &to)))
        }
        ":URL" | "url:URL" => Some(url(args)),
        "urllib:parse.urljoin" => {
            let swapped = vec![args.get(1)?.clone(), args.first()?.clone()];
            Some(url(&swapped))
        }
        "strings:Split" => {
            let separator = args.get(1).and_then(|(_, value)| value.known())?;
            let parts = first?.known()?.split(separator).map(Value::text).collect();
            Some(Value::list(parts))
        }
        _ => None,
    }
}

/// Characters by their numbers.
fn from_codes(args: &Args) -> Value {
    let how = args.iter().fold(How::CODES, |how, (_, value)| how.with(value.how()));
    let char = |value: &Value| match value {
        Value::Number(number, _) => u32::try_from(*number).ok().and_then(char::from_u32),
        _ => None,
    };
    match args.iter().map(|(_, value)| char(value)).collect::<Option<String>>() {
        Some(text) if !text.is_empty() && text.len() <= LONGEST => {
            Value::Text(Spelling::plain(&text).by(how))
        }
        _ => Value::Text(Spelling::of(Piece::Any, how)),
    }
}

/// A value with every text in it changed.
pub(super) fn changed(value: &Value, change: impl Fn(&str) -> String) -> Value {
    let one = |choice: &Value| match choice {
        Value::Text(text) => Value::Text(text.clone().map(&change)),
        other => other.clone(),
    };
    Value::one_of(value.choices().iter().map(one).collect::<Vec<_>>())
}

/// An address, and what it is relative to.
fn url(args: &[(Option<Arc<str>>, Value)]) -> Value {
    let Some((_, first)) = args.first() else { return Value::unknown() };
    let Some((_, base)) = args.get(1) else { return first.clone() };
    let absolute =
        |value: &Value| matches!(value, Value::Text(text) if text.start().contains("://"));
    if absolute(first) {
        return first.clone();
    }
    let origin = |value: &Value| {
        let mut text = value.spelling();
        if let Some(Piece::Known(known)) = text.pieces.first_mut()
            && let Some((scheme, rest)) = known.split_once("://")
        {
            let host = rest.split('/').next().unwrap_or_default();
            *known = format!("{scheme}://{host}/");
            text.pieces.truncate(1);
        }
        Value::Text(text)
    };
    let bases: Vec<Value> = base.choices().iter().map(origin).collect();
    let rest = changed(first, |text| text.trim_start_matches('/').to_owned());
    join(&[Value::one_of(bases), rest], "")
}
