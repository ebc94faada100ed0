//! JSON and its lenient dialects, from the tokens of `jsonc-parser`.
//!
//! The crate's own parser recurses. This one keeps its own stack, so that the depth of a file
//! costs memory on the heap and never the program's stack.

use std::ops::Range;

use jsonc_parser::{Scanner, ScannerOptions, tokens::Token};
use serde_json::value::RawValue;

use super::{
    DocumentError, Kind, Node, Parsed, Stop,
    build::{Builder, Inside},
};

/// Parses JSON that nothing may be wrong with.
pub(super) fn parse_strict(text: &str, base: usize) -> Result<Parsed, Stop> {
    let parsed = parse(text, base)?;
    // A second look by a strict parser, which is iterative where it only skips.
    match serde_json::from_str::<&RawValue>(text) {
        Ok(_) => Ok(parsed),
        Err(error) => Err(Stop::At(base + offset_of(text, error.line(), error.column()))),
    }
}

fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    (start + column.saturating_sub(1)).min(text.len())
}

/// Parses JSON the way clients do.
pub(super) fn parse(text: &str, base: usize) -> Result<Parsed, Stop> {
    let scanner = Scanner::new(text, &ScannerOptions::default());
    let mut parser = Parser { scanner, base, builder: Builder::default(), want: Want::Entry };
    while let Some((token, span)) = parser.next()? {
        parser.accept(token, span)?;
    }
    if parser.builder.inside() != Inside::Nothing {
        return Err(Stop::At(base + text.len()));
    }
    Ok(parser.builder.finish()?)
}

/// What the grammar wants next in the innermost object or array.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Want {
    /// A key or item, or the end.
    Entry,
    /// The colon after a key.
    Colon,
    /// The value after a colon.
    Value,
    /// A comma or the end.
    Comma,
}

struct Parser<'a> {
    scanner: Scanner<'a>,
    base: usize,
    builder: Builder,
    want: Want,
}

impl<'a> Parser<'a> {
    fn next(&mut self) -> Result<Option<(Token<'a>, Range<usize>)>, Stop> {
        loop {
            let token =
                self.scanner.scan().map_err(|error| Stop::At(self.base + error.range().start))?;
            match token {
                None => return Ok(None),
                Some(Token::CommentLine(_) | Token::CommentBlock(_)) => {}
                Some(token) => {
                    let span = self.base + self.scanner.token_start()
                        ..self.base + self.scanner.token_end();
                    return Ok(Some((token, span)));
                }
            }
        }
    }

    fn accept(&mut self, token: Token<'a>, span: Range<usize>) -> Result<(), Stop> {
        match (self.builder.inside(), self.want, token) {
            (Inside::Keys, Want::Entry | Want::Comma, Token::CloseBrace)
            | (Inside::Items, Want::Entry | Want::Comma, Token::CloseBracket) => self.close(&span),
            (Inside::Keys | Inside::Items, Want::Comma, Token::Comma) => {
                self.want = Want::Entry;
                Ok(())
            }
            (Inside::Keys, Want::Entry, token) => self.key(&token, span),
            (Inside::Value, Want::Colon, Token::Colon) => {
                self.want = Want::Value;
                Ok(())
            }
            (Inside::Value, Want::Value, token) | (Inside::Items, Want::Entry, token) => {
                self.value(token, span)
            }
            (Inside::Nothing, _, token) if !self.builder.has_root() => self.value(token, span),
            _ => Err(Stop::At(span.start)),
        }
    }

    fn key(&mut self, token: &Token<'a>, span: Range<usize>) -> Result<(), Stop> {
        match token {
            Token::String(_)
            | Token::Word(_)
            | Token::Number(_)
            | Token::Boolean(_)
            | Token::Null => {
                self.builder.key(token.as_str().to_owned(), span);
                self.want = Want::Colon;
                Ok(())
            }
            _ => Err(Stop::At(span.start)),
        }
    }

    fn value(&mut self, token: Token<'a>, span: Range<usize>) -> Result<(), Stop> {
        let kind = match token {
            Token::OpenBrace => {
                self.want = Want::Entry;
                return self.builder.open_object(span.start).map_err(Stop::from);
            }
            Token::OpenBracket => {
                self.want = Want::Entry;
                return self.builder.open_array(span.start).map_err(Stop::from);
            }
            Token::String(text) => Kind::String(text.into_owned()),
            Token::Number(text) => Kind::Number(text.to_owned()),
            Token::Boolean(truth) => Kind::Bool(truth),
            Token::Null => Kind::Null,
            _ => return Err(Stop::At(span.start)),
        };
        self.add(Node { span, kind, shared: false })
    }

    fn close(&mut self, span: &Range<usize>) -> Result<(), Stop> {
        let node = self.builder.close(Some(span.end)).ok_or(DocumentError::Empty)?;
        self.add(node)
    }

    fn add(&mut self, node: Node) -> Result<(), Stop> {
        self.builder.value(node)?;
        self.want = Want::Comma;
        Ok(())
    }
}
