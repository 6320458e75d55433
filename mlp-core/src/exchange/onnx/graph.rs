//! The operators of a network.

use std::string::{String, ToString as _};
use std::vec::Vec;
use std::{format, vec};

use super::OnnxError;
use super::proto::{Attribute, Dimension, Graph, Node, Shape, Tensor, TensorType, Type, ValueInfo};
use crate::activation::BuiltIn;
use crate::exchange::erased::{Activation, little_endian};

/// Adds operators, each of which takes what the last one gives.
pub(super) struct GraphWriter {
    /// Whether the inputs are `f32`.
    takes_single: bool,
    /// Whether the values are, where the graph ends now.
    is_single: bool,
    /// The name of the last operator's values.
    current: String,
    nodes: Vec<Node>,
    initializers: Vec<Tensor>,
}

const INPUT: &str = "x";
const OUTPUT: &str = "y_pred";

impl GraphWriter {
    pub(super) fn new(is_single: bool) -> Self {
        let current = INPUT.to_string();
        Self { takes_single: is_single, is_single, current, nodes: Vec::new(), initializers: Vec::new() }
    }

    /// An operator that also takes these constants. Its values get the name `output`.
    pub(super) fn operator(&mut self, operator: &str, constants: &[&str], output: String) {
        self.operator_with(operator, constants, &[], output);
    }

    /// Goes on in `f32` or in `f64`.
    pub(super) fn convert(&mut self, is_single: bool, output: &str) {
        if self.is_single != is_single {
            self.is_single = is_single;
            let to = Some(i64::from(element_type(is_single)));
            let attribute = Attribute { name: "to".to_string(), float: None, int: to, kind: INTEGER };
            self.node("Cast", &[], vec![attribute], output.to_string());
        }
    }

    fn operator_with(&mut self, operator: &str, constants: &[&str], attributes: &[(&str, f32)], output: String) {
        let attribute = |&(name, value): &(&str, f32)| Attribute {
            name: name.to_string(),
            float: Some(value),
            int: None,
            kind: FLOAT,
        };
        self.node(operator, constants, attributes.iter().map(attribute).collect(), output);
    }

    fn node(&mut self, operator: &str, constants: &[&str], attributes: Vec<Attribute>, output: String) {
        let inputs = [&[&*self.current], constants].concat().into_iter().map(str::to_string).collect();
        self.current.clone_from(&output);
        self.nodes.push(Node { inputs, outputs: vec![output], operator: operator.to_string(), attributes });
    }

    pub(super) fn constant(&mut self, name: &str, dimensions: &[usize], numbers: &[f64]) {
        self.initializers.push(Tensor {
            dimensions: dimensions.iter().map(|&length| signed(length)).collect(),
            element_type: element_type(self.is_single),
            name: name.to_string(),
            data: little_endian(numbers, self.is_single),
        });
    }

    /// z = x·w + b, with our own order of weights, a row for each source.
    pub(super) fn affine(&mut self, number: usize, [fan_in, fan_out]: [usize; 2], weights: &[f64], biases: &[f64]) {
        let [w, b] = ["w", "b"].map(|what| format!("{what}{number}"));
        self.constant(&w, &[fan_in, fan_out], weights);
        self.constant(&b, &[fan_out], biases);
        self.operator("Gemm", &[&w, &b], format!("z{number}"));
    }

    /// a from z
    pub(super) fn activation(&mut self, number: usize, (word, which): Activation) -> Result<(), OnnxError> {
        let Some(which) = which else { return Err(OnnxError::OwnActivation { activation: word.to_string() }) };
        let is_double_possible =
            matches!(which, BuiltIn::sigmoid | BuiltIn::tanh | BuiltIn::relu | BuiltIn::identity | BuiltIn::softmax);
        if !self.is_single && !is_double_possible {
            return Err(OnnxError::DoubleActivation { activation: word });
        }
        let a = format!("a{number}");
        let (operator, attributes): (_, &[_]) = match which {
            BuiltIn::identity => return Ok(()),
            BuiltIn::silu => {
                let z = self.current.clone();
                self.operator("Sigmoid", &[], format!("s{number}"));
                self.operator("Mul", &[&z], a);
                return Ok(());
            }
            BuiltIn::hard_tanh => {
                let [lowest, highest] = ["lowest", "highest"].map(|bound| format!("{bound}{number}"));
                self.constant(&lowest, &[], &[-1.0]);
                self.constant(&highest, &[], &[1.0]);
                self.operator("Clip", &[&lowest, &highest], a);
                return Ok(());
            }
            BuiltIn::sigmoid => ("Sigmoid", &[]),
            BuiltIn::tanh => ("Tanh", &[]),
            BuiltIn::relu => ("Relu", &[]),
            BuiltIn::leaky_relu => ("LeakyRelu", &[("alpha", 0.01)]),
            BuiltIn::elu => ("Elu", &[("alpha", 1.0)]),
            BuiltIn::softplus => ("Softplus", &[]),
            BuiltIn::gelu => ("Gelu", &[]),
            BuiltIn::hard_sigmoid => ("HardSigmoid", &[("alpha", 1.0 / 6.0), ("beta", 0.5)]),
            BuiltIn::softsign => ("Softsign", &[]),
            // By default it goes along the last dimension, the outputs of an example.
            BuiltIn::softmax => ("Softmax", &[]),
        };
        self.operator_with(operator, &[], attributes, a);
        Ok(())
    }

    /// The graph from inputs to predictions, for any number of examples at a time.
    pub(super) fn finish(mut self, name: &str, [inputs, outputs]: [usize; 2]) -> Graph {
        if let Some(last) = self.nodes.last_mut() {
            last.outputs = vec![OUTPUT.to_string()];
        }
        let value = |name: &str, length: usize, is_single: bool| {
            let batch = Dimension { value: None, parameter: Some("batch".to_string()) };
            let shape = Shape { dimensions: vec![batch, Dimension { value: Some(signed(length)), parameter: None }] };
            let tensor = TensorType { element_type: element_type(is_single), shape: Some(shape) };
            ValueInfo { name: name.to_string(), kind: Some(Type { tensor: Some(tensor) }) }
        };
        Graph {
            inputs: vec![value(INPUT, inputs, self.takes_single)],
            outputs: vec![value(OUTPUT, outputs, self.is_single)],
            nodes: self.nodes,
            name: name.to_string(),
            initializers: self.initializers,
        }
    }
}

/// The types of attributes.
const FLOAT: i32 = 1;
const INTEGER: i32 = 2;

/// The type of the numbers of a tensor.
const fn element_type(is_single: bool) -> i32 {
    if is_single { 1 } else { 11 }
}

fn signed(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
