//! The kinds of figures: what each is made from.

use std::fmt::Debug;

use super::Figure;
use super::confusion::Confusion;
use super::content::Content;
use super::curves::Curves;
use super::grid::Grid;
use super::network;
use super::predicted::Predicted;
use super::rates::{Kind, Rate, Rates};
use super::scores::{Scores, Setting};
use super::surface::{Example, Surface};
use crate::math::wide;
use crate::metrics::{CalibrationCurve, ConfusionMatrix, PrecisionRecallCurve, RocCurve};
use crate::network::{Array as _, Wiring};
use crate::{History, Name, Network, Scalar, Sweep, Trace};

/// The kinds of figures.
impl Figure {
    /// Weights, biases and loss over epochs, one panel below the other.
    ///
    /// If the history [leaves the parameters out](History::losses_only), there is only the panel of the loss. A
    /// validation loss is drawn in the same panel as the training loss.
    ///
    /// Every curve has its name at its end; curves that lie upon each other share one. Eight colours, and then dashes,
    /// tell the curves apart. Long histories are thinned: each column of pixels keeps the smallest and the largest value. If
    /// many curves rise and fall often, a column is several pixels wide.
    ///
    /// More than 120 weights, or biases, would be no curves that one can see. Then each layer is drawn instead: a line for
    /// the median, a tint between the quartiles, and thin lines for the smallest and the largest value.
    ///
    /// The axis of the loss begins at 0, so that one sees how much of the loss is left, unless a loss of your own is
    /// negative. [`log_loss`](Self::log_loss) makes it logarithmic.
    #[must_use]
    pub fn history<T: Scalar>(history: &History<T>) -> Self {
        Self::new(Content::Curves(Curves::of_history(history)))
    }

    /// The loss of trainings on more and more examples: for each number of training examples the loss on them, and the
    /// loss on validation examples. Where both have come together, more examples would not help.
    ///
    /// ```
    /// use mlp_core::Figure;
    ///
    /// let svg = Figure::learning_curve(&[(20, 0.01, 0.31), (40, 0.02, 0.17), (80, 0.04, 0.09)]).to_svg()?;
    /// assert!(svg.contains("validation"));
    /// # Ok::<(), mlp_core::FigureError>(())
    /// ```
    #[must_use]
    pub fn learning_curve<T: Scalar>(points: &[(usize, T, T)]) -> Self {
        Self::new(Content::Curves(Curves::of_learning(points)))
    }

    /// A network: its neurons, and its weights as edges. The colour of an edge is the sign of its weight, the width its
    /// size. Edges of a small network have their numbers, and neurons their biases.
    ///
    /// A layer of more than 16 neurons is no graph that one can see. Then each layer is a matrix of coloured cells: a row
    /// for each source, a column for each neuron, and the biases below. If there are many weights, a cell is the mean of
    /// several.
    ///
    /// ```
    /// use mlp_core::{Figure, mlp};
    ///
    /// mlp!(pub struct Net: 2 => tanh(3) => 1);
    /// let svg = Figure::network(&Net::random(&mut mlp_core::rng(1))).to_svg()?;
    /// assert!(svg.contains("w11 = "));
    /// # Ok::<(), mlp_core::FigureError>(())
    /// ```
    #[must_use]
    pub fn network<N: Network>(network: &N) -> Self {
        let mut parameters = N::Parameters::zeros();
        network.copy_parameters_into(&mut parameters);
        let wiring = Wiring::new(N::ARCHITECTURE.erased(), parameters.as_ref());
        Self::new(Content::Network(network::Network::new(&wiring, None)))
    }

    /// A training step: the network with its activations, its targets and its loss, and the weights before the step.
    /// [`gradients`](Self::gradients) shows the derivatives of the loss with respect to the weights instead.
    ///
    /// ```
    /// use mlp_core::{Figure, mlp};
    ///
    /// mlp!(pub struct Net: 1 => 1);
    /// let net = Net { w11: 0.5, b1: 0.25 };
    /// let trace = net.trace([0.5], [1.0], 0.1);
    /// assert!(Figure::trace(&trace).to_svg()?.contains("w11 = 0.5"));
    /// assert!(Figure::trace(&trace).gradients().to_svg()?.contains("dL_dw11 = -0.04436"));
    /// # Ok::<(), mlp_core::FigureError>(())
    /// ```
    #[must_use]
    pub fn trace<T: Scalar>(trace: &Trace<T>) -> Self {
        Self::new(Content::Network(network::Network::new(&trace.wiring, Some(trace))))
    }

    /// A map of the predictions of a network with two inputs, with the examples on it.
    ///
    /// If the targets are classes, the map shows where the network decides for which: for one output the border is
    /// between the two targets, 0 and 1 or −1 and 1, and tints show how sure the network is; for several outputs each
    /// class has the region where its prediction is the largest. Other targets are numbers: each output has a map with
    /// contours; there are at most twelve maps.
    ///
    /// Where examples of several classes are in the same place, the later ones are drawn smaller, so that each class can be
    /// seen. A prediction of very many ups and downs is drawn on a coarser grid.
    ///
    /// ```
    /// use mlp_core::{Figure, mlp};
    ///
    /// mlp!(pub struct Xor: 2 => tanh(3) => 1);
    /// let examples = [([0.0, 0.0], [0.0]), ([0.0, 1.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 1.0], [0.0])];
    /// let svg = Figure::surface(&Xor::random(&mut mlp_core::rng(1)), &examples).to_svg()?;
    /// assert!(svg.contains("y_true = 1"));
    /// # Ok::<(), mlp_core::FigureError>(())
    /// ```
    #[must_use]
    pub fn surface<T, N>(network: &N, examples: &[([T; 2], N::Output)]) -> Self
    where
        T: Scalar,
        N: Network<Scalar = T, Input = [T; 2]>,
    {
        let architecture = N::ARCHITECTURE;
        let inputs = [0, 1].map(|input| architecture.inputs.get(input).unwrap_or(Name::from("x")));
        let examples =
            examples.iter().map(|&(x, y_true)| Example { x: x.map(Scalar::to_f64), y_true: wide(y_true.as_ref()) });
        let examples = examples.collect();
        let mut predict = |x: [f64; 2]| wide(network.predict(x.map(T::from_f64)).as_ref());
        Self::new(Content::Surface(Surface::new(inputs, architecture.predictions().collect(), examples, &mut predict)))
    }

    /// A confusion matrix: a row for each true class, a column for each predicted one. The square in a cell is as large as
    /// the part of the row's examples that are there; the number below counts them. More than 20 classes have no numbers. If
    /// there are more than 1,600 squares, the smallest are left out, and a note says so.
    ///
    /// ```
    /// use mlp_core::Figure;
    /// use mlp_core::metrics::ConfusionMatrix;
    ///
    /// let mut matrix = ConfusionMatrix::new(["down", "up"]);
    /// matrix.count_example(0, 0)?;
    /// matrix.count_example(1, 0)?;
    /// assert!(Figure::confusion(&matrix).to_svg()?.contains("down"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn confusion<const C: usize>(matrix: &ConfusionMatrix<'_, C>) -> Self {
        let names = matrix.names().iter().map(|name| (*name).to_owned()).collect();
        let counts = matrix.counts().iter().map(|row| row.to_vec()).collect();
        Self::new(Content::Confusion(Confusion { names, counts }))
    }

    /// The predictions for examples over their targets: on the diagonal a prediction is right.
    ///
    /// ```
    /// use mlp_core::{Figure, mlp};
    ///
    /// mlp!(pub struct Net: 1 => tanh(3) => identity(1));
    /// let net = Net::random(&mut mlp_core::rng(1));
    /// let svg = Figure::predicted(&net, &[([0.0], [0.0]), ([1.0], [1.0])]).to_svg()?;
    /// assert_eq!(svg.matches("<circle").count(), 2);
    /// # Ok::<(), mlp_core::FigureError>(())
    /// ```
    #[must_use]
    pub fn predicted<N: Network>(network: &N, examples: &[(N::Input, N::Output)]) -> Self {
        let outputs = N::ARCHITECTURE.predictions().collect();
        let pair = |&(x, y_true): &(N::Input, N::Output)| (wide(y_true.as_ref()), wide(network.predict(x).as_ref()));
        Self::new(Content::Predicted(Predicted { outputs, pairs: examples.iter().map(pair).collect() }))
    }

    /// ROC curves, each with its name and the area under it: how many examples of a class are found, over how many others
    /// are taken for it. The diagonal is what chance gives.
    ///
    /// ```
    /// use mlp_core::Figure;
    /// use mlp_core::metrics::RocCurve;
    ///
    /// let curve = RocCurve::from_outputs(&[[0.0], [0.0], [1.0], [1.0]], &[[0.1], [0.4], [0.35], [0.8]], 1)?;
    /// assert!(Figure::roc([("spam", &curve)]).to_svg()?.contains("spam: AUC 0.75"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn roc<'a, S: Into<String>>(curves: impl IntoIterator<Item = (S, &'a RocCurve)>) -> Self {
        let rate = |(name, curve): (S, &RocCurve)| Rate {
            name: name.into(),
            summary: Some(curve.auc()),
            points: curve.points().iter().map(|point| (point.false_positive_rate, point.true_positive_rate)).collect(),
        };
        let curves = curves.into_iter().map(rate).collect();
        Self::new(Content::Rates(Rates { kind: Kind::Roc, curves }))
    }

    /// Precision over recall, each curve with its name and its average precision.
    ///
    /// ```
    /// use mlp_core::Figure;
    /// use mlp_core::metrics::PrecisionRecallCurve;
    ///
    /// let curve = PrecisionRecallCurve::from_outputs(&[[0.0], [1.0], [1.0]], &[[0.1], [0.35], [0.8]], 1)?;
    /// assert!(Figure::precision_recall([("spam", &curve)]).to_svg()?.contains("spam: AP 1"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn precision_recall<'a, S: Into<String>>(
        curves: impl IntoIterator<Item = (S, &'a PrecisionRecallCurve)>,
    ) -> Self {
        let rate = |(name, curve): (S, &PrecisionRecallCurve)| Rate {
            name: name.into(),
            summary: Some(curve.average_precision()),
            points: curve.points().iter().map(|point| (point.recall, point.precision)).collect(),
        };
        let curves = curves.into_iter().map(rate).collect();
        Self::new(Content::Rates(Rates { kind: Kind::PrecisionRecall, curves }))
    }

    /// Calibration curves, each with its name: the share of the examples that belong to a class, over the predicted
    /// probability. On the diagonal, probabilities are right.
    ///
    /// ```
    /// use mlp_core::Figure;
    /// use mlp_core::metrics::CalibrationCurve;
    ///
    /// let curve = CalibrationCurve::from_outputs(&[[0.0], [1.0], [1.0]], &[[0.1], [0.4], [0.8]], 1, 5)?;
    /// assert_eq!(Figure::calibration([("spam", &curve)]).to_svg()?.matches("<circle").count(), 3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn calibration<'a, S: Into<String>>(curves: impl IntoIterator<Item = (S, &'a CalibrationCurve)>) -> Self {
        let rate = |(name, curve): (S, &CalibrationCurve)| Rate {
            name: name.into(),
            summary: None,
            points: curve.points().iter().map(|point| (point.predicted, point.actual)).collect(),
        };
        let curves = curves.into_iter().map(rate).collect();
        Self::new(Content::Rates(Rates { kind: Kind::Calibration, curves }))
    }

    /// The scores of a sweep: a row for each setting, a point for each seed, and a line at the mean. Settings whose points
    /// lie among each other cannot be told apart by these seeds.
    ///
    /// A score that has no place on the axis, such as the NaN of a training that failed, is counted beside its row. A row
    /// with a NaN has no mean. The first 40 settings are drawn. [`log_loss`](Self::log_loss) makes the axis logarithmic.
    ///
    /// ```
    /// use mlp_core::{Figure, sweep};
    ///
    /// let losses = sweep([("narrow", 0.1), ("wide", 0.1)], 1..=5, |&(width, _), seed| match (width, seed) {
    ///     ("wide", 3) => Ok(f64::NAN),
    ///     (_, seed) => Ok(1.0 / seed as f64),
    /// })?;
    /// let svg = Figure::sweep(&losses).to_svg()?;
    /// assert!(svg.contains("1 not drawn"));
    /// assert_eq!(svg.matches("<circle").count(), 9);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn sweep<S: Debug>(sweep: &Sweep<S>) -> Self {
        let setting = |(name, scores): (String, &crate::metrics::Scores)| Setting {
            name,
            summary: scores.to_string(),
            mean: scores.mean(),
            values: scores.values().to_vec(),
        };
        let settings = sweep.named().map(setting).collect();
        Self::new(Content::Scores(Scores { settings, is_logarithmic: false }))
    }

    /// Several figures in one, row by row. Each keeps its own title and settings; [`language`](Self::language) changes that
    /// of all. They share the points and cells that one file can have.
    ///
    /// ```
    /// use mlp_core::{Figure, mlp};
    ///
    /// mlp!(pub struct Net: 2 => 2);
    /// let net = Net::random(&mut mlp_core::rng(1));
    /// let trace = net.trace([0.5, 0.8], [0.9, 0.2], 0.5);
    /// let both = [Figure::trace(&trace).title("Weights"), Figure::trace(&trace).gradients().title("Gradients")];
    /// assert!(Figure::grid(2, both).to_svg()?.contains("dL_d"));
    /// # Ok::<(), mlp_core::FigureError>(())
    /// ```
    #[must_use]
    pub fn grid(columns: usize, figures: impl IntoIterator<Item = Self>) -> Self {
        Self::new(Content::Grid(Grid { columns: columns.max(1), figures: figures.into_iter().collect() }))
    }
}
