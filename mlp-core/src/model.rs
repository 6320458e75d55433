//! Models: networks that know the names of their columns, categories and classes.
//!
//! A [`Scaled`] network takes numbers in the order of its inputs, and nothing can notice when two of them are swapped. A
//! [`Model`] also knows what a [`Dataset`](crate::Dataset) knows. Another program predicts from its file by name,
//! whatever the order of the columns:
//!
#![cfg_attr(all(feature = "csv", feature = "serde"), doc = "```")]
#![cfg_attr(not(all(feature = "csv", feature = "serde")), doc = "```ignore")]
//! use mlp_core::metrics::ConfusionMatrix;
//! use mlp_core::{Adam, Batch, Missing, Model, Table, Trainer, mlp};
//!
//! mlp!(pub struct Penguins: 5 => tanh(8) => softmax(3), loss = cross_entropy);
//!
//! let table = Table::read("../examples/data/penguins.csv")?;
//! let data = table
//!     .select()
//!     .numbers(["bill_length_mm", "body_mass_g"])
//!     .category("island")
//!     .class("species")
//!     .missing(Missing::Drop)
//!     .load()?;
//! let trainer = Trainer::new(Adam::new(0.01)).epochs(100).batch(Batch::Mini(16)).shuffle(1);
//! let fitted = Model::<Penguins>::fit(&data, trainer, 1)?;
//! let matrix = ConfusionMatrix::<3>::from_model(&fitted.model, &fitted.held_back)?;
//! assert!(matrix.accuracy() > Some(0.95));
//! # let path = std::env::temp_dir().join("documented_model.json");
//! # let path = path.as_path();
//! fitted.model.save(path)?;
//!
//! // The next day, in another program:
//! let model = Model::<Penguins>::load(path)?;
//! # std::fs::remove_file(path)?;
//! let table = Table::from_reader("id,island,body_mass_g,bill_length_mm\n7,Dream,3750,39.1\n".as_bytes())?;
//! assert_eq!(model.predict_table(&table)?[0].class(), Some("Adelie"));
//!
//! let row = [("body_mass_g", "3750"), ("island", "Anvers"), ("bill_length_mm", "39.1")];
//! assert_eq!(
//!     model.predict_row(row).unwrap_err().to_string(),
//!     "column `island`: `Anvers` is not one of the values of the training `Biscoe`, `Dream`, `Torgersen`; \
//!      `.unseen(Unseen::Zeros)` takes it as none of them",
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What must be there
//!
//! Every column of the inputs must be there, under its name, once. Further columns are ignored: files carry an id, a date
//! or the target itself. A misspelt name cannot hide among them, because then the right one is missing.
//!
//! A missing cell is an error. `Model::select` gives the selection itself, which can leave such rows out or fill them.
//! A value that its category does not have is an error too, unless [`Model::unseen`] permits it.
//!
//! A model knows columns, not how a file writes its numbers. A program that reads another file for it needs the
//! `TableFormat` of that file. `predict_row` takes numbers with a point, and shares as 0.125, not as 12.5 %.
//!
//! # Numbers
//!
//! Raw values are `f64`, whatever the scalar of the network, and so are predictions. A model scales in `f64` and rounds
//! the result to the scalar, so a network in `f32` can learn from times in seconds.

mod error;
mod evaluation;
mod fit;
mod judge;
mod prediction;
mod row;
mod source;
#[cfg(feature = "csv")]
mod table;

use crate::batch::BatchLengthError;
use crate::dataset::{Column, Schema, Target};
use crate::network::Array;
use crate::{Network, Scalar, Scaled, Scaling};

pub use error::ModelError;
pub use evaluation::{ClassScores, Evaluation, TargetScores};
pub use fit::Fitted;
pub use prediction::Prediction;
pub use row::{Cell, RowError};

/// The raw inputs of a network, in `f64`.
type RawInput<N> = <<N as Network>::Input as Array<<N as Network>::Scalar>>::Wide;
/// The raw outputs of a network, in `f64`.
type RawOutput<N> = <<N as Network>::Output as Array<<N as Network>::Scalar>>::Wide;

/// A network with its scaling and the names of its columns, categories and classes: see [the module](self).
#[derive(Clone, Debug, PartialEq)]
pub struct Model<N: Network> {
    pub(crate) network: N,
    pub(crate) inputs: Scaling<RawInput<N>>,
    pub(crate) outputs: Option<Scaling<RawOutput<N>>>,
    pub(crate) schema: Schema,
}

/// The parts of a model.
impl<N: Network> Model<N> {
    /// The network. It takes scaled inputs.
    #[must_use]
    pub fn network(&self) -> &N {
        &self.network
    }

    /// The columns of the inputs and the target, as a data set knows them.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The columns of the inputs, in their order.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        self.schema.columns()
    }

    /// The values of the category in this column. `None` if the model has no such column, or it holds numbers.
    #[must_use]
    pub fn categories(&self, column: &str) -> Option<&[String]> {
        self.schema.categories(column)
    }

    /// The target: numbers or a class.
    #[must_use]
    pub fn target(&self) -> &Target {
        self.schema.target()
    }

    /// The names of the classes, in the order of the outputs; empty if numbers are predicted.
    #[must_use]
    pub fn classes(&self) -> &[String] {
        self.schema.classes()
    }

    /// Whether the outputs lie between 0 and 1, whatever the inputs.
    fn are_probabilities() -> bool {
        let output = N::ARCHITECTURE.layers.last();
        output.and_then(|output| output.activation.range()) == Some([0.0, 1.0])
    }

    /// A model, if everything fits.
    pub(crate) fn checked(
        network: N,
        schema: Schema,
        inputs: Scaling<RawInput<N>>,
        outputs: Option<Scaling<RawOutput<N>>>,
    ) -> Result<Self, ModelError> {
        schema.check(N::ARCHITECTURE.inputs.len(), N::ARCHITECTURE.targets.len())?;
        check_scaling::<f64>(&schema.input_names(), inputs.offset.as_ref(), inputs.scale.as_ref())?;
        if let Some(outputs) = &outputs {
            if !schema.classes().is_empty() {
                return Err(ModelError::ScaledClasses);
            }
            check_scaling::<f64>(schema.target().columns(), outputs.offset.as_ref(), outputs.scale.as_ref())?;
        }
        Ok(Self { network, inputs, outputs, schema })
    }
}

impl<N, T, const I: usize, const O: usize> Model<N>
where
    N: Network<Scalar = T, Input = [T; I], Output = [T; O]>,
    T: Scalar,
{
    /// A model of a network that was trained on examples of this schema, with these scalings. `outputs` is `None` if the
    /// targets were not scaled, as in classification.
    ///
    /// This is the long way, with a start, a split and a scaling of your own. [`fit`](Self::fit) is the short one.
    ///
    /// ```
    /// use mlp_core::dataset::Schema;
    /// use mlp_core::scaling::Scaler;
    /// use mlp_core::{Dataset, GradientDescent, Model, Trainer, mlp};
    ///
    /// mlp!(pub struct Line: 1 => identity(1));
    /// let schema = Schema::new().numbers(["celsius"]).targets(["fahrenheit"]);
    /// let data = Dataset::new(vec![([-40.0], [-40.0]), ([0.0], [32.0]), ([100.0], [212.0])]).with_schema(schema)?;
    ///
    /// let (inputs, outputs) = (data.fit_min_max()?, data.fit_targets(Scaler::min_max())?);
    /// let scaled = data.scale_inputs(&inputs).scale_targets(&outputs);
    /// let mut network = Line { w11: 0.0, b1: 0.0 };
    /// Trainer::new(GradientDescent::new(0.5)).fit(&mut network, scaled.examples())?;
    ///
    /// let model = Model::new(network, data.schema().ok_or("no names")?, inputs, Some(outputs))?;
    /// let [fahrenheit] = model.predict_row([("celsius", 37.0)])?.outputs();
    /// assert!((fahrenheit - 98.6).abs() < 1e-6);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the schema does not fit the network's inputs and outputs, or names something twice; if an offset is infinite or
    /// NaN, or a scale is not above 0; if outputs are scaled that are classes.
    pub fn new(
        network: N,
        schema: &Schema,
        inputs: Scaling<[f64; I]>,
        outputs: Option<Scaling<[f64; O]>>,
    ) -> Result<Self, ModelError> {
        Self::checked(network, schema.clone(), inputs, outputs)
    }

    /// The scaling of the inputs. The inputs of a category have the offset 0 and the scale 1.
    #[must_use]
    pub fn input_scaling(&self) -> &Scaling<[f64; I]> {
        &self.inputs
    }

    /// The scaling of the targets, whose inverse is applied to predictions; `None` if they are not scaled.
    #[must_use]
    pub fn output_scaling(&self) -> Option<&Scaling<[f64; O]>> {
        self.outputs.as_ref()
    }

    /// The names of the classes, as a [`ConfusionMatrix`](crate::metrics::ConfusionMatrix) takes them. `None` if the
    /// targets are numbers.
    #[must_use]
    pub fn class_names<const C: usize>(&self) -> Option<[&str; C]>
    where
        [f64; O]: crate::metrics::Classes<C>,
    {
        let classes = self.classes();
        (classes.len() == C).then(|| std::array::from_fn(|class| classes[class].as_str()))
    }

    /// The network and its scaling, without names. In `f64` it predicts the same bits. In `f32` the scaling is rounded,
    /// and raw values are rounded before they are scaled.
    ///
    /// # Errors
    ///
    /// If a number of the scaling is too large for the network's scalar, or a scale is so small that it becomes 0.
    pub fn scaled(&self) -> Result<Scaled<N>, ModelError> {
        let outputs =
            self.outputs.as_ref().map(|outputs| rounded(self.schema.target().columns(), outputs)).transpose()?;
        Ok(Scaled {
            network: self.network.clone(),
            inputs: rounded(&self.schema.input_names(), &self.inputs)?,
            outputs,
        })
    }

    /// Predicts from raw numbers in the order of the [inputs](Schema::input_names), in the targets' own unit.
    #[must_use]
    pub fn predict(&self, x: [f64; I]) -> [f64; O] {
        self.unscale(self.network.predict(self.inputs.apply_rounded(x)))
    }

    /// Predicts for many examples of raw numbers, in the order of the [inputs](Schema::input_names).
    ///
    /// From 8 examples on this is faster than [`predict`](Self::predict), and the last bits depend on the processor (see
    /// [`batch`](crate::batch)).
    ///
    /// # Errors
    ///
    /// If `inputs` and `outputs` differ in length.
    pub fn predict_batch(&self, inputs: &[[f64; I]], outputs: &mut [[f64; O]]) -> Result<(), BatchLengthError> {
        let scaled: Vec<_> = inputs.iter().map(|&x| self.inputs.apply_rounded(x)).collect();
        let mut predictions = vec![[T::ZERO; O]; outputs.len()];
        self.network.predict_batch(&scaled, &mut predictions)?;
        for (slot, y_pred) in outputs.iter_mut().zip(predictions) {
            *slot = self.unscale(y_pred);
        }
        Ok(())
    }

    fn unscale(&self, y_pred: [T; O]) -> [f64; O] {
        let y_pred = y_pred.map(T::to_f64);
        self.outputs.as_ref().map_or(y_pred, |outputs| outputs.invert(y_pred))
    }
}

/// A scaling in the scalar of a network.
fn rounded<T: Scalar, const M: usize>(
    names: &[String],
    scaling: &Scaling<[f64; M]>,
) -> Result<Scaling<[T; M]>, ModelError> {
    check_scaling::<T>(names, &scaling.offset, &scaling.scale)?;
    Ok(Scaling { offset: scaling.offset.map(T::from_f64), scale: scaling.scale.map(T::from_f64) })
}

/// Checks that a scaling can be inverted in a scalar.
fn check_scaling<T: Scalar>(names: &[String], offsets: &[f64], scales: &[f64]) -> Result<(), ModelError> {
    for ((name, &offset), &scale) in names.iter().zip(offsets).zip(scales) {
        let [own_offset, own_scale] = [offset, scale].map(T::from_f64);
        if !(own_offset.is_finite() && own_scale.is_finite() && own_scale > T::ZERO) {
            return Err(ModelError::Scaling { name: name.clone(), offset, scale, scalar: T::NAME });
        }
    }
    Ok(())
}
