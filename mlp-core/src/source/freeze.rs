//! From what a network knows to a program.

use super::functions::Functions;
use super::header;
use super::language::Language;
use super::lower::Lowering;
use super::network::{Frozen, FrozenScaling};
use super::program::{Body, Expression, Operator, Outcome, Parameter, Place, Program, Statement, Subscript};
use crate::equations::{self, Equation, Part, Precision};
use crate::network::Names;

/// The program of a network in a language.
pub(crate) fn program(frozen: &Frozen, has_training: bool, name: &str, language: &Language) -> Program {
    let train_name = format!("{name}_train");
    let parameters = frozen.parameters.iter().map(|parameter| parameter.name.as_str());
    let prefix = if language.prefixes_functions { format!("{name}_") } else { String::new() };
    let mut function_names = language.names(parameters.chain([name, &train_name]));
    let network = function_names.fresh(&frozen.name);
    let precision = if language.is_always_double { Precision::Double } else { frozen.precision };
    let outputs = frozen.predictions.len();
    let mut functions = Functions::new(function_names, language.keywords, prefix, precision, outputs);
    let mut freezer = Freezer { frozen, taken: [name, &train_name], language, functions: &mut functions };
    let predict = freezer.predict();
    let train = has_training.then(|| freezer.train());
    let (parameters, constants) = (freezer.parameters(), freezer.constants());
    let Functions { defined, elementary, supplied, .. } = functions;
    let mut program = Program {
        header: Vec::new(),
        name: name.to_owned(),
        network,
        is_single: precision == Precision::Single,
        inputs: frozen.inputs.len(),
        outputs,
        parameters,
        constants,
        functions: defined,
        elementary,
        supplied,
        predict,
        train,
    };
    program.header = header::lines(frozen, &program, language);
    program
}

struct Freezer<'a> {
    frozen: &'a Frozen,
    /// The names of the functions that the file has for its user.
    taken: [&'a str; 2],
    language: &'a Language,
    functions: &'a mut Functions,
}

/// Numbers that the network gets from its caller: in a program one array, in equations one name each, or an array too.
struct Given {
    /// The name of the array in the program.
    array: &'static str,
    /// The names in the equations.
    names: Names,
    /// The names of the constant arrays of their scaling, for a rolled network.
    scaling: [&'static str; 2],
}

const INPUT_SCALING: [&str; 2] = ["input_offset", "input_scale"];
const OUTPUT_SCALING: [&str; 2] = ["output_offset", "output_scale"];

impl Freezer<'_> {
    fn lowering(&mut self) -> Lowering<'_> {
        let taken = [INPUT_SCALING, OUTPUT_SCALING, self.taken];
        let mut lowering = Lowering::new(self.language.names(taken.into_iter().flatten()), self.functions);
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
        lowering
            .given(&Given { array: "x", names: frozen.inputs, scaling: INPUT_SCALING }, frozen.input_scaling.as_ref());
        lowering.sections(frozen, |part| matches!(part, Part::Forward { .. }));
        let result = lowering.outcome(frozen);
        Body { statements: lowering.statements, result }
    }

    fn train(&mut self) -> Vec<Statement> {
        let frozen = self.frozen;
        let mut lowering = self.lowering();
        lowering
            .given(&Given { array: "x", names: frozen.inputs, scaling: INPUT_SCALING }, frozen.input_scaling.as_ref());
        let targets = Given { array: "y_true", names: frozen.targets, scaling: OUTPUT_SCALING };
        lowering.given(&targets, frozen.output_scaling.as_ref());
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
    fn given(&mut self, given: &Given, scaling: Option<&FrozenScaling>) {
        let Given { array, names, .. } = given;
        let Names::Listed(words) = names else { return self.given_array(given, scaling) };
        for (number, word) in words.iter().enumerate() {
            // A single input has the name of the array.
            let name = if word == array { self.names.fresh(&format!("{array}1")) } else { self.names.get(word) };
            self.names.set(word, &name);
            let raw = Place::element(*array, [Subscript::Number(number)]).into();
            let value = match scaling {
                None => raw,
                Some(FrozenScaling { offset, scale }) => {
                    scaled(raw, [offset[number], scale[number]].map(Expression::Number))
                }
            };
            self.statements.push(Statement::Let { name, value });
        }
    }

    fn given_array(&mut self, given: &Given, scaling: Option<&FrozenScaling>) {
        let Given { array, names, scaling: [offset, scale] } = *given;
        let (Names::Array { name, len } | Names::Matrix { name, columns: len, .. }) = names else { return };
        self.arrays.insert(array.to_owned(), vec![len]);
        self.names.set(name, array);
        if scaling.is_some() {
            let own = self.names.fresh(&format!("scaled_{name}"));
            self.names.set(name, &own);
            let [raw, offset, scale] = [array, offset, scale].map(each);
            self.fill(&own, len, scaled(raw, [offset, scale]));
        }
    }

    /// The predictions, in the unit of the targets.
    fn outcome(&mut self, frozen: &Frozen) -> Outcome {
        let scaling = frozen.output_scaling.as_ref();
        match frozen.predictions {
            Names::Listed(words) => {
                let elements = words.iter().enumerate().map(|(number, word)| {
                    let y_pred = Expression::named(self.names.get(word));
                    match scaling {
                        None => y_pred,
                        Some(FrozenScaling { offset, scale }) => {
                            unscaled(y_pred, [offset[number], scale[number]].map(Expression::Number))
                        }
                    }
                });
                Outcome::Elements(elements.collect())
            }
            Names::Array { name, len } | Names::Matrix { name, columns: len, .. } => {
                let y_pred = self.names.get(name);
                if scaling.is_none() {
                    return Outcome::Array(y_pred, len);
                }
                let own = self.names.fresh("unscaled_y_pred");
                self.fill(&own, len, unscaled(each(&y_pred), OUTPUT_SCALING.map(each)));
                Outcome::Array(own, len)
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
