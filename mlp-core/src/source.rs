//! A trained network as plain source: one function in C, Rust, Python or JavaScript that needs neither this crate nor any
//! other.
//!
//! [`Network::source`] begins; each method of [`Source`] writes the network in one language. The function has the bits of
//! `predict`: it multiplies and adds in the same order, and the crate's functions are written out beside it.
//!
//! ```
//! use mlp_core::mlp;
//!
//! mlp!(pub struct Net: 1 => 1);
//! let net = Net { w11: 0.5, b1: -0.25 };
//! let c = net.source().c("classify")?;
//! assert!(c.contains("void classify(const double x[1], double y[1])"));
//! assert!(c.contains("const double z1 = w11 * x1 + b1;"));
//! # Ok::<(), mlp_core::source::SourceError>(())
//! ```
//!
//! # What it promises
//!
//! - The function gives the bits of `predict`, in C and Rust at every optimisation level. With
//!   [training](Source::with_training), a step gives the bits of `fit` with one example at a time and plain gradient
//!   descent. NaNs count as equal. Python alone has no `f32`: there a network of `f32` agrees but for rounding.
//! - Numbers are decimal literals that read back to the bit.
//! - The same network gives the same text.
//! - A function of your own is called by its name; the head of the file says what to supply.
//!
//! # With scaling and names
//!
//! [`Scaled::source`](crate::Scaled::source) folds the scaling in: raw values go in, raw values come out.
//! [`Model::source`](crate::Model::source) does so in `f64`, whatever the scalar of the network, and has the bits of
//! [`Model::predict`](crate::Model::predict). Its file names the inputs and outputs in their order, and has the names of
//! the classes as an array of strings: `classify_classes` for the function `classify`, in Rust `CLASSIFY_CLASSES`. Any
//! text can be a name: what would break a comment or a string is escaped. (In C, a name ends at its first NUL.)

mod c;
mod freeze;
mod functions;
mod header;
mod javascript;
mod labels;
mod language;
mod lower;
mod names;
mod network;
mod program;
mod python;
mod rust;
mod text;

use core::fmt::{self, Display, Formatter};

use crate::dataset::Schema;
use crate::equations::Precision;
use crate::{Network, Scalar, Scaling};
use labels::Labels;
use language::Language;
pub(crate) use network::Frozen;

#[cfg(feature = "lesson")]
pub(crate) use freeze::step;
#[cfg(feature = "lesson")]
pub(crate) use javascript::step as javascript_step;

/// A network on its way to become source code.
#[derive(Clone, Debug)]
#[must_use = "it becomes text by one of its methods: `c`, `rust`, `python`, `javascript`"]
pub struct Source {
    frozen: Frozen,
    has_training: bool,
}

/// Why a network cannot become source code.
#[derive(Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// A parameter, or a number of the scaling, is infinite or NaN.
    NotFinite {
        /// The name of the parameter, or which number of the scaling it is: `the scale of x1`.
        name: String,
        /// Its value.
        value: f64,
    },
    /// The name is no identifier of the language.
    FunctionName {
        /// The name.
        name: String,
        /// The language.
        language: &'static str,
        /// Whether the language has this word for something else.
        is_keyword: bool,
    },
    /// The parameters are on the heap, so the network cannot be a constant.
    ConstantOnHeap,
    /// A constant of the network has no place for a scaling.
    ConstantWithScaling,
}

impl Display for SourceError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFinite { name, value } => {
                write!(f, "{name} is {value}: a network with such a number predicts nothing; train it anew")
            }
            Self::FunctionName { name, language, is_keyword: true } => {
                write!(f, "`{name}` means something else in {language}: choose another name")
            }
            Self::FunctionName { name, language, .. } => {
                write!(f, "{name:?} is no name in {language}: use ASCII letters, digits and _, and no digit first")
            }
            Self::ConstantOnHeap => f.write_str(
                "the parameters of a rolled network are on the heap, so it cannot be a constant: declare it with \
                 `rolled, inline`, or use `rust`, which writes a function",
            ),
            Self::ConstantWithScaling => f.write_str(
                "a constant of the network has no place for the scaling: use `rust`, which writes a function, or \
                 write the network alone by its own `source`, and scale its inputs and outputs yourself",
            ),
        }
    }
}

crate::message::debug_is_message!(SourceError);

impl Source {
    pub(crate) fn new<N: Network>(network: &N) -> Self {
        Self { frozen: Frozen::new(network), has_training: false }
    }

    /// Folds scalings in: of the inputs, and of the outputs if they are scaled. Raw values get their scalar.
    pub(crate) fn scaled<T: Scalar>(
        mut self,
        inputs: &Scaling<impl AsRef<[T]>>,
        outputs: Option<&Scaling<impl AsRef<[T]>>>,
    ) -> Self {
        self.frozen.raw_precision = Precision::of::<T>();
        self.frozen.scale_inputs(inputs.offset.as_ref(), inputs.scale.as_ref());
        if let Some(outputs) = outputs {
            self.frozen.scale_outputs(outputs.offset.as_ref(), outputs.scale.as_ref());
        }
        self
    }

    /// Adds the names of inputs, outputs and classes.
    pub(crate) fn labelled(mut self, schema: &Schema, are_probabilities: bool) -> Self {
        self.frozen.labels = Labels::new(schema, self.frozen.predictions.len(), are_probabilities);
        self
    }

    /// Adds a function for one step of training to the file, and gives the parameters a type in each language.
    ///
    /// With the name `classify`, the step is called `classify_train`: forward pass, backpropagation and the update by
    /// plain gradient descent, with every value under its name. With a scaling it takes raw inputs and raw targets.
    ///
    /// The parameters have a type of the network's name (in C `classify_net`). If a function or constant of the file has
    /// that name, the type has `_` behind it.
    ///
    /// ```
    /// use mlp_core::mlp;
    ///
    /// mlp!(pub struct Net: 1 => 1);
    /// let rust = Net { w11: 0.5, b1: -0.25 }.source().with_training().rust("classify")?;
    /// assert!(rust.contains("pub fn classify_train(net: &mut Net, x: [f64; 1], y_true: [f64; 1], learning_rate: f64)"));
    /// assert!(rust.contains("net.w11 -= learning_rate * dL_dw11;"));
    /// # Ok::<(), mlp_core::source::SourceError>(())
    /// ```
    pub fn with_training(mut self) -> Self {
        self.has_training = true;
        self
    }

    /// Writes C99 that is also C++: `void classify(const double x[2], double y[1])`, with `float` for `f32`.
    ///
    /// It compiles without a warning under `-Wall -Wextra -pedantic`, allocates nothing, and switches the fusion of
    /// products and sums off. It refuses `-ffast-math` and x87 arithmetic by `#error`, because both change the results.
    /// One setting changes results and cannot be noticed: clang's `-ffp-contract=fast`.
    ///
    /// With training, the type `classify_net` holds the parameters: `classify(&net, x, y)`, and
    /// `classify_train(&net, x, y_true, learning_rate)`. Begin with a copy of the constant `classify_trained`, which is
    /// the frozen network: `classify_net net = classify_trained;`.
    ///
    /// # Errors
    ///
    /// If a parameter is infinite or NaN, or if `function` is no name in C.
    pub fn c(&self, function: &str) -> Result<String, SourceError> {
        self.write(function, &c::C)
    }

    /// Writes Rust that needs only `core`: `pub fn classify(x: [f64; 2]) -> [f64; 1]`. With training, the struct of the
    /// network's name holds the parameters: `classify(&net, x)`, and `classify_train(&mut net, x, y_true, learning_rate)`.
    /// Begin with a clone of the static `CLASSIFY_TRAINED`, which is the frozen network.
    ///
    /// ```
    /// use mlp_core::mlp;
    ///
    /// mlp!(pub struct Net: 1 => 1);
    /// let rust = Net { w11: 0.5, b1: -0.25 }.source().rust("classify")?;
    /// assert!(rust.contains("pub fn classify(x: [f64; 1]) -> [f64; 1] {"));
    /// assert!(rust.contains("    let z1 = w11 * x1 + b1;\n"));
    /// # Ok::<(), mlp_core::source::SourceError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If a parameter is infinite or NaN, or if `function` is no name in Rust.
    pub fn rust(&self, function: &str) -> Result<String, SourceError> {
        self.write(function, &rust::RUST)
    }

    /// Writes a Python module that imports only the standard library: `def classify(x)`, from a sequence of numbers to a
    /// list.
    ///
    /// Python computes in `f64`, so a network of `f32` has the same results but for rounding. With training, the class of
    /// the network's name holds the parameters: `classify(net, x)`, and `classify_train(net, x, y_true, learning_rate)`.
    /// `net = Net()` begins with the parameters of the frozen network.
    ///
    /// ```
    /// use mlp_core::mlp;
    ///
    /// mlp!(pub struct Net: 1 => 1);
    /// let python = Net { w11: 0.5, b1: -0.25 }.source().python("classify")?;
    /// assert!(python.contains("def classify(x):"));
    /// assert!(python.contains("    z1 = w11 * x1 + b1\n"));
    /// # Ok::<(), mlp_core::source::SourceError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If a parameter is infinite or NaN, or if `function` is no name in Python.
    pub fn python(&self, function: &str) -> Result<String, SourceError> {
        self.write(function, &python::PYTHON)
    }

    /// Writes an ES module without imports: `export function classify(x)`, from an array of numbers to an array.
    ///
    /// A network of `f32` rounds after every operation, by `Math.fround`, and has the same bits. With training, the class
    /// of the network's name holds the parameters: `classify(net, x)`, and
    /// `classify_train(net, x, y_true, learning_rate)`. `new Net()` begins with the parameters of the frozen network.
    ///
    /// ```
    /// use mlp_core::mlp;
    ///
    /// mlp!(pub struct Net: 1 => 1);
    /// let javascript = Net { w11: 0.5, b1: -0.25 }.source().javascript("classify")?;
    /// assert!(javascript.contains("export function classify(x) {"));
    /// assert!(javascript.contains("    const z1 = w11 * x1 + b1;\n"));
    /// # Ok::<(), mlp_core::source::SourceError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If a parameter is infinite or NaN, or if `function` is no name in JavaScript.
    pub fn javascript(&self, function: &str) -> Result<String, SourceError> {
        self.write(function, &javascript::JAVASCRIPT)
    }

    /// Writes the network as a constant, `pub const NET: Net = Net { w11: 0.5, … };`, for a program that declares it
    /// by `mlp!`. So its parameters are part of the program.
    ///
    /// ```
    /// use mlp_core::mlp;
    ///
    /// mlp!(pub struct Net: 1 => 1);
    /// let text = Net { w11: 0.5, b1: -0.0 }.source().rust_const("NET")?;
    /// assert!(text.ends_with("pub const NET: Net = Net {\n    w11: 0.5,\n    b1: -0.0,\n};\n"));
    /// # Ok::<(), mlp_core::source::SourceError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If a parameter is infinite or NaN; if `name` is no name in Rust; if the network is rolled and not `inline`; if it
    /// has a scaling, for which the constant has no place.
    pub fn rust_const(&self, name: &str) -> Result<String, SourceError> {
        check_name(name, &rust::RUST)?;
        self.frozen.check_numbers()?;
        match () {
            () if self.frozen.is_on_heap => Err(SourceError::ConstantOnHeap),
            () if self.frozen.is_scaled() => Err(SourceError::ConstantWithScaling),
            () => Ok(rust::constant(&self.frozen, name)),
        }
    }

    fn write(&self, function: &str, language: &'static Language) -> Result<String, SourceError> {
        check_name(function, language)?;
        self.frozen.check_numbers()?;
        let program = freeze::program(&self.frozen, self.has_training, function, language);
        Ok((language.write)(&program))
    }
}

fn check_name(name: &str, language: &Language) -> Result<(), SourceError> {
    let is_word = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.bytes().next().is_some_and(|first| !first.is_ascii_digit())
        && name != "_";
    let is_keyword = is_word && (language.keywords.contains(&name) || (language.spell)(name) != name);
    if is_word && !is_keyword {
        return Ok(());
    }
    Err(SourceError::FunctionName { name: name.to_owned(), language: language.name, is_keyword })
}
