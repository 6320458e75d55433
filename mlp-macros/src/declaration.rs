//! A declaration as the user wrote it. The parser reads as much as it can of a broken one, so that all its mistakes are
//! found. It reports only what it cannot read.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::Ident;

use crate::errors::Errors;
use crate::header::Header;
use crate::tokens::Tokens;

/// A network as the user wrote it.
pub(crate) struct Declaration {
    pub(crate) header: Header,
    /// The inputs, then the layers; empty if the declaration is.
    pub(crate) shape: Vec<LayerDeclaration>,
    pub(crate) options: Vec<OptionDeclaration>,
}

/// `3` or `tanh(3)`.
pub(crate) struct LayerDeclaration {
    /// All tokens of the layer, to underline it.
    pub(crate) tokens: TokenStream,
    pub(crate) activation: Option<TokenStream>,
    /// Empty if it is missing.
    pub(crate) width: TokenStream,
    /// Unexpected tokens after the layer; usually empty.
    pub(crate) rest: TokenStream,
}

/// `loss = half_squared_error`.
pub(crate) struct OptionDeclaration {
    pub(crate) name: Ident,
    /// The tokens where `=` belongs.
    pub(crate) equals: TokenStream,
    /// Empty if it is missing.
    pub(crate) value: TokenStream,
}

impl Declaration {
    pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut tokens = Tokens::new(tokens);
        // Pinned by tests/ui/nothing.rs.
        let nothing = tokens.is_empty();
        if nothing {
            errors.report(TokenStream::new(), "declare a network, such as `mlp!(2 => 2 => 1)`");
        }
        let header = Header::read(&mut tokens, errors);
        let shape = if nothing { Vec::new() } else { read_shape(&mut tokens, errors) };
        let options = read_options(&mut tokens, shape.iter().any(|layer| !layer.tokens.is_empty()), errors);
        tokens.take(";");
        // Pinned by tests/ui/trailing_tokens.rs.
        let rest = tokens.take_rest();
        if !rest.is_empty() {
            errors.report(rest, "this is unexpected after the declaration: each `mlp!` declares one network");
        }
        Self { header, shape, options }
    }
}

fn read_shape(tokens: &mut Tokens, errors: &mut Errors) -> Vec<LayerDeclaration> {
    let mut shape = Vec::new();
    let open = tokens.take("<");
    // Pinned by tests/ui/missing_width.rs.
    let mut missing = (tokens.here(), "the number of inputs is missing here: write a shape, such as `2 => 2 => 1`");
    loop {
        let layer = take_layer(tokens);
        if layer.is_empty() {
            let (place, message) = missing;
            errors.report(place, message);
        }
        shape.push(LayerDeclaration::from(layer));
        let Some(arrow) = take_arrow(tokens, open.is_some(), errors) else { break };
        missing = (arrow, "the width of a layer is missing after this arrow: write an integer, such as `=> 3`");
    }
    // Pinned by tests/ui/brackets.rs.
    match (open, tokens.take(">")) {
        (Some(open), None) => errors.report(open, "this `<` is never closed: write `<2 => 2 => 1>` or leave it out"),
        (None, Some(close)) => errors.report(close, "this `>` closes nothing: write `<2 => 2 => 1>` or leave it out"),
        _ => {}
    }
    let rest = tokens.take_until(|tokens| ends_part(tokens) || starts_option(tokens, 0));
    if !rest.is_empty() {
        errors.report(rest, "this is unexpected after the shape: options follow a comma, as in `2 => 1, scalar = f32`");
    }
    shape
}

/// Takes everything up to the end of the layer, so that something unexpected in it does not hide the layers after it.
fn take_layer(tokens: &mut Tokens) -> TokenStream {
    let mut layer = TokenStream::new();
    let (mut complete, mut just_completed) = (false, false);
    while let Some(next) = tokens.peek(0) {
        let operator = tokens.operator();
        // At the start of a layer, any other operator belongs to the layer: `-3`.
        let joins =
            if layer.is_empty() { ["=>", "->", ">", ",", ";"].contains(&&*operator) } else { !operator.is_empty() };
        let next_layer = just_completed && starts_layer(tokens, 0);
        let option = (complete || layer.is_empty()) && starts_option(tokens, 0);
        let brackets = if layer.is_empty() || complete { 0 } else { tokens.angle_brackets() };
        just_completed = matches!(next, TokenTree::Literal(_) | TokenTree::Group(_));
        complete |= just_completed;
        let count = if tokens.at("::") {
            2
        } else if brackets > 0 {
            brackets
        } else if joins || next_layer || option {
            break;
        } else {
            1
        };
        layer.extend(tokens.take_first(count));
    }
    layer
}

/// `=>`, or what stands in its place. Pinned by tests/ui/arrow.rs.
fn take_arrow(tokens: &mut Tokens, bracketed: bool, errors: &mut Errors) -> Option<TokenStream> {
    let operator = tokens.operator();
    match &*operator {
        "=>" => return tokens.take("=>"),
        "->" => {}
        ">" if bracketed => return None,
        ";" => return None,
        _ if starts_layer(tokens, operator.len()) => {}
        _ => return tokens.take("=>"),
    }
    if operator.is_empty() {
        errors.report(tokens.here(), "`=>` is missing before this layer: write `2 => 2 => 1`");
        return Some(tokens.here());
    }
    let arrow = tokens.take_first(operator.len());
    errors.report(&arrow, format!("`{operator}` does not join layers: write `=>`, as in `2 => 2 => 1`"));
    Some(arrow)
}

fn read_options(tokens: &mut Tokens, after_shape: bool, errors: &mut Errors) -> Vec<OptionDeclaration> {
    let mut options = Vec::new();
    loop {
        if tokens.at(";") && starts_option(tokens, 1) {
            let semicolon = tokens.take(";");
            errors.report(semicolon, "`;` ends the declaration: write `,` before an option");
        } else if tokens.take(",").is_none() {
            let Some(name) = tokens.word(0).filter(|_| starts_option(tokens, 0)) else { break };
            // Pinned by tests/ui/options.rs, like all messages of this function.
            if after_shape {
                errors.report(name, format!("`,` is missing before the option `{name}`"));
            }
        }
        if let Some(name) = tokens.take_word() {
            options.push(read_option(name, tokens));
        } else if !tokens.is_empty() {
            let rubbish = tokens.take_until(ends_part);
            let place = if rubbish.is_empty() { tokens.here() } else { rubbish };
            errors.report(place, "an option is expected after the comma, such as `scalar = f32`");
        }
    }
    options
}

fn read_option(name: Ident, tokens: &mut Tokens) -> OptionDeclaration {
    let operator = tokens.operator();
    let equals = if ends_part(tokens) { TokenStream::new() } else { tokens.take_first(operator.len()) };
    let first = if ends_part(tokens) || tokens.is_empty() { TokenStream::new() } else { tokens.take_first(1) };
    let rest = tokens.take_until(|tokens| ends_part(tokens) || starts_option(tokens, 0));
    OptionDeclaration { name, equals, value: first.into_iter().chain(rest).collect() }
}

impl From<TokenStream> for LayerDeclaration {
    /// The first number or group ends the layer. Tokens before a group in parentheses are an activation.
    fn from(tokens: TokenStream) -> Self {
        let all: Vec<TokenTree> = tokens.clone().into_iter().collect();
        let end = all.iter().position(|token| matches!(token, TokenTree::Literal(_) | TokenTree::Group(_)));
        let (before, from) = all.split_at(end.unwrap_or(all.len()));
        let rest = from.iter().skip(1).cloned().collect();
        match from.first() {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis && !before.is_empty() => {
                let activation = Some(before.iter().cloned().collect());
                Self { activation, width: group.stream(), rest, tokens }
            }
            last => Self { activation: None, width: before.iter().chain(last).cloned().collect(), rest, tokens },
        }
    }
}

/// Whether the tokens from `index` on can only be a layer: `3` or `tanh(3)`.
pub(crate) fn starts_layer(tokens: &Tokens, index: usize) -> bool {
    let is_number = |token: Option<&TokenTree>| match token {
        Some(TokenTree::Literal(literal)) => literal.to_string().starts_with(|char: char| char.is_ascii_digit()),
        _ => false,
    };
    let parentheses = tokens.word(index).and(tokens.group(index + 1, Delimiter::Parenthesis));
    is_number(tokens.peek(index))
        || parentheses.is_some_and(|group| is_number(group.stream().into_iter().next().as_ref()))
}

fn starts_option(tokens: &Tokens, index: usize) -> bool {
    let equals = index + 1;
    tokens.word(index).is_some()
        && tokens.spells(equals, "=")
        && !tokens.spells(equals, "=>")
        && !tokens.spells(equals, "==")
}

fn ends_part(tokens: &Tokens) -> bool {
    tokens.at(",") || tokens.at(";")
}
