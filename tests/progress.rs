//! `Progress` shows in a terminal how far a training is, and nothing elsewhere.

use std::env;
use std::process::Command;

use mlp_core::observer::Progress;
use mlp_core::{GradientDescent, Trainer, mlp};

mlp!(pub struct Small: 1 => 1);

/// Not a test: the others run it in a process of its own.
#[test]
#[ignore = "run by the other tests"]
fn training() {
    let mut small = Small { w11: 0.1, b1: 0.2 };
    let trainer = Trainer::new(GradientDescent::new(0.5)).epochs(1000).target_loss(1e-3).observe(Progress::new());
    let mut trainer = trainer.validate(&[([0.5], [0.8])]);
    let outcome = trainer.fit(&mut small, &[([0.5], [0.8])]).unwrap();
    println!("trained {} epochs", outcome.epochs);
}

const ARGUMENTS: [&str; 4] = ["--exact", "progress::training", "--ignored", "--nocapture"];

#[test]
fn without_a_terminal_nothing_is_shown() {
    let output = Command::new(env::current_exe().unwrap()).args(ARGUMENTS).output().unwrap();
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).contains("trained "));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

/// `script` runs a program in a terminal.
#[cfg(target_os = "linux")]
#[test]
fn the_last_epoch_is_shown_whatever_ended_the_training() {
    let command = format!("'{}' {}", env::current_exe().unwrap().display(), ARGUMENTS.join(" "));
    let run = Command::new("script").args(["--quiet", "--return", "--command", &command, "/dev/null"]).output();
    let Ok(output) = run else {
        println!("skipped: `script` of util-linux is not installed");
        return;
    };
    let shown = String::from_utf8_lossy(&output.stdout);
    let trained = shown.split_once("trained ").unwrap().1.split(' ').next().unwrap();
    assert!(shown.contains(&format!("epoch {trained} of 1000, loss 0.00")), "{shown}");
    assert!(shown.contains("validation loss 0.00") && shown.contains(" left"), "{shown}");
}
