// The predictions of the network: a surface for two inputs, a curve for one, with the points of the examples.

const map = { kind: null, size: 300, output: 0 };

function build_map() {
    map.kind = LESSON.inputs.length === 2 ? "surface" : LESSON.inputs.length === 1 ? "curve" : null;
    by_id("map").hidden = !map.kind;
    if (!map.kind) return;
    const { size } = map;
    const view = svg("svg", { viewBox: `0 0 ${size + 44} ${size + 34}`, role: "group" });
    map.lines = svg("g");
    map.points = svg("g");
    map.axes = svg("g", { "class": "grid" });
    if (map.kind === "surface") {
        map.canvas = h("canvas", { width: 60, height: 60, "aria-hidden": "true" });
        const name = LESSON.predictions[map.output];
        map.title = word("surface", { name });
        const others = LESSON.predictions.map((name, output) => h("option", { value: output, selected: output === map.output }, name));
        const choice = h("select", { "aria-label": word("prediction") }, ...others);
        choice.addEventListener("change", () => { map.output = Number(choice.value); build_map(); map.key = map.state = null; render(); });
        // With several predictions one chooses; the choice stands in the place of the name.
        by_id("map-title").replaceChildren(...others.length > 1 ? [word("surface", { name: "" }), choice] : [map.title]);
    } else {
        map.title = word("curve");
        by_id("map-title").replaceChildren(map.title);
    }
    view.append(map.axes, map.lines, map.points);
    view.setAttribute("aria-label", map.title);
    const [low, high] = flip_limits().map((limit) => format(limit));
    by_id("flips").textContent = word(LESSON.targets_are === "distribution" ? "next_class" : "flips", { name: LESSON.targets[map.output], low, high });
    by_id("map-place").replaceChildren(...map.canvas ? [map.canvas] : [], view);
    map.view = view;
    map.limits = null;
}

// The part of the plane that is shown. It grows with the examples, and does not shrink while one drags.
function map_limits() {
    const { examples } = model.now;
    const spread = (values, margin) => {
        const [low, high] = [Math.min(...values), Math.max(...values)];
        return limits_around(low, high, Math.max((high - low) * margin, 0.5));
    };
    if (map.is_dragging) return map.limits;
    const across = spread(examples.map(([x]) => x[0]), 0.25);
    const up = map.kind === "surface" ? spread(examples.map(([x]) => x[1]), 0.25) : curve_limits();
    return { across, up };
}

function curve_limits() {
    const targets = model.now.examples.flatMap(([, y_true]) => y_true);
    const [low, high] = LESSON.output_range;
    const bottom = Math.min(...targets, low ?? Infinity);
    const top = Math.max(...targets, high ?? -Infinity);
    return limits_around(bottom, top, Math.max((top - bottom) * 0.12, 0.1));
}

// Limits that are finite, also around extreme numbers, and different, also around large ones.
function limits_around(low, high, room) {
    const most = Math.max(room, Math.abs(low) * 1e-9, Math.abs(high) * 1e-9);
    return [Math.max(low - most, -GREATEST), Math.min(high + most, GREATEST)];
}

const between = ([low, high], share) => low * (1 - share) + high * share;
const to_x = (value) => 36 + map.size * share_of(value, ...map.limits.across);
const to_y = (value) => 8 + map.size * (1 - share_of(value, ...map.limits.up));
const from_x = (x) => between(map.limits.across, (x - 36) / map.size);
const from_y = (y) => between(map.limits.up, 1 - (y - 8) / map.size);

function update_map() {
    if (!map.kind) return;
    const style = getComputedStyle(document.documentElement);
    map.colors ??= ["--surface-low", "--surface-middle", "--surface-high"].map((name) => style.getPropertyValue(name).trim().split(/[ ,]+/).map(Number));
    const limits = map_limits();
    map.limits = limits;
    const key = JSON.stringify(limits);
    if (map.key !== key) {
        map.key = key;
        map.axes.replaceChildren(
            ...ticks(...limits.across, 5).map((value) => svg("text", { x: to_x(value), y: map.size + 24, "text-anchor": "middle" }, tick_text(value))),
            ...ticks(...limits.up, 5).map((value) => svg("text", { x: 30, y: to_y(value) + 4, "text-anchor": "end" }, tick_text(value))),
            svg("rect", { x: 36, y: 8, width: map.size, height: map.size, "class": "frame" }));
    }
    if (!is_unchanged(map, key, map.output, map.colors, player.is_playing)) {
        if (map.kind === "surface") paint_surface();
        else draw_curves();
    }
    place_points();
}

// A colour between those of a small and of a large prediction; white or black in the middle.
function surface_color(share) {
    const [from, to, along] = share < 0.5 ? [map.colors[0], map.colors[1], share * 2] : [map.colors[1], map.colors[2], share * 2 - 1];
    return from.map((part, place) => part + (to[place] - part) * along);
}

function target_range() {
    const [low, high] = LESSON.output_range;
    const targets = model.now.examples.map(([, y_true]) => y_true[map.output]);
    return [low ?? Math.min(...targets, 0), high ?? Math.max(...targets, 1)];
}

function paint_surface() {
    // Coarser while the training runs.
    const width = player.is_playing ? 30 : 60;
    if (map.canvas.width !== width) [map.canvas.width, map.canvas.height] = [width, width];
    const context = map.canvas.getContext("2d");
    const image = context.createImageData(width, width);
    const [low, high] = target_range();
    const grid = new Float64Array(width * width);
    for (let row = 0; row < width; row++) {
        for (let column = 0; column < width; column++) {
            const x = [from_x(36 + (column + 0.5) * map.size / width), from_y(8 + (row + 0.5) * map.size / width)].map(round);
            const prediction = FUNCTIONS.predict(model.now.p, x)[map.output];
            // What is no number has the colour of the middle.
            const share = Number.isNaN(prediction) ? 0.5 : Math.min(1, Math.max(0, share_of(prediction, low, high)));
            grid[row * width + column] = share;
            const color = surface_color(share);
            image.data.set([...color, 255], 4 * (row * width + column));
        }
    }
    context.putImageData(image, 0, 0);
    map.lines.replaceChildren(svg("path", { d: boundary(grid, width), "class": "boundary" }));
}

// The line on which a grid of numbers is ½, cell by cell: where it crosses the sides of a cell, it is joined.
function boundary(grid, width) {
    const cell = map.size / width;
    const path = [];
    for (let row = 0; row < width - 1; row++) {
        for (let column = 0; column < width - 1; column++) {
            const corners = [[0, 0], [0, 1], [1, 1], [1, 0]].map(([down, right]) => [column + right, row + down, grid[(row + down) * width + column + right] - 0.5]);
            const crossings = corners.flatMap(([x, y, value], side) => {
                const [next_x, next_y, next] = corners[(side + 1) % 4];
                if (value > 0 === next > 0) return [];
                const along = value / (value - next);
                return [[36 + (x + 0.5 + along * (next_x - x)) * cell, 8 + (y + 0.5 + along * (next_y - y)) * cell]];
            });
            for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
                const [from, to] = [crossings[pair], crossings[pair + 1]].map((point) => point.map((number) => number.toFixed(1)).join(" "));
                path.push(`M${from}L${to}`);
            }
        }
    }
    return path.join("");
}

function draw_curves() {
    const samples = Array.from({ length: 121 }, (_, number) => round(from_x(36 + number / 120 * map.size)));
    const predicted = samples.map((x) => FUNCTIONS.predict(model.now.p, [x]));
    const inside = (y) => Math.min(map.size + 8, Math.max(8, y));
    map.lines.replaceChildren(...LESSON.predictions.map((name, output) => svg("polyline", {
        "class": `curve ${series_class(output)}`,
        points: samples.flatMap((x, place) => (Number.isNaN(predicted[place][output]) ? [] : `${to_x(x).toFixed(1)},${inside(to_y(predicted[place][output])).toFixed(1)}`)).join(" "),
    }, svg("title", {}, name))));
}

// The points of the examples; one for each target of a curve.
function place_points() {
    const { examples } = model.now;
    const wanted = examples.flatMap(([x, y_true], number) => (map.kind === "surface" ? [[number, 0]] : y_true.map((_, output) => [number, output])));
    if (map.points.childElementCount !== wanted.length) {
        map.points.replaceChildren(...wanted.map(([number, output]) => point_node(number, output)));
    }
    const [low, high] = target_range();
    // Many points are small, so that one sees the map.
    const radius = Math.max(3.5, Math.min(7, 7 * Math.sqrt(30 / wanted.length)));
    map.points.style.setProperty("--border", `${radius / 3.5}px`);
    wanted.forEach(([number, output], place) => {
        const [x, y_true] = examples[number];
        const node = map.points.children[place];
        node.setAttribute("cx", to_x(x[0]));
        node.setAttribute("r", radius.toFixed(1));
        node.setAttribute("cy", map.kind === "surface" ? to_y(x[1]) : to_y(y_true[output]));
        const share = share_of(y_true[map.output], low, high);
        const color = map.kind === "surface" ? (share > 0.5 ? "high" : "low") : `series-${output % 8}`;
        node.setAttribute("class", `point ${color} ${number === shown_example() ? "shown" : ""}`);
        node.setAttribute("aria-label", word("point", { number: number + 1, inputs: x.map((value) => format(value)).join(", "), targets: y_true.map((value) => format(value)).join(", ") }));
    });
}

function point_node(number, output) {
    const node = svg("circle", { tabindex: 0, role: "button" });
    const move = (across, upwards) => {
        const kind = `drag ${number}`;
        // A point on a curve is a target: it stays where targets can be.
        const [low, high] = map.kind === "curve" ? target_limits() : [null, null];
        const up = Math.min(Math.max(upwards, low ?? -Infinity), high ?? Infinity);
        change_target_or_input(number, 0, 0, across, kind);
        const refused = map.kind === "surface" ? change_target_or_input(number, 0, 1, up, kind) : change_target_or_input(number, 1, output, up, kind);
        show_examples_message(refused);
    };
    const drag = (event) => {
        const box = map.view.getBoundingClientRect();
        const scale = (map.size + 44) / box.width;
        const rounded = (value) => Number(value.toPrecision(3));
        move(rounded(from_x((event.clientX - box.left) * scale)), rounded(from_y((event.clientY - box.top) * scale)));
    };
    node.addEventListener("pointerdown", (event) => {
        node.setPointerCapture(event.pointerId);
        Object.assign(map, { is_dragging: true });
        model.chosen = number;
        event.preventDefault();
        node.focus();
    });
    node.addEventListener("pointermove", (event) => { if (node.hasPointerCapture(event.pointerId)) drag(event); });
    node.addEventListener("pointerup", () => { map.is_dragging = false; render(); });
    const flip = () => flip_target(number, map.kind === "surface" ? map.output : output);
    node.addEventListener("dblclick", flip);
    node.addEventListener("keydown", (event) => {
        const [across, up] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key] ?? [];
        if (event.key === "Enter") flip();
        if (across === undefined || !model.now.examples[number]) return;
        event.preventDefault();
        event.stopPropagation();
        const [x, y_true] = model.now.examples[number];
        const moved = (value, steps) => Number((value + 0.05 * steps).toPrecision(12));
        move(moved(x[0], across), moved(map.kind === "surface" ? x[1] : y_true[output], up));
    });
    return node;
}
