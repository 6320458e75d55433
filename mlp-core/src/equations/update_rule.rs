//! How an optimizer moves a parameter, as equations.

use std::collections::{HashMap, HashSet};

use super::derivative::derivative;
use super::{Equation, Equations, Expression, Function, Heading, Part, Subscript};

/// How an optimizer moves one parameter, as equations. [`Optimizer::update_rule`](crate::Optimizer::update_rule) returns
/// it.
///
/// Equations read [`parameter`](Self::parameter), [`gradient`](Self::gradient) and
/// [`learning_rate`](Self::learning_rate), and each other by name. One that reads its own name reads the value of the last
/// update: it is part of the optimizer's state, and has the name under which the state shows that part.
///
/// ```
/// use mlp_core::equations::{Expression, UpdateRule};
///
/// let mut rule = UpdateRule::new();
/// let momentum = rule.setting("momentum", 0.9);
/// let velocity = rule.each("velocity", momentum * Expression::name("velocity") + rule.gradient());
/// let moved = rule.parameter() - rule.learning_rate() * velocity;
/// let rule = rule.move_to(moved);
/// assert_eq!(rule.to_string(), "velocity = momentum·velocity + gradient\nparameter = parameter - learning_rate·velocity\n");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UpdateRule {
    settings: Vec<(&'static str, f64)>,
    once: Vec<Equation>,
    initial: HashMap<&'static str, f64>,
    each: Vec<(&'static str, Expression)>,
}

/// A quantity or an array that an optimizer keeps from update to update.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct State {
    /// The name in the equations: `velocity_w11`.
    pub name: String,
    /// The name of the part of the optimizer's state: `velocity`.
    pub part: &'static str,
    /// The parameter, or the array of parameters, to which it belongs; `None` if it is one number for all.
    pub parameter: Option<String>,
    /// Its value, or that of every element, before the first update.
    pub initial: f64,
}

const PARAMETER: &str = "parameter";

impl UpdateRule {
    /// A rule without equations.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The parameter before the update.
    #[must_use]
    pub fn parameter(&self) -> Expression {
        Expression::name(PARAMETER)
    }

    /// The derivative of the loss with respect to the parameter.
    #[must_use]
    pub fn gradient(&self) -> Expression {
        Expression::name("gradient")
    }

    /// The learning rate of the update.
    #[must_use]
    pub fn learning_rate(&self) -> Expression {
        Expression::name("learning_rate")
    }

    /// A setting of the optimizer, rounded to the scalar of the network where an equation reads it.
    pub fn setting(&mut self, name: &'static str, value: f64) -> Expression {
        self.settings.push((name, value));
        Expression::name(name)
    }

    /// A number that is computed once for each update, before the parameters move.
    pub fn once(&mut self, name: &'static str, expression: Expression) -> Expression {
        self.once.push(Equation::new(name, [], expression));
        Expression::name(name)
    }

    /// As [`once`](Self::once), in `f64` although the network may be of `f32`.
    pub fn once_in_f64(&mut self, name: &'static str, expression: Expression) -> Expression {
        self.once.push(Equation { is_in_f64: true, ..Equation::new(name, [], expression) });
        Expression::name(name)
    }

    /// A number of the state, kept in `f64`, that is `initial` before the first update.
    pub fn state_in_f64(&mut self, name: &'static str, initial: f64, expression: Expression) -> Expression {
        self.initial.insert(name, initial);
        self.once_in_f64(name, expression)
    }

    /// A number that is computed for each parameter. If it is part of the state, it is 0 before the first update.
    pub fn each(&mut self, name: &'static str, expression: Expression) -> Expression {
        self.each.push((name, expression));
        Expression::name(name)
    }

    /// The names of its quantities.
    #[cfg(feature = "lesson")]
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let of_all = self.settings.iter().map(|(name, _)| *name).chain(self.once.iter().map(Equation::name));
        of_all.chain(self.each.iter().map(|(name, _)| *name))
    }

    /// The settings, renamed where the network has the same name.
    #[cfg(feature = "lesson")]
    pub(crate) fn settings(&self, names: &Names) -> impl Iterator<Item = (String, f64)> {
        self.settings.iter().map(|&(name, value)| (names.of(name), value))
    }

    /// The numbers that are computed once for each update, each with its first value if it is part of the state.
    pub(crate) fn numbers(&self, names: &Names) -> impl Iterator<Item = (Equation, Option<(&'static str, f64)>)> {
        self.once.iter().map(|equation| {
            let (name, expression) = (names.of(&equation.name), names.in_once(&equation.expression));
            (
                Equation { name, expression, ..equation.clone() },
                self.initial.get_key_value(equation.name.as_str()).map(|(&part, &initial)| (part, initial)),
            )
        })
    }

    /// The numbers that are computed for each parameter: what stands before the name of the parameter, the equation with
    /// the names of the rule, and whether it is part of the state.
    #[cfg(feature = "lesson")]
    pub(crate) fn equations_of_each(&self, names: &Names) -> impl Iterator<Item = (String, Equation, bool)> {
        self.each.iter().map(|(name, expression)| {
            let equation = Equation::new(*name, [], names.in_once(expression));
            let is_state = is_state(name, &equation);
            (names.of_parameter(name, ""), equation, is_state)
        })
    }

    /// Ends the rule: the parameter after the update.
    #[must_use]
    pub fn move_to(mut self, parameter: Expression) -> Self {
        self.each(PARAMETER, parameter);
        self
    }
}

/// Whether a part of a rule reads its own value of the last update. A parameter does, too, but is no state.
fn is_state(part: &str, equation: &Equation) -> bool {
    part != PARAMETER && equation.sources().contains(&equation.name())
}

/// A line for each equation.
impl core::fmt::Display for UpdateRule {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let each = self.each.iter().map(|(name, expression)| Equation::new(*name, [], expression.clone()));
        self.once.iter().cloned().chain(each).try_for_each(|equation| writeln!(f, "{equation}"))
    }
}

impl Equations {
    /// The same step with the update of an optimizer; `rule` is `None` if nothing is known of it but its name.
    pub(crate) fn updated_by(mut self, optimizer: &str, rule: Option<UpdateRule>) -> Self {
        let rule = rule.unwrap_or_else(|| unknown_rule(optimizer));
        let names = Names::new(&self, &rule);
        let Some(update) = self.sections.iter_mut().find(|section| section.part == Part::Update) else { return self };
        self.settings = rule.settings.iter().map(|&(name, value)| (names.of(name), value)).collect();
        update.set_heading(Heading::Update { optimizer: Some(optimizer.to_owned()) });
        let moved = std::mem::take(&mut update.equations);
        for (equation, initial) in rule.numbers(&names) {
            if let Some((part, initial)) = initial {
                self.state.push(State { name: equation.name.clone(), part, parameter: None, initial });
            }
            update.equations.push(equation);
        }
        for parameter in moved {
            for (part, expression) in &rule.each {
                let name = names.of_parameter(part, &parameter.name);
                let expression = names.in_each(expression, &parameter);
                let equation = Equation::new(name, parameter.indices.clone(), expression);
                if is_state(part, &equation) {
                    let (name, parameter) = (equation.name.clone(), Some(parameter.name.clone()));
                    self.state.push(State { name, part, parameter, initial: 0.0 });
                }
                update.equations.push(equation);
            }
        }
        self
    }
}

/// parameter = optimizer(parameter, gradient, learning_rate)
fn unknown_rule(optimizer: &str) -> UpdateRule {
    let rule = UpdateRule::new();
    let arguments = vec![rule.parameter(), rule.gradient(), rule.learning_rate()];
    let call = Expression::Call { function: Function::own(optimizer), arguments };
    rule.move_to(call)
}

/// Renames the quantities of a rule where the network has the same name, because a weight may have any name. The default
/// renames nothing.
#[derive(Default)]
pub(crate) struct Names {
    /// The name of each number that is the same for all parameters.
    once: HashMap<String, String>,
    /// The words before the name of a parameter.
    each: HashMap<&'static str, String>,
}

impl Names {
    pub(crate) fn new(equations: &Equations, rule: &UpdateRule) -> Self {
        let names = equations.equations().flat_map(|equation| [equation.sources(), vec![equation.name()]].concat());
        let taken: HashSet<&str> = names.collect();
        let starts_one = |prefix: &str| taken.iter().any(|name| name.starts_with(prefix));
        let free = |name: &str, is_taken: &dyn Fn(&str) -> bool| {
            let mut name = name.to_owned();
            while is_taken(&name) {
                name.push('_');
            }
            name
        };
        let once = rule.settings.iter().map(|(name, _)| *name).chain(rule.once.iter().map(Equation::name));
        let once = once.map(|name| (name.to_owned(), free(name, &|name| taken.contains(name)))).collect();
        let each = rule.each.iter().filter(|(name, _)| *name != PARAMETER);
        let each = each.map(|&(name, _)| (name, free(&format!("{name}_"), &starts_one))).collect();
        Self { once, each }
    }

    fn of(&self, name: &str) -> String {
        self.once.get(name).cloned().unwrap_or_else(|| name.to_owned())
    }

    fn of_parameter(&self, part: &str, parameter: &str) -> String {
        let prefix = self.each.get(part).map(String::as_str).unwrap_or_default();
        format!("{prefix}{parameter}")
    }

    fn in_once(&self, expression: &Expression) -> Expression {
        match expression {
            Expression::Name { name, .. } => Expression::name(self.of(name)),
            _ => expression.map(&mut |part| self.in_once(part)),
        }
    }

    /// The expression for a parameter, or for every element of an array of parameters.
    fn in_each(&self, expression: &Expression, parameter: &Equation) -> Expression {
        let Expression::Name { name, .. } = expression else {
            return expression.map(&mut |part| self.in_each(part, parameter));
        };
        let own = match name.as_str() {
            PARAMETER => parameter.name.clone(),
            "gradient" => derivative("L", &parameter.name),
            part if self.each.contains_key(part) => self.of_parameter(part, &parameter.name),
            _ => return Expression::name(self.of(name)),
        };
        let subscripts: Vec<_> = parameter.indices.iter().map(|index| Subscript::Index(index.name)).collect();
        Expression::element(own, subscripts)
    }
}
