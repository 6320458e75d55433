//! The data of the page besides its functions: names, formulas, examples, words.

use super::json::{array, number, numbers, object, string, strings};
use super::{Content, LayerContent, MAX_EXAMPLES, OptimizerContent, STARTS};
use crate::equations::{Comparison, Equation, Expression, Part, RuleNames, Section, Subscript, symbols};
use crate::loss::{self, Targets};
use crate::network::Names;
use crate::{Equations, Language};

/// The data of the page as JSON.
pub(super) fn data(content: &Content) -> String {
    let Content { frozen, examples, optimizers, batch, shuffle, .. } = content;
    let equations = &frozen.equations;
    let first = frozen.parameters.iter().flat_map(|parameter| parameter.values.iter().copied());
    let examples = examples.iter().map(|[x, y_true]| array([numbers(x), numbers(y_true)]));
    let languages = languages(&content.language);
    let chosen = languages.iter().position(|language| *language == content.language).unwrap_or_default();
    object([
        ("name", string(&frozen.name)),
        ("architecture", string(&frozen.architecture)),
        ("is_single", frozen.is_single().to_string()),
        ("inputs", names(frozen.inputs)),
        ("targets", names(frozen.targets)),
        ("predictions", names(frozen.predictions)),
        ("layers", array(content.layers.iter().map(layer))),
        ("parameters", strings(frozen.parameters.iter().map(|parameter| &parameter.name))),
        ("first", numbers(&first.collect::<Vec<_>>())),
        ("loss", string(content.loss.name)),
        ("targets_are", string(targets_are(content))),
        ("allows_unreachable", content.allows_unreachable.to_string()),
        ("output_range", array(content.output_range.map(limit))),
        ("sections", array(shown(equations).map(section))),
        ("optimizers", array(optimizers.iter().map(|content| optimizer(content, equations)))),
        ("examples", array(examples)),
        ("start_count", STARTS.to_string()),
        ("most_examples", MAX_EXAMPLES.to_string()),
        ("batch", batch.to_string()),
        ("is_shuffled", shuffle.is_some().to_string()),
        // Numbers of JavaScript have 53 bits.
        ("seed", string(&shuffle.unwrap_or_default().to_string())),
        ("languages", array(languages.iter().map(|language| words(language, equations)))),
        ("language", chosen.to_string()),
    ])
}

/// English, Russian, and the language of the lesson if it is another one.
fn languages(chosen: &Language) -> Vec<Language> {
    let mut languages = vec![Language::ENGLISH, Language::RUSSIAN];
    if !languages.contains(chosen) {
        languages.push(chosen.clone());
    }
    languages
}

/// The sections of a step up to the update.
fn shown(equations: &Equations) -> impl Iterator<Item = &Section> {
    equations.sections().iter().filter(|section| section.part.is_of_pass())
}

/// The words of a language by name; under `titles` those of the sections.
fn words(language: &Language, equations: &Equations) -> String {
    let own = [
        ("code", language.code),
        ("loss", language.loss),
        ("epochs", language.epochs),
        ("inputs", language.inputs),
        ("targets", language.targets),
        ("given_parameters", language.parameters),
        ("given_settings", language.settings),
        ("before_this_update", language.before_this_update),
        ("see_above", language.see_above),
        ("ask_for", language.ask_for),
        ("paths", language.paths),
        ("and", language.and),
        ("update_by", heading(language.update_by)),
    ];
    let own = own.into_iter().chain(language.lesson.entries()).map(|(name, word)| (name, string(word)));
    let titles = shown(equations).map(|section| string(heading(&section.heading().title(language))));
    object(own.chain([("titles", array(titles))]))
}

/// A title as a heading, which ends without a full stop.
fn heading(title: &str) -> &str {
    title.trim_end_matches('.')
}

/// The kind of targets that a training accepts.
fn targets_are(content: &Content) -> &'static str {
    if content.sums_to_1 && !content.allows_unreachable {
        return "distribution";
    }
    match content.loss.built_in.map_or(Targets::Any, loss::BuiltIn::targets) {
        Targets::Any => "any",
        Targets::Probabilities => "probabilities",
        Targets::Distribution => "distribution",
    }
}

/// `null` where there is no limit.
fn limit(value: f64) -> String {
    if value.is_finite() { number(value) } else { "null".to_owned() }
}

fn names(names: Names) -> String {
    strings(names.iter().map(|name| name.to_string()))
}

fn layer(layer: &LayerContent) -> String {
    object([
        ("z", names(layer.pre_activations)),
        ("a", names(layer.activations)),
        ("biases", names(layer.biases)),
        ("weights", names(layer.weights)),
    ])
}

fn section(section: &Section) -> String {
    let is_backward = matches!(section.part, Part::Backprop { .. });
    object([("is_backward", is_backward.to_string()), ("equations", array(section.equations.iter().map(equation)))])
}

/// `[name, formula, sources]`, and by the largest pre-activation the formulas that depend on it.
fn equation(equation: &Equation) -> String {
    let with_largest = |largest: &str| {
        let value = |name: &Expression| f64::from(u8::from(symbols(name) == largest));
        formula(&equation.expression().in_lecture(Some(&value)))
    };
    // Among equal numbers the first is the largest.
    let usual = with_largest("");
    let variants: Vec<_> = (equation.sources().into_iter())
        .map(|source| (source, with_largest(source)))
        .filter(|(_, formula)| *formula != usual)
        .collect();
    let mut parts = vec![string(equation.name()), usual, strings(equation.sources())];
    if !variants.is_empty() {
        parts.push(object(variants));
    }
    array(parts)
}

/// The update of an optimizer. Its equations are those of one parameter: the page puts the names of each in.
fn optimizer(OptimizerContent { name, learning_rate, rule }: &OptimizerContent, equations: &Equations) -> String {
    let names = RuleNames::new(equations, rule);
    let settings = rule.settings(&names).map(|(name, value)| array([string(&name), number(value)]));
    let numbers = rule.numbers(&names).map(|(number_of_all, initial)| {
        array([equation(&number_of_all), initial.map_or_else(|| "null".to_owned(), |(_, initial)| number(initial))])
    });
    let each = rule
        .equations_of_each(&names)
        .map(|(prefix, each, is_state)| array([string(&prefix), equation(&each), is_state.to_string()]));
    object([
        ("name", string(name)),
        ("learning_rate", number(*learning_rate)),
        ("settings", array(settings)),
        ("numbers", array(numbers)),
        ("each", array(each)),
    ])
}

/// A name as a string, a number as itself, an operation as an array that begins with its sign.
fn formula(expression: &Expression) -> String {
    let operation = |sign: &str, operands: &[&Expression]| {
        array(core::iter::once(string(sign)).chain(operands.iter().map(|operand| formula(operand))))
    };
    let all = |sign: &str, operands: &[Expression]| operation(sign, &operands.iter().collect::<Vec<_>>());
    match expression {
        Expression::Name { .. } => string(&symbols(expression)),
        Expression::Number(value) if value.is_finite() => number(*value),
        Expression::Number(value) => string(&value.to_string()),
        Expression::Index(index) => string(index),
        Expression::Sum(terms) => all("+", terms),
        Expression::Product(factors) => all("*", factors),
        Expression::Difference(pair) => all("-", &pair[..]),
        Expression::Quotient(pair) => all("/", &pair[..]),
        Expression::Negative(operand) => operation("negative", &[operand]),
        Expression::Array(elements) => all("list", elements),
        Expression::Call { function, arguments } => {
            array([string("call"), string(function.name())].into_iter().chain(arguments.iter().map(formula)))
        }
        Expression::Element { array: of, subscript } => {
            let place = if let Subscript::Number(place) = subscript { *place } else { 0 };
            array([string("element"), formula(of), place.to_string()])
        }
        // Unrolled networks have none outside of definitions.
        Expression::SumOver { term, .. } => operation("sum", &[term]),
        Expression::Choice { left, comparison, right, then, otherwise } => {
            let sign = match comparison {
                Comparison::Less => "<",
                Comparison::LessOrEqual => "≤",
                Comparison::Greater => ">",
                Comparison::GreaterOrEqual => "≥",
                Comparison::Equal => "=",
            };
            let parts = [left, right, then, otherwise].map(|part| formula(part));
            array([string("choice"), string(sign)].into_iter().chain(parts))
        }
    }
}
