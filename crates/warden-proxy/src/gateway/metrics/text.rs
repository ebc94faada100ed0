//! The text format of Prometheus.

/// What a family of values is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Counter,
    Gauge,
    Histogram,
}

/// What is written, family by family.
#[derive(Debug, Default)]
pub(super) struct Page {
    text: String,
    name: String,
}

impl Page {
    /// Begins a family; the values after it are its.
    pub(super) fn family(&mut self, name: &str, kind: Kind, help: &str) {
        let kind = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        name.clone_into(&mut self.name);
        self.text += &format!("# HELP {name} {help}\n# TYPE {name} {kind}\n");
    }

    /// A family of one value.
    pub(super) fn one(&mut self, name: &str, kind: Kind, help: &str, value: u64) {
        self.family(name, kind, help);
        self.value("", &[], value);
    }

    /// One value of the family.
    pub(super) fn value(&mut self, suffix: &str, labels: &[(&str, &str)], value: u64) {
        self.text(suffix, labels, &value.to_string());
    }

    /// One value, unless it is 0: most combinations of labels never happen.
    pub(super) fn value_if_any(&mut self, suffix: &str, labels: &[(&str, &str)], value: u64) {
        if value > 0 {
            self.value(suffix, labels, value);
        }
    }

    /// One value as it is to be written.
    pub(super) fn text(&mut self, suffix: &str, labels: &[(&str, &str)], value: &str) {
        self.text += &self.name;
        self.text += suffix;
        for (at, (label, value)) in labels.iter().enumerate() {
            let before = if at == 0 { '{' } else { ',' };
            self.text += &format!("{before}{label}=\"");
            for character in value.chars() {
                match character {
                    '\\' => self.text += "\\\\",
                    '"' => self.text += "\\\"",
                    '\n' => self.text += "\\n",
                    other => self.text.push(other),
                }
            }
            self.text.push('"');
        }
        if !labels.is_empty() {
            self.text.push('}');
        }
        self.text += &format!(" {value}\n");
    }

    /// The whole page.
    pub(super) fn end(self) -> String {
        self.text
    }
}
