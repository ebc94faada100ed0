//! Functions of the languages and their standard libraries that only make one value of others.

use std::sync::Arc;

use warden_flow::{analysis::At, ir::Language};

use super::{
    Ask, How, List, Object, Piece, Spelling, Value,
    call::{Args, made},
    codec,
    expr::{join, spread},
    method::{from_bytes, home, parent},
    texts::{changed, text_function},
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
            .or_else(|| text_function(path, &args))
            .or_else(|| self.container(at, path, &args))
            .or_else(|| self.over_elements(at, path, &args))
            .or_else(|| path_function(path, &args))
            .or_else(|| environment(path, &args))
            .or_else(|| decoder(path, &args, language));
        found.unwrap_or_else(|| {
            let path = Arc::clone(path);
            match made(at, &path, args, None) {
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
            ":Reflect.get" => Some(self.index(first?, &args.get(1)?.1)),
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
                    spread(first, &mut list);
                    return self.method(at, &Value::List(Arc::new(list)), "map", &given);
                }
                let mut list = List::default();
                spread(first, &mut list);
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
            _ => None,
        }
    }

    /// Functions over the elements of containers.
    fn over_elements(&mut self, at: At, path: &str, args: &Args) -> Option<Value> {
        let first = args.first().map(|(_, value)| value);
        match path {
            ":dict.fromkeys" => {
                let mut list = List::default();
                spread(first?, &mut list);
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
                spread(first?, &mut list);
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
                    spread(value, &mut list);
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
                spread(&args.get(1)?.1, &mut list);
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
                spread(first?, &mut list);
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
        .map(|part| changed(part, |text| text.trim_end_matches('/').to_owned()))
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
        "pathlib:Path.home"
        | "os:homedir"
        | "os:UserHomeDir"
        | "os:userInfo().homedir"
        | "os/user:Current().HomeDir" => Some(Value::Text(Spelling::of(Piece::Home, How::SETTING))),
        "os:UserConfigDir" => Some(below_home("/.config")),
        "os:UserCacheDir" => Some(below_home("/.cache")),
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
            Some(changed(first?, codec::percent))
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
