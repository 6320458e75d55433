//! Several processes train one network: threads stand for processes. The bits are the same for any number of them, and
//! those of a naive loop.

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use mlp_core::reducer::{Reducer, Shards, agree};
use mlp_core::trainer::Checkpoint;
use mlp_core::{
    Adam, AdamW, Array as _, Batch, GradientDescent, History, Lbfgs, Network, Observer, Optimizer, Outcome, Schedule,
    StopReason, TrainError, Trainer, mlp,
};

mlp!(struct Net: 2 => tanh(5) => identity(1));
mlp!(struct Float: 2 => tanh(5) => identity(1), scalar = f32);
mlp!(struct Rolled: 2 => relu(9) => identity(1), rolled);
mlp!(struct RolledFloat: 2 => relu(9) => identity(1), rolled, scalar = f32);

type Failure = Box<dyn Error + Send + Sync>;

/// A thread that stands for a process. Once one of them is dropped, an exchange fails in all others.
struct Process {
    rank: usize,
    size: usize,
    common: Arc<(Mutex<Common>, Condvar)>,
    /// The number of bytes sent.
    sent: usize,
}

#[derive(Default)]
struct Common {
    messages: Vec<Option<Vec<u8>>>,
    result: Vec<u8>,
    exchanges: usize,
    is_broken: bool,
}

impl Process {
    fn group(size: usize) -> Vec<Self> {
        let common = Arc::new((Mutex::new(Common { messages: vec![None; size], ..Common::default() }), Condvar::new()));
        (0..size).map(|rank| Self { rank, size, common: Arc::clone(&common), sent: 0 }).collect()
    }
}

impl Reducer for Process {
    fn rank(&self) -> usize {
        self.rank
    }

    fn size(&self) -> usize {
        self.size
    }

    fn all_gather(&mut self, own: &[u8], all: &mut [u8]) -> Result<(), Failure> {
        assert_eq!(all.len(), self.size * own.len());
        self.sent += own.len();
        let (lock, changed) = &*self.common;
        let mut common = lock.lock().unwrap();
        let number = common.exchanges;
        assert!(common.messages[self.rank].replace(own.to_vec()).is_none());
        if common.messages.iter().all(Option::is_some) {
            common.result = common.messages.iter_mut().flat_map(|message| message.take().unwrap()).collect();
            common.exchanges += 1;
            changed.notify_all();
        }
        let common = changed.wait_while(common, |common| common.exchanges == number && !common.is_broken).unwrap();
        if common.exchanges == number {
            return Err("another process is gone".into());
        }
        // The others made the same call.
        assert_eq!(common.result.len(), all.len());
        all.copy_from_slice(&common.result);
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let (lock, changed) = &*self.common;
        lock.lock().unwrap().is_broken = true;
        changed.notify_all();
    }
}

/// What each of several processes returns.
fn run<R: Send>(size: usize, process: impl Fn(&mut Process) -> R + Sync) -> Vec<R> {
    thread::scope(|scope| {
        let spawn = |mut own: Process| {
            let process = &process;
            scope.spawn(move || process(&mut own))
        };
        let threads: Vec<_> = Process::group(size).into_iter().map(spawn).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

fn all_equal<R: PartialEq + std::fmt::Debug>(all: &[R]) {
    for other in all {
        assert_eq!(*other, all[0]);
    }
}

const SIZES: [usize; 5] = [1, 2, 3, 4, 8];

fn scalar<N: Network>(value: f64) -> N::Scalar {
    use mlp_core::Scalar as _;
    N::Scalar::from_f64(value)
}

/// Examples of a function of two inputs.
fn examples<N: Network>(count: usize) -> Vec<(N::Input, N::Output)> {
    use mlp_core::random::Rng as _;
    let mut rng = mlp_core::rng(5);
    let mut draw = || f64::from(rng.next_u32()) / f64::from(u32::MAX) * 2.0 - 1.0;
    let mut example = || {
        let (a, b) = (draw(), draw());
        let (mut x, mut y) = (N::Input::zeros(), N::Output::zeros());
        (x.as_mut()[0], x.as_mut()[1]) = (scalar::<N>(a), scalar::<N>(b));
        y.as_mut()[0] = scalar::<N>(a * b + 0.3 * a);
        (x, y)
    };
    (0..count).map(|_| example()).collect()
}

fn own<'a, E>(all: &'a [E], shards: usize, process: &Process) -> &'a [E] {
    &all[Shards::new(all.len(), shards).examples_of_rank(process.rank, process.size)]
}

fn bits<N: Network>(network: &N) -> Vec<u64> {
    use mlp_core::Scalar as _;
    let mut parameters = N::Parameters::zeros();
    network.copy_parameters_into(&mut parameters);
    parameters.as_ref().iter().map(|parameter| parameter.to_f64().to_bits()).collect()
}

/// Every number of processes ends with the same network and the same outcome. Returns them.
fn same<N, O, W>(
    start: &N,
    data: &[(N::Input, N::Output)],
    shards: usize,
    trainer: impl Fn() -> Trainer<O, W> + Sync,
) -> (Vec<u64>, Outcome<N::Scalar>)
where
    N: Network + Clone + Sync,
    O: Optimizer<N::Scalar>,
    W: Observer<N>,
    N::Input: Sync,
    N::Output: Sync,
{
    let mut results = SIZES.iter().filter(|&&size| size <= shards).flat_map(|&size| {
        run(size, |process| {
            let mut network = start.clone();
            let mut training = trainer().shards(shards).start(&network).unwrap();
            training.fit_reduced(&mut network, own(data, shards, process), process).unwrap();
            let outcome = training.finish(&mut network).unwrap();
            (bits(&network), outcome)
        })
    });
    let first = results.next().unwrap();
    for other in results {
        assert_eq!(other, first);
    }
    first
}

/// Settings of every kind, in batches whose shares are computed one by one, and in batches whose shares the kernels compute.
fn same_with_all_settings<N>(start: &N)
where
    N: Network + Clone + Sync,
    N::Input: Sync,
    N::Output: Sync,
{
    let data = examples::<N>(203);
    for batch in [2, 7, 60, 100, 203] {
        let batch = Batch::Mini(batch);
        let descent = same(start, &data, 8, || Trainer::new(GradientDescent::new(0.05)).epochs(5).batch(batch));
        let shuffled =
            same(start, &data, 8, || Trainer::new(GradientDescent::new(0.05)).epochs(5).batch(batch).shuffle(3));
        if batch != Batch::Mini(203) {
            assert_ne!(descent.0, shuffled.0);
        }
        same(start, &data, 13, || Trainer::new(Adam::new(0.01)).epochs(6).batch(batch).shuffle(3).l2(0.01).l1(1e-3));
        same(start, &data, 8, || {
            let trainer = Trainer::new(GradientDescent::new(0.05).momentum(0.9)).epochs(12).batch(batch).shuffle(1);
            trainer.clip_norm(0.1).schedule(Schedule::cosine(12)).patience(3).target_loss(1e-9).reproducible()
        });
    }
}

#[test]
fn any_number_of_processes_has_the_same_bits() {
    same_with_all_settings(&Net::random(&mut mlp_core::rng(1)));
    same_with_all_settings(&Float::random(&mut mlp_core::rng(1)));
    same_with_all_settings(&Rolled::random(&mut mlp_core::rng(1)));
    same_with_all_settings(&RolledFloat::random(&mut mlp_core::rng(1)));
}

/// 64 shards, the default; some have an example more than others, or none at all.
#[test]
fn uneven_shards_have_the_same_bits() {
    let start = Net::random(&mut mlp_core::rng(1));
    for count in [1, 5, 63, 64, 65, 1000] {
        let data = examples::<Net>(count);
        same(&start, &data, 64, || Trainer::new(Adam::new(0.01)).epochs(3).batch(Batch::Full).shuffle(2));
        if count > 1 {
            same(&start, &data, 64, || Trainer::new(Adam::new(0.01)).epochs(3).batch(Batch::Mini(40)).shuffle(2));
        }
    }
}

/// With one shard, `fit_reduced` is `fit`: parameters, losses, observers.
#[test]
fn one_shard_is_fit() {
    fn check<N: Network + Clone>(start: &N) {
        let data = examples::<N>(100);
        let (training, validation) = data.split_at(80);
        for batch in [3, 8, 33, 80] {
            let trainer = || {
                let trainer = Trainer::new(AdamW::new(0.02)).epochs(30).batch(Batch::Mini(batch)).shuffle(3).shards(1);
                trainer.l2(0.01).clip_norm(0.5).patience(4).validate(validation)
            };
            let (mut expected, mut found) = (start.clone(), start.clone());
            let (mut expected_history, mut found_history) = (Losses::default(), Losses::default());
            let expected_outcome = trainer().observe(&mut expected_history).fit(&mut expected, training).unwrap();
            let mut reduced = trainer().observe(&mut found_history).start(&found).unwrap();
            reduced.fit_reduced(&mut found, training, &mut ()).unwrap();
            assert_eq!(reduced.finish(&mut found), Some(expected_outcome));
            assert_eq!(bits(&found), bits(&expected));
            assert_eq!(found_history.0, expected_history.0);
            assert!(found_history.0.len() > 2);
        }
    }
    check(&Net::random(&mut mlp_core::rng(1)));
    check(&RolledFloat::random(&mut mlp_core::rng(1)));
}

/// Losses of epochs and gradients of updates, as text.
#[derive(Default)]
struct Losses(Vec<String>);

impl<N: Network> Observer<N> for Losses {
    fn after_epoch(&mut self, epoch: &mlp_core::Epoch<'_, N>) -> std::ops::ControlFlow<StopReason> {
        self.0.push(format!("{} {:?} {:?}", epoch.number, epoch.loss, epoch.validation_loss));
        std::ops::ControlFlow::Continue(())
    }

    fn wants_updates(&self) -> bool {
        true
    }

    fn after_update(&mut self, update: &mlp_core::observer::Update<'_, N>) {
        self.0.push(format!("{} {} {:?}", update.epoch, update.number, update.gradients));
    }
}

/// A loop that anybody could write: examples are dealt to shards like cards, gradients are added shard by shard, sums of
/// shards pair by pair.
fn naive(net: &mut Net, data: &[([f64; 2], [f64; 1])], shards: usize, batch: usize, rate: f64, epochs: usize) {
    fn tree(sums: &[[f64; 21]]) -> [f64; 21] {
        match sums {
            [one] => *one,
            sums => {
                // The largest power of two below the number of sums.
                let (left, right) = sums.split_at(sums.len().next_power_of_two() / 2);
                let (left, right) = (tree(left), tree(right));
                std::array::from_fn(|index| left[index] + right[index])
            }
        }
    }
    for _ in 0..epochs {
        let mut hands: Vec<_> = (0..shards)
            .map(|shard| data[shard * data.len() / shards..(shard + 1) * data.len() / shards].iter().copied())
            .collect();
        let mut dealt = Vec::new();
        while dealt.len() < data.len() {
            for (shard, hand) in hands.iter_mut().enumerate() {
                dealt.extend(hand.next().map(|example| (shard, example)));
            }
        }
        for batch in dealt.chunks(batch) {
            let mut sums = vec![[0.0; 21]; shards];
            for &(shard, (x, y_true)) in batch {
                let gradients = net.backprop(x, y_true, &net.forward(x)).to_array();
                sums[shard].iter_mut().zip(gradients).for_each(|(sum, gradient)| *sum += gradient);
            }
            let (sum, mut parameters) = (tree(&sums), net.parameters());
            for (parameter, sum) in parameters.iter_mut().zip(sum) {
                *parameter -= rate * (sum / f64::from(u32::try_from(batch.len()).unwrap()));
            }
            *net = Net::from_parameters(parameters);
        }
    }
}

#[test]
fn equals_a_naive_loop() {
    let start = Net::random(&mut mlp_core::rng(1));
    for (count, shards, batch) in [(50, 7, 9), (64, 8, 20), (101, 64, 30), (5, 8, 2), (400, 6, 100), (403, 8, 403)] {
        let data = examples::<Net>(count);
        let mut expected = start;
        naive(&mut expected, &data, shards, batch, 0.1, 3);
        let trainer = || Trainer::new(GradientDescent::new(0.1)).epochs(3).batch(Batch::Mini(batch));
        let (found, _) = same(&start, &data, shards, trainer);
        if batch / shards < 8 {
            assert_eq!(found, bits(&expected), "{count} examples, {shards} shards, batches of {batch}");
        } else {
            // The kernels add in another order.
            for (found, expected) in found.into_iter().map(f64::from_bits).zip(expected.parameters()) {
                assert!((found - expected).abs() < 1e-12);
            }
        }
    }
}

/// What all processes return if they train with these trainers and examples.
fn errors<O: Optimizer<f64>>(
    size: usize,
    trainer: impl Fn(usize) -> Trainer<O> + Sync,
    data: impl Fn(&Process) -> Vec<([f64; 2], [f64; 1])> + Sync,
) -> Vec<String> {
    let start = Net::random(&mut mlp_core::rng(1));
    run(size, |process| {
        let mut net = start;
        let mut training = trainer(process.rank).start(&net).unwrap();
        let error = training.fit_reduced(&mut net, &data(process), process).unwrap_err();
        assert_eq!((net, training.epochs()), (start, 0));
        error.to_string()
    })
}

#[test]
fn an_error_in_one_process_ends_all() {
    let trainer = |_| Trainer::new(Adam::new(0.1)).batch(Batch::Mini(50));
    let mut bad = examples::<Net>(200);
    bad[77].0[1] = f64::NAN;
    bad[150].1[0] = f64::INFINITY;
    for size in [1, 2, 4] {
        let rank = size * 77 / 200;
        let expected = format!("rank {rank}, shard 24: example 77: the input x2 is infinite or not a number");
        let all = errors(size, trainer, |process| own(&bad, 64, process).to_vec());
        // A process with an error of its own tells that; the others tell the first.
        let other = format!("rank {rank}: shard 24: example 77: the input x2 is infinite or not a number");
        for (of_rank, error) in all.iter().enumerate() {
            match of_rank {
                _ if of_rank == rank => assert_eq!(*error, expected),
                3 => assert!(error.starts_with("rank 3, shard 48: example 150: the target"), "{error}"),
                _ if size == 2 && of_rank == 1 => assert!(error.starts_with("rank 1, shard 48"), "{error}"),
                _ => assert_eq!(*error, other),
            }
        }
    }
}

#[test]
fn what_differs_between_processes_is_named() {
    let data = examples::<Net>(200);
    let part = |process: &Process| own(&data, 64, process).to_vec();
    let basic = || Trainer::new(Adam::new(0.1)).batch(Batch::Mini(50));
    let differ = |what: &str| vec![format!("rank 2 and rank 0 differ in the {what}: give all processes the same"); 3];
    for other in [
        || Trainer::new(Adam::new(0.2)).batch(Batch::Mini(50)),
        || Trainer::new(Adam::new(0.1).beta2(0.99)).batch(Batch::Mini(50)),
        || Trainer::new(Adam::new(0.1)).batch(Batch::Mini(51)),
        || Trainer::new(Adam::new(0.1)).batch(Batch::Mini(50)).shuffle(1),
        || Trainer::new(Adam::new(0.1)).batch(Batch::Mini(50)).shards(32),
        || Trainer::new(Adam::new(0.1)).batch(Batch::Mini(50)).epochs(10),
        || Trainer::new(Adam::new(0.1)).batch(Batch::Mini(50)).schedule(Schedule::cosine(9)),
        || Trainer::new(Adam::new(0.1)).batch(Batch::Mini(50)).l2(0.1),
    ] {
        assert_eq!(errors(3, |rank| if rank == 2 { other() } else { basic() }, part), differ("settings"));
    }
    let all = run(3, |process| {
        let mut net = Net::random(&mut mlp_core::rng(u64::from(process.rank == 2)));
        let error = basic().start(&net).unwrap().fit_reduced(&mut net, &part(process), process).unwrap_err();
        error.to_string()
    });
    assert_eq!(all, differ("network"));
    let all = run(3, |process| {
        let mut net = Net::random(&mut mlp_core::rng(1));
        let before = net;
        let mut training = basic().start(&net).unwrap();
        if process.rank == 2 {
            training.step(&mut net, &data).unwrap();
            net = before;
        }
        training.fit_reduced(&mut net, &part(process), process).unwrap_err().to_string()
    });
    assert_eq!(all, differ("training so far"));
    let all = run(3, |process| {
        let mut net = Net::random(&mut mlp_core::rng(1));
        let validation = &data[process.rank / 2..10];
        let mut training = basic().validate(validation).start(&net).unwrap();
        training.fit_reduced(&mut net, &part(process), process).unwrap_err().to_string()
    });
    // The number of them is no setting until a file is resumed.
    assert_eq!(all, differ("validation examples"));
}

#[test]
fn what_makes_no_sense_is_refused() {
    let data = examples::<Net>(200);
    let part = |process: &Process| own(&data, 64, process).to_vec();
    let basic = |_| Trainer::new(Adam::new(0.1)).batch(Batch::Mini(50));
    let wrong = errors(2, basic, |process| data[..100 - process.rank].to_vec());
    let message = "rank 0 has 100 examples, and its part of 199 is 99: give each process the examples that `Shards::examples_of_rank` tells";
    assert_eq!(wrong, [message; 2]);
    let message = "there are 3 processes and 2 shards, and a process needs at least one: start fewer processes, or set `Trainer::shards`";
    assert_eq!(errors(3, |rank| basic(rank).shards(2), part), [message; 3]);
    let message = "a batch has one example, and shards share the examples of a batch: set `Trainer::batch`, for example to `Batch::Mini(1024)`";
    assert_eq!(errors(2, |_| Trainer::new(Adam::new(0.1)), part), [message; 2]);
    assert_eq!(errors(2, |rank| basic(rank).batch(Batch::Mini(1)), part), [message; 2]);
    assert_eq!(errors(2, basic, |_| vec![]), [TrainError::NoExamples.to_string(), TrainError::NoExamples.to_string()]);
    assert_eq!(
        errors(2, |rank| basic(rank).epochs(0), part),
        [TrainError::NoEpochs.to_string(), TrainError::NoEpochs.to_string()]
    );
    let second_order = errors(2, |_| Trainer::new(Lbfgs::new()), part);
    assert!(
        second_order.iter().all(|error| error.starts_with("Lbfgs learns from all examples at once")),
        "{second_order:?}"
    );
    let none = basic(0).shards(0).start(&Net::random(&mut mlp_core::rng(1))).unwrap_err();
    assert_eq!(none.to_string(), "the number of shards must be from 1 to 65536, not 0");
    let many = basic(0).shards(usize::MAX).start(&Net::random(&mut mlp_core::rng(1))).unwrap_err();
    assert!(matches!(many, TrainError::Setting { setting: "number of shards", .. }), "{many}");
    let mut net = Net::random(&mut mlp_core::rng(1));
    let mut nobody = Process::group(1).remove(0);
    nobody.rank = 2;
    let error = basic(0).start(&net).unwrap().fit_reduced(&mut net, &data, &mut nobody).unwrap_err();
    assert_eq!(error.to_string(), "the engine says that this process has the rank 2 of 1, counted from 0");
}

/// A loss or a parameter that is not finite any more: all processes name the same example, whatever their number, and hold
/// the network after the last good epoch.
#[test]
fn what_becomes_infinite_is_found() {
    let mut data = examples::<Net>(90);
    for (batch, shards) in [(90, 8), (20, 8), (30, 64)] {
        for (target, rate) in [(1e160, 1e-3), (1e30, 1e155), (1.0, 1e308)] {
            data[41].1 = [target];
            let all = SIZES.iter().flat_map(|&size| {
                run(size, |process| {
                    let mut net = Net::random(&mut mlp_core::rng(1));
                    let trainer =
                        Trainer::new(GradientDescent::new(rate)).epochs(3).batch(Batch::Mini(batch)).shuffle(4);
                    let mut training = trainer.shards(shards).start(&net).unwrap();
                    let examples = own(&data, shards, process);
                    let error = training.fit_reduced(&mut net, examples, process).unwrap_err().to_string();
                    assert_eq!(training.fit_reduced(&mut net, examples, process).unwrap_err().to_string(), error);
                    // The rank depends on the number of processes, and nothing else does.
                    let error = error.split_once("shard ").map_or(error.clone(), |(_, rest)| rest.to_owned());
                    (error, training.epochs(), bits(&net))
                })
            });
            let all: Vec<_> = all.collect();
            assert!(all[0].0.contains("became infinite or not a number"), "{}", all[0].0);
            assert!(
                target < 1e100
                    || all[0].0
                        == format!(
                            "{}: epoch 0, example 41: the loss became infinite or not a number; a smaller learning rate may help",
                            41 * shards / 90
                        ),
                "{}",
                all[0].0
            );
            all_equal(&all);
        }
    }
}

#[test]
fn agree_tells_all() {
    let fails = |process: &mut Process| {
        let own = if process.rank == 1 { Err(std::io::Error::other("the disk is gone: ü")) } else { Ok(process.rank) };
        agree(process, own).map_err(|error| format!("{error:?}"))
    };
    assert_eq!(run(3, fails), vec![Err("rank 1: the disk is gone: ü".to_owned()); 3]);
    let goes_on = |process: &mut Process| {
        let own = Ok::<_, Failure>(process.rank);
        agree(process, own).unwrap()
    };
    assert_eq!(run(2, goes_on), [0, 1]);
    assert_eq!(run(2, |process| agree(process, Err::<(), _>("")).is_err()), [true; 2]);
}

/// A process that is gone ends all others, with the network after the last good epoch.
#[test]
fn a_lost_process_ends_all() {
    struct Leaves(usize);

    impl<N: Network> Observer<N> for Leaves {
        fn after_epoch(&mut self, epoch: &mlp_core::Epoch<'_, N>) -> std::ops::ControlFlow<StopReason> {
            // Not a panic, whose message would stand in the output of the tests.
            if epoch.number == self.0 {
                std::panic::resume_unwind(Box::new(()));
            }
            std::ops::ControlFlow::Continue(())
        }
    }

    let data = examples::<Net>(90);
    let trainer = || Trainer::new(Adam::new(0.01)).epochs(20).batch(Batch::Mini(40)).shards(8);
    let mut expected = Net::random(&mut mlp_core::rng(1));
    trainer().epochs(6).start(&expected).unwrap().fit_reduced(&mut expected, &data, &mut ()).unwrap();
    let results = thread::scope(|scope| {
        let spawn = |mut process: Process| {
            let (trainer, data) = (&trainer, &data);
            scope.spawn(move || {
                let mut net = Net::random(&mut mlp_core::rng(1));
                let observer = (process.rank == 1).then_some(Leaves(5));
                let mut training = trainer().observe(observer).start(&net).unwrap();
                let examples = own(data, 8, &process);
                let error = training.fit_reduced(&mut net, examples, &mut process).unwrap_err();
                (format!("{error:?}"), training.epochs(), net)
            })
        };
        let threads: Vec<_> = Process::group(3).into_iter().map(spawn).collect();
        threads.into_iter().map(thread::ScopedJoinHandle::join).collect::<Vec<_>>()
    });
    for (rank, result) in results.into_iter().enumerate() {
        assert_eq!(result.is_err(), rank == 1);
        if let Ok(result) = result {
            let message = format!("rank {rank}: the engine failed: another process is gone");
            assert_eq!(result, (message, 6, expected));
        }
    }
}

/// Observers and the time limit of one process stop all, after the same epoch. Observers see what concerns all examples.
#[test]
fn one_process_stops_all() {
    struct Stops(usize, Vec<usize>);

    impl<N: Network> Observer<N> for Stops {
        fn wants(&self, epoch: usize) -> bool {
            epoch % 3 == 1
        }

        fn after_epoch(&mut self, epoch: &mlp_core::Epoch<'_, N>) -> std::ops::ControlFlow<StopReason> {
            assert!(epoch.prediction.is_none());
            self.1.push(epoch.number);
            if epoch.number >= self.0 {
                std::ops::ControlFlow::Break(StopReason::Observer)
            } else {
                std::ops::ControlFlow::Continue(())
            }
        }
    }

    let data = examples::<Net>(4);
    let trainer = || Trainer::new(Adam::new(0.01)).epochs(20).batch(Batch::Full).shards(4).validate(&data);
    let all = run(4, |process| {
        let mut net = Net::random(&mut mlp_core::rng(1));
        let mut observer = (process.rank == 2).then_some(Stops(9, Vec::new()));
        let mut training = trainer().observe(&mut observer).start(&net).unwrap();
        let outcome = training.fit_reduced(&mut net, own(&data, 4, process), process).unwrap();
        assert!(training.has_ended() && outcome.validation_loss.is_some());
        assert_eq!(training.fit_reduced(&mut net, own(&data, 4, process), process).unwrap(), outcome);
        drop(training);
        assert!(observer.is_none_or(|Stops(_, seen)| seen == [1, 4, 7, 10]));
        (outcome, bits(&net))
    });
    assert_eq!((all[0].0.epochs, all[0].0.stop_reason), (11, StopReason::Observer));
    all_equal(&all);
    let all = run(4, |process| {
        let mut net = Net::random(&mut mlp_core::rng(1));
        let trainer = trainer();
        let trainer = if process.rank == 3 { trainer.time_limit(Duration::ZERO) } else { trainer };
        let outcome = trainer.start(&net).unwrap().fit_reduced(&mut net, own(&data, 4, process), process).unwrap();
        (outcome, bits(&net))
    });
    assert_eq!((all[0].0.epochs, all[0].0.stop_reason), (1, StopReason::TimeLimit));
    all_equal(&all);
}

/// Patience by validation examples, and histories: all processes have those of one process.
#[test]
fn validation_and_histories_are_global() {
    let data = examples::<Net>(120);
    let (training, validation) = data.split_at(80);
    let all = SIZES.iter().flat_map(|&size| {
        run(size, |process| {
            let mut net = Net::random(&mut mlp_core::rng(1));
            let mut history = History::every(2);
            let trainer = Trainer::new(Adam::new(0.2)).epochs(100).batch(Batch::Mini(40)).shuffle(1).shards(8);
            let trainer = trainer.validate(validation).patience(3).min_delta(1e-3).observe(&mut history);
            let mut training_so_far = trainer.start(&net).unwrap();
            training_so_far.fit_reduced(&mut net, own(training, 8, process), process).unwrap();
            let outcome = training_so_far.finish(&mut net).unwrap();
            assert_eq!(outcome.stop_reason, StopReason::Patience);
            (bits(&net), outcome, history.loss().to_vec())
        })
    });
    let all: Vec<_> = all.collect();
    assert!(all[0].2.len() > 2);
    all_equal(&all);
}

/// Pieces, and checkpoints that another number of processes goes on with, have the bits of the whole.
#[test]
fn resumed_is_whole() {
    let data = examples::<Float>(150);
    let start = Float::random(&mut mlp_core::rng(1));
    let trainer = || Trainer::new(Adam::new(0.01)).epochs(5).batch(Batch::Mini(70)).shuffle(1).shards(8).patience(50);
    let mut whole = start;
    let mut training = trainer().epochs(20).start(&whole).unwrap();
    let outcome = training.fit_reduced(&mut whole, &data, &mut ()).unwrap();
    let file: PathBuf = std::env::temp_dir().join(format!("mlp-core-reducer-{}.json", std::process::id()));
    for (before, after) in [(4, 3), (1, 8), (8, 1)] {
        run(before, |process| {
            let mut net = start;
            let checkpoint = (process.rank == 0).then(|| Checkpoint::every(3, &file));
            let mut training = trainer().observe(checkpoint).start(&net).unwrap();
            for _ in 0..2 {
                training.fit_reduced(&mut net, own(&data, 8, process), process).unwrap();
            }
        });
        let resumed = run(after, |process| {
            let mut net = Float::load(&file).unwrap();
            let mut training = trainer().resume(&file).unwrap();
            assert_eq!(training.epochs(), 10);
            let outcome = training.fit_reduced_until(20, &mut net, own(&data, 8, process), process).unwrap();
            assert_eq!(training.fit_reduced_until(20, &mut net, own(&data, 8, process), process).unwrap(), outcome);
            (net, outcome)
        });
        assert_eq!(resumed, vec![(whole, outcome); after]);
    }
    // Another number of shards would be another training.
    let error = trainer().shards(9).resume::<Float>(&file).err().unwrap().to_string();
    assert!(error.contains("the shards of the saved training was 8, and this trainer's is 9"), "{error}");
    fs::remove_file(file).unwrap();
}

/// After several processes, one goes on alone.
#[test]
fn fit_goes_on_alone() {
    let data = examples::<Net>(60);
    let start = Net::random(&mut mlp_core::rng(1));
    let trainer = || Trainer::new(Adam::new(0.01)).epochs(5).batch(Batch::Mini(20)).shards(1);
    let (mut whole, mut parts) = (start, start);
    trainer().epochs(10).fit(&mut whole, &data).unwrap();
    let mut training = trainer().start(&parts).unwrap();
    training.fit_reduced(&mut parts, &data, &mut ()).unwrap();
    training.fit(&mut parts, &data).unwrap();
    assert_eq!(parts, whole);
}

/// A process sends as many sums as whole blocks of shards, not one for each shard.
#[test]
fn sums_travel_not_shards() {
    let data = examples::<Net>(640);
    let sent = |size, epochs| {
        let sent = run(size, |process| {
            let mut net = Net::random(&mut mlp_core::rng(1));
            let mut training = Trainer::new(Adam::new(0.01)).epochs(epochs).batch(Batch::Mini(64)).start(&net).unwrap();
            training.fit_reduced(&mut net, own(&data, 64, process), process).unwrap();
            process.sent
        });
        assert!(sent.iter().all(|&bytes| bytes == sent[0]));
        sent[0]
    };
    for (size, blocks) in [(2, 1), (8, 1), (64, 1), (3, 5)] {
        let (updates, parameters) = (10 * 90, 21);
        assert_eq!(sent(size, 100) - sent(size, 10), updates * parameters * 8 * blocks, "{size}");
    }
}

/// An engine that says anything gets an error, and no memory.
#[test]
fn engines_that_lie_are_refused() {
    struct Liar {
        size: usize,
        byte: u8,
    }

    impl Reducer for Liar {
        fn rank(&self) -> usize {
            0
        }

        fn size(&self) -> usize {
            self.size
        }

        fn all_gather(&mut self, _: &[u8], all: &mut [u8]) -> Result<(), Box<dyn Error + Send + Sync>> {
            all.fill(self.byte);
            Ok(())
        }
    }

    let data = examples::<Net>(60);
    for (size, byte) in [(usize::MAX, 0), (usize::MAX / 40, 0), (2, 0xff), (2, 0x7f), (64, 1)] {
        let mut liar = Liar { size, byte };
        let mut net = Net::random(&mut mlp_core::rng(1));
        let trainer = Trainer::new(Adam::new(0.01)).epochs(2).batch(Batch::Mini(20)).shards(64);
        trainer.start(&net).unwrap().fit_reduced(&mut net, &data, &mut liar).unwrap_err();
        assert_eq!(net, Net::random(&mut mlp_core::rng(1)));
        let agreed = agree::<(), &str>(&mut liar, Ok(()));
        assert!(agreed.is_err() || byte == 0, "{size} {byte}");
    }
}
