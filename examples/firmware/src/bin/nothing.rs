//! What a program takes before anything is predicted or learnt.

#![no_std]
#![no_main]

mlp_firmware::entry!(|| true);
