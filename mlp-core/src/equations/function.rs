//! The functions that equations call.

use super::Equation;

/// A function that an equation calls: one of the crate's, an elementary one, or a user's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    name: String,
    kind: Kind,
}

#[allow(dead_code, reason = "the next step makes them")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Elementary(Elementary),
    BuiltIn,
    Own,
}

/// What every language computes in its own way; all else is defined by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Elementary {
    /// √a, correctly rounded.
    SquareRoot,
    /// e^a, as `libm` computes it.
    Exponential,
    /// e^a − 1, as `libm` computes it.
    ExponentialMinusOne,
    /// ln a, as `libm` computes it.
    Logarithm,
    /// ln(1 + a), as `libm` computes it.
    LogarithmOfOnePlus,
    /// The complementary error function, as `libm` computes it.
    ComplementaryErrorFunction,
    /// 2^−n from a = 1.5·2^52 − n (in `f32`, 1.5·2^23 − n), whose low bits hold −n: the bits of a, shifted left by 52
    /// (23), plus the bits of 1, both as integers that wrap around.
    PowerOfTwo,
}

/// What one of the crate's functions computes, by equations over elementary functions and other functions of the crate.
///
/// The equations are local: their names mean nothing outside. They give the function's value to the last bit.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Definition {
    /// The parameters, in order.
    pub parameters: Vec<Parameter>,
    /// The equations, in the order in which they are computed. The last one is the value of the function: an array if
    /// it has an index.
    pub equations: Vec<Equation>,
}

/// A parameter of a [`Definition`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parameter {
    /// `z`
    pub name: &'static str,
    /// The number of elements if it is an array.
    pub length: Option<usize>,
}

/// The scalar type in which a step is computed. A few definitions have other constants in `f32`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// `f32`
    Single,
    /// `f64`
    Double,
}

impl Function {
    /// Its name: `sigmoid_derivative`, or the path of a user's own as declared, with `_derivative` for its derivative.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Which elementary function it is, if it is one.
    #[must_use]
    pub fn elementary(&self) -> Option<Elementary> {
        match self.kind {
            Kind::Elementary(elementary) => Some(elementary),
            Kind::BuiltIn | Kind::Own => None,
        }
    }

    /// What it computes. `None` for elementary functions and for a user's own.
    ///
    /// `outputs` is the length of the arrays that functions of a whole layer take: softmax, losses.
    #[must_use]
    pub fn definition(&self, _precision: Precision, _outputs: usize) -> Option<Definition> {
        None
    }

    /// Whether it is a user's own function, of which the crate knows nothing but the name.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.kind == Kind::Own
    }
}
