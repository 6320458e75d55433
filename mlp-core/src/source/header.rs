//! The comment at the head of a file.

use super::language::{Language, decimal};
use super::network::{Frozen, FrozenScaling};
use super::program::{Program, SuppliedKind};
use super::text;
use crate::equations::Precision;
use crate::message::count;

/// `fdlibm` has the names of fdlibm's functions among those of the program.
pub(crate) fn lines(frozen: &Frozen, program: &Program, language: &Language, fdlibm: &[String]) -> Vec<String> {
    let Frozen { name, architecture, labels, .. } = frozen;
    let scalar = if frozen.is_single() { "f32" } else { "f64" };
    let mut lines = vec![
        format!("{}: the trained neural network `{name}`, {architecture}.", program.name),
        String::new(),
        format!(
            "Written by mlp-core {} from {} in {scalar}. Do not change the numbers: they are exact.",
            env!("CARGO_PKG_VERSION"),
            count(frozen.parameter_count(), "parameter"),
        ),
        String::new(),
        "Inputs, in this order:".to_owned(),
    ];
    let scaling = |scaling: &Option<FrozenScaling>, number: usize, describe: fn([String; 2]) -> String| {
        let texts = |scaling: &FrozenScaling| {
            let is_single = frozen.raw_precision == Precision::Single;
            scaling.get(number).map(|value| decimal(value, is_single))
        };
        let scaling = scaling.as_ref().filter(|scaling| scaling.changes(number));
        scaling.map(|scaling| describe(texts(scaling))).unwrap_or_default()
    };
    let label = |labels: &[String], number: usize| {
        labels.get(number).map(|label| format!(": {}", text::comment(label))).unwrap_or_default()
    };
    for number in 0..program.inputs {
        let label = label(&labels.inputs, number);
        let scaled = scaling(&frozen.input_scaling, number, |[offset, scale]| {
            format!(", in its own unit; the network gets (value - {offset}) / {scale}")
        });
        lines.push(format!("  x[{number}]{label}{scaled}"));
    }
    lines.push("Outputs:".to_owned());
    for number in 0..program.outputs {
        let label = label(&labels.outputs, number);
        let scaled = scaling(&frozen.output_scaling, number, |[offset, scale]| {
            format!(", in its own unit: prediction * {scale} + {offset}")
        });
        lines.push(format!("  y[{number}]{label}{scaled}"));
    }
    lines.extend(class(program));
    lines.push(String::new());
    if frozen.is_mixed() && program.is_single {
        lines.push("Raw values are f64; the network gets them in f32, rounded after they are scaled.".to_owned());
    }
    let has_same_bits = program.is_single || frozen.precision == Precision::Double;
    lines.push(if has_same_bits {
        "The results have the bits of the crate's `predict`.".to_owned()
    } else {
        let language = language.name;
        format!("{language} computes in f64: the results agree with the crate's `predict` but for rounding to f32.")
    });
    if program.train.is_some() {
        let bits = if has_same_bits { ", with the bits of `fit`" } else { "" };
        lines.push(format!("{}_train is one step of gradient descent on one example{bits}.", program.name));
    }
    if !fdlibm.is_empty() {
        let follows = if fdlibm.len() == 1 { "follows" } else { "follow" };
        lines.extend([String::new(), format!("In this file, {} {follows} fdlibm:", fdlibm.join(", "))]);
        lines.extend(FDLIBM.lines().map(str::to_owned));
    }
    if !program.supplied.is_empty() {
        lines.extend([String::new(), "You supply these functions:".to_owned()]);
    }
    for supplied in &program.supplied {
        let what = match supplied.kind {
            SuppliedKind::Activation => "an activation from its pre-activation z",
            SuppliedKind::ActivationDerivative => "the derivative of an activation, from z and a",
            SuppliedKind::LossDerivative => "the derivatives of the loss with respect to each prediction",
        };
        lines.push(format!("  {}: {what}; in the declaration {}", supplied.name, supplied.path));
    }
    lines
}

/// Which class is predicted.
fn class(program: &Program) -> Option<String> {
    let Program { classes, classes_name: names, outputs, .. } = program;
    if classes.is_empty() {
        return None;
    }
    Some(if *outputs == 1 {
        format!("The class is {names}[1] if y[0] is above 0.5, else {names}[0].")
    } else {
        format!("The class of the largest output is the predicted one; {names} are the names in this order.")
    })
}

/// The notice that goes with functions of fdlibm.
pub(crate) const FDLIBM: &str = "\
  Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
  Developed at SunPro, a Sun Microsystems, Inc. business.
  Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice is
  preserved.";
