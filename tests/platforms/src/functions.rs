//! Elementary functions all over their range, and the generator.

use core::fmt::{self, Write};

use mlp_core::random::Rng as _;
use mlp_core::{Scalar, activation};

use crate::Hash;

pub(crate) fn print(out: &mut dyn Write) -> fmt::Result {
    elementary::<f64>(out)?;
    elementary::<f32>(out)?;
    for seed in [0, 1, u64::MAX] {
        let (mut rng, mut hash) = (mlp_core::rng(seed), Hash::NEW);
        (0..1000).for_each(|_| hash.add(rng.next_u64()));
        (0..1001).for_each(|_| hash.add(u64::from(rng.next_u32())));
        let mut bytes = [0; 333];
        rng.fill_bytes(&mut bytes);
        for byte in bytes {
            hash.add(u64::from(byte));
        }
        writeln!(out, "function generator from {seed}: {:016x}", hash.0)?;
    }
    Ok(())
}

/// Each activation with its derivative.
fn elementary<T: Scalar>(out: &mut dyn Write) -> fmt::Result {
    macro_rules! each {
        ($($function:ident $derivative:ident),*) => { $(
            let mut hash = Hash::NEW;
            arguments(&mut |z: T| {
                let a = activation::$function(z);
                let numbers = [a, activation::$derivative(z, a)];
                // The bits of a NaN are no promise.
                if numbers.iter().all(|number| number.is_finite()) {
                    hash.add_numbers(&numbers);
                }
            });
            writeln!(out, "function {} {}: {:016x}", stringify!($function), T::NAME, hash.0)?;
        )* };
    }
    each!(
        sigmoid sigmoid_derivative, tanh tanh_derivative, relu relu_derivative, leaky_relu leaky_relu_derivative,
        elu elu_derivative, softplus softplus_derivative, silu silu_derivative, gelu gelu_derivative,
        hard_sigmoid hard_sigmoid_derivative, hard_tanh hard_tanh_derivative, softsign softsign_derivative,
        identity identity_derivative
    );
    Ok(())
}

/// Numbers from −94 to 94, and all powers of two with both signs.
fn arguments<T: Scalar>(call: &mut dyn FnMut(T)) {
    for i in -3000_i32..3000 {
        call(T::from_f64(f64::from(i) * 0.031_25 + f64::from(i % 17) * 1e-3));
    }
    // A subnormal number has one bit; others have a biased exponent.
    let subnormal = (0..52).map(|bit| f64::from_bits(1 << bit));
    let normal = (1..2047).map(|exponent| f64::from_bits(exponent << 52));
    for power in subnormal.chain(normal) {
        for z in [power, -power].map(T::from_f64).into_iter().filter(|z| z.is_finite()) {
            call(z);
        }
    }
}
