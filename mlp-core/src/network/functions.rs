//! The functions that a network applies: activations and the loss.

#[cfg(feature = "alloc")]
use crate::math::float;
use crate::{Scalar, activation, loss};

/// How a layer computes its activations from its pre-activations.
///
/// ```
/// use mlp_core::network::Activation;
/// use mlp_core::{Network, mlp};
///
/// mlp!(pub struct Net: 2 => relu(3) => softmax(2), loss = cross_entropy);
/// let [hidden, output] = Net::ARCHITECTURE.layers else { panic!("it has two layers") };
/// let Activation::Elementwise { name, function, .. } = hidden.activation else { panic!("relu is elementwise") };
/// assert_eq!((name, function(-2.0)), ("relu", 0.0));
/// assert!(matches!(output.activation, Activation::Softmax));
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Activation<T: 'static> {
    /// Each activation from its own pre-activation.
    #[non_exhaustive]
    Elementwise {
        /// As declared: `sigmoid`, or the path of a user's own.
        name: &'static str,
        /// a = f(z)
        function: fn(T) -> T,
        /// f′ from z and a
        derivative: fn(T, T) -> T,
        /// Which of the crate's activations it is; `None` for a user's own.
        #[doc(hidden)]
        built_in: Option<activation::BuiltIn>,
    },
    /// All activations together, in the output layer: [`softmax`](crate::activation::softmax).
    Softmax,
}

impl<T> Activation<T> {
    /// One of the crate's activations, by its entry.
    #[doc(hidden)]
    #[must_use]
    pub const fn built_in<A: activation::Elementwise>() -> Self
    where
        T: Scalar,
    {
        Self::Elementwise {
            name: A::BUILT_IN.word(),
            function: A::value,
            derivative: A::derivative,
            built_in: Some(A::BUILT_IN),
        }
    }

    /// A user's own activation.
    #[doc(hidden)]
    #[must_use]
    pub const fn custom(name: &'static str, function: fn(T) -> T, derivative: fn(T, T) -> T) -> Self {
        Self::Elementwise { name, function, derivative, built_in: None }
    }

    /// Its name as declared: `sigmoid`, or the path of a user's own.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Elementwise { name, .. } => name,
            Self::Softmax => activation::BuiltIn::softmax.word(),
        }
    }

    /// The smallest and the largest value, infinite if there is none; `None` for a user's own.
    ///
    /// sigmoid and tanh, for example, reach theirs only in the limit.
    ///
    /// ```
    /// use mlp_core::{Network, mlp};
    ///
    /// mlp!(pub struct Net: 2 => relu(3) => tanh(1));
    /// let [hidden, output] = [&Net::ARCHITECTURE.layers[0], &Net::ARCHITECTURE.layers[1]];
    /// assert_eq!(hidden.activation.range(), Some([0.0, f64::INFINITY]));
    /// assert_eq!(output.activation.range(), Some([-1.0, 1.0]));
    /// ```
    #[must_use]
    pub const fn range(&self) -> Option<[f64; 2]> {
        match self.which() {
            Some(built_in) => Some(built_in.range()),
            None => None,
        }
    }

    /// Which of the crate's activations it is; `None` for a user's own.
    pub(crate) const fn which(&self) -> Option<activation::BuiltIn> {
        match self {
            Self::Elementwise { built_in, .. } => *built_in,
            Self::Softmax => Some(activation::BuiltIn::softmax),
        }
    }
}

/// A loss: its name as declared, its value and its derivative with respect to the predictions.
///
/// ```
/// use mlp_core::{Network, mlp};
///
/// mlp!(pub struct Net: 2 => 1, loss = mean_squared_error);
/// let loss = Net::ARCHITECTURE.loss;
/// assert_eq!(loss.name, "mean_squared_error");
/// assert_eq!((loss.function)([0.75], [0.25]), 0.25);
/// assert_eq!((loss.derivative)([0.75], [0.25]), [1.0]);
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Loss<T: 'static, Y> {
    /// `half_squared_error`, or the path of a user's own.
    pub name: &'static str,
    /// L from the predictions and the targets
    pub function: fn(Y, Y) -> T,
    /// ∂L/∂y_pred for each output
    pub derivative: fn(Y, Y) -> Y,
    /// L from the pre-activations and the targets, after the activation that it cancels with; `None` if there is none.
    #[cfg(feature = "alloc")]
    pub(crate) with_logits: Option<fn(Y, Y) -> T>,
    /// Which of the crate's losses it is; `None` for a user's own.
    pub(crate) built_in: Option<loss::BuiltIn>,
}

impl<T: Scalar, const O: usize> Loss<T, [T; O]> {
    /// One of the crate's losses, by its entry.
    #[doc(hidden)]
    #[must_use]
    pub const fn built_in<L: loss::Facts>() -> Self {
        Self {
            name: L::BUILT_IN.word(),
            function: L::value,
            derivative: L::derivative,
            #[cfg(feature = "alloc")]
            with_logits: if L::CANCELS_WITH.is_some() { Some(L::with_logits) } else { None },
            built_in: Some(L::BUILT_IN),
        }
    }
}

impl<T, Y> Loss<T, Y> {
    /// A user's own loss.
    #[doc(hidden)]
    #[must_use]
    pub const fn custom(name: &'static str, function: fn(Y, Y) -> T, derivative: fn(Y, Y) -> Y) -> Self {
        Self {
            name,
            function,
            derivative,
            #[cfg(feature = "alloc")]
            with_logits: None,
            built_in: None,
        }
    }

    pub(crate) const fn erased(&self) -> ErasedLoss {
        ErasedLoss { name: self.name, built_in: self.built_in }
    }
}

/// A loss without its functions, which depend on the number of outputs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ErasedLoss {
    pub(crate) name: &'static str,
    pub(crate) built_in: Option<loss::BuiltIn>,
}

impl ErasedLoss {
    /// Whether the derivatives of the loss and of this output activation cancel to y_pred − y_true, divided by the
    /// number of outputs if the loss is averaged.
    #[cfg(feature = "alloc")]
    pub(crate) const fn cancels_with<T>(self, activation: &Activation<T>) -> bool {
        let Some(loss) = self.built_in else { return false };
        match (loss.cancels_with(), activation.which()) {
            (Some(cancels_with), Some(activation)) => cancels_with as u8 == activation as u8,
            _ => false,
        }
    }

    /// The factor of Σ (y_pred − y_true)² that is the loss, if there is one.
    #[cfg(feature = "alloc")]
    pub(crate) fn factor_of_squares(self, outputs: usize) -> Option<f64> {
        match self.built_in? {
            loss::BuiltIn::half_squared_error => Some(0.5),
            loss::BuiltIn::mean_squared_error => Some(1.0 / float(outputs)),
            _ => None,
        }
    }

    /// Whether the loss is divided by the number of outputs; `false` for a user's own, because the crate
    /// does not know it.
    #[cfg(feature = "alloc")]
    pub(crate) fn is_averaged(self) -> bool {
        self.built_in.is_some_and(loss::BuiltIn::is_averaged)
    }
}
