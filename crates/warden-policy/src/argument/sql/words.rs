//! The words of a text of SQL, where all databases agree on them.

/// A word outside of comments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// A keyword or a name, in lower case.
    Name(String),
    /// A string, or a name in quotes.
    Quoted,
    Number,
    Sign(char),
}

/// The words of a text; `None` if two databases read it differently, or it ends within something.
pub(super) fn words(text: &str) -> Option<Vec<Word>> {
    let mut reader = Reader { text, at: 0, words: Vec::new() };
    while let Some(c) = reader.peek() {
        reader.word(c)?;
    }
    Some(reader.words)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    words: Vec<Word>,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn word(&mut self, c: char) -> Option<()> {
        match c {
            ' ' | '\t' | '\n' | '\r' => self.at += 1,
            '\'' | '"' | '`' => self.quoted(c)?,
            '-' if self.rest().starts_with("--") => self.line_comment()?,
            '/' if self.rest().starts_with("/*") => self.comment()?,
            '#' => self.number_sign()?,
            '$' => self.dollar()?,
            '[' => self.bracket()?,
            // A command of a client, or an escape.
            '\\' => return None,
            c if c.is_control() || (!c.is_ascii() && !c.is_alphanumeric()) => return None,
            c if c.is_ascii_digit() => {
                // `1e5`, `0x1f` and `1union`: where a number ends is not agreed upon.
                let end = self.end_of(|c| c.is_ascii_digit() || c == '.');
                let more = self.text.get(end..).and_then(|it| it.chars().next());
                if more.is_some_and(|c| c.is_alphabetic() || c == '_') {
                    return self.number(end);
                }
                self.at = end;
                self.words.push(Word::Number);
            }
            c if c.is_alphabetic() || c == '_' => self.name()?,
            sign => {
                self.at += sign.len_utf8();
                self.words.push(Word::Sign(sign));
            }
        }
        Some(())
    }

    fn end_of(&self, part: impl Fn(char) -> bool) -> usize {
        self.at + self.rest().find(|c| !part(c)).unwrap_or(self.rest().len())
    }

    /// A number with letters: an exponent or hexadecimal, or nothing that is agreed upon.
    fn number(&mut self, end: usize) -> Option<()> {
        let whole = self.end_of(|c| c.is_alphanumeric() || c == '_' || c == '.');
        let digits = self.text.get(self.at..end)?;
        let letters = self.text.get(end..whole)?;
        let hex = digits == "0"
            && letters
                .strip_prefix(['x', 'X'])
                .is_some_and(|it| it.bytes().all(|it| it.is_ascii_hexdigit()));
        let exponent = letters
            .strip_prefix(['e', 'E'])
            .is_some_and(|it| it.is_empty() || it.bytes().all(|it| it.is_ascii_digit()));
        self.at = whole;
        self.words.push(Word::Number);
        (hex || exponent).then_some(())
    }

    fn name(&mut self) -> Option<()> {
        let end = self.end_of(|c| c.is_alphanumeric() || matches!(c, '_' | '$'));
        let name = self.text.get(self.at..end)?.to_lowercase();
        self.at = end;
        // Oracle's `q'[it's]'` ends where nobody else thinks; `U&'…'` has escapes of its own.
        let quote = self.rest().starts_with('\'');
        if (quote && matches!(name.as_str(), "q" | "nq"))
            || (name == "u" && self.rest().starts_with('&'))
        {
            return None;
        }
        self.words.push(Word::Name(name));
        Some(())
    }

    /// A string or a name: a doubled quote is part of it. With a backslash before a quote it ends
    /// in one database here and in another there.
    fn quoted(&mut self, quote: char) -> Option<()> {
        let mut chars = self.rest().char_indices().skip(1).peekable();
        while let Some((at, c)) = chars.next() {
            let next = chars.peek().map(|(_, next)| *next);
            if c == '\\' && quote != '`' && next.is_none_or(|it| matches!(it, '\'' | '"' | '\\')) {
                return None;
            }
            if c == '\0' {
                return None;
            }
            if c == quote {
                if next == Some(quote) {
                    chars.next();
                    continue;
                }
                self.at += at + 1;
                self.words.push(Word::Quoted);
                return Some(());
            }
        }
        None
    }

    /// `--` is a comment everywhere only with a space behind it.
    fn line_comment(&mut self) -> Option<()> {
        let line = self.rest().split('\n').next()?;
        let body = line.get(2..)?;
        let comment = body.is_empty() || body.starts_with([' ', '\t', '\r']);
        // A line that some end at a return goes on for the others.
        if !comment || body.trim_end_matches('\r').contains('\r') {
            return None;
        }
        self.at += line.len();
        Some(())
    }

    /// A comment that all databases end in the same place, and none carries out.
    fn comment(&mut self) -> Option<()> {
        let end = self.rest().find("*/")?;
        let body = self.rest().get(2..end)?;
        let carried_out = body.starts_with('!') || body.starts_with("M!");
        if carried_out || body.contains("/*") {
            return None;
        }
        self.at += end + 2;
        Some(())
    }

    /// A comment in `MySQL`; an operator or part of a name elsewhere.
    fn number_sign(&mut self) -> Option<()> {
        let line = self.rest().split('\n').next()?;
        if line.contains(['\'', '"', '`', ';', '[', '$', '\r'])
            || line.contains("/*")
            || line.contains("--")
        {
            return None;
        }
        self.at += 1;
        self.words.push(Word::Sign('#'));
        Some(())
    }

    /// `$1` is a parameter; `$$…$$` is a string for one database and none for the next.
    fn dollar(&mut self) -> Option<()> {
        let rest = self.rest().get(1..)?;
        if !rest.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        self.at = self.at + 1 + rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let after = self.peek();
        self.words.push(Word::Number);
        after.is_none_or(|c| c != '$' && !c.is_alphanumeric()).then_some(())
    }

    /// `[a name]` or `array[1]`: agreed upon as long as no quote and no comment stands in it.
    fn bracket(&mut self) -> Option<()> {
        let end = self.rest().find(']')?;
        let body = self.rest().get(1..end)?;
        // A name, or a number of an item; a keyword in it is none.
        if body.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | ' ')) {
            self.at += end + 1;
            self.words.push(Word::Quoted);
            return Some(());
        }
        let whole =
            body.matches('\'').count() % 2 == 0 && !body.contains(['"', '`', '$', '#', ';', '[']);
        if !whole || body.contains("--") || body.contains("/*") {
            return None;
        }
        self.at += 1;
        self.words.push(Word::Sign('['));
        Some(())
    }
}
