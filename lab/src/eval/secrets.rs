//! How many planted credentials are found, and how often something else is taken for one.
//!
//! Every kind is planted as its issuer writes it, made up anew for each seed, in the places where
//! credentials lie about. One counts as found if a hit of its kind covers what is secret of it, or
//! one of a kind that is known to share its structure.

use std::collections::BTreeMap;

use warden_detect::{SECRETS, Sample, sample_set, secrets, shared_secret_kinds};

/// A place where a credential can lie, around a name and a value.
struct Surrounding {
    name: &'static str,
    wrap: fn(&Sample, &str) -> Option<String>,
}

static SURROUNDINGS: &[Surrounding] = &[
    Surrounding {
        name: ".env",
        wrap: |it, _| Some(format!("# settings\n{}={}\nDEBUG=1", it.name, line(&it.text))),
    },
    Surrounding {
        name: "JSON",
        wrap: |it, _| {
            Some(format!("{{\n  \"{}\": \"{}\",\n  \"debug\": true\n}}", it.name, line(&it.text)))
        },
    },
    Surrounding {
        name: "JSON in JSON",
        wrap: |it, _| Some(format!(r#"{{"text":"{{\"{}\":\"{}\"}}"}}"#, it.name, line(&it.text))),
    },
    Surrounding {
        name: "YAML",
        wrap: |it, _| Some(format!("env:\n  {}: {}\n  debug: true\n", it.name, line(&it.text))),
    },
    Surrounding {
        name: "TOML",
        wrap: |it, _| Some(format!("[env]\n{} = \"{}\"\n", it.name, line(&it.text))),
    },
    Surrounding {
        name: "Python",
        wrap: |it, _| {
            Some(format!(
                "import os\n{} = os.environ.get(\"X\", '{}')\n",
                it.name.to_lowercase(),
                line(&it.text)
            ))
        },
    },
    Surrounding {
        name: "JavaScript",
        wrap: |it, _| {
            Some(format!(
                "const {} = \"{}\";\nexport default 1;\n",
                camel(&it.name),
                line(&it.text)
            ))
        },
    },
    Surrounding {
        name: "Go",
        wrap: |it, _| {
            Some(format!("func main() {{\n\t{} := `{}`\n\trun()\n}}\n", camel(&it.name), it.text))
        },
    },
    Surrounding {
        name: "shell",
        wrap: |it, _| Some(format!("export {}='{}'\n./run --fast\n", it.name, line(&it.text))),
    },
    Surrounding {
        name: "command line",
        wrap: |it, _| {
            Some(format!(
                "server --{} {} --verbose",
                it.name.to_lowercase().replace('_', "-"),
                line(&it.text)
            ))
        },
    },
    Surrounding {
        name: "log",
        wrap: |it, _| {
            Some(format!(
                "2026-03-01T10:00:00Z WARN request refused {}={} status=401",
                it.name.to_lowercase(),
                line(&it.text)
            ))
        },
    },
    Surrounding {
        name: "header",
        wrap: |it, _| {
            Some(format!(
                "GET / HTTP/1.1\r\nX-{}: {}\r\nAccept: */*\r\n",
                it.name.replace('_', "-"),
                line(&it.text)
            ))
        },
    },
    Surrounding {
        name: "prose",
        wrap: |it, provider| {
            Some(format!(
                "Please use the {provider} key {} for the nightly job, and tell nobody.",
                line(&it.text)
            ))
        },
    },
    Surrounding {
        name: "Markdown",
        wrap: |it, _| {
            Some(format!(
                "| setting | value |\n|---|---|\n| `{}` | `{}` |\n",
                it.name,
                line(&it.text)
            ))
        },
    },
    Surrounding {
        name: "XML",
        wrap: |it, _| Some(format!("<add><{0}>{1}</{0}></add>", it.name, line(&it.text))),
    },
    // What has to be encoded for a URL is another text until it is decoded.
    Surrounding {
        name: "URL query",
        wrap: |it, _| {
            plain(&it.text).then(|| {
                format!("https://api.example.org/v1?{}={}&page=2", it.name.to_lowercase(), it.text)
            })
        },
    },
];

/// What came of planting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recall {
    /// For each kind, how many were planted and how many of them found.
    pub kinds: BTreeMap<&'static str, (usize, usize)>,
    /// For each surrounding, the same.
    pub surroundings: BTreeMap<&'static str, (usize, usize)>,
    /// What was missed: kind, surrounding, and what was found instead. Never a value.
    pub missed: Vec<(&'static str, &'static str, &'static str)>,
}

impl Recall {
    /// How many were planted, and how many of them found.
    #[must_use]
    pub fn total(&self) -> (usize, usize) {
        self.kinds
            .values()
            .fold((0, 0), |(planted, found), kind| (planted + kind.0, found + kind.1))
    }
}

/// What was found where nothing was planted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Noise {
    /// Lines that were looked at, without blank ones.
    pub lines: usize,
    /// File, line and kind of each hit.
    pub hits: Vec<(String, usize, &'static str)>,
}

/// Plants each structure of each kind, with so many seeds, in every surrounding.
#[must_use]
pub fn recall(seeds: std::ops::Range<u64>) -> Recall {
    let mut recall = Recall::default();
    for kind in SECRETS {
        for sample in seeds.clone().flat_map(|seed| sample_set(kind, seed)) {
            for surrounding in SURROUNDINGS {
                let provider = if kind.provider == "any" { "" } else { kind.provider };
                if let Some(text) = (surrounding.wrap)(&sample, provider) {
                    recall.count(&sample, surrounding.name, &text);
                }
            }
        }
    }
    recall
}

impl Recall {
    fn count(&mut self, sample: &Sample, surrounding: &'static str, text: &str) {
        let secret = sample.text.get(sample.secret.clone()).unwrap_or_default();
        let secret = if text.contains(secret) { secret.to_owned() } else { line(secret) };
        let covers = |range: std::ops::Range<usize>| {
            text.get(range).is_some_and(|value| value.contains(&secret) || secret.contains(value))
        };
        let hits = secrets(text);
        let hit = hits.into_iter().find(|hit| covers(hit.range.clone()));
        let found = hit.map_or("nothing", |hit| hit.kind);
        let right = found == sample.kind || shared_secret_kinds(found, sample.kind);
        for counts in [
            self.kinds.entry(sample.kind).or_default(),
            self.surroundings.entry(surrounding).or_default(),
        ] {
            counts.0 += 1;
            counts.1 += usize::from(right);
        }
        if !right {
            self.missed.push((sample.kind, surrounding, found));
        }
    }
}

/// Looks for credentials in files in which there are none.
pub fn noise<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> Noise {
    let mut noise = Noise::default();
    for (path, text) in files {
        noise.lines += text.lines().filter(|line| !line.trim().is_empty()).count();
        for hit in secrets(text) {
            let before = text.get(..hit.range.start).unwrap_or_default();
            noise.hits.push((path.to_owned(), before.matches('\n').count() + 1, hit.kind));
        }
    }
    noise
}

/// The figures as a table.
#[must_use]
pub fn table(recall: &Recall, noise: &Noise) -> String {
    let (planted, found) = recall.total();
    let mut text =
        String::from("| planted in | planted | found | recall |\n|---|---:|---:|---:|\n");
    for (name, (planted, found)) in &recall.surroundings {
        text.push_str(&format!(
            "| {name} | {planted} | {found} | {} |\n",
            percent(*found, *planted)
        ));
    }
    text.push_str(&format!("| **all** | {planted} | {found} | {} |\n", percent(found, planted)));
    let whole = recall.kinds.values().filter(|(planted, found)| planted == found).count();
    let weak: Vec<String> = recall
        .kinds
        .iter()
        .filter(|(_, (planted, found))| found * 100 < planted * 95)
        .map(|(kind, (planted, found))| format!("`{kind}` {}", percent(*found, *planted)))
        .collect();
    text.push_str(&format!(
        "\n{} kinds, of which {whole} are found wherever they were planted. Below 95 %: {}.\n",
        recall.kinds.len(),
        if weak.is_empty() { "none".to_owned() } else { weak.join(", ") }
    ));
    let rate = noise.hits.len() * 100_000 / noise.lines.max(1);
    text.push_str(&format!(
        "\n{} findings in {} lines of benign packages: {}.{} in 10,000 lines.\n",
        noise.hits.len(),
        noise.lines,
        rate / 10,
        rate % 10
    ));
    text
}

fn percent(part: usize, whole: usize) -> String {
    let tenths = part * 1000 / whole.max(1);
    format!("{}.{} %", tenths / 10, tenths % 10)
}

/// As it stands in one line.
fn line(text: &str) -> String {
    text.replace('\n', "\\n")
}

/// `TWILIO_API_KEY` as `twilioApiKey`.
fn camel(name: &str) -> String {
    let spelled = !name.contains(['_', '-']);
    let mut words = name.split(['_', '-']).filter(|word| !word.is_empty());
    let Some(first) = words.next().filter(|_| !spelled) else { return name.to_owned() };
    let mut text = first.to_lowercase();
    for word in words {
        let (head, tail) = word.split_at_checked(1).unwrap_or((word, ""));
        text.push_str(&head.to_uppercase());
        text.push_str(&tail.to_lowercase());
    }
    text
}

/// Whether a value stands in a URL as it is.
fn plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~!$:/@*,;".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_planted_is_found_and_counted() {
        let recall = recall(0..1);
        let (planted, found) = recall.total();
        assert!(planted > SECRETS.len() * 8, "{planted}");
        assert!(found * 100 >= planted * 95, "{found} of {planted}");
        assert_eq!(planted - found, recall.missed.len());
    }

    #[test]
    fn what_is_found_in_clean_files_is_told_with_its_line() {
        let sample = sample_set(&SECRETS[0], 1).remove(0);
        let text = format!("a\n\n{}\n", sample.text);
        let noise = noise([("a.txt", "nothing here\n"), ("b.txt", text.as_str())].into_iter());
        assert_eq!(noise.hits, [("b.txt".to_owned(), 3, sample.kind)]);
        let table = table(&Recall::default(), &noise);
        assert!(table.contains("1 findings in"), "{table}");
    }

    #[test]
    fn names_are_written_as_in_code() {
        assert_eq!(camel("TWILIO_API_KEY"), "twilioApiKey");
        assert_eq!(camel("AccountKey"), "AccountKey");
    }
}
