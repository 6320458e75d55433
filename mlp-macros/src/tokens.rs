//! The user's tokens, read one after the other. Nothing here fails: tokens that do not fit are left for the caller to
//! report.

use std::collections::VecDeque;

use proc_macro2::{Delimiter, Group, Ident, Spacing, TokenStream, TokenTree};

/// The tokens that are left to read.
pub(crate) struct Tokens {
    left: VecDeque<TokenTree>,
    last: TokenStream,
}

impl Tokens {
    /// The tokens as if typed directly, even if `macro_rules!` passes them on in invisible groups.
    pub(crate) fn new(tokens: TokenStream) -> Self {
        Self { left: visible(tokens).into_iter().collect(), last: TokenStream::new() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.left.is_empty()
    }

    pub(crate) fn peek(&self, index: usize) -> Option<&TokenTree> {
        self.left.get(index)
    }

    /// Where to report that something is missing: the next token, or the last one at the end.
    pub(crate) fn here(&self) -> TokenStream {
        self.peek(0).map_or_else(|| self.last.clone(), |token| token.clone().into())
    }

    pub(crate) fn at(&self, symbol: &str) -> bool {
        self.spells(0, symbol)
    }

    /// Whether the tokens from `index` on begin with this operator.
    pub(crate) fn spells(&self, index: usize, symbol: &str) -> bool {
        symbol.chars().enumerate().all(|(position, char)| match self.peek(index + position) {
            Some(TokenTree::Punct(punct)) => {
                punct.as_char() == char && (position + 1 == symbol.len() || punct.spacing() == Spacing::Joint)
            }
            _ => false,
        })
    }

    /// Whether the token at `index` is a `:` of its own, not part of `::`.
    pub(crate) fn spells_colon(&self, index: usize) -> bool {
        self.spells(index, ":") && !self.spells(index, "::") && !(index > 0 && self.spells(index - 1, "::"))
    }

    pub(crate) fn word(&self, index: usize) -> Option<&Ident> {
        match self.peek(index) {
            Some(TokenTree::Ident(word)) => Some(word),
            _ => None,
        }
    }

    pub(crate) fn group(&self, index: usize, delimiter: Delimiter) -> Option<&Group> {
        match self.peek(index) {
            Some(TokenTree::Group(group)) if group.delimiter() == delimiter => Some(group),
            _ => None,
        }
    }

    /// The operator here as it is written, up to a space; without the start of a path or the sign of a negative number.
    pub(crate) fn operator(&self) -> String {
        let mut operator = String::new();
        for token in &self.left {
            match token {
                TokenTree::Punct(punct) if operator.is_empty() && matches!(punct.as_char(), ',' | ';') => {
                    return punct.to_string();
                }
                TokenTree::Punct(punct) if "=<>-~:".contains(punct.as_char()) => {
                    operator.push(punct.as_char());
                    if punct.spacing() == Spacing::Alone {
                        break;
                    }
                }
                _ => break,
            }
        }
        operator.truncate(operator.find("::").unwrap_or(operator.len()));
        let sign = operator.len() > 1 && operator.ends_with('-');
        operator.truncate(operator.len() - usize::from(sign));
        operator
    }

    pub(crate) fn take(&mut self, symbol: &str) -> Option<TokenStream> {
        self.at(symbol).then(|| self.take_first(symbol.len()))
    }

    pub(crate) fn take_word(&mut self) -> Option<Ident> {
        let word = self.word(0).cloned()?;
        self.take_first(1);
        Some(word)
    }

    pub(crate) fn take_first(&mut self, count: usize) -> TokenStream {
        let taken: TokenStream = self.left.drain(..count).collect();
        if let Some(last) = taken.clone().into_iter().last() {
            self.last = last.into();
        }
        taken
    }

    pub(crate) fn take_until(&mut self, stop: impl Fn(&Self) -> bool) -> TokenStream {
        let mut taken = TokenStream::new();
        while !self.is_empty() && !stop(self) {
            taken.extend(self.take_first(1));
        }
        taken
    }

    /// Takes all tokens that are left.
    pub(crate) fn take_rest(&mut self) -> TokenStream {
        self.take_first(self.left.len())
    }

    /// The number of tokens in the `<…>` that starts here, with both brackets; 0 if none starts here or it is not
    /// closed.
    pub(crate) fn angle_brackets(&self) -> usize {
        let mut depth = 0;
        for index in 0..self.left.len() {
            let arrow = index > 0 && ["=>", "->"].iter().any(|arrow| self.spells(index - 1, arrow));
            if self.spells(index, "<") {
                depth += 1;
            } else if self.spells(index, ">") && !arrow {
                depth -= 1;
            }
            if depth == 0 {
                return if index == 0 { 0 } else { index + 1 };
            }
        }
        0
    }

    /// Replaces a group by its contents.
    pub(crate) fn open_group(&mut self) {
        if let Some(TokenTree::Group(group)) = self.peek(0) {
            let contents = group.stream();
            self.take_first(1);
            self.left = contents.into_iter().chain(self.left.drain(..)).collect();
        }
    }
}

fn visible(tokens: TokenStream) -> TokenStream {
    let visible = |token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => visible(group.stream()),
        TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
            let mut inside = Group::new(Delimiter::Parenthesis, visible(group.stream()));
            inside.set_span(group.span());
            TokenTree::from(inside).into()
        }
        token => TokenStream::from(token),
    };
    tokens.into_iter().flat_map(visible).collect()
}
