//! Saved trainings: which are resumed and which are refused, checkpoints, and kills at any moment.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use mlp_core::optimizer::{OptimizerState, StateVisitor};
use mlp_core::trainer::Checkpoint;
use mlp_core::{
    Adam, AdamW, Array, Batch, GradientDescent, LoadError, Optimizer, SaveError, Scalar, Schedule, StopReason,
    TrainError, Trainer, Training, mlp,
};

mlp!(struct Net: 1 => tanh(3) => identity(1));
mlp!(struct Other: 1 => tanh(4) => identity(1));

type Example = ([f64; 1], [f64; 1]);

fn examples() -> Vec<Example> {
    (0..10).map(|i| f64::from(i) / 3.0).map(|x| ([x], [x.sin()])).collect()
}

fn net() -> Net {
    Net::random(&mut mlp_core::rng(1))
}

/// A file in the folder for temporary files, removed at the end.
struct File(PathBuf);

impl File {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("mlp-core-resume-{name}-{}.json", std::process::id())))
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Every setting that is compared, set.
fn trainer() -> Trainer<Adam> {
    Trainer::new(Adam::new(0.01))
        .epochs(12)
        .batch(Batch::Mini(8))
        .shuffle(3)
        .schedule(Schedule::cosine(1000).warm_up(5))
        .clip_norm(0.5)
        .patience(50)
        .min_delta(1e-6)
        .target_loss(1e-9)
        .reproducible()
}

/// A file with network and training after 12 epochs.
fn saved(name: &str) -> File {
    let file = File::new(name);
    let mut checkpoint = Checkpoint::every(12, &file.0);
    trainer().observe(&mut checkpoint).fit(&mut net(), &examples()).unwrap();
    checkpoint.result().unwrap();
    file
}

fn refused<O: Optimizer<f64>>(file: &File, trainer: Trainer<O>) -> String {
    match trainer.resume::<Net>(&file.0) {
        Ok(_) => panic!("it is resumed"),
        Err(error) => error.to_string().replace(&file.0.display().to_string(), "FILE"),
    }
}

#[test]
fn a_training_is_resumed_with_its_own_settings_only() {
    let file = saved("settings");
    let resumed: Training<Net, _> = trainer().epochs(7).time_limit(Duration::from_secs(1000)).resume(&file.0).unwrap();
    assert_eq!(resumed.epochs(), 12);
    let differs = |setting: &str, found: &str, expected: &str| {
        format!(
            "FILE: the {setting} of the saved training was {found}, and this trainer's is {expected}: resume it with its own settings"
        )
    };
    for (trainer, expected) in [
        (trainer().batch(Batch::Single), differs("batch size", "8", "single examples")),
        (trainer().batch(Batch::Full), differs("batch size", "8", "all examples")),
        (trainer().shuffle(4), differs("seed of the order", "3", "4")),
        (trainer().clip_norm(0.25), differs("clipping norm", "0.5", "0.25")),
        (trainer().patience(51), differs("patience", "50", "51")),
        (trainer().min_delta(0.0), differs("min_delta", "0.000001", "0")),
        (trainer().target_loss(0.5), differs("target loss", "0.000000001", "0.5")),
    ] {
        assert_eq!(refused(&file, trainer), expected);
    }
    let schedule = Schedule::cosine(1000).warm_up(5);
    let bare = Trainer::new(Adam::new(0.01)).batch(Batch::Mini(8)).shuffle(3).schedule(schedule).clip_norm(0.5);
    assert_eq!(refused(&file, bare), differs("reproducible", "true", "false"));
    // A schedule is compared by its settings, and a function of one's own by its factors in some epochs.
    for schedule in [
        Schedule::constant(),
        Schedule::cosine(1001).warm_up(5),
        Schedule::cosine(1000).warm_up(6),
        Schedule::step(1000, 0.5).warm_up(5),
        Schedule::from_fn(|_| 1.0),
    ] {
        let error = trainer().schedule(schedule).resume::<Net>(&file.0).err().unwrap();
        assert!(matches!(&error, LoadError::Setting { setting, .. } if setting == "schedule"), "{error}");
    }
    assert_eq!(refused(&file, Trainer::new(Adam::new(0.02))), differs("learning rate", "0.01", "0.02"));
    assert_eq!(
        refused(&file, Trainer::new(Adam::new(0.01).beta2(0.99))),
        differs("optimizer's beta2", "0.999", "0.99")
    );
    assert_eq!(refused(&file, Trainer::new(AdamW::new(0.01))), differs("optimizer", "Adam", "AdamW"));
    let validation = examples();
    let error = trainer().validate(&validation).resume::<Net>(&file.0).err().unwrap();
    assert!(matches!(&error, LoadError::Setting { setting, .. } if setting == "number of validation examples"));
    let senseless = trainer().clip_norm(-1.0).resume::<Net>(&file.0).err().unwrap();
    assert!(matches!(senseless, LoadError::Trainer { source: TrainError::Setting { setting: "clipping norm", .. } }));
}

#[test]
fn a_file_without_this_training_is_refused() {
    let file = saved("other");
    let error = trainer().resume::<Other>(&file.0).err().unwrap();
    assert!(matches!(error, LoadError::Different { what: "architecture", .. }));
    net().save(&file.0).unwrap();
    assert_eq!(refused(&file, trainer()), "FILE holds no training: load it as `Net::load`");
    // A training without its network.
    let training = trainer().start(&net()).unwrap();
    training.save(&file.0).unwrap();
    assert_eq!(
        Net::load(&file.0).unwrap_err().to_string().replace(&file.0.display().to_string(), "FILE"),
        "FILE holds a training without its network, which was saved elsewhere: resume it with `Trainer::resume`"
    );
    assert_eq!(trainer().resume::<Net>(&file.0).unwrap().epochs(), 0);
}

/// An ended training stays ended.
#[test]
fn an_ended_training_is_resumed_as_ended() {
    let file = File::new("ended");
    let trainer = || Trainer::new(GradientDescent::new(0.1)).epochs(1000).target_loss(0.05);
    let mut net = net();
    let mut training = trainer().start(&net).unwrap();
    let outcome = training.fit(&mut net, &examples()).unwrap();
    assert_eq!(outcome.stop_reason, StopReason::TargetLoss);
    training.save(&file.0).unwrap();
    let mut resumed = trainer().resume(&file.0).unwrap();
    let before = net;
    assert_eq!(resumed.fit(&mut net, &examples()), Ok(outcome));
    assert_eq!(net, before);
    assert_eq!(resumed.finish(&mut net), Some(outcome));
}

/// An optimizer of one's own saves and loads by describing its state. It knows nothing of files.
#[test]
fn an_own_optimizer_is_saved_too() {
    #[derive(Clone)]
    struct Average;

    #[derive(Clone)]
    struct State<P> {
        mean: P,
        updates: f64,
    }

    impl<T: Scalar, P: Array<T>> OptimizerState<T> for State<P> {
        fn visit(&mut self, visitor: &mut dyn StateVisitor<T>) {
            visitor.scalars("mean", self.mean.as_mut());
            visitor.number("updates", &mut self.updates);
        }
    }

    impl<T: Scalar> Optimizer<T> for Average {
        type State<P: Array<T>> = State<P>;

        fn learning_rate(&self) -> f64 {
            0.1
        }

        fn init_state<P: Array<T>>(&self) -> Result<State<P>, TrainError> {
            Ok(State { mean: P::zeros(), updates: 0.0 })
        }

        fn begin_step<P: Array<T>>(&self, state: &mut State<P>, _: T) {
            state.updates += 1.0;
        }

        fn step<P: Array<T>>(
            &self,
            state: &mut State<P>,
            offset: usize,
            parameters: &mut [T],
            gradients: &[T],
            rate: T,
        ) {
            let means = &mut state.mean.as_mut()[offset..];
            for ((parameter, gradient), mean) in parameters.iter_mut().zip(gradients).zip(means) {
                *mean += (*gradient - *mean) / T::from_f64(state.updates);
                *parameter -= rate * *mean;
            }
        }
    }

    let file = File::new("own");
    let (mut whole, mut parts) = (net(), net());
    Trainer::new(Average).epochs(20).fit(&mut whole, &examples()).unwrap();
    let mut training = Trainer::new(Average).epochs(10).start(&parts).unwrap();
    training.fit(&mut parts, &examples()).unwrap();
    training.save(&file.0).unwrap();
    let mut resumed = Trainer::new(Average).epochs(10).resume(&file.0).unwrap();
    assert_eq!(resumed.optimizer_state().updates, 100.0);
    resumed.fit(&mut parts, &examples()).unwrap();
    assert_eq!(whole, parts);
}

/// A schedule of one's own is asked only for epochs that have been trained: it may fail on others.
#[test]
fn a_schedule_is_asked_for_trained_epochs_only() {
    let file = File::new("schedule");
    let trainer = |schedule| Trainer::new(GradientDescent::new(0.1)).epochs(3).schedule(schedule);
    let table = Schedule::from_fn(|epoch| [1.0, 0.5, 0.25, 0.125][epoch]);
    let mut net = net();
    let mut training = trainer(table).start(&net).unwrap();
    training.save(&file.0).unwrap();
    training.fit(&mut net, &examples()).unwrap();
    training.save(&file.0).unwrap();
    assert_eq!(trainer(table).resume::<Net>(&file.0).unwrap().epochs(), 3);
    let other = Schedule::from_fn(|epoch| [1.0, 0.5, 0.5, 0.125][epoch]);
    let error = trainer(other).resume::<Net>(&file.0).err().unwrap();
    assert!(matches!(&error, LoadError::Setting { setting, .. } if setting == "schedule"), "{error}");
}

/// What could not be read back is not written.
#[test]
fn a_state_that_no_file_holds_is_refused() {
    #[derive(Clone)]
    struct Odd {
        names: &'static [&'static str],
    }

    #[derive(Clone)]
    struct State<P>(&'static [&'static str], P);

    impl<T: Scalar, P: Array<T>> OptimizerState<T> for State<P> {
        fn visit(&mut self, visitor: &mut dyn StateVisitor<T>) {
            self.0.iter().for_each(|name| visitor.scalars(name, self.1.as_mut()));
        }
    }

    impl<T: Scalar> Optimizer<T> for Odd {
        type State<P: Array<T>> = State<P>;

        fn learning_rate(&self) -> f64 {
            0.1
        }

        fn init_state<P: Array<T>>(&self) -> Result<State<P>, TrainError> {
            Ok(State(self.names, P::zeros()))
        }

        fn step<P: Array<T>>(&self, _: &mut State<P>, _: usize, _: &mut [T], _: &[T], _: T) {}
    }

    let many: Vec<&'static str> = (0..61).map(|part| &*format!("part{part}").leak()).collect();
    let many: &'static [&'static str] = many.leak();
    let file = File::new("odd");
    let save = |names| Trainer::new(Odd { names }).start(&net()).unwrap().save(&file.0);
    let error = save(&["m", "v", "m"]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the optimizer has two settings, or its state two parts, called m: give each its own name"
    );
    let error = save(many).unwrap_err();
    assert_eq!(error.to_string(), "the optimizer's state has 610 numbers, and a file holds at most 600");
    save(&many[..60]).unwrap();
    let names = &many[..60];
    assert_eq!(Trainer::new(Odd { names }).resume::<Net>(&file.0).unwrap().epochs(), 0);
}

/// Whatever byte of the file is changed or lost: it is refused, or it is the same training of the same network.
#[test]
fn no_damaged_file_becomes_another_training() {
    fn end(file: &File) -> Result<Net, LoadError> {
        let mut net = Net::load(&file.0)?;
        trainer().epochs(1).resume(&file.0)?.fit(&mut net, &examples()).unwrap();
        Ok(net)
    }

    let file = saved("damaged");
    let expected = end(&file).unwrap();
    let good = fs::read(&file.0).unwrap();
    let (mut refused, mut same) = (0, 0);
    let mut check = |bytes: &[u8]| {
        fs::write(&file.0, bytes).unwrap();
        match end(&file) {
            Ok(net) => {
                assert_eq!(net, expected, "{}", String::from_utf8_lossy(bytes));
                same += 1;
            }
            Err(_) => refused += 1,
        }
    };
    for place in 0..good.len() {
        let mut bad = good.clone();
        for byte in [good[place] ^ 1, good[place] ^ 16, b'9', b' '] {
            bad[place] = byte;
            if byte != good[place] {
                check(&bad);
            }
        }
        check(&good[..place]);
    }
    assert!(refused > 4 * good.len() && same < good.len(), "{refused} refused, {same} the same");
}

/// The last epoch is saved too: otherwise a training that has ended would begin again.
#[test]
fn the_end_is_saved() {
    let file = File::new("end");
    let with_checkpoint = |trainer: Trainer<Adam>, every| {
        let _ = fs::remove_file(&file.0);
        let (mut net, mut checkpoint) = (net(), Checkpoint::every(every, &file.0));
        let outcome = trainer.observe(&mut checkpoint).fit(&mut net, &examples()).unwrap();
        checkpoint.result().unwrap();
        (net, outcome)
    };
    // After the last multiple of 5; by a stop criterion; without multiples.
    for (every, target) in [(5, 1e-9), (100, 10.0), (0, 1e-9)] {
        let (trained, outcome) = with_checkpoint(trainer().target_loss(target), every);
        assert_eq!(outcome.stop_reason == StopReason::TargetLoss, target == 10.0);
        let mut resumed = Net::load(&file.0).unwrap();
        let mut training = trainer().target_loss(target).resume(&file.0).unwrap();
        assert_eq!(training.epochs(), outcome.epochs);
        assert_eq!(training.fit_until(12, &mut resumed, &examples()).unwrap().epochs, outcome.epochs);
        assert_eq!(training.finish(&mut resumed), Some(outcome));
        assert_eq!(resumed, trained);
    }
    // Epochs that somebody trains one by one are not all saved.
    fs::remove_file(&file.0).unwrap();
    let mut net = net();
    let mut training = trainer().observe(Checkpoint::every(5, &file.0)).start(&net).unwrap();
    for epoch in 1..=6 {
        training.epoch(&mut net, &examples()).unwrap();
        assert_eq!(file.0.exists(), epoch >= 5);
    }
    assert_eq!(trainer().resume::<Net>(&file.0).unwrap().epochs(), 5);
}

/// A checkpoint that cannot be written is no reason to lose the training, and is not lost either.
#[test]
fn a_failed_checkpoint_is_told() {
    let mut checkpoint = Checkpoint::every(5, std::env::temp_dir().join("no/such/folder/checkpoint.json"));
    let outcome = trainer().observe(&mut checkpoint).fit(&mut net(), &examples()).unwrap();
    assert_eq!(outcome.epochs, 12);
    assert!(matches!(checkpoint.result(), Err(SaveError::Write { .. })));
}

/// A process that trains is killed at any moment. What is on disk resumes to the bits of the undisturbed training.
#[test]
fn kills_at_any_moment() {
    const CHILD: &str = "MLP_CORE_TRAINS_UNTIL_KILLED";
    const EPOCHS: usize = 400;
    let trainer = || trainer().epochs(1).patience(EPOCHS);
    if let Some(path) = std::env::var_os(CHILD) {
        let mut net = Net::load(&path).unwrap();
        let mut training = trainer().observe(Checkpoint::every(1, &path)).resume(&path).unwrap();
        while training.epochs() < EPOCHS {
            training.fit(&mut net, &examples()).unwrap();
        }
        return;
    }
    let mut undisturbed = net();
    let expected = trainer().epochs(EPOCHS).fit(&mut undisturbed, &examples()).unwrap();

    let folder = std::env::temp_dir().join(format!("mlp-core-resume-kills-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join("net.json");
    let (mut kills, mut kills_in_training, mut seed) = (0, 0, 1_u64);
    while kills < 50 {
        // From the beginning: the first epoch is trained here, so that there is a file.
        let mut net = net();
        let mut training = trainer().observe(Checkpoint::every(1, &path)).start(&net).unwrap();
        training.fit(&mut net, &examples()).unwrap();
        let mut epochs = 1;
        while epochs < EPOCHS && kills < 50 {
            let mut child = Command::new(std::env::current_exe().unwrap())
                .args(["resume::kills_at_any_moment", "--exact"])
                .env(CHILD, &path)
                .stdout(Stdio::null())
                .spawn()
                .unwrap();
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            std::thread::sleep(Duration::from_micros(seed >> 48));
            child.kill().unwrap();
            let status = child.wait().unwrap();
            let reached = trainer().resume::<Net>(&path).unwrap().epochs();
            if status.success() {
                assert_eq!(reached, EPOCHS);
            } else {
                assert!(was_killed(status), "{status}");
                kills += 1;
                kills_in_training += usize::from(reached > epochs);
            }
            epochs = reached;
        }
        let mut net = Net::load(&path).unwrap();
        let mut training = trainer().resume(&path).unwrap();
        while training.epochs() < EPOCHS {
            training.fit(&mut net, &examples()).unwrap();
        }
        assert_eq!(training.finish(&mut net), Some(expected));
        assert_eq!(net, undisturbed);
    }
    assert!(kills_in_training >= 10, "{kills_in_training} of 50 kills came after the first epoch");
    fs::remove_dir_all(folder).unwrap();
}

#[cfg(unix)]
fn was_killed(status: std::process::ExitStatus) -> bool {
    std::os::unix::process::ExitStatusExt::signal(&status) == Some(9)
}

#[cfg(not(unix))]
fn was_killed(_: std::process::ExitStatus) -> bool {
    true
}
