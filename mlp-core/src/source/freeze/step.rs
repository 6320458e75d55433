//! A step that shows its numbers: for a page that computes with the network, and must know every value.

use super::{Body, Freezer, Frozen, Given, Lowering, Outcome, Part, Place, Program, Statement, Subscript};
use super::{Functions, value_names};
use crate::equations::{self, Elementary, Equation, RuleNames, UpdateRule};
use crate::source::javascript::JAVASCRIPT;
use crate::source::program::Expression;

/// The functions of a step, in JavaScript.
#[derive(Debug)]
pub(crate) struct Step {
    /// Its `predict` computes the predictions from the arrays `p` of parameters and `x`.
    pub(crate) program: Program,
    /// The elementary functions that the language computes in its own way, under their names in the program.
    pub(crate) elementary: Vec<(Elementary, String)>,
    /// The value of each equation of the forward pass, the loss and backpropagation, in their order.
    pub(crate) pass: Body,
    pub(crate) updates: Vec<Update>,
}

/// The update of an optimizer: numbers that all parameters share, and equations for each parameter.
#[derive(Debug)]
pub(crate) struct Update {
    pub(crate) settings: Vec<(String, f64)>,
    pub(crate) numbers: Vec<Quantity>,
    pub(crate) each: Vec<Quantity>,
    /// The names of the parameter, its gradient and the learning rate.
    pub(crate) parameter: String,
    pub(crate) gradient: String,
    pub(crate) learning_rate: String,
}

/// One quantity of an update.
#[derive(Debug)]
pub(crate) struct Quantity {
    pub(crate) name: String,
    pub(crate) value: Expression,
    pub(crate) is_state: bool,
    /// Whether it is computed in `f64` whatever the scalar is. It reads names that end with [`WIDE`].
    pub(crate) is_in_f64: bool,
}

/// The end of the name of a number in `f64` in a network of `f32`, which has the number rounded under its own name.
pub(crate) const WIDE: &str = "_wide";

/// The step of a network whose functions are all of the crate.
pub(crate) fn step(frozen: &Frozen, rules: &[UpdateRule]) -> Step {
    let own = ["pass", "predict", "updates", "mean", "mean_of", "log_bits", "log_split", "log_of_parts"];
    let names = JAVASCRIPT.names(own);
    let mut values = value_names(frozen);
    values.extend(OWN_NAMES);
    for rule in rules {
        values.extend(rule.names());
    }
    let outputs = frozen.predictions.len();
    let mut functions = Functions::new(names, values, &JAVASCRIPT, String::new(), frozen.precision, outputs);
    functions.has_losses = true;
    let taken = own.into_iter().chain(OWN_NAMES).collect();
    let mut freezer = Freezer { frozen, taken, language: &JAVASCRIPT, functions: &mut functions };
    let is_forward = |part: &Part| matches!(part, Part::Forward { .. });
    let predict = freezer.pass(&is_forward, &|lowering| lowering.outcome(frozen));
    let pass = freezer.pass(&Part::is_of_pass, &|lowering| {
        let sections = frozen.equations.sections().iter().filter(|section| section.part.is_of_pass());
        let names = sections.flat_map(|section| section.equations.iter().map(Equation::name));
        Outcome::Elements(names.map(|name| Expression::named(lowering.names.get(name))).collect())
    });
    let updates = rules.iter().map(|rule| freezer.update(rule)).collect();
    let Functions { defined, calls_power_of_two, elementary, .. } = functions;
    let is_single = frozen.is_single();
    let program = Program {
        header: Vec::new(),
        name: String::new(),
        network: String::new(),
        is_single,
        is_raw_single: is_single,
        inputs: frozen.inputs.len(),
        outputs,
        parameters: Vec::new(),
        constants: Vec::new(),
        classes: Vec::new(),
        classes_name: String::new(),
        functions: defined,
        calls_power_of_two,
        supplied: Vec::new(),
        predict,
        train: None,
    };
    Step { program, elementary, pass, updates }
}

/// Names that the functions of a step use for things of their own.
const OWN_NAMES: [&str; 6] = ["p", "g", "s", "i", "count", "values"];

impl Freezer<'_> {
    /// The equations of these parts, and what they give.
    fn pass(&mut self, is_wanted: &dyn Fn(&Part) -> bool, results: &dyn Fn(&mut Lowering<'_>) -> Outcome) -> Body {
        let frozen = self.frozen;
        let mut lowering = Lowering::new(self.language.names(self.taken.iter().copied()), self.functions);
        for (number, parameter) in frozen.parameters.iter().enumerate() {
            let name = lowering.names.get(&parameter.name);
            let value = Place::element("p", [Subscript::Number(number)]).into();
            lowering.statements.push(Statement::Let { name, value });
        }
        lowering.given(frozen, &Given::inputs(frozen));
        if is_wanted(&Part::Loss) {
            lowering.given(frozen, &Given::targets(frozen));
        }
        lowering.sections(frozen, is_wanted);
        let result = results(&mut lowering);
        Body { statements: lowering.statements, result }
    }

    fn update(&mut self, rule: &UpdateRule) -> Update {
        let is_single = self.frozen.is_single();
        let mut lowering = Lowering::new(self.language.names(self.taken.iter().copied()), self.functions);
        lowering.names.set("learning_rate", "learning_rate");
        let mut quantity = |equation: &Equation, is_state: bool, is_in_f64: bool| {
            let value = lowering.expression(&widened(equation.expression(), is_single && is_in_f64));
            Quantity { name: lowering.names.get(equation.name()), value, is_state, is_in_f64 }
        };
        // The function of an update knows no names of the network.
        let names = RuleNames::default();
        let numbers = rule.numbers(&names);
        let numbers = numbers.map(|(equation, initial)| quantity(&equation, initial.is_some(), equation.is_in_f64()));
        let numbers = numbers.collect();
        let each = rule.equations_of_each(&names).map(|(_, equation, is_state)| quantity(&equation, is_state, false));
        let each = each.collect();
        let settings = rule.settings(&names).map(|(name, value)| (lowering.names.get(&name), value)).collect();
        let [parameter, gradient, learning_rate] =
            ["parameter", "gradient", "learning_rate"].map(|name| lowering.names.get(name));
        Update { settings, numbers, each, parameter, gradient, learning_rate }
    }
}

/// The expression with the names of numbers in `f64`, if it is to be computed there.
fn widened(expression: &equations::Expression, is_wide: bool) -> equations::Expression {
    match expression {
        equations::Expression::Name { name, .. } if is_wide => equations::Expression::name(format!("{name}{WIDE}")),
        _ => expression.map(&mut |part| widened(part, is_wide)),
    }
}
