//! A program that neither predicts nor learns. Its size is subtracted from the sizes of the others.

#![no_std]
#![no_main]

mlp_firmware::entry!(|| true);
