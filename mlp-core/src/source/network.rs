//! A network without its type.

use super::SourceError;
use super::labels::Labels;
use super::program::Parameter;
use crate::equations::{Equations, Precision};
use crate::math::wide;
use crate::network::{Array as _, Names};
use crate::{Network, Scalar};

/// A network with its numbers in `f64`, which holds every number of `f32` too.
#[derive(Clone, Debug)]
pub(crate) struct Frozen {
    /// `Net`
    pub(crate) name: String,
    /// `2 => tanh(2) => sigmoid(1)`
    pub(crate) architecture: String,
    pub(crate) precision: Precision,
    /// The precision of raw inputs, outputs and targets, and of their scaling.
    pub(crate) raw_precision: Precision,
    pub(crate) inputs: Names,
    pub(crate) predictions: Names,
    pub(crate) targets: Names,
    pub(crate) parameters: Vec<Parameter>,
    /// Whether the parameters are on the heap.
    pub(crate) is_on_heap: bool,
    pub(crate) equations: Equations,
    pub(crate) input_scaling: Option<FrozenScaling>,
    pub(crate) output_scaling: Option<FrozenScaling>,
    pub(crate) labels: Labels,
    /// The first number that is infinite or NaN.
    not_finite: Option<(String, f64)>,
}

/// An offset and a scale for each value.
#[derive(Clone, Debug)]
pub(crate) struct FrozenScaling {
    pub(crate) offset: Vec<f64>,
    pub(crate) scale: Vec<f64>,
}

impl FrozenScaling {
    /// Offset and scale of a value.
    pub(crate) fn get(&self, number: usize) -> [f64; 2] {
        [self.offset[number], self.scale[number]]
    }

    /// Whether it changes any bit of a raw value. It changes none of an input of a category.
    pub(crate) fn changes(&self, number: usize) -> bool {
        self.get(number).map(f64::to_bits) != [0.0, 1.0].map(f64::to_bits)
    }
}

impl Frozen {
    pub(crate) fn new<N: Network>(network: &N) -> Self {
        let mut parameters = N::Parameters::zeros();
        network.copy_parameters_into(&mut parameters);
        let architecture = N::ARCHITECTURE;
        let output = architecture.layers.last().map(|layer| layer.activations);
        let values = wide(parameters.as_ref());
        let mut frozen = Self {
            name: architecture.name.to_owned(),
            architecture: architecture.to_string(),
            precision: Precision::of::<N::Scalar>(),
            raw_precision: Precision::of::<N::Scalar>(),
            inputs: architecture.inputs,
            predictions: output.unwrap_or(Names::Listed(&[])),
            targets: architecture.targets,
            parameters: Vec::new(),
            is_on_heap: N::Parameters::IS_ON_HEAP,
            equations: Equations::of::<N>(),
            input_scaling: None,
            output_scaling: None,
            labels: Labels::default(),
            not_finite: None,
        };
        let lists = architecture.layers.iter().flat_map(|layer| [layer.weights, layer.biases]);
        let mut rest = &*values;
        for names in lists {
            let Some((own, others)) = rest.split_at_checked(names.len()) else { break };
            rest = others;
            for (name, &value) in names.iter().zip(own) {
                frozen.check(|| name.to_string(), value);
            }
            frozen.add(names, own);
        }
        frozen
    }

    fn add(&mut self, names: Names, values: &[f64]) {
        let shape = match names {
            Names::Listed(words) => {
                let number = |(&word, &value): (&&str, &f64)| Parameter {
                    name: word.to_owned(),
                    shape: Vec::new(),
                    values: vec![value],
                };
                return self.parameters.extend(words.iter().zip(values).map(number));
            }
            Names::Array { len, .. } => vec![len],
            Names::Matrix { rows, columns, .. } => vec![rows, columns],
        };
        let (Names::Array { name, .. } | Names::Matrix { name, .. }) = names else { return };
        self.parameters.push(Parameter { name: name.to_owned(), shape, values: values.to_vec() });
    }

    /// Whether raw values are `f64`, and the network computes in `f32`.
    pub(crate) fn is_mixed(&self) -> bool {
        self.precision != self.raw_precision
    }

    pub(crate) fn is_single(&self) -> bool {
        self.precision == Precision::Single
    }

    pub(crate) fn is_rolled(&self) -> bool {
        !matches!(self.inputs, Names::Listed(_))
    }

    pub(crate) fn is_scaled(&self) -> bool {
        self.input_scaling.is_some() || self.output_scaling.is_some()
    }

    pub(crate) fn parameter_count(&self) -> usize {
        self.parameters.iter().map(|parameter| parameter.values.len()).sum()
    }

    pub(crate) fn scale_inputs<T: Scalar>(&mut self, offset: &[T], scale: &[T]) {
        self.input_scaling = Some(self.scaling(self.inputs, offset, scale));
    }

    pub(crate) fn scale_outputs<T: Scalar>(&mut self, offset: &[T], scale: &[T]) {
        self.output_scaling = Some(self.scaling(self.predictions, offset, scale));
    }

    fn scaling<T: Scalar>(&mut self, names: Names, offset: &[T], scale: &[T]) -> FrozenScaling {
        let scaling = FrozenScaling { offset: wide(offset), scale: wide(scale) };
        for ((name, &offset), &scale) in names.iter().zip(&scaling.offset).zip(&scaling.scale) {
            self.check(|| format!("the offset of {name}"), offset);
            self.check(|| format!("the scale of {name}"), scale);
        }
        scaling
    }

    fn check(&mut self, name: impl FnOnce() -> String, value: f64) {
        if !value.is_finite() && self.not_finite.is_none() {
            self.not_finite = Some((name(), value));
        }
    }

    pub(crate) fn check_numbers(&self) -> Result<(), SourceError> {
        match &self.not_finite {
            None => Ok(()),
            Some((name, value)) => Err(SourceError::NotFinite { name: name.clone(), value: *value }),
        }
    }
}
