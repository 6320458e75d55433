//! Predicts only, with parameters that were trained elsewhere.

#![no_std]
#![no_main]

use core::hint::black_box;

use mlp_core::mlp;

mlp!(struct Xor: 2 => tanh(3) => 1, scalar = f32);

mlp_firmware::entry!(|| {
    let xor = Xor::from_parameters(black_box([0.5; 13]));
    black_box(xor.predict(black_box([0.0, 1.0])))[0] > 0.5
});
