//! From what a network knows to a program.

#[cfg(feature = "lesson")]
mod step;

use super::functions::Functions;
use super::header;
use super::language::Language;
use super::lower::Lowering;
use super::network::{Frozen, FrozenScaling};
use super::program::{Body, Expression, Operator, Outcome, Parameter, Place, Program, Statement, Subscript};
use crate::equations::{self, Equation, Part, Precision};
use crate::network::Names;

#[cfg(feature = "lesson")]
pub(crate) use step::{Quantity, Step, Update, WIDE, step};

/// The program of a network in a language.
pub(crate) fn program(frozen: &Frozen, has_training: bool, name: &str, language: &'static Language) -> Program {
    let classes_name = format!("{name}_classes");
    let taken = file_names(frozen, name);
    let taken = || taken.iter().map(String::as_str);
    let prefix = if language.prefixes_functions { format!("{name}_") } else { String::new() };
    let mut function_names = language.names(taken());
    let network = function_names.fresh(&frozen.name);
    let precision = if language.is_always_double { Precision::Double } else { frozen.precision };
    let outputs = frozen.predictions.len();
    let mut functions = Functions::new(function_names, value_names(frozen), language, prefix, precision, outputs);
    let mut freezer = Freezer { frozen, taken: taken().collect(), language, functions: &mut functions };
    let predict = freezer.predict();
    let train = has_training.then(|| freezer.train());
    let (parameters, constants) = (freezer.parameters(), freezer.constants());
    let Functions { defined, calls_power_of_two, fdlibm, supplied, .. } = functions;
    let mut program = Program {
        header: Vec::new(),
        name: name.to_owned(),
        network,
        is_single: precision == Precision::Single,
        is_raw_single: precision == Precision::Single && frozen.raw_precision == Precision::Single,
        inputs: frozen.inputs.len(),
        outputs,
        parameters,
        constants,
        classes: frozen.labels.classes.clone(),
        classes_name: if language.has_capital_constants { classes_name.to_uppercase() } else { classes_name.clone() },
        functions: defined,
        calls_power_of_two,
        supplied,
        predict,
        train,
    };
    program.header = header::lines(frozen, &program, language, &fdlibm);
    program
}

/// The names of the file's functions and constants, in one language or another.
fn file_names(frozen: &Frozen, name: &str) -> Vec<String> {
    let arrays = frozen.parameters.iter().filter(|parameter| !parameter.shape.is_empty());
    let arrays = arrays.map(|parameter| parameter.name.as_str()).chain(INPUT_SCALING).chain(OUTPUT_SCALING);
    let behind =
        arrays.chain(["train", "net", "trained", "power_of_two", "classes"]).map(|word| format!("{name}_{word}"));
    let capitals = ["TRAINED", "CLASSES"].map(|word| format!("{}_{word}", name.to_uppercase()));
    behind.chain([name.to_owned()]).chain(capitals).collect()
}

/// The names of values in any of the functions, perhaps with `_` behind them.
fn value_names(frozen: &Frozen) -> Vec<&str> {
    let equations = frozen.equations.sections().iter().flat_map(|section| &section.equations);
    let mut names: Vec<_> = equations.map(Equation::name).collect();
    names.extend(frozen.parameters.iter().map(|parameter| parameter.name.as_str()));
    for ends in [frozen.inputs, frozen.targets] {
        if let Names::Listed(words) = ends {
            names.extend(words);
        }
    }
    names.extend([INPUT_SCALING, OUTPUT_SCALING].as_flattened());
    names.extend(OWN_VALUES);
    names
}

/// The names of values that no equation has.
const OWN_VALUES: [&str; 9] =
    ["x1", "y_true1", "scaled_x", "scaled_y_true", "unscaled_y_pred", "sum", "sums", "values", "result"];

struct Freezer<'a> {
    frozen: &'a Frozen,
    /// The names of functions and constants of the file.
    taken: Vec<&'a str>,
    language: &'static Language,
    functions: &'a mut Functions,
}

/// Numbers that the network gets from its caller: in a program one array, in equations one name each, or an array too.
struct Given<'a> {
    /// The name of the array in the program.
    array: &'static str,
    /// The names in the equations.
    names: Names,
    scaling: Option<&'a FrozenScaling>,
    /// The names of the constant arrays of the scaling, for a rolled network.
    constants: [&'static str; 2],
}

impl<'a> Given<'a> {
    fn inputs(frozen: &'a Frozen) -> Self {
        let scaling = frozen.input_scaling.as_ref();
        Self { array: "x", names: frozen.inputs, scaling, constants: INPUT_SCALING }
    }

    fn targets(frozen: &'a Frozen) -> Self {
        let scaling = frozen.output_scaling.as_ref();
        Self { array: "y_true", names: frozen.targets, scaling, constants: OUTPUT_SCALING }
    }
}

const INPUT_SCALING: [&str; 2] = ["input_offset", "input_scale"];
const OUTPUT_SCALING: [&str; 2] = ["output_offset", "output_scale"];

impl Freezer<'_> {
    fn lowering(&mut self) -> Lowering<'_> {
        let taken = INPUT_SCALING.into_iter().chain(OUTPUT_SCALING).chain(self.taken.iter().copied());
        let mut lowering = Lowering::new(self.language.names(taken), self.functions);
        // The parameters come first, so that they have the same names in every function.
        for Parameter { name, shape, .. } in &self.frozen.parameters {
            lowering.parameters.insert(name.clone());
            let name = lowering.names.get(name);
            if !shape.is_empty() {
                lowering.arrays.insert(name, shape.clone());
            }
        }
        lowering.names.set("learning_rate", "learning_rate");
        lowering
    }

    fn predict(&mut self) -> Body {
        let frozen = self.frozen;
        let mut lowering = self.lowering();
        lowering.given(frozen, &Given::inputs(frozen));
        lowering.sections(frozen, |part| matches!(part, Part::Forward { .. }));
        let result = lowering.outcome(frozen);
        Body { statements: lowering.statements, result }
    }

    fn train(&mut self) -> Vec<Statement> {
        let frozen = self.frozen;
        let mut lowering = self.lowering();
        lowering.given(frozen, &Given::inputs(frozen));
        lowering.given(frozen, &Given::targets(frozen));
        let parts = |part: &Part| matches!(part, Part::Forward { .. } | Part::Backprop { .. } | Part::Update);
        lowering.sections(frozen, parts);
        lowering.statements
    }

    /// The parameters under their names in the program.
    fn parameters(&mut self) -> Vec<Parameter> {
        let parameters = &self.frozen.parameters;
        let names = &mut self.lowering().names;
        parameters.iter().map(|parameter| Parameter { name: names.get(&parameter.name), ..parameter.clone() }).collect()
    }

    /// The scalings of a rolled network; those of an unrolled one stand where they are used.
    fn constants(&self) -> Vec<Parameter> {
        let scalings = [(INPUT_SCALING, &self.frozen.input_scaling), (OUTPUT_SCALING, &self.frozen.output_scaling)];
        let scalings = scalings.into_iter().filter_map(|(names, scaling)| Some((names, scaling.as_ref()?)));
        let arrays =
            scalings.flat_map(|([offset, scale], scaling)| [(offset, &scaling.offset), (scale, &scaling.scale)]);
        let constant = |(name, values): (&str, &Vec<f64>)| Parameter {
            name: name.to_owned(),
            shape: vec![values.len()],
            values: values.clone(),
        };
        if self.frozen.is_rolled() { arrays.map(constant).collect() } else { Vec::new() }
    }
}

impl Lowering<'_> {
    /// The equations of these parts, each part under its title.
    fn sections(&mut self, frozen: &Frozen, is_wanted: impl Fn(&Part) -> bool) {
        for section in frozen.equations.sections().iter().filter(|section| is_wanted(&section.part)) {
            self.statements.push(Statement::Comment(section.title.clone()));
            // First all sums of a layer, then all its activations: compilers compute those side by side.
            let calls = |equation: &&Equation| matches!(equation.expression(), equations::Expression::Call { .. });
            let (calls, others): (Vec<_>, Vec<_>) = match section.part {
                Part::Forward { .. } => section.equations.iter().partition(calls),
                _ => (Vec::new(), section.equations.iter().collect()),
            };
            self.equations(&others);
            self.equations(&calls);
        }
    }

    /// Gives the numbers in an array the names that they have in the equations, scaled.
    fn given(&mut self, frozen: &Frozen, given: &Given) {
        let Given { array, names: Names::Listed(words), scaling, .. } = given else {
            return self.given_array(frozen, given);
        };
        for (number, word) in words.iter().enumerate() {
            // A single input has the name of the array.
            let name = if word == array { self.names.fresh(&format!("{array}1")) } else { self.names.get(word) };
            self.names.set(word, &name);
            let raw = Place::element(*array, [Subscript::Number(number)]).into();
            let value = match scaling.filter(|scaling| scaling.changes(number)) {
                None => raw,
                Some(scaling) => scaled(raw, scaling.get(number).map(Expression::Number)),
            };
            self.statements.push(Statement::Let { name, value: rounded(frozen, value) });
        }
    }

    fn given_array(&mut self, frozen: &Frozen, given: &Given) {
        let Given { array, names, scaling, constants } = *given;
        let (Names::Array { name, len } | Names::Matrix { name, columns: len, .. }) = names else { return };
        self.arrays.insert(array.to_owned(), vec![len]);
        self.names.set(name, array);
        let (prefix, value) = match scaling {
            None if frozen.is_mixed() => ("rounded", each(array)),
            None => return,
            Some(_) => ("scaled", scaled(each(array), constants.map(each))),
        };
        let own = self.names.fresh(&format!("{prefix}_{name}"));
        self.names.set(name, &own);
        self.fill(&own, len, rounded(frozen, value));
    }

    /// The predictions, in the unit of the targets.
    fn outcome(&mut self, frozen: &Frozen) -> Outcome {
        let scaling = frozen.output_scaling.as_ref();
        match frozen.predictions {
            Names::Listed(words) => {
                let elements = words.iter().enumerate().map(|(number, word)| {
                    let y_pred = widened(frozen, Expression::named(self.names.get(word)));
                    match scaling.map(|scaling| scaling.get(number)) {
                        None => y_pred,
                        Some(numbers) => unscaled(y_pred, numbers.map(Expression::Number)),
                    }
                });
                Outcome::Elements(elements.collect())
            }
            Names::Array { name, len } | Names::Matrix { name, columns: len, .. } => {
                let y_pred = self.names.get(name);
                let value = widened(frozen, each(&y_pred));
                match scaling {
                    Some(_) => Outcome::Each(unscaled(value, OUTPUT_SCALING.map(each)), len),
                    None if frozen.is_mixed() => Outcome::Each(value, len),
                    None => Outcome::Array(y_pred, len),
                }
            }
        }
    }

    /// A new array whose elements have this value.
    fn fill(&mut self, name: &str, length: usize, value: Expression) {
        self.arrays.insert(name.to_owned(), vec![length]);
        self.statements.push(Statement::Array { name: name.to_owned(), shape: vec![length], is_zero: false });
        let place = Place::element(name, [Subscript::Index("i".to_owned())]);
        let body = vec![Statement::Assign { place, value }];
        self.statements.push(Statement::Repeat { index: "i".to_owned(), from: 0, to: length, body });
    }
}

/// The element at the index `i`.
fn each(array: &str) -> Expression {
    Place::element(array, [Subscript::Index("i".to_owned())]).into()
}

/// (value − offset) / scale
fn scaled(value: Expression, [offset, scale]: [Expression; 2]) -> Expression {
    Expression::operation(Operator::Divide, Expression::operation(Operator::Subtract, value, offset), scale)
}

/// value · scale + offset
fn unscaled(value: Expression, [offset, scale]: [Expression; 2]) -> Expression {
    Expression::operation(Operator::Add, Expression::operation(Operator::Multiply, value, scale), offset)
}

/// A raw value in the precision of the network.
fn rounded(frozen: &Frozen, raw: Expression) -> Expression {
    if frozen.is_mixed() { Expression::Rounded(Box::new(raw)) } else { raw }
}

/// A number of the network in the precision of raw values.
fn widened(frozen: &Frozen, value: Expression) -> Expression {
    if frozen.is_mixed() { Expression::Widened(Box::new(value)) } else { value }
}
