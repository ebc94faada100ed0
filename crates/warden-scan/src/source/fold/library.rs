//! Functions of the languages and their standard libraries that only make one value of others.

use std::sync::Arc;

use warden_flow::{analysis::At, ir::Language};

use super::{
    Ask, How, List, Object, Piece, Spelling, Value,
    call::Args,
    codec,
    expr::join,
    method::{from_bytes, home, parent},
    value::LONGEST,
    vars::{is_environment, setting},
};

impl Ask<'_, '_> {
    /// What a function of a library gives.
    pub(super) fn library(&mut self, at: At, path: &Arc<str>, how: How, args: Args) -> Value {
        if let Some(inner) = path.strip_suffix(".call").or_else(|| path.strip_suffix(".apply")) {
            let inner: Arc<str> = inner.into();
            let receiver = Value::Library(Arc::clone(&inner), how);
            let name = if path.ends_with("call") { "call" } else { "apply" };
            return self.method(at, &receiver, name, &args).unwrap_or(Value::unknown());
        }
        let language = self.fold.module(at.module).language;
        let found = self
            .loaded(at, path, how, &args)
            .or_else(|| self.text_function(path, &args))
            .or_else(|| self.container(at, path, &args))
            .or_else(|| path_function(path, &args))
            .or_else(|| environment(path, &args))
            .or_else(|| decoder(path, &args, language));
        found.unwrap_or_else(|| {
            let path = Arc::clone(path);
            match self.made(at, &path, args, None) {
                Value::Made(mut made) if how != How::default() => {
                    if let Some(made) = Arc::get_mut(&mut made) {
                        made.how = made.how.with(how);
                    }
                    Value::Made(made)
                }
                other => other,
            }
        })
    }

    /// Modules and members that are looked up by name at run time.
    fn loaded(&mut self, at: At, path: &str, how: How, args: &Args) -> Option<Value> {
        let first = args.first().map(|(_, value)| value);
        match path {
            "importlib:import_module"
            | ":__import__"
            | "builtins:__import__"
            | ":require"
            | ":module.require"
            | ":process.getBuiltinModule"
            | ":process.mainModule.require"
            | "module:createRequire()"
            | ":import" => {
                let loaded = self.import(at.module, first?);
                Some(match loaded {
                    Value::Library(path, before) => {
                        let disguise = first?.how().with(how);
                        Value::Library(path, before.with(disguise))
                    }
                    other => other,
                })
            }
            ":getattr" | "builtins:getattr" => {
                let name = args.get(1).map(|(_, value)| value)?;
                Some(self.index(first?, name))
            }
            ":vars" | "builtins:vars" | ":globals" | "builtins:globals" | ":locals" => {
                Some(Value::Library(":".into(), how.with(How::LOOKED_UP)))
            }
            "operator:attrgetter()" => None,
            ":Reflect.get" => Some(self.index(first?, &args.get(1)?.1)),
            _ => None,
        }
    }

    fn text_function(&mut self, path: &str, args: &Args) -> Option<Value> {
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
            ":reversed" => {
                let mut list = List::default();
                self.spread(first?, &mut list);
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
                self.spread(first?, &mut list);
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
            "strings:ToLower" => changed(first?, str::to_lowercase),
            "strings:ToUpper" => changed(first?, str::to_uppercase),
            "strings:TrimRight" | "strings:TrimSuffix" => {
                let chars = args.get(1).and_then(|(_, value)| value.known())?.to_owned();
                changed(first?, move |text| text.trim_end_matches(&chars).to_owned())
            }
            "strings:ReplaceAll" | "strings:Replace" => {
                let from = args.get(1).and_then(|(_, value)| value.known())?.to_owned();
                let to = args.get(2).and_then(|(_, value)| value.known())?.to_owned();
                changed(first?, move |text| text.replace(&from, &to))
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

    fn container(&mut self, at: At, path: &str, args: &Args) -> Option<Value> {
        let first = args.first().map(|(_, value)| value);
        match path {
            ":list" | ":tuple" | ":sorted" | ":set" | ":frozenset" | ":Array.from" | ":Set"
            | ":iter" | ":Array.of" => {
                let Some(first) = first else { return Some(Value::list(Vec::new())) };
                if let (Some(function), ":Array.from") = (args.get(1), path) {
                    let given = vec![(None, function.1.clone())];
                    let mut list = List::default();
                    self.spread(first, &mut list);
                    return self.method(at, &Value::List(Arc::new(list)), "map", &given);
                }
                let mut list = List::default();
                self.spread(first, &mut list);
                list.open |= path == ":sorted" && list.items.len() > 1;
                Some(Value::List(Arc::new(list)))
            }
            ":dict" | ":Object.assign" | ":Object.fromEntries" | ":structuredClone" | ":Map" => {
                let mut object = Object::default();
                for (name, value) in args {
                    match (name, value) {
                        (Some(name), value) => object.parts.push((Arc::clone(name), value.clone())),
                        (None, Value::Object(inner)) => {
                            object.parts.extend(inner.parts.iter().cloned());
                            object.open |= inner.open;
                        }
                        (None, Value::Library(path, _)) if is_environment(path) => {
                            object.parts.push((Arc::from("..."), value.clone()));
                            object.open = true;
                        }
                        _ => object.open = true,
                    }
                }
                Some(Value::Object(Arc::new(object)))
            }
            ":dict.fromkeys" => {
                let mut list = List::default();
                self.spread(first?, &mut list);
                Some(Value::List(Arc::new(list)))
            }
            ":Object.values" | ":Object.keys" | ":Object.entries" => {
                let name = path.rsplit('.').next().unwrap_or_default();
                match first? {
                    object @ Value::Object(_) => self.method(at, object, name, &[]),
                    other => Some(Value::Unknown(other.how())),
                }
            }
            ":enumerate" => {
                let mut list = List::default();
                self.spread(first?, &mut list);
                let pair = |(at, value): (usize, Value)| {
                    let number = Value::Number(i64::try_from(at).unwrap_or(0), How::default());
                    Value::list(vec![number, value])
                };
                list.items = list.items.into_iter().enumerate().map(pair).collect();
                Some(Value::List(Arc::new(list)))
            }
            ":zip" => {
                let mut columns = Vec::new();
                let mut open = false;
                for (_, value) in args {
                    let mut list = List::default();
                    self.spread(value, &mut list);
                    open |= list.open;
                    columns.push(list.items);
                }
                let rows = columns.iter().map(Vec::len).min().unwrap_or(0);
                let row = |at: usize| {
                    Value::list(
                        columns.iter().filter_map(|column| column.get(at).cloned()).collect(),
                    )
                };
                Some(Value::List(Arc::new(List { items: (0..rows).map(row).collect(), open })))
            }
            ":map" => {
                let mut list = List::default();
                self.spread(&args.get(1)?.1, &mut list);
                let given = vec![(None, first?.clone())];
                self.method(at, &Value::List(Arc::new(list)), "map", &given)
            }
            ":range" => match (first?, args.get(1).map(|(_, value)| value)) {
                (Value::Number(end, _), None) if (0..=512).contains(end) => {
                    Some(Value::list((0..*end).map(|n| Value::Number(n, How::default())).collect()))
                }
                _ => None,
            },
            // Room that is filled later.
            ":make" | ":Array" | ":Buffer.alloc" | ":Buffer.allocUnsafe" => {
                Some(Value::List(Arc::new(List { items: Vec::new(), open: true })))
            }
            ":append" => {
                let mut list = List::default();
                self.spread(first?, &mut list);
                list.items.extend(args.iter().skip(1).map(|(_, value)| value.clone()));
                Some(Value::List(Arc::new(list)))
            }
            ":len" => match first? {
                Value::List(list) if !list.open => {
                    Some(Value::Number(i64::try_from(list.items.len()).ok()?, How::default()))
                }
                other => {
                    let length = other.known().map(|text| text.chars().count());
                    let number = length.and_then(|length| i64::try_from(length).ok());
                    Some(number.map_or(Value::unknown(), |n| Value::Number(n, How::default())))
                }
            },
            _ => None,
        }
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

fn changed(value: &Value, change: impl Fn(&str) -> String) -> Option<Value> {
    let one = |choice: &Value| match choice {
        Value::Text(text) => Value::Text(text.clone().map(&change)),
        other => other.clone(),
    };
    Some(Value::one_of(value.choices().iter().map(one).collect::<Vec<_>>()))
}

/// An address, and what it is relative to.
fn url(args: &Args) -> Value {
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
    join(&[Value::one_of(bases), rest.unwrap_or(Value::unknown())], "")
}

/// Parts of a path with slashes between them. An absolute one starts anew.
pub(super) fn folder_join(parts: &[Value]) -> Value {
    let mut from = 0;
    for (at, part) in parts.iter().enumerate() {
        let absolute = |text: &Spelling| {
            text.start().starts_with('/') || matches!(text.pieces.first(), Some(Piece::Home))
        };
        if matches!(part, Value::Text(text) if absolute(text)) {
            from = at;
        }
    }
    let parts: Vec<Value> = parts
        .iter()
        .skip(from)
        .filter(|part| part.known() != Some(""))
        .map(|part| {
            changed(part, |text| text.trim_end_matches('/').to_owned()).unwrap_or(Value::unknown())
        })
        .collect();
    join(&parts, "/")
}

fn path_function(path: &str, args: &Args) -> Option<Value> {
    let first = args.first().map(|(_, value)| value);
    let homed = |value: &Value| {
        let one = |choice: &Value| match choice {
            Value::Text(text) => Value::Text(home(text)),
            other => other.clone(),
        };
        Value::one_of(value.choices().iter().map(one).collect::<Vec<_>>())
    };
    match path {
        "os:path.join" | "path:join" | "path/filepath:Join" | "path:posix.join"
        | "path:win32.join" | "path:resolve" => {
            let values: Vec<Value> = args.iter().map(|(_, value)| homed(value)).collect();
            Some(folder_join(&values))
        }
        "path:Join" => {
            let values: Vec<Value> = args.iter().map(|(_, value)| value.clone()).collect();
            Some(folder_join(&values))
        }
        "os:path.expanduser"
        | "os:path.expandvars"
        | "os:ExpandEnv"
        | "os:path.abspath"
        | "os:path.realpath"
        | "os:path.normpath"
        | "path:normalize"
        | "path/filepath:Clean"
        | "path/filepath:Abs"
        | "path/filepath:FromSlash"
        | "url:pathToFileURL"
        | "url:fileURLToPath"
        | "os:fspath" => Some(homed(first?)),
        "pathlib:Path" | "pathlib:PurePath" | "pathlib:PosixPath" | "anyio:Path" => {
            let values: Vec<Value> = args.iter().map(|(_, value)| value.clone()).collect();
            Some(folder_join(&values))
        }
        "pathlib:Path.home" | "os:homedir" | "os:UserHomeDir" => {
            Some(Value::Text(Spelling::of(Piece::Home, How::SETTING)))
        }
        "os:UserConfigDir" => Some(below_home("/.config")),
        "os:UserCacheDir" => Some(below_home("/.cache")),
        "os:userInfo().homedir" | "os/user:Current().HomeDir" => {
            Some(Value::Text(Spelling::of(Piece::Home, How::SETTING)))
        }
        "os:tmpdir" | "os:TempDir" | "tempfile:gettempdir" => Some(Value::text("/tmp")),
        "os:path.dirname" | "path:dirname" | "path/filepath:Dir" | "path:Dir" => {
            let one = |choice: &Value| match choice {
                Value::Text(text) => Value::Text(parent(text)),
                other => other.clone(),
            };
            Some(Value::one_of(first?.choices().iter().map(one).collect::<Vec<_>>()))
        }
        "glob:glob" | "glob:iglob" | "path/filepath:Glob" | "fast-glob:" | "glob:globSync"
        | "fast-glob:sync" | "glob:sync" => {
            Some(Value::List(Arc::new(List { items: first?.choices().to_vec(), open: true })))
        }
        _ => None,
    }
}

fn below_home(rest: &str) -> Value {
    let mut text = Spelling::of(Piece::Home, How::SETTING);
    text.push_text(rest);
    Value::Text(text)
}

fn environment(path: &str, args: &Args) -> Option<Value> {
    match path {
        "os:getenv"
        | "os:environ.get"
        | "os:Getenv"
        | "os:LookupEnv"
        | "syscall:Getenv"
        | ":Deno.env.get"
        | "os:environ.pop"
        | "os:environ.setdefault" => {
            let name = args.first().map(|(_, value)| value);
            let found = match name.and_then(Value::known) {
                Some("HOME" | "USERPROFILE") => {
                    Value::Text(Spelling::of(Piece::Home, How::SETTING))
                }
                Some(name) => setting(name),
                None => setting("*"),
            };
            let default = args.get(1).map(|(_, value)| value.clone());
            Some(Value::one_of([found].into_iter().chain(default)))
        }
        "os:environ.copy" | "os:environ.items" | "os:environ.values" | "os:Environ"
        | ":Deno.env.toObject" => Some(Value::Library("os:environ".into(), How::SETTING)),
        _ => None,
    }
}

fn decoder(path: &str, args: &Args, language: Language) -> Option<Value> {
    let first = args.first().map(|(_, value)| value);
    let all = |how: How| args.iter().fold(how, |how, (_, value)| how.with(value.how()));
    match path {
        "base64:b64decode"
        | "base64:urlsafe_b64decode"
        | "base64:standard_b64decode"
        | "base64:decodebytes"
        | "binascii:a2b_base64"
        | ":atob" => {
            let value = first?;
            Some(from_bytes(value.known().and_then(codec::base64), value.how()))
        }
        "base64:b32decode"
        | "base64:b85decode"
        | "base64:a85decode"
        | "zlib:decompress"
        | "gzip:decompress"
        | "bz2:decompress"
        | "lzma:decompress"
        | "marshal:loads"
        | "zlib:inflateSync"
        | "zlib:gunzipSync"
        | "zlib:inflateRawSync"
        | "zlib:unzipSync"
        | "zlib:brotliDecompressSync"
        | "compress/gzip:NewReader"
        | "compress/zlib:NewReader"
        | "binascii:a2b_uu"
        | "lz-string:decompressFromBase64"
        | "lz-string:decompress"
        | "pickle:loads" => Some(Value::Unknown(all(How::DECODED))),
        ":bytes.fromhex"
        | ":bytearray.fromhex"
        | "binascii:unhexlify"
        | "binascii:a2b_hex"
        | "encoding/hex:DecodeString" => {
            let value = first?;
            Some(from_bytes(value.known().and_then(codec::hex), value.how()))
        }
        "codecs:decode" => {
            let value = first?;
            let encoding = args.get(1).and_then(|(_, value)| value.known()).unwrap_or_default();
            let known = value.known();
            Some(match encoding.replace(['-', '_'], "").as_str() {
                "rot13" => known.map_or(Value::Unknown(all(How::DECODED)), |text| {
                    Value::Text(Spelling::plain(&codec::rot13(text)).by(all(How::DECODED)))
                }),
                "base64" => from_bytes(known.and_then(codec::base64), value.how()),
                "hex" => from_bytes(known.and_then(codec::hex), value.how()),
                _ => value.clone(),
            })
        }
        ":Buffer.from" | "buffer:Buffer.from" | ":Buffer" => {
            let value = first?;
            match args.get(1).and_then(|(_, value)| value.known()) {
                Some("base64" | "base64url") => {
                    Some(from_bytes(value.known().and_then(codec::base64), value.how()))
                }
                Some("hex") => Some(from_bytes(value.known().and_then(codec::hex), value.how())),
                _ => Some(value.clone()),
            }
        }
        ":decodeURIComponent" | ":unescape" | ":decodeURI" | "urllib:parse.unquote" => {
            changed(first?, codec::percent)
        }
        _ if language == Language::Go
            && path.starts_with("encoding/base64:")
            && path.ends_with(".DecodeString") =>
        {
            let value = first?;
            Some(from_bytes(value.known().and_then(codec::base64), value.how()))
        }
        _ => file(path, first),
    }
}

/// What a file holds.
fn file(path: &str, first: Option<&Value>) -> Option<Value> {
    let reads = matches!(
        path,
        "fs:readFileSync"
            | "fs:readFile"
            | "fs/promises:readFile"
            | "fs:promises.readFile"
            | "os:ReadFile"
            | "io/ioutil:ReadFile"
            | ":open"
            | "io:open"
    );
    if !reads {
        return None;
    }
    let path: Arc<str> = first?.choices().first()?.spelling().shown().into();
    Some(Value::Text(Spelling::of(Piece::File(path), How::FILE)))
}
