//! A frozen network as a program in no language yet: the few statements that each writer spells.
//!
//! The names in it are already those of the language: no keyword, nothing twice.

use crate::equations::Comparison;

/// Everything that a file contains.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    /// The lines of the comment at its head.
    pub(crate) header: Vec<String>,
    /// The function's name as the caller gave it.
    pub(crate) name: String,
    /// The name of the network, for the type of its parameters.
    pub(crate) network: String,
    /// Whether numbers are `f32`.
    pub(crate) is_single: bool,
    /// Whether raw values are `f32` too: `x`, `y`, `y_true` and the numbers of their scaling.
    pub(crate) is_raw_single: bool,
    /// How many numbers go in and come out.
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    /// The parameters, in canonical order.
    pub(crate) parameters: Vec<Parameter>,
    /// Arrays of raw values that never change.
    pub(crate) constants: Vec<Parameter>,
    /// The names of the classes, and of the array of them; empty if numbers are predicted.
    pub(crate) classes: Vec<String>,
    pub(crate) classes_name: String,
    /// Functions, each after those that it calls.
    pub(crate) functions: Vec<Function>,
    /// Whether one of them calls the power of two.
    pub(crate) calls_power_of_two: bool,
    /// Functions that the user supplies.
    pub(crate) supplied: Vec<Supplied>,
    /// Computes the array `y` from the array `x`.
    pub(crate) predict: Body,
    /// One step of training: it changes the parameters, from the arrays `x` and `y_true` and from `learning_rate`.
    pub(crate) train: Option<Vec<Statement>>,
}

/// A parameter, or an array of parameters, with its values row by row.
#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    /// Empty for a number; the length of each dimension for an array.
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<f64>,
}

/// A function of numbers and arrays.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    /// Its name in the program.
    pub(crate) name: String,
    /// The names of its parameters, each with its length if it is an array.
    pub(crate) parameters: Vec<(String, Option<usize>)>,
    pub(crate) body: Body,
}

/// A function that the user supplies.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Supplied {
    pub(crate) name: String,
    /// The path in the declaration.
    pub(crate) path: String,
    pub(crate) kind: SuppliedKind,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum SuppliedKind {
    /// a = f(z)
    Activation,
    /// ∂a/∂z = f′(z, a)
    ActivationDerivative,
    /// ∂L/∂y_pred for every output, from the arrays of predictions and of targets
    LossDerivative,
}

/// Statements, and what they compute.
#[derive(Clone, Debug)]
pub(crate) struct Body {
    pub(crate) statements: Vec<Statement>,
    pub(crate) result: Outcome,
}

/// The value of a function.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    /// A number.
    Number(Expression),
    /// An array of these elements.
    Elements(Vec<Expression>),
    /// An array that the statements have filled, and its length.
    Array(String, usize),
    /// An array whose element at each index `i` has this value, and its length.
    Each(Expression, usize),
}

#[derive(Clone, Debug)]
pub(crate) enum Statement {
    /// A comment on a line of its own.
    Comment(String),
    /// A named number that stays as it is.
    Let { name: String, value: Expression },
    /// A named number that changes.
    Variable { name: String, value: Expression },
    /// A named array, with the length of each dimension. If it need not be zero, the statements that follow fill it.
    Array { name: String, shape: Vec<usize>, is_zero: bool },
    /// A new value for a variable, an element or a parameter.
    Assign { place: Place, value: Expression },
    /// Runs the statements for `index` from `from` to `to` - 1.
    Repeat { index: String, from: usize, to: usize, body: Vec<Statement> },
    /// An array with these elements.
    List { name: String, elements: Vec<Expression> },
    /// A new array, of this length, that a function gives; each argument is a number, or the name of an array.
    Fill { name: String, length: usize, function: Callee, arguments: Vec<Expression> },
}

/// A number's name, or an element of an array.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Place {
    pub(crate) name: String,
    pub(crate) indices: Vec<Subscript>,
    /// Whether it is a parameter of the network that is trained.
    pub(crate) is_parameter: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Subscript {
    Number(usize),
    /// The index of a loop.
    Index(String),
    /// The number before the index of a loop.
    Before(String),
    /// The remainder of an index divided by this number.
    Remainder(String, usize),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expression {
    Number(f64),
    Place(Place),
    Negative(Box<Self>),
    Operation(Operator, Box<[Self; 2]>),
    /// A call; an argument that is the name of an array without indices is the whole array.
    Call {
        function: Callee,
        arguments: Vec<Self>,
    },
    Choice(Box<Choice>),
    /// A raw value in `f64`, rounded to `f32`.
    Rounded(Box<Self>),
    /// A number in `f32`, as a raw value in `f64`.
    Widened(Box<Self>),
}

/// The function that is called.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Callee {
    /// 2^-n, from a number whose low bits are -n. Each writer has it in its language.
    PowerOfTwo,
    /// A function of the program, or one that the user supplies.
    Named(String),
}

/// `then` if the condition holds, else `otherwise`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Choice {
    pub(crate) condition: Condition,
    pub(crate) then: Expression,
    pub(crate) otherwise: Expression,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Condition {
    Numbers(Comparison, [Expression; 2]),
    /// Whether two indices are equal.
    SameIndex([Subscript; 2]),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// Where a value lies in a file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Home {
    /// In the network that the caller gives.
    Network,
    /// In an array of the file.
    File,
    /// In the function, under its own name.
    Function,
}

impl Program {
    /// Where the value of a place is read. A parameter that is a number has been given a name in the function.
    pub(crate) fn home(&self, place: &Place) -> Home {
        match (place.is_parameter && !place.indices.is_empty(), self.train.is_some()) {
            (true, true) => Home::Network,
            (true, false) => Home::File,
            _ if self.constants.iter().any(|constant| constant.name == place.name) => Home::File,
            _ => Home::Function,
        }
    }
}

impl Operator {
    pub(crate) const fn sign(self) -> char {
        match self {
            Self::Add => '+',
            Self::Subtract => '-',
            Self::Multiply => '*',
            Self::Divide => '/',
        }
    }
}

impl Place {
    pub(crate) fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), indices: Vec::new(), is_parameter: false }
    }

    pub(crate) fn element(name: impl Into<String>, indices: impl Into<Vec<Subscript>>) -> Self {
        Self { name: name.into(), indices: indices.into(), is_parameter: false }
    }

    pub(crate) fn parameter(name: impl Into<String>, indices: impl Into<Vec<Subscript>>) -> Self {
        Self { name: name.into(), indices: indices.into(), is_parameter: true }
    }
}

impl From<Place> for Expression {
    fn from(place: Place) -> Self {
        Self::Place(place)
    }
}

impl Expression {
    pub(crate) fn named(name: impl Into<String>) -> Self {
        Self::Place(Place::named(name))
    }

    pub(crate) fn operation(operator: Operator, left: Self, right: Self) -> Self {
        Self::Operation(operator, Box::new([left, right]))
    }
}

impl Body {
    /// Whether a name occurs in it.
    pub(crate) fn mentions(&self, name: &str) -> bool {
        Statement::any_mentions(&self.statements, name)
            || match &self.result {
                Outcome::Number(value) | Outcome::Each(value, _) => value.mentions(name),
                Outcome::Elements(elements) => elements.iter().any(|element| element.mentions(name)),
                Outcome::Array(array, _) => array == name,
            }
    }
}

impl Statement {
    /// Whether a name is read in one of these statements.
    pub(crate) fn any_mentions(statements: &[Self], name: &str) -> bool {
        statements.iter().any(|statement| match statement {
            Self::Comment(_) | Self::Array { .. } => false,
            Self::Let { value, .. } | Self::Variable { value, .. } | Self::Assign { value, .. } => value.mentions(name),
            Self::Repeat { body, .. } => Self::any_mentions(body, name),
            Self::List { elements: values, .. } | Self::Fill { arguments: values, .. } => {
                values.iter().any(|value| value.mentions(name))
            }
        })
    }
}

impl Choice {
    /// Whether there is another choice in it, so that it reads better in several lines.
    pub(crate) fn is_nested(&self) -> bool {
        [&self.then, &self.otherwise].into_iter().any(|value| matches!(value, Expression::Choice(_)))
    }
}

impl Expression {
    fn mentions(&self, name: &str) -> bool {
        match self {
            Self::Number(_) => false,
            Self::Place(place) => place.name == name,
            Self::Negative(value) | Self::Rounded(value) | Self::Widened(value) => value.mentions(name),
            Self::Operation(_, operands) => operands.iter().any(|operand| operand.mentions(name)),
            Self::Call { arguments, .. } => arguments.iter().any(|argument| argument.mentions(name)),
            Self::Choice(choice) => {
                let compared = match &choice.condition {
                    Condition::Numbers(_, sides) => sides.iter().any(|side| side.mentions(name)),
                    Condition::SameIndex(_) => false,
                };
                compared || choice.then.mentions(name) || choice.otherwise.mentions(name)
            }
        }
    }
}
