//! The figure is complete, the same every time and small, and never left half written.

use std::path::{Path, PathBuf};
use std::{env, fs, process};

use mlp_core::{GradientDescent, History, Network, PlotError, StandardNormal, Trainer, mlp};

mlp!(pub struct Lecture: 2 => 2 => 2);
mlp!(pub struct Hundred: 5 => 9 => 5 => 2);
mlp!(pub struct Small: 1 => 1);

fn random_history<N: Network<Scalar = f64>>(epochs: usize, example: (N::Input, N::Output)) -> History<f64> {
    let mut network = N::random_with(&StandardNormal, &mut mlp_core::rng(1));
    let mut history = History::new();
    Trainer::new(GradientDescent::new(0.5)).epochs(epochs).observe(&mut history).fit(&mut network, &[example]).unwrap();
    history
}

fn lecture() -> History<f64> {
    random_history::<Lecture>(2000, ([0.5, 0.8], [0.9, 0.2]))
}

fn small(mut network: Small, epochs: usize, learning_rate: f64, examples: &[([f64; 1], [f64; 1])]) -> History<f64> {
    let mut history = History::new();
    let mut trainer = Trainer::new(GradientDescent::new(learning_rate)).epochs(epochs).observe(&mut history);
    trainer.fit(&mut network, examples).unwrap();
    history
}

/// An empty folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let folder = env::temp_dir().join(format!("mlp-core-plot-{}-{name}", process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn names_in(folder: &Path) -> Vec<String> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// Panics if tags aren't balanced, or something unescaped is between them.
fn check_xml(text: &str) {
    let mut open = Vec::new();
    for tag in text.split('<').skip(1) {
        let (tag, between) = tag.split_once('>').expect("a tag ends");
        assert!(!between.contains('>') && tag.matches('"').count() % 2 == 0, "{tag}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(tag.split(' ').next().unwrap());
        }
        assert!(!open.is_empty() || between.trim().is_empty(), "text after the document: {between}");
    }
    assert_eq!(open, [""; 0]);
}

/// The texts of the figure, in order.
fn texts(svg: &str) -> Vec<&str> {
    let texts = svg.split("<text ").skip(1);
    texts.map(|text| text.split_once('>').unwrap().1.split_once("</text>").unwrap().0.trim()).collect()
}

/// The value of an attribute; `tag` is what follows the name of the tag.
fn attribute<'a>(tag: &'a str, name: &str) -> &'a str {
    tag.split_once(&format!(" {name}=\"")).unwrap().1.split_once('"').unwrap().0
}

#[test]
fn names_everything() {
    for history in [lecture(), random_history::<Hundred>(100, ([0.1, 0.2, 0.3, 0.4, 0.5], [0.9, 0.2]))] {
        let svg = history.to_svg().unwrap();
        check_xml(&svg);
        let texts = texts(&svg);
        let count = |wanted: &str| texts.iter().filter(|text| **text == wanted).count();
        assert!(history.parameters().count() >= 12);
        for (parameter, _) in history.parameters() {
            assert_eq!(count(&parameter.name.to_string()), 1, "{}", parameter.name);
        }
        for title in ["Weights", "Biases", "Loss", "loss"] {
            assert_eq!(count(title), 1, "{title}");
        }
        assert_eq!((count("epochs"), count("value")), (3, 3));
        let panels = ["Weights", "w1", "Biases", "b1", "Loss", "loss"];
        let places = panels.map(|text| texts.iter().position(|known| known.starts_with(text)).unwrap());
        assert!(places.is_sorted(), "{places:?}");
    }
}

#[test]
fn legend_entries_are_inside_the_figure_and_apart() {
    let svg = random_history::<Hundred>(10, ([0.1, 0.2, 0.3, 0.4, 0.5], [0.9, 0.2])).to_svg().unwrap();
    let width: usize = attribute(svg.split("<svg").nth(2).unwrap(), "width").parse().unwrap();
    let mut places = Vec::new();
    for text in svg.split("<text").skip(1).filter(|text| text.contains("\"start\"")) {
        let (x, y): (usize, usize) = (attribute(text, "x").parse().unwrap(), attribute(text, "y").parse().unwrap());
        let letters = text.split_once('>').unwrap().1.split_once("</text>").unwrap().0.trim().len();
        // A digit is at most 0.64 times as wide as the font size.
        let font_size: usize = attribute(text, "font-size").parse().unwrap();
        assert!(x + letters * font_size * 64 / 100 < width, "{text}");
        places.push((y, x));
    }
    assert_eq!(places.len(), 117);
    places.sort_unstable();
    for pair in places.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
        assert!(pair[1].1 - pair[0].1 > 800, "{pair:?}");
    }
    let mut rows: Vec<_> = places.iter().map(|place| place.0).collect();
    rows.dedup();
    assert!(rows.windows(2).all(|pair| pair[1] - pair[0] >= 150), "{rows:?}");
}

#[test]
fn the_same_history_gives_the_same_bytes() {
    let svg = lecture().to_svg().unwrap();
    assert_eq!(svg, lecture().to_svg().unwrap());
    assert_ne!(svg, random_history::<Lecture>(1999, ([0.5, 0.8], [0.9, 0.2])).to_svg().unwrap());

    let folder = folder("same");
    let path = folder.join("figure.svg");
    lecture().plot(&path).unwrap();
    lecture().plot(&path).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), svg);
    assert_eq!(names_in(&folder), ["figure.svg"]);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn coordinates_are_whole_numbers() {
    let svg = lecture().to_svg().unwrap();
    let mut checked = 0;
    for points in svg.split(" points=\"").skip(1) {
        for coordinate in points.split_once('"').unwrap().0.split([' ', ',']).filter(|text| !text.is_empty()) {
            coordinate.parse::<i32>().unwrap();
            checked += 1;
        }
    }
    assert!(checked > 500, "{checked}");
}

#[test]
fn an_empty_history_leaves_the_old_figure() {
    let folder = folder("empty");
    let path = folder.join("figure.svg");
    fs::write(&path, "old").unwrap();
    assert!(matches!(History::<f64>::new().plot(&path), Err(PlotError::Empty)));
    assert!(matches!(History::<f32>::new().to_svg(), Err(PlotError::Empty)));
    assert_eq!(fs::read(&path).unwrap(), b"old");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_path_that_cannot_be_written_is_named() {
    let folder = folder("unwritable");
    let history = small(Small { w11: 0.1, b1: 0.2 }, 3, 0.5, &[([0.5], [0.8])]);
    fs::create_dir(folder.join("taken")).unwrap();
    fs::write(folder.join("file"), "old").unwrap();
    // The last path fails only when the finished figure is renamed.
    let too_long = "x".repeat(300);
    for wrong in ["missing/figure.svg", "taken", "file/figure.svg", &too_long] {
        let wrong = folder.join(wrong);
        let error = history.plot(&wrong).unwrap_err();
        assert!(error.to_string().contains(wrong.to_str().unwrap()), "{error}");
        assert!(std::error::Error::source(&error).is_some_and(<dyn std::error::Error>::is::<std::io::Error>));
        assert!(matches!(error, PlotError::Write { path, .. } if path == wrong));
    }
    for wrong in ["", "/", ".."] {
        assert!(matches!(history.plot(wrong), Err(PlotError::Write { .. })), "{wrong:?}");
    }
    assert_eq!(fs::read(folder.join("file")).unwrap(), b"old");
    let mut names = names_in(&folder);
    names.sort_unstable();
    assert_eq!(names, ["file", "taken"]);
    fs::remove_dir_all(folder).unwrap();
}

/// `/proc/self/comm` can be written, but no file can be created beside it, not even by root.
#[cfg(target_os = "linux")]
#[test]
fn where_nothing_can_be_written_beside_the_old_file_stays() {
    let old = fs::read("/proc/self/comm").unwrap();
    let history = small(Small { w11: 0.1, b1: 0.2 }, 3, 0.5, &[([0.5], [0.8])]);
    assert!(matches!(history.plot("/proc/self/comm"), Err(PlotError::Write { .. })));
    assert_eq!(fs::read("/proc/self/comm").unwrap(), old);
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_stays_one() {
    let folder = folder("link");
    fs::create_dir(folder.join("figures")).unwrap();
    fs::write(folder.join("figures/real.svg"), "old").unwrap();
    std::os::unix::fs::symlink("figures/real.svg", folder.join("link.svg")).unwrap();
    lecture().plot(folder.join("link.svg")).unwrap();
    assert!(folder.join("link.svg").is_symlink());
    assert_eq!(fs::read_to_string(folder.join("figures/real.svg")).unwrap(), lecture().to_svg().unwrap());
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_million_epochs_are_thinned() {
    // With such a large learning rate the parameters never settle: the worst case.
    let examples = [([0.5], [0.8]), ([-1.5], [0.3]), ([2.5], [0.1])];
    let history = small(Small { w11: 0.1, b1: 0.2 }, 1_000_000, 8.0, &examples);
    assert_eq!(history.loss().len(), 1_000_000);
    let svg = history.to_svg().unwrap();
    assert!((20_000..100_000).contains(&svg.len()), "{}", svg.len());
    check_xml(&svg);
}

#[test]
fn one_epoch_can_be_seen() {
    let svg = small(Small { w11: 0.1, b1: 0.2 }, 1, 0.5, &[([0.5], [0.8])]).to_svg().unwrap();
    assert_eq!(svg.matches("<circle").count(), 3);
    let svg = small(Small { w11: 0.1, b1: 0.2 }, 2, 0.5, &[([0.5], [0.8])]).to_svg().unwrap();
    assert_eq!(svg.matches("<circle").count(), 0);
}

#[test]
fn constants_are_level() {
    // From x = 0 no gradient reaches the weight.
    let svg = small(Small { w11: 0.1, b1: 0.2 }, 100, 0.5, &[([0.0], [0.8])]).to_svg().unwrap();
    let curve = svg.split("<polyline").find(|line| line.contains("#1E78EB")).unwrap();
    let points: Vec<_> = attribute(curve, "points").split_whitespace().collect();
    assert_eq!(points.len(), 2);
    assert_eq!(points[0].split_once(',').unwrap().1, points[1].split_once(',').unwrap().1);
}

mod single {
    mlp_core::mlp!(pub struct Single: 1 => 1, scalar = f32);
}

#[test]
fn single_precision_can_be_drawn() {
    let mut network = single::Single { w11: 0.1, b1: 0.2 };
    let mut history = History::new();
    let mut trainer = Trainer::new(GradientDescent::new(0.5)).epochs(300).observe(&mut history);
    trainer.fit(&mut network, &[([0.5], [0.8])]).unwrap();
    let svg = history.to_svg().unwrap();
    check_xml(&svg);
    assert!(texts(&svg).contains(&"w11"));
}

#[test]
fn what_does_not_fit_on_an_axis_is_named() {
    let drawn = |w11| small(Small { w11, b1: 0.2 }, 3, 0.5, &[([0.0], [0.8])]).to_svg();
    check_xml(&drawn(-1e299).unwrap());
    check_xml(&drawn(1e-320).unwrap());
    let error = drawn(-1e305).unwrap_err();
    assert!(matches!(error, PlotError::Value { epoch: 0, name, value: -1e305 } if name == "w11"), "{error}");
    assert_eq!(error.to_string(), "epoch 0: w11 is -1e305, which cannot be drawn");
}
