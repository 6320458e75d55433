//! What large unrolled networks call: their forward pass, compiled for the vectors of the processor.
//!
//! Up to 64 parameters everything that [`mlp!`](crate::mlp) writes is inlined where it is used, and compiled as all else
//! there. Above, the forward pass is a function of its own, which on x86-64 is compiled twice: for every processor and,
//! with `std`, for those with AVX2, whose vectors take four neurons at a time in `f64`. A prediction asks which it is, and
//! takes two thirds to four fifths of the time. The operations are the same, none is fused, and so are the bits.

#![allow(clippy::inline_always, reason = "what is not inlined into a task is compiled without its features")]

use crate::Network;
use crate::math::MultiplyAdd;
use crate::processor::{self, Task};

/// A network of more than 64 parameters and `I` inputs, as [`mlp!`](crate::mlp) declares it unless it is rolled.
pub trait Unrolled<const I: usize>: Network {
    /// The steps of [`Network::forward`], to be inlined into functions that are compiled for one processor or another.
    #[must_use]
    fn forward(&self, x: [Apart<Self::Scalar>; I]) -> Self::Forward;
}

/// A number that has 16 bytes for itself.
///
/// Of the numbers of an array the compiler loads two or four at a time, and such a load waits where one of them has just
/// been written, as the inputs of a prediction often have: 4-8-8-3 takes 84 ns so, and 73 ns from numbers that lie apart.
#[derive(Clone, Copy, Debug)]
#[repr(align(16))]
pub struct Apart<T>(pub T);

/// Computes the prediction and keeps every value on the way.
///
/// ```
/// use mlp_core::{mlp, unrolled};
/// use mlp_core::unrolled::Apart;
///
/// mlp!(pub struct Net: 2 => tanh(20) => 1);
/// let net = Net::random(&mut mlp_core::rng(1));
/// assert_eq!(unrolled::forward(&net, [Apart(0.5), Apart(0.8)]), net.forward([0.5, 0.8]));
/// ```
#[inline(always)]
#[must_use]
pub fn forward<N: Unrolled<I>, const I: usize>(network: &N, x: [Apart<N::Scalar>; I]) -> N::Forward {
    processor::run(Forward { network, x })
}

/// The forward pass of a network.
struct Forward<'a, N: Unrolled<I>, const I: usize> {
    network: &'a N,
    x: [Apart<N::Scalar>; I],
}

impl<N: Unrolled<I>, const I: usize> Task for Forward<'_, N, I> {
    type Output = N::Forward;

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) -> N::Forward {
        Unrolled::forward(self.network, self.x)
    }
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use super::*;
    use crate::math::Separate;
    use crate::network::Array as _;
    use crate::processor::{Backend as _, Portable};
    use crate::random::Rng as _;
    use crate::{Scalar as _, StandardNormal, mlp, rng};

    /// Each declaration in both scalars, on this processor and as on any.
    macro_rules! same_bits {
        ($($name:ident: $first:literal $(=> $activation:tt($width:literal))*;)*) => { $(
            #[test]
            fn $name() {
                mlp!(struct Double: $first $(=> $activation($width))*, crate = crate);
                mlp!(struct Single: $first $(=> $activation($width))*, scalar = f32, crate = crate);
                compare::<Double, $first>();
                compare::<Single, $first>();
            }
        )* };
    }

    same_bits! {
        sigmoid: 4 => sigmoid(8) => sigmoid(8) => sigmoid(3);
        tanh: 3 => tanh(9) => tanh(7) => identity(2);
        relu: 7 => relu(11) => leaky_relu(5) => silu(3);
        elu: 5 => elu(10) => hard_sigmoid(6) => softplus(1);
        gelu: 6 => gelu(8) => softmax(4);
        wide: 19 => sigmoid(19) => sigmoid(11);
    }

    fn compare<N: Unrolled<I>, const I: usize>()
    where
        N::Forward: PartialEq,
    {
        let mut rng = rng(3);
        for _ in 0..100 {
            let network = N::random_with(&StandardNormal, &mut rng);
            let x = [(); I].map(|()| Apart(N::Scalar::from_f64(f64::from(rng.next_u32()) / f64::from(1 << 30) - 2.0)));
            let pass = forward(&network, x);
            assert!(pass == (Portable, Separate).run(Forward { network: &network, x }));
            assert!(N::prediction(&pass).as_ref() != N::Output::zeros().as_ref(), "zeros show nothing");
        }
    }
}
