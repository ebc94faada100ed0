//! What a file is by its name, and by its first bytes.

use std::collections::HashMap;
use std::sync::LazyLock;

use warden_model::SkipReason;

/// What is done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Source code in a language that is analysed.
    Code,
    /// Kept for rules when it is text and not too large: manifests, texts, scripts, data.
    Text,
    /// Code in a form that cannot be analysed, with what it is.
    Opaque(&'static str),
    /// Source code in a language that is not analysed.
    Foreign(&'static str),
    /// Nothing that could run: pictures, type declarations, maps.
    Ignored,
}

/// Extensions with what they mean.
static KINDS: &[(&str, Kind)] = &[
    ("py pyw js mjs cjs jsx ts mts cts tsx go", Kind::Code),
    ("pyc pyo", Kind::Opaque("compiled Python")),
    ("so dylib dll pyd node exe a lib o", Kind::Opaque("native code")),
    ("wasm", Kind::Opaque("WebAssembly")),
    ("class jar war", Kind::Opaque("compiled Java")),
    ("jsc", Kind::Opaque("compiled JavaScript")),
    (
        "zip whl egg pyz pex tgz gz bz2 xz zst tar 7z rar asar vsix crx nupkg mcpb dxt",
        Kind::Opaque("an archive inside"),
    ),
    ("rs", Kind::Foreign("Rust")),
    ("java", Kind::Foreign("Java")),
    ("kt kts", Kind::Foreign("Kotlin")),
    ("scala", Kind::Foreign("Scala")),
    ("cs fs vb", Kind::Foreign(".NET")),
    ("rb", Kind::Foreign("Ruby")),
    ("php", Kind::Foreign("PHP")),
    ("swift", Kind::Foreign("Swift")),
    ("c cc cpp cxx m mm", Kind::Foreign("C")),
    ("pyx pxd", Kind::Foreign("Cython")),
    ("lua", Kind::Foreign("Lua")),
    ("pl pm", Kind::Foreign("Perl")),
    ("ex exs erl", Kind::Foreign("Erlang and Elixir")),
    ("hs", Kind::Foreign("Haskell")),
    ("clj cljs", Kind::Foreign("Clojure")),
    ("dart", Kind::Foreign("Dart")),
    ("zig nim", Kind::Foreign("Zig and Nim")),
    ("jl", Kind::Foreign("Julia")),
    ("coffee", Kind::Foreign("CoffeeScript")),
    ("vue svelte astro", Kind::Foreign("page components")),
    (
        "png jpg jpeg gif webp avif ico icns bmp tiff svg woff woff2 ttf otf eot mp3 mp4 webm wav \
         ogg mov pdf map pyi css scss less lock snap h hpp hh po mo",
        Kind::Ignored,
    ),
];

static TABLE: LazyLock<HashMap<&'static str, Kind>> = LazyLock::new(|| {
    let entries = KINDS.iter().flat_map(|(words, kind)| words.split(' ').map(move |w| (w, *kind)));
    entries.filter(|(word, _)| !word.is_empty()).collect()
});

/// What a file is by its path.
pub(super) fn of_path(path: &str) -> Kind {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    // Types without code.
    if [".d.ts", ".d.mts", ".d.cts"].iter().any(|end| name.ends_with(end)) {
        return Kind::Ignored;
    }
    if ["package-lock.json", "pnpm-lock.yaml", "go.sum"].contains(&name.as_str()) {
        return Kind::Ignored;
    }
    let Some((stem, extension)) = name.rsplit_once('.') else { return Kind::Text };
    // The name of a hidden file is no extension.
    if stem.is_empty() {
        return Kind::Text;
    }
    // Shared libraries carry their version: `libx.so.1.2`.
    if name.contains(".so.") {
        return Kind::Opaque("native code");
    }
    TABLE.get(extension).copied().unwrap_or(Kind::Text)
}

/// What the first bytes of a file say that is not supposed to be code.
pub(super) fn of_head(head: &[u8]) -> Option<&'static str> {
    const MAGIC: &[(&[u8], &str)] = &[
        (b"\x7fELF", "native code"),
        (b"\xcf\xfa\xed\xfe", "native code"),
        (b"\xfe\xed\xfa\xcf", "native code"),
        (b"\xca\xfe\xba\xbe", "native code"),
        (b"\0asm", "WebAssembly"),
        (b"PK\x03\x04", "an archive inside"),
        (b"\x1f\x8b\x08", "an archive inside"),
    ];
    let known = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, what)| *what);
    // `MZ` alone begins texts as well.
    let windows = head.starts_with(b"MZ") && head.contains(&0);
    known.or_else(|| windows.then_some("native code"))
}

/// Whether bytes are a text that rules can look at.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    let head = bytes.get(..8192).unwrap_or(bytes);
    // UTF-16 has a mark and is full of zeros.
    let marked = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
    marked || !head.contains(&0)
}

/// Why a folder with this name is left out on purpose, if it is.
pub(super) fn skipped_folder(name: &str) -> Option<SkipReason> {
    match name {
        "node_modules" | "site-packages" | "dist-packages" | ".venv" | "venv" | "virtualenv"
        | "bower_components" | "__pypackages__" | ".yarn" | ".pnpm-store" => {
            Some(SkipReason::Dependencies)
        }
        ".git" | ".hg" | ".svn" | ".jj" => Some(SkipReason::History),
        "test" | "tests" | "__tests__" | "__mocks__" | "testdata" | "test-data"
        | "__fixtures__" | "e2e" | "spec" | "specs" => Some(SkipReason::Tests),
        "__pycache__" | ".tox" | ".nox" | ".mypy_cache" | ".pytest_cache" | ".ruff_cache"
        | ".cache" | ".turbo" | ".nyc_output" | ".parcel-cache" => Some(SkipReason::Cache),
        _ => None,
    }
}

/// Whether a file of code is a test by its name.
pub(super) fn is_test(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let Some((stem, extension)) = name.rsplit_once('.') else { return false };
    match extension {
        "py" => stem.starts_with("test_") || stem.ends_with("_test") || stem == "conftest",
        "go" => stem.ends_with("_test"),
        _ => matches!(stem.rsplit_once('.'), Some((_, "test" | "spec"))),
    }
}
