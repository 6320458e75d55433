// The loss and the parameters over the epochs.

const CHART = { width: 380, height: 150, left: 46, right: 52, top: 8, bottom: 22 };

const series_class = (number) => `series-${number % 8}${number >= 8 ? " dashed" : ""}`;

// How far a value is on the way between two limits. Halves, because the way between extreme numbers is infinite.
const share_of = (value, low, high) => (value / 2 - low / 2) / (high / 2 - low / 2);

// Round numbers between two limits.
function ticks(low, high, wanted) {
    const part = high / wanted - low / wanted;
    const step = 10 ** Math.floor(Math.log10(part));
    const factor = [1, 2, 5].find((factor) => part / step <= factor) ?? 10;
    const [from, size] = [Math.ceil(low / (step * factor)), step * factor];
    return Array.from({ length: Math.max(0, Math.floor(high / size) - from + 1) }, (_, number) => (from + number) * size);
}

const tick_text = (value) => {
    const text = Math.abs(value) >= 1e5 || (value !== 0 && Math.abs(value) < 1e-3) ? value.toExponential(0) : String(Number(value.toPrecision(3)));
    return text.replace("e+", "e").replace(/-/g, "−");
};

// Draws lines of `[epoch, value]`. `marked` is the epoch that is shown.
function draw_chart(place, title, lines, { is_logarithmic = false, from_zero = false, labels = false, marked, height = CHART.height }) {
    const { width, left, right, top, bottom } = CHART;
    const is_drawn = (value) => Number.isFinite(value) && (!is_logarithmic || value > 0);
    const values = lines.flatMap(({ points }) => points.map(([, value]) => value)).filter(is_drawn);
    const scale = is_logarithmic ? Math.log10 : (value) => value;
    let [low, high] = [Math.min(...values.map(scale)), Math.max(...values.map(scale))];
    if (!Number.isFinite(low)) [low, high] = [0, 1];
    if (from_zero && !is_logarithmic) low = Math.min(0, low);
    if (high - low < 1e-12 * Math.max(1, Math.abs(low), Math.abs(high))) {
        const [below, above] = limits_around(low, high, 0.5);
        [low, high] = [from_zero && low === 0 ? 0 : below, above];
    }
    const last = Math.max(...lines.flatMap(({ points }) => points.at(-1)?.[0] ?? 0), 1);
    const x = (epoch) => left + (width - left - right) * epoch / last;
    const y = (value) => top + (height - top - bottom) * (1 - share_of(scale(value), low, high));
    const grid = svg("g", { "class": "grid" });
    const marks = is_logarithmic
        ? ticks(low, high, 4).filter(Number.isInteger).map((power) => 10 ** power) : ticks(low, high, 4);
    for (const value of is_logarithmic && marks.length < 2 ? [10 ** low, 10 ** high] : marks) {
        grid.append(svg("line", { x1: left, x2: width - right, y1: y(value), y2: y(value) }),
            svg("text", { x: left - 5, y: y(value) + 4, "text-anchor": "end" }, tick_text(value)));
    }
    for (const epoch of ticks(0, last, 4).filter(Number.isInteger)) {
        grid.append(svg("text", { x: x(epoch), y: height - 6, "text-anchor": "middle" }, String(epoch)));
    }
    const curves = lines.map(({ points, number, name }) => {
        const path = points.filter(([, value]) => is_drawn(value))
            .map(([epoch, value]) => `${x(epoch).toFixed(1)},${y(value).toFixed(1)}`);
        return path.length > 1 ? svg("polyline", { points: path.join(" "), "class": `curve ${series_class(number)}` }, svg("title", {}, name))
            : svg("circle", { cx: path[0]?.split(",")[0] ?? left, cy: path[0]?.split(",")[1] ?? top, r: 2.5, "class": `dot ${series_class(number)}` });
    });
    const marker = svg("line", { x1: x(marked), x2: x(marked), y1: top, y2: height - bottom, "class": "marker" });
    const ends = labels ? end_labels(lines, y, width - right + 5, top, height - bottom) : [];
    place.replaceChildren(svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": title }, grid, ...curves, marker, ...ends));
}

// The names at the ends of the lines, moved apart.
function end_labels(lines, y, x, top, bottom) {
    const space = 11;
    const labels = lines.map(({ points, number, name }) => ({ name, number, y: y(points.at(-1)[1]) }));
    if (labels.length * space > bottom - top + space) return [];
    labels.sort((one, other) => one.y - other.y);
    // First downwards, then up from the lower edge.
    for (let place = 1; place < labels.length; place++) labels[place].y = Math.max(labels[place].y, labels[place - 1].y + space);
    let lowest = bottom;
    for (const label of labels.toReversed()) {
        label.y = Math.min(label.y, lowest);
        lowest = label.y - space;
    }
    return labels.map(({ name, number, y: height }) => {
        const text = svg("text", { x, y: height + 4, "class": `end ${series_class(number)}` });
        text.append(...name_spans(name));
        return text;
    });
}

// At most so many points, with the first and the last.
function thinned(entries, most = 240) {
    if (entries.length <= most) return entries;
    const step = (entries.length - 1) / (most - 1);
    return Array.from({ length: most }, (_, number) => entries[Math.round(number * step)]);
}

const charts = {};

function update_charts() {
    const { history, now } = model;
    if (is_unchanged(charts, now.epoch, by_id("logarithmic").checked)) return;
    const entries = thinned(history);
    const logarithmic = by_id("logarithmic").checked;
    const title = now.examples.length > 1 ? word("mean_loss_title") : words.loss;
    by_id("loss-title").textContent = title;
    draw_chart(by_id("loss-chart"), title, [{ name: title, number: 0, points: entries.map(({ epoch, loss }) => [epoch, loss]) }],
        { is_logarithmic: logarithmic, from_zero: true, marked: now.epoch });
    const lines = LESSON.parameters.map((name, number) => ({ name, number, points: entries.map(({ epoch, p }) => [epoch, p[number]]) }));
    draw_chart(by_id("parameter-chart"), word("parameters"), lines, { labels: true, marked: now.epoch, height: 200 });
    const scrub = by_id("scrub");
    scrub.max = history.length - 1;
    const at = history.findLastIndex(({ epoch }) => epoch <= now.epoch);
    scrub.value = Math.max(0, at);
    scrub.setAttribute("aria-valuetext", `${words.epochs}: ${now.epoch}`);
    by_id("epoch-shown").textContent = now.epoch;
}
