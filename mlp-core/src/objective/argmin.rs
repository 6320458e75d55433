//! An objective as argmin's solvers want it.

use alloc::vec;
use alloc::vec::Vec;

use argmin::core::{CostFunction, Error, Gradient};

use super::Objective;
use crate::{Network, Scalar as _};

/// With the feature `argmin`: [`Objective::value`].
///
/// A solver is argmin's or your own. This one is plain descent:
///
/// ```
/// use argmin::core::{Error, Executor, Gradient, IterState, KV, Problem, Solver};
/// use mlp_core::{mlp, objective};
///
/// struct Descent;
///
/// type State = IterState<Vec<f64>, Vec<f64>, (), (), (), f64>;
///
/// impl<O: Gradient<Param = Vec<f64>, Gradient = Vec<f64>>> Solver<O, State> for Descent {
///     fn name(&self) -> &str {
///         "plain descent"
///     }
///
///     fn next_iter(&mut self, problem: &mut Problem<O>, mut state: State) -> Result<(State, Option<KV>), Error> {
///         let mut parameters = state.take_param().ok_or(Error::msg("the solver needs a start"))?;
///         let gradient = problem.gradient(&parameters)?;
///         parameters.iter_mut().zip(gradient).for_each(|(parameter, derivative)| *parameter -= 0.2 * derivative);
///         Ok((state.param(parameters), None))
///     }
/// }
///
/// mlp!(pub struct Line: 1 => identity(1));
/// let start = Line { w11: 0.0, b1: 0.0 };
/// let result = Executor::new(objective(&start, &[([1.0], [3.0]), ([2.0], [5.0])]), Descent)
///     .configure(|state| state.param(start.parameters().to_vec()).max_iters(3000))
///     .run()?;
/// let parameters = result.state().param.as_ref().ok_or("no parameters")?;
/// let line = Line::from_parameters(parameters.as_slice().try_into()?);
/// assert!((line.w11 - 2.0).abs() < 1e-4 && (line.b1 - 1.0).abs() < 1e-4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// argmin's own solvers compute with vectors by the crate argmin-math. So a program that names one of them needs both:
///
/// ```toml
/// argmin = { version = "0.11", default-features = false }
/// argmin-math = { version = "0.5", default-features = false, features = ["vec"] }
/// ```
///
/// With these, `LBFGS::new(MoreThuenteLineSearch::new(), 10)` can stand in the place of `Descent`.
impl<N: Network> CostFunction for Objective<'_, N> {
    type Param = Vec<N::Scalar>;
    type Output = N::Scalar;

    /// # Errors
    ///
    /// Those of [`Objective::value`], as an [`ObjectiveError`](super::ObjectiveError).
    fn cost(&self, parameters: &Vec<N::Scalar>) -> Result<N::Scalar, Error> {
        Ok(self.value(parameters)?)
    }
}

/// With the feature `argmin`: [`Objective::gradient`].
impl<N: Network> Gradient for Objective<'_, N> {
    type Param = Vec<N::Scalar>;
    type Gradient = Vec<N::Scalar>;

    /// # Errors
    ///
    /// Those of [`Objective::gradient`], as an [`ObjectiveError`](super::ObjectiveError).
    fn gradient(&self, parameters: &Vec<N::Scalar>) -> Result<Vec<N::Scalar>, Error> {
        let mut gradient = vec![N::Scalar::ZERO; N::ARCHITECTURE.erased().parameter_count()];
        Objective::gradient(self, parameters, &mut gradient)?;
        Ok(gradient)
    }
}
