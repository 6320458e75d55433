//! Refuses deep brackets and long numbers before the parser reads them. They would crash or stall it.

use proc_macro2::{TokenStream, TokenTree};

/// A declaration needs groups three deep: `#[cfg_attr(all(…), …)]`.
const DEPTH: usize = 32;

/// The largest `usize` has 20 decimal and 64 binary digits.
const DIGITS: usize = 100;

/// A token that is refused.
pub(crate) struct Refused {
    /// The tokens before the one that it is in.
    pub(crate) before: TokenStream,
    pub(crate) token: TokenTree,
    pub(crate) message: String,
}

/// The first token that is nested too deep or is too long a number. Does not call itself: the stack may be too small for
/// the depth.
pub(crate) fn check(tokens: &TokenStream) -> Result<(), Refused> {
    let mut before = TokenStream::new();
    for outer in tokens.clone() {
        let mut left = vec![(outer.clone(), 0)];
        while let Some((token, depth)) = left.pop() {
            if let Some((token, message)) = refuse(&token, depth, &outer) {
                return Err(Refused { before, token, message });
            }
            if let TokenTree::Group(group) = token {
                left.extend(group.stream().into_iter().map(|inner| (inner, depth + 1)));
            }
        }
        before.extend([outer]);
    }
    Ok(())
}

/// The token to underline, and the message.
fn refuse(token: &TokenTree, depth: usize, outer: &TokenTree) -> Option<(TokenTree, String)> {
    match token {
        TokenTree::Group(_) if depth > DEPTH => {
            let message = format!("brackets are nested more than {DEPTH} deep here: write `2 => tanh(3) => 1`");
            Some((outer.clone(), message))
        }
        TokenTree::Literal(number) => {
            let text = number.to_string();
            let is_long = text.len() > DIGITS && text.starts_with(|first: char| first.is_ascii_digit() || first == '-');
            let message = format!("this number has {} characters: write a width from 1 up, such as `3`", text.len());
            is_long.then(|| (token.clone(), message))
        }
        _ => None,
    }
}
