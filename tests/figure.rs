//! Figures are complete, the same every time and small, and never left half written; no text is above another.

use std::path::{Path, PathBuf};
use std::{env, fs, process};

use mlp_core::metrics::{CalibrationCurve, ConfusionMatrix, PrecisionRecallCurve, RocCurve};
use mlp_core::{
    Adam, Figure, FigureError, GradientDescent, History, Language, Network, RmsProp, StandardNormal, Trainer, mlp, rng,
    sweep,
};

mlp!(pub struct Lecture: 2 => 2 => 2);
mlp!(pub struct Hundred: 5 => 9 => 5 => 2);
mlp!(pub struct Small: 1 => 1);
mlp!(pub struct Line: 1 => identity(1));
mlp!(pub struct Pair: 2 => 1);
mlp!(pub struct Rewarded: 1 => identity(1), loss = self::reward);
mlp!(pub struct Xor: 2 => tanh(3) => 1);
mlp!(pub struct Three: 2 => tanh(4) => softmax(3), loss = cross_entropy);
mlp!(pub struct Wild: 2 => tanh(16) => tanh(16) => tanh(14) => identity(1));

fn random_history<N: Network<Scalar = f64>>(epochs: usize, example: (N::Input, N::Output)) -> History<f64> {
    let mut network = N::random_with(&StandardNormal, &mut rng(1));
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
    let folder = env::temp_dir().join(format!("mlp-core-figure-{}-{name}", process::id()));
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

/// Where a text is: left, right, top, bottom.
type Box = [f64; 4];

/// The places of all texts, by a usual width of letters.
fn boxes(svg: &str) -> Vec<(&str, Box)> {
    let place = |text: &str| {
        let number = |name: &str| attribute(text, name).parse::<f64>().unwrap();
        let (x, y, size) = (number("x"), number("y"), number("font-size"));
        let letters = text.split_once('>').unwrap().1.split_once("</text>").unwrap().0.trim().chars().count();
        let width = f64::from(u32::try_from(letters).unwrap()) * size * 0.6;
        let from_start = match attribute(text, "text-anchor") {
            "start" => 0.0,
            "middle" => 0.5,
            _ => 1.0,
        };
        let (start, height) = (-from_start * width, 0.4 * size);
        if text.contains("rotate(270") {
            [x - height, x + height, y + start, y + start + width]
        } else {
            [x + start, x + start + width, y - height, y + height]
        }
    };
    let places = svg.split("<text").skip(1).map(place);
    texts(svg).into_iter().zip(places).collect()
}

/// Everything that holds for every figure.
#[track_caller]
fn check(svg: &str) {
    check_xml(svg);
    assert!(svg.len() < 300_000, "{} bytes", svg.len());
    let head = svg.split_once('>').unwrap().0;
    assert!(head.contains(" role=\"img\"") && head.contains(" lang=\""), "{head}");
    for element in ["<title>", "<desc>"] {
        assert_eq!(svg.matches(element).count(), 1);
        assert!(!svg.contains(&format!("{element}</")), "{element} is empty");
    }
    // Whatever is drawn has one of the palette's colours, so that it can be seen on white and on black.
    for colour in svg.split("=\"#").skip(1) {
        let colour = &colour[..6];
        assert!(COLOURS.contains(&colour), "{colour}");
    }
    let [.., width, height] = attribute(head, "viewBox").split(' ').collect::<Vec<_>>()[..] else { panic!("{head}") };
    let (width, height) = (width.parse::<f64>().unwrap(), height.parse::<f64>().unwrap());
    let boxes = boxes(svg);
    for (index, (text, place)) in boxes.iter().enumerate() {
        let [left, right, top, bottom] = *place;
        assert!(left >= 0.0 && right <= width && top >= 0.0 && bottom <= height, "{text} is cut: {place:?}");
        for (other, [other_left, other_right, other_top, other_bottom]) in &boxes[..index] {
            let is_apart = right <= *other_left || *other_right <= left || bottom <= *other_top || *other_bottom <= top;
            assert!(is_apart, "{text} and {other} are above each other: {place:?}");
        }
    }
}

const COLOURS: [&str; 9] = ["757575", "1C72E0", "D55E00", "00A860", "A81888", "B80820", "106858", "B080B0", "889088"];

#[test]
fn names_everything() {
    for history in [lecture(), random_history::<Hundred>(100, ([0.1, 0.2, 0.3, 0.4, 0.5], [0.9, 0.2]))] {
        let svg = history.to_svg().unwrap();
        check(&svg);
        let texts = texts(&svg);
        let count = |wanted: &str| texts.iter().filter(|text| **text == wanted).count();
        assert!(history.parameters().count() >= 12);
        for (parameter, _) in history.parameters() {
            assert_eq!(count(&parameter.name.to_string()), 1, "{}", parameter.name);
        }
        for title in ["Weights", "Biases", "Loss"] {
            assert_eq!(count(title), 1, "{title}");
        }
        assert_eq!((count("epochs"), count("value")), (3, 3));
        let panels = ["Weights", "w1", "Biases", "b1", "Loss"];
        let places = panels.map(|text| texts.iter().position(|known| known.starts_with(text)).unwrap());
        assert!(places.is_sorted(), "{places:?}");
    }
}

#[test]
fn a_loss_alone_has_no_legend() {
    let svg = lecture().to_svg().unwrap();
    assert_eq!(texts(&svg).iter().filter(|text| ["training", "validation"].contains(text)).count(), 0);
    let (mut network, mut history) = (Small { w11: 0.1, b1: 0.2 }, History::new());
    let trainer = Trainer::new(GradientDescent::new(0.5)).epochs(20).validate(&[([0.1], [0.7])]);
    trainer.observe(&mut history).fit(&mut network, &[([0.5], [0.8])]).unwrap();
    let svg = history.to_svg().unwrap();
    check(&svg);
    assert!(texts(&svg).contains(&"training") && texts(&svg).contains(&"validation"));
}

#[test]
fn curves_upon_each_other_share_a_label() {
    // The two inputs are the same, so the two weights have the same gradients.
    let (mut network, mut history) = (Pair { w11: 0.5, w21: 0.5, b1: 0.1 }, History::new());
    let mut trainer = Trainer::new(GradientDescent::new(0.5)).epochs(50).observe(&mut history);
    trainer.fit(&mut network, &[([0.3, 0.3], [0.8])]).unwrap();
    let svg = history.to_svg().unwrap();
    check(&svg);
    assert!(texts(&svg).contains(&"w11, w21"), "{:?}", texts(&svg));
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
    assert!(matches!(History::<f64>::new().plot(&path), Err(FigureError::Empty)));
    assert!(matches!(History::<f32>::new().to_svg(), Err(FigureError::Empty)));
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
        assert!(matches!(error, FigureError::Write { path, .. } if path == wrong));
    }
    for wrong in ["", "/", ".."] {
        assert!(matches!(history.plot(wrong), Err(FigureError::Write { .. })), "{wrong:?}");
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
    assert!(matches!(history.plot("/proc/self/comm"), Err(FigureError::Write { .. })));
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

/// A training in which the parameters never settle: examples that contradict each other, in another order each epoch.
fn restless_history<N: Network<Scalar = f64>>(epochs: usize, examples: &[(N::Input, N::Output)]) -> History<f64> {
    let (mut network, mut history) = (N::random_with(&StandardNormal, &mut rng(1)), History::new());
    let trainer = Trainer::new(RmsProp::new(0.1)).epochs(epochs).shuffle(7);
    trainer.observe(&mut history).fit(&mut network, examples).unwrap();
    history
}

fn contradictory<const X: usize, const Y: usize>() -> Vec<([f64; X], [f64; Y])> {
    (0..7_u8).map(|n| ([0.3 * f64::from(n % 5); X], [f64::from(n % 2); Y])).collect()
}

#[test]
fn many_curves_are_small_and_can_be_read() {
    let hundred = restless_history::<Hundred>(2000, &contradictory());
    for epochs in [1, 2, 1000] {
        let limit = restless_history::<networks::Limit>(epochs, &contradictory());
        let svg = limit.to_svg().unwrap();
        check(&svg);
        // There are 560 weights and 47 biases.
        let texts = texts(&svg);
        for text in ["layer 1", "layer 4", "Weights: median, quartiles and range of each layer", "Biases", "b47"] {
            assert!(texts.contains(&text), "{text}: {texts:?}");
        }
        assert!(!texts.contains(&"layer 5") && svg.contains("(median, quartiles and range of each layer)"));
        check(&Figure::grid(2, [Figure::history(&limit), Figure::history(&hundred)]).to_svg().unwrap());
    }
    check(&hundred.to_svg().unwrap());
    check(&restless_history::<networks::Wide>(1000, &contradictory()).to_svg().unwrap());
    let deep = restless_history::<networks::Deep>(1000, &contradictory());
    check(&Figure::history(&deep).language(&Language::RUSSIAN).to_svg().unwrap());

    let mut large = networks::Large::random(&mut rng(1));
    let mut history = History::new();
    let trainer = Trainer::new(GradientDescent::new(0.1)).epochs(2);
    trainer.observe(&mut history).fit(&mut large, &[([0.5; 784], [0.1; 10])]).unwrap();
    check(&history.to_svg().unwrap());
}

#[test]
fn a_parameter_that_cannot_be_drawn_is_named_in_a_layer_too() {
    let (mut network, mut history) = (networks::Wide::random(&mut rng(1)), History::new());
    network.w7_1 = 1e301;
    let mut trainer = Trainer::new(GradientDescent::new(0.1)).epochs(1).observe(&mut history);
    trainer.fit(&mut network, &[([0.0], [0.3])]).unwrap();
    let error = history.to_svg().unwrap_err();
    assert_eq!(error.to_string(), "epoch 0: w7_1 is 1e301, which cannot be drawn");
}

#[test]
fn one_epoch_can_be_seen() {
    let svg = small(Small { w11: 0.1, b1: 0.2 }, 1, 0.5, &[([0.5], [0.8])]).to_svg().unwrap();
    assert_eq!(svg.matches("<circle").count(), 3);
    // No line goes on from there that would look like a curve: dots lead to the labels.
    let dotted: Vec<_> =
        svg.split("<g stroke-dasharray").skip(1).map(|group| group.split_once("</g>").unwrap().0).collect();
    assert!(dotted.iter().any(|group| group.contains("#1C72E0")), "{dotted:?}");
    let svg = small(Small { w11: 0.1, b1: 0.2 }, 2, 0.5, &[([0.5], [0.8])]).to_svg().unwrap();
    assert_eq!(svg.matches("<circle").count(), 0);
}

#[test]
fn constants_are_level() {
    // From x = 0 no gradient reaches the weight.
    let svg = small(Small { w11: 0.1, b1: 0.2 }, 100, 0.5, &[([0.0], [0.8])]).to_svg().unwrap();
    let curve = svg.split("<polyline").find(|line| line.contains("#1C72E0")).unwrap();
    let points: Vec<_> = attribute(curve, "points").split_whitespace().collect();
    assert_eq!(points.len(), 2);
    assert_eq!(points[0].split_once(',').unwrap().1, points[1].split_once(',').unwrap().1);
}

/// The labels of the vertical axis of the last panel.
fn loss_labels(svg: &str) -> Vec<&str> {
    let last = svg.rsplit_once("Loss\n</text>").unwrap().1;
    let labels = last.split("<text").skip(1).filter(|text| text.contains("\"end\""));
    labels.map(|text| text.split_once('>').unwrap().1.split_once("</text>").unwrap().0.trim()).collect()
}

#[test]
fn the_axis_of_the_loss_begins_at_zero_or_is_logarithmic() {
    let history = small(Small { w11: 0.1, b1: 0.2 }, 3, 0.01, &[([0.5], [0.8])]);
    assert_eq!(loss_labels(&history.to_svg().unwrap())[0].parse(), Ok(0.0));
    let svg = Figure::history(&lecture()).log_loss().to_svg().unwrap();
    check(&svg);
    assert!(loss_labels(&svg).contains(&"1e-10"), "{:?}", loss_labels(&svg));

    // The loss of a network that is right from the start is 0.
    let (mut network, mut history) = (Line { w11: 1.0, b1: 0.0 }, History::new());
    Trainer::new(GradientDescent::new(0.1))
        .epochs(3)
        .observe(&mut history)
        .fit(&mut network, &[([1.0], [1.0])])
        .unwrap();
    check(&history.to_svg().unwrap());
    let error = Figure::history(&history).log_loss().to_svg().unwrap_err();
    assert!(matches!(&error, FigureError::Logarithm { value: 0.0, .. }), "{error}");
    assert!(error.to_string().contains("leave out `log_loss`"), "{error}");
}

fn reward([y_pred]: [f64; 1], [y_true]: [f64; 1]) -> f64 {
    -1.0 / (1.0 + (y_pred - y_true) * (y_pred - y_true))
}

fn reward_derivative([y_pred]: [f64; 1], [y_true]: [f64; 1]) -> [f64; 1] {
    let distance = y_pred - y_true;
    [2.0 * distance / ((1.0 + distance * distance) * (1.0 + distance * distance))]
}

#[test]
fn negative_losses_are_drawn() {
    let (mut network, mut history) = (Rewarded { w11: 0.0, b1: 0.0 }, History::new());
    Trainer::new(GradientDescent::new(0.1))
        .epochs(50)
        .observe(&mut history)
        .fit(&mut network, &[([1.0], [1.0])])
        .unwrap();
    let svg = history.to_svg().unwrap();
    check(&svg);
    let labels = loss_labels(&svg);
    assert!(labels.iter().all(|label| label.starts_with('-')), "{labels:?}");
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
    assert_eq!(error.to_string(), "epoch 0: w11 is -1e305, which cannot be drawn");
    assert!(matches!(error, FigureError::Value { epoch: Some(0), name, value: -1e305 } if name == "w11"));
}

#[test]
fn titles_and_languages_are_where_they_should_be() {
    let svg = Figure::history(&lecture()).title("a\u{1b}[31m\u{fffe}b").to_svg().unwrap();
    assert!(svg.contains("a [31m b") && !svg.contains(['\u{1b}', '\u{fffe}']), "{svg}");
    let svg = Figure::history(&lecture()).title("2 < 3 & \"so on\"").language(&Language::RUSSIAN).to_svg().unwrap();
    check(&svg);
    assert!(svg.contains("<title>2 &lt; 3 &amp; &quot;so on&quot;</title>"));
    assert!(svg.split_once('>').unwrap().0.contains(" lang=\"ru\""));
    for word in ["Веса", "Смещения", "Функция потерь", "эпохи", "значение"] {
        assert!(texts(&svg).contains(&word), "{word}");
    }
    assert!(lecture().to_svg().unwrap().contains("<title>Weights, Biases, Loss</title>"));
    let german = Language { loss: "Verlust", ..Language::ENGLISH };
    assert!(texts(&Figure::history(&lecture()).language(&german).to_svg().unwrap()).contains(&"Verlust"));
}

#[test]
fn long_titles_are_wrapped_in_every_kind_and_in_grids() {
    let title = "Was ein kleines Netz aus zwei Schichten nach zweitausend Epochen von einem einzigen Beispiel weiß, und \
                 was nicht: ein Versuch mit Donaudampfschifffahrtsgesellschaftskapitänswitwenpensionskassen";
    let (lecture_net, xor, mut matrix) = (
        Lecture::random(&mut rng(1)),
        Xor::random(&mut rng(1)),
        ConfusionMatrix::new(["a class whose name has forty characters…", "ещё один класс с таким же длинным именем"]),
    );
    matrix.count_example(0, 1).unwrap();
    let figures = vec![
        Figure::history(&lecture()),
        Figure::learning_curve(&[(20, 0.01, 0.31), (40, 0.02, 0.17)]),
        Figure::network(&Small { w11: 0.1, b1: 0.2 }),
        Figure::trace(&lecture_net.trace([0.5, 0.8], [0.9, 0.2], 0.5)),
        Figure::surface(&xor, &XOR),
        Figure::confusion(&matrix),
        Figure::predicted(&xor, &XOR),
    ];
    let figures: Vec<_> = figures.into_iter().map(|figure| figure.title(title)).collect();
    for figure in &figures {
        let svg = figure.to_svg().unwrap();
        check(&svg);
        let width: f64 = attribute(&svg, "width").parse().unwrap();
        assert!(width < 900.0 && svg.contains(&format!("<title>{title}</title>")), "{width}");
        assert!(texts(&svg).iter().any(|text| text.starts_with("Was ein kleines")) && !texts(&svg).contains(&title));
    }
    let svg = Figure::grid(3, figures).title(format!("{title} {title}")).to_svg().unwrap();
    check(&svg);
    assert_eq!(svg.matches("Was ein kleines").count(), 4 + 2 * 7);
    assert!(svg.contains("ещё один класс с таким же длинным именем: 0 0"));

    let without_spaces = "表".repeat(700);
    let svg = Figure::predicted(&xor, &XOR).title(&without_spaces).to_svg().unwrap();
    check(&svg);
    assert!(texts(&svg).iter().any(|text| text.ends_with("表…")) && svg.contains(&without_spaces));
}

#[test]
fn a_setting_without_a_meaning_is_refused() {
    let network = Small { w11: 0.1, b1: 0.2 };
    let wrong = [
        Figure::network(&network).log_loss(),
        Figure::network(&network).gradients(),
        Figure::history(&lecture()).gradients(),
    ];
    let names = wrong.map(|figure| match figure.to_svg() {
        Err(FigureError::Setting { setting }) => setting,
        other => panic!("{other:?}"),
    });
    assert_eq!(names, ["log_loss", "gradients", "gradients"]);
}

#[test]
fn a_small_network_has_all_its_numbers() {
    let net = Lecture::random_with(&StandardNormal, &mut rng(1));
    let svg = Figure::network(&net).to_svg().unwrap();
    check(&svg);
    for (parameter, value) in Lecture::ARCHITECTURE.parameters().zip(net.parameters()) {
        let text = texts(&svg).into_iter().find(|text| text.starts_with(&format!("{} = ", parameter.name))).unwrap();
        let shown: f64 = text.split_once(" = ").unwrap().1.parse().unwrap();
        assert!((shown - value).abs() <= 5e-4 * value.abs(), "{text}: {value}");
    }
    for name in ["x1", "x2", "a1", "a2", "y_pred1", "y_pred2", "inputs", "sigmoid"] {
        assert!(texts(&svg).contains(&name), "{name}");
    }
}

#[test]
fn a_trace_shows_the_step() {
    let mut net = Lecture::random_with(&StandardNormal, &mut rng(1));
    let trace = net.trace([0.5, 0.8], [0.9, 0.2], 0.5);
    let svg = Figure::trace(&trace).to_svg().unwrap();
    check(&svg);
    let pass = net.forward([0.5, 0.8]);
    let a1 = format!("{:.4}", pass.a1);
    let loss = format!("L = {:.4}", Lecture::loss_of(&pass, [0.9, 0.2]));
    for text in ["0.5", &a1, "y_true1 = 0.9", &loss, &format!("w31 = {:.3}", net.w31)] {
        assert!(texts(&svg).contains(&text), "{text}: {:?}", texts(&svg));
    }
    // The weights are those before the step.
    let gradients = net.backprop([0.5, 0.8], [0.9, 0.2], &pass);
    net.update(&gradients, 0.5);
    assert_ne!(svg, Figure::trace(&net.trace([0.5, 0.8], [0.9, 0.2], 0.5)).to_svg().unwrap());
    let svg = Figure::trace(&trace).gradients().to_svg().unwrap();
    check(&svg);
    assert!(svg.contains(&format!("dL_dw11 = {:.5}", gradients.dL_dw11)), "{svg}");
}

/// What holds for every network, whatever its functions and its size.
#[track_caller]
fn check_network<N: Network>(x: N::Input, y_true: N::Output) {
    let network = N::random(&mut rng(1));
    check(&Figure::network(&network).to_svg().unwrap());
    let trace = network.trace(x, y_true, <N::Scalar as mlp_core::Scalar>::from_f64(0.1));
    check(&Figure::trace(&trace).to_svg().unwrap());
    check(&Figure::trace(&trace).gradients().language(&Language::RUSSIAN).to_svg().unwrap());
}

mod networks {
    use mlp_core::mlp;

    mlp!(pub struct All: 2 => tanh(2) => relu(2) => leaky_relu(2) => elu(2) => softplus(2) => silu(2) => gelu(2)
        => hard_sigmoid(2) => hard_tanh(2) => softsign(2) => identity(2));
    mlp!(pub struct Softmax: 3 => tanh(4) => softmax(3), loss = cross_entropy, scalar = f32);
    mlp!(pub struct Own: 1 => super::own::bump(4) => identity(1), loss = super::reward);
    mlp!(pub struct Rolled: 3 => relu(40) => softmax(10), loss = cross_entropy, scalar = f32, rolled);
    mlp!(pub struct SmallRolled: 2 => tanh(2) => 1, rolled);
    mlp!(pub struct Large: 784 => relu(128) => softmax(10), loss = cross_entropy, scalar = f32, rolled);
    mlp!(pub struct Deep: 1 => 3 => 4 => 4 => 4 => 4 => 4 => 4 => 4 => 4 => 4 => 4 => 4 => 4 => 4 => 4 => 4 => 4 => 4
        => 4 => 4 => 4 => 4 => 4 => 4 => 4 => 4 => 4 => 4 => 4 => 1);
    mlp!(pub struct Wide: 1 => 198 => 1);
    mlp!(pub struct Numbers: 2 => tanh(16) => identity(15));
    mlp!(pub struct Classes: 2 => tanh(4) => softmax(100), loss = cross_entropy);
    mlp!(pub struct Limit: 2 => 16 => 16 => 14 => 1);
}

mod own {
    pub(crate) fn bump(z: f64) -> f64 {
        1.0 / (1.0 + z * z)
    }

    pub(crate) fn bump_derivative(z: f64, a: f64) -> f64 {
        -2.0 * z * a * a
    }
}

#[test]
fn every_kind_of_network_can_be_drawn() {
    check_network::<networks::All>([0.1, 0.2], [0.3, 0.4]);
    check_network::<networks::Softmax>([0.1, 0.2, 0.3], [0.0, 1.0, 0.0]);
    check_network::<networks::Own>([0.1], [0.3]);
    check_network::<networks::SmallRolled>([0.1, 0.2], [0.3]);
    check_network::<networks::Deep>([0.1], [0.3]);
    check_network::<networks::Wide>([0.1], [0.3]);
    check_network::<networks::Limit>([0.1, 0.2], [0.3]);
    let mut target = [0.0; 10];
    target[3] = 1.0;
    check_network::<networks::Rolled>([0.1, 0.2, 0.3], target);
    let large = || Figure::network(&networks::Large::random(&mut rng(1)));
    check(&Figure::grid(2, [large(), large(), large()]).to_svg().unwrap());
    let svg = large().to_svg().unwrap();
    check(&svg);
    assert!(texts(&svg).contains(&"784 =&gt; relu(128)"), "{:?}", texts(&svg));
    assert!(svg.contains("a cell is the mean of several values"));
}

#[test]
fn a_network_with_what_is_no_number_is_refused() {
    let error = Figure::network(&Small { w11: f64::NAN, b1: 0.2 }).to_svg().unwrap_err();
    assert_eq!(error.to_string(), "w11 is NaN, which cannot be drawn");
    check(&Figure::network(&Small { w11: 0.0, b1: 0.0 }).to_svg().unwrap());
    check(&Figure::network(&Small { w11: 1e299, b1: -1e-299 }).to_svg().unwrap());
}

const XOR: [([f64; 2], [f64; 1]); 4] =
    [([0.0, 0.0], [0.0]), ([0.0, 1.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 1.0], [0.0])];

#[test]
fn a_surface_has_a_border_between_two_classes() {
    let mut xor = Xor::random_with(&StandardNormal, &mut rng(1));
    Trainer::new(GradientDescent::new(0.5)).epochs(5000).fit(&mut xor, &XOR).unwrap();
    let svg = Figure::surface(&xor, &XOR).to_svg().unwrap();
    check(&svg);
    // A network that is undecided everywhere has no tint anywhere.
    let undecided = Figure::surface(&Xor::from_parameters([0.0; 13]), &XOR).to_svg().unwrap();
    assert_eq!(undecided.matches("opacity=\"0.12\"").count(), 12, "the tints of the scale alone");
    for text in ["x1", "x2", "y_pred", "0.5", "y_true = 0", "y_true = 1"] {
        assert!(texts(&svg).contains(&text), "{text}");
    }
    // Two examples of 1, and the sample in the legend.
    assert_eq!(svg.matches("<circle").count(), 3);
    let borders: Vec<_> = svg.split("<polyline").filter(|line| line.contains("stroke-width=\"20\"")).collect();
    assert_eq!(borders.len(), 2);
    // On the border the network is undecided: the map is 3,200 units wide, from -0.2 to 1.2, and begins where the axes do.
    let axes = svg
        .split("<polyline")
        .filter(|line| line.contains("stroke-width=\"10\""))
        .map(|line| attribute(line, "points"));
    let axes =
        axes.map(|points| points.split_whitespace().collect::<Vec<_>>()).find(|points| points.len() == 3).unwrap();
    let point = |text: &str| {
        let (x, y) = text.split_once(',').unwrap();
        (x.parse::<f64>().unwrap(), y.parse::<f64>().unwrap())
    };
    let (left, bottom) = point(axes[1]);
    for border in borders {
        for (x, y) in attribute(border, "points").split_whitespace().map(point) {
            let [y_pred] = xor.predict([(x - left) / 3200.0 * 1.4 - 0.2, (bottom - y) / 3200.0 * 1.4 - 0.2]);
            assert!((y_pred - 0.5).abs() < 0.02, "{y_pred}");
        }
    }
}

#[test]
fn a_surface_has_a_region_for_each_class_and_contours_for_numbers() {
    let classes: Vec<_> = (0..3_u8)
        .map(|class| {
            (
                [f64::from(class), f64::from(class * class)],
                std::array::from_fn(|other| f64::from(u8::from(other == usize::from(class)))),
            )
        })
        .collect();
    let mut three = Three::random(&mut rng(1));
    Trainer::new(Adam::new(0.05)).epochs(300).fit(&mut three, &classes).unwrap();
    let svg = Figure::surface(&three, &classes).to_svg().unwrap();
    check(&svg);
    assert!(["y_pred1", "y_pred2", "y_pred3"].iter().all(|name| texts(&svg).contains(name)));
    assert_eq!(svg.matches("opacity=\"0.25\"").count(), 3);

    let svg = Figure::surface(&Lecture::random(&mut rng(1)), &[([0.5, 0.8], [0.9, 0.2]), ([0.5, 0.8], [0.9, 0.2])])
        .to_svg()
        .unwrap();
    check(&svg);
    assert!(["y_pred1", "y_pred2"].iter().all(|name| texts(&svg).contains(name)));
}

#[test]
fn a_surface_is_small_and_honest_however_wild_the_network() {
    for seed in 0..3 {
        let wild = Wild::random_with(&StandardNormal, &mut rng(seed)).parameters().map(|parameter| 30.0 * parameter);
        let wild = Wild::from_parameters(wild);
        check(&Figure::surface(&wild, &XOR).to_svg().unwrap());
        check(&Figure::surface(&wild, &XOR.map(|(x, [y])| (x, [3.0 * y]))).to_svg().unwrap());
    }
    let xor = Xor::from_parameters([0.0; 13]);
    check(&Figure::surface(&xor, &XOR).to_svg().unwrap());
    assert!(matches!(Figure::surface(&xor, &[]).to_svg(), Err(FigureError::Nothing { what: "example" })));
    for bad in [f64::NAN, f64::INFINITY, 1e301] {
        let error = Figure::surface(&xor, &[([0.0, bad], [0.0])]).to_svg().unwrap_err();
        assert!(matches!(&error, FigureError::Value { name, .. } if name == "x2"), "{error}");
    }
    for size in [1e-5, 3e-7, 1e17, 1e299] {
        check(&Figure::surface(&xor, &XOR.map(|(x, y)| (x.map(|x| size * x), y))).to_svg().unwrap());
        check(&Figure::surface(&xor, &XOR.map(|(x, y)| (x.map(|x| size + 1e-12 * size * x), y))).to_svg().unwrap());
    }
    let many: Vec<_> =
        (0..50_000_u32).map(|n| ([f64::from(n % 251), f64::from(n % 241)], [f64::from(n % 2)])).collect();
    check(&Figure::surface(&xor, &many).to_svg().unwrap());
}

#[test]
fn surfaces_of_many_outputs_are_small_and_show_points_at_the_same_place() {
    let wild = |parameters: &[f64]| parameters.iter().map(|parameter| 30.0 * parameter).collect::<Vec<_>>();
    let network = networks::Numbers::random_with(&StandardNormal, &mut rng(1));
    let network = networks::Numbers::from_parameters(wild(&network.parameters()).try_into().unwrap());
    let examples = [([0.0, 0.0], [0.5; 15]), ([1.0, 2.0], [1.5; 15])];
    let figure = || Figure::surface(&network, &examples);
    let svg = Figure::grid(2, [figure(), figure()]).to_svg().unwrap();
    check(&svg);
    assert!(texts(&svg).contains(&"y_pred12") && texts(&svg).contains(&"…, +3"), "{:?}", texts(&svg));

    let mut examples = [([0.0, 0.0], [0.0; 100]), ([1.0, 2.0], [0.0; 100])];
    (examples[0].1[3], examples[1].1[70]) = (1.0, 1.0);
    let network = networks::Classes::random_with(&StandardNormal, &mut rng(1));
    let svg = Figure::surface(&network, &examples).to_svg().unwrap();
    check(&svg);
    assert!(texts(&svg).contains(&"…, +76"), "{:?}", texts(&svg));

    // Whoever says both of the same input is seen to do so: the disc of 1 is around the square of 0.
    let xor = Xor::random(&mut rng(1));
    let svg = Figure::surface(&xor, &[([0.5, 0.5], [1.0]), ([0.5, 0.5], [0.0]), ([1.0, 1.0], [1.0])]).to_svg().unwrap();
    check(&svg);
    let mut radii: Vec<_> = svg.split("<circle").skip(1).map(|disc| attribute(disc, "r")).collect();
    radii.sort_unstable();
    // The third is in the legend.
    assert_eq!(radii, ["40", "40", "70"]);
    let squares = svg.split("<polygon").skip(1).filter(|square| square.contains("fill=\"#D55E00\" points=\""));
    assert!(squares.count() >= 2);
}

#[test]
fn a_learning_curve_has_its_points() {
    let svg = Figure::learning_curve(&[(20, 0.01, 0.31), (40, 0.02, 0.17), (80, 0.04, 0.09)]).to_svg().unwrap();
    check(&svg);
    assert_eq!(svg.matches("<circle").count(), 6);
    assert!(texts(&svg).contains(&"training examples"));
    let many: Vec<_> = (0..50_000_u32).map(|n| (n as usize, f64::from(n % 7), f64::from(n % 11))).collect();
    check(&Figure::learning_curve(&many).to_svg().unwrap());
    let nothing = Figure::learning_curve::<f64>(&[]).to_svg();
    assert!(matches!(nothing, Err(FigureError::Nothing { what: "point" })));
}

#[test]
fn a_confusion_matrix_shows_its_counts() {
    let mut matrix = ConfusionMatrix::new(["setosa", "a species with a long name", "virginica"]);
    assert!(matches!(Figure::confusion(&matrix).to_svg(), Err(FigureError::Nothing { what: "example" })));
    for (class, predicted, count) in [(0, 0, 12), (1, 1, 7), (1, 2, 3), (2, 2, 1234)] {
        (0..count).for_each(|_| matrix.count_example(class, predicted).unwrap());
    }
    for language in [Language::ENGLISH, Language::RUSSIAN] {
        let svg = Figure::confusion(&matrix).language(&language).title("Iris").to_svg().unwrap();
        check(&svg);
        assert!(["setosa", "virginica", "12", "7", "3", "1234", "0"].iter().all(|text| texts(&svg).contains(text)));
        assert_eq!(svg.matches("<polygon").count(), 4);
    }
    let mut full = ConfusionMatrix::new(["a"; 100]);
    for cell in 0..30_000 {
        full.count_example(cell % 100, cell * cell / 100 % 100).unwrap();
    }
    let svg = Figure::confusion(&full).to_svg().unwrap();
    check(&svg);
    assert!(texts(&svg).iter().any(|text| text.ends_with("% or less are left out")));
    let mut many = ConfusionMatrix::new([""; 60]);
    (0..60).for_each(|class| many.count_example(class, class % 7).unwrap());
    check(&Figure::confusion(&many).to_svg().unwrap());
}

#[test]
fn predictions_are_over_their_targets() {
    let line = Line { w11: 1.0, b1: 0.5 };
    let examples: Vec<_> = (0..9_u8).map(|n| ([f64::from(n)], [f64::from(n)])).collect();
    let svg = Figure::predicted(&line, &examples).to_svg().unwrap();
    check(&svg);
    let discs: Vec<_> =
        svg.split("<circle").skip(1).map(|disc| [attribute(disc, "cx"), attribute(disc, "cy")]).collect();
    assert_eq!(discs.len(), 9);
    assert!(texts(&svg).contains(&"true") && texts(&svg).contains(&"predicted"));
    check(&Figure::predicted(&Lecture::random(&mut rng(1)), &[([0.5, 0.8], [0.9, 0.2])]).to_svg().unwrap());
    assert!(matches!(Figure::predicted(&line, &[]).to_svg(), Err(FigureError::Nothing { what: "example" })));
    let error = Figure::predicted(&line, &[([f64::NAN], [0.0])]).to_svg().unwrap_err();
    assert_eq!(error.to_string(), "y_pred is NaN, which cannot be drawn");
}

#[test]
fn a_grid_has_all_its_figures() {
    let xor = Xor::random(&mut rng(1));
    let figures = || [Figure::network(&xor), Figure::surface(&xor, &XOR).title("XOR"), Figure::history(&lecture())];
    for columns in [0, 1, 2, 5] {
        let svg = Figure::grid(columns, figures()).language(&Language::RUSSIAN).title("все").to_svg().unwrap();
        check(&svg);
        assert!(["XOR", "Веса", "y_pred", "w42", "все"].iter().all(|text| texts(&svg).contains(text)));
    }
    assert!(matches!(Figure::grid(2, []).to_svg(), Err(FigureError::Nothing { what: "figure" })));
    let wrong = Figure::grid(2, [Figure::network(&xor).log_loss()]).to_svg();
    assert!(matches!(wrong, Err(FigureError::Setting { setting: "log_loss" })));
}

/// Scores that tell something about the class, each of them different.
fn scored(examples: u32) -> (Vec<[f64; 1]>, Vec<[f64; 1]>) {
    let mut rng = rng(1);
    let mut draw = move || f64::from(mlp_core::random::Rng::next_u32(&mut rng)) / 2_f64.powi(32);
    let targets: Vec<_> = (0..examples).map(|example| [f64::from(example % 2)]).collect();
    let scores = targets.iter().map(|[y_true]| [(0.3 * y_true + 0.7 * draw())]).collect();
    (targets, scores)
}

#[test]
fn rates_are_drawn_with_their_names_and_areas() {
    let (y_true, y_pred) = scored(40);
    let roc = RocCurve::from_outputs(&y_true, &y_pred, 1).unwrap();
    let precision = PrecisionRecallCurve::from_outputs(&y_true, &y_pred, 1).unwrap();
    let calibration = CalibrationCurve::from_outputs(&y_true, &y_pred, 1, 5).unwrap();
    let figures = || {
        [
            Figure::roc([("first", &roc), ("second", &roc)]),
            Figure::precision_recall([("first", &precision)]),
            Figure::calibration([("first", &calibration)]),
        ]
    };
    let titles = [
        ["false positive rate", "true positive rate", "first: AUC"],
        ["recall", "precision", "first: AP"],
        ["predicted probability", "actual share", "first"],
    ];
    for (figure, titles) in figures().into_iter().zip(titles) {
        let svg = figure.to_svg().unwrap();
        check(&svg);
        for title in titles {
            assert!(texts(&svg).iter().any(|text| text.starts_with(title)), "{title}: {:?}", texts(&svg));
        }
        check(&figure.language(&Language::RUSSIAN).to_svg().unwrap());
    }
    assert_eq!(Figure::calibration([("", &calibration)]).to_svg().unwrap().matches("<circle").count(), 5);
    check(&Figure::grid(2, figures()).to_svg().unwrap());
    let none: [(&str, &RocCurve); 0] = [];
    assert_eq!(
        Figure::roc(none).to_svg().unwrap_err().to_string(),
        "there is nothing to draw: give at least one curve"
    );
    let error = Figure::roc([("a", &roc)]).log_loss().to_svg().unwrap_err();
    assert!(matches!(error, FigureError::Setting { setting: "log_loss" }));
}

/// Whatever the number of points, and of curves.
#[test]
fn rates_of_many_examples_are_small() {
    let (y_true, y_pred) = scored(100_000);
    let roc = RocCurve::from_outputs(&y_true, &y_pred, 1).unwrap();
    assert!(roc.points().len() > 99_000);
    let precision = PrecisionRecallCurve::from_outputs(&y_true, &y_pred, 1).unwrap();
    let calibration = CalibrationCurve::from_outputs(&y_true, &y_pred, 1, 20_000).unwrap();
    let name = |index: usize| format!("a class with a long name, number {index} of many");
    for count in [1, 60] {
        check(&Figure::roc((0..count).map(|index| (name(index), &roc))).to_svg().unwrap());
        check(&Figure::precision_recall((0..count).map(|index| (name(index), &precision))).to_svg().unwrap());
        check(&Figure::calibration((0..count).map(|index| (name(index), &calibration))).to_svg().unwrap());
    }
}

#[test]
fn sweeps_are_drawn_with_all_settings() {
    let run = |settings: &[f64], seeds: u64| {
        let score = |&setting: &f64, seed| match setting {
            0.0.. => Ok(setting / f64::from(u32::try_from(seed)?)),
            _ => Ok(f64::NAN),
        };
        sweep(settings.to_vec(), 1..=seeds, score).unwrap()
    };
    let figure = Figure::sweep(&run(&[0.25, 3.0, -1.0], 4));
    let svg = figure.to_svg().unwrap();
    check(&svg);
    assert_eq!(texts(&svg)[..4], ["0.25", "3.0", "-1.0", "4 not drawn"]);
    assert_eq!(svg.matches("<circle").count(), 8);
    // The means, 0.1302… and 1.5625, and no line for the row without one.
    assert_eq!(svg.matches("stroke-width=\"30\"").count(), 2);
    assert!(svg.contains("<desc>score: 0.25: 0.1302 ± 0.084; 3.0: 1.562 ± 1.0; -1.0: NaN ± NaN</desc>"), "{svg}");
    check(&figure.language(&Language::RUSSIAN).log_loss().to_svg().unwrap());

    // A score of 0 has no logarithm.
    let with_zero = || Figure::sweep(&run(&[0.0, 1.0], 2));
    assert_eq!(with_zero().to_svg().unwrap().matches("<circle").count(), 3);
    let svg = with_zero().log_loss().to_svg().unwrap();
    assert!(texts(&svg).contains(&"2 not drawn") && svg.matches("<circle").count() == 2);
    assert_eq!(
        Figure::sweep(&run(&[-1.0], 2)).to_svg().unwrap_err().to_string(),
        "there is nothing to draw: give at least one score"
    );

    // However many there are, and however long their names.
    let many: Vec<_> = (0..300_u16).map(f64::from).collect();
    let svg = Figure::sweep(&run(&many, 100)).to_svg().unwrap();
    check(&svg);
    assert!(texts(&svg).contains(&"…, +260"));
    check(&Figure::sweep(&sweep([[u64::MAX; 99]], 1..=2, |_, _| Ok(1.0)).unwrap()).to_svg().unwrap());
}
