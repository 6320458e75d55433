//! How networks are trained and stored: trainers, batches, files. One program, as in `bits.rs`.

mod batch;
mod bayesian;
mod cases;
mod compare;
mod dataset;
mod digits;
mod equations;
mod exchange;
mod figure;
mod folds;
mod frozen_parameters;
mod lesson;
mod model;
mod objective;
mod penalty;
mod persist;
mod pieces;
mod population;
mod progress;
mod resume;
mod rprop;
mod sample_weights;
mod second_order;
mod source;
mod trainer;
mod worksheet;
