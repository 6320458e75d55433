//! A model as plain source code.

use super::Model;
use crate::{Network, Source};

impl<N: Network> Model<N> {
    /// The model on its way to become plain source code, with the bits of [`predict`](Self::predict): raw values go in,
    /// and come out, in `f64`. The head of the file names the inputs and the outputs in their order. An array has the
    /// names of the classes: `classify_classes` for the function `classify`.
    ///
    /// ```
    /// use mlp_core::dataset::Schema;
    /// use mlp_core::{Model, Scaling, mlp};
    ///
    /// mlp!(pub struct Rain: 1 => sigmoid(1), loss = binary_cross_entropy, scalar = f32);
    /// let schema = Schema::new().numbers(["pressure"]).class("weather", ["dry", "wet"]);
    /// let scaling = Scaling { offset: [1013.0], scale: [10.0] };
    /// let model = Model::new(Rain { w11: -1.0, b1: 0.0 }, &schema, scaling, None)?;
    ///
    /// let c = model.source().c("forecast")?;
    /// assert!(c.contains(" *   x[0]: pressure, in its own unit; the network gets (value - 1013.0) / 10.0\n"));
    /// assert!(c.contains(" *   y[0]: probability of weather = wet\n"));
    /// assert!(c.contains("const char *const forecast_classes[2] = {\n    \"dry\", \"wet\"\n};"));
    /// assert!(c.contains("const float x1 = (float)((x[0] - 1013.0) / 10.0);"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn source(&self) -> Source {
        Source::new(&self.network)
            .scaled::<f64>(&self.inputs, self.outputs.as_ref())
            .labelled(&self.schema, Self::are_probabilities())
    }
}
