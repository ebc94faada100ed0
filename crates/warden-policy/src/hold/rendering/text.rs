//! A rendering as text: a page for an operator, and a message for a form.

use super::Rendering;

/// How wide a page is. A character that is not ASCII may be two columns wide, and counts as two.
const COLUMNS: usize = 80;

/// How far what is said stands from the left.
const INDENT: usize = 12;

/// The most lines and characters of the arguments in a message.
const MESSAGE: (usize, usize) = (30, 1_500);

impl Rendering {
    /// As lines of at most 80 columns. What somebody else chose never stands at the beginning of a
    /// line: each line of arguments begins with `  | `, and where one goes on with `  : `.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        for (word, said) in self.facts() {
            field(&mut out, word, &said);
        }
        out.push_str("arguments\n");
        for line in &self.arguments {
            wrap(&mut out, line, ("  | ", "  : "));
        }
        if let Some(warning) = self.warning() {
            wrap(&mut out, &warning, ("", ""));
        }
        out
    }

    /// As a short message: what it is, who asks, why, and the first of the arguments.
    #[must_use]
    pub fn message(&self) -> String {
        let mut out = String::from("This call waits for your decision.\n");
        let facts = self.facts();
        let wanted = |word: &str| matches!(word, "does" | "asked by" | "because" | "seen");
        out.push_str(&format!("{}: {}\nserver: {}\n", self.kind, self.name, self.server));
        for (word, said) in facts.iter().filter(|(word, _)| wanted(word)) {
            out.push_str(&format!("{word}: {said}\n"));
        }
        out.push_str("arguments:\n");
        let mut left = MESSAGE.1;
        let mut shown = 0;
        for line in self.arguments.iter().take(MESSAGE.0) {
            let length = line.chars().count();
            if length > left {
                break;
            }
            left -= length;
            shown += 1;
            out.push_str(&format!("  | {line}\n"));
        }
        let more = self.arguments.len() - shown;
        if more > 0 {
            out.push_str(&format!("\u{27e8}{more} more lines are not shown here\u{27e9}\n"));
        }
        if let Some(warning) = self.warning() {
            out.push_str(&warning);
            out.push('\n');
        }
        out
    }

    /// What is said beside the arguments, each under its word.
    fn facts(&self) -> Vec<(&'static str, String)> {
        let known = match &*self.effects_by {
            "nobody" => "; nobody has said what it does, so the worst is assumed",
            _ => "",
        };
        let does = format!("{} (reaches: {}){known}", self.effects.join(", "), self.audience);
        let user = match &self.user {
            Some(user) => format!("for user \"{user}\""),
            None => "for nobody who is known".to_owned(),
        };
        let tenant =
            if self.tenant.is_empty() { String::new() } else { format!(" of \"{}\"", self.tenant) };
        let mut facts = vec![
            ("server", self.server.clone()),
            ("name", format!("{} ({})", self.name, self.kind)),
            ("does", does),
            ("asked by", format!("agent \"{}\" {user}{tenant}", self.agent)),
            ("session", self.session.clone()),
        ];
        facts.extend(self.purpose.iter().map(|purpose| ("purpose", format!("\"{purpose}\""))));
        for rule in &self.rules {
            let reason = rule.reason.as_ref().map(|reason| format!(": {reason}"));
            facts.push(("because", format!("rule {}{}", rule.id, reason.unwrap_or_default())));
        }
        facts.extend(self.seen.iter().map(|seen| ("seen", seen.clone())));
        facts
    }

    /// What is not shown.
    fn warning(&self) -> Option<String> {
        let mut said = Vec::new();
        if self.left_out > 0 {
            said.push(format!("{} characters of the arguments are left out", self.left_out));
        }
        if self.secret > 0 {
            said.push(format!("{} characters are secret and not shown", self.secret));
        }
        (!said.is_empty()).then(|| format!("NOT ALL IS SHOWN: {}", said.join("; ")))
    }
}

fn field(out: &mut String, word: &str, said: &str) {
    let first = format!("{word:<INDENT$}");
    wrap(out, said, (&first, &" ".repeat(INDENT)));
}

/// Writes a line in as many lines as it needs, with what stands before the first and the others.
fn wrap(out: &mut String, line: &str, (first, others): (&str, &str)) {
    let mut before = first;
    let mut used = columns(before);
    out.push_str(before);
    for c in line.chars() {
        let wide = if c.is_ascii() { 1 } else { 2 };
        if used + wide > COLUMNS {
            before = others;
            out.push('\n');
            out.push_str(before);
            used = columns(before);
        }
        out.push(c);
        used += wide;
    }
    out.push('\n');
}

fn columns(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}
