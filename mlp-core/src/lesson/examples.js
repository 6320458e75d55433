// The examples: what the network predicts for each, as a surface for two inputs, a curve for one, and a table.

const map = { kind: null, size: 300, output: 0 };

// Why an example must not have this value; nothing if it may.
function refused_value(number, side, place, value) {
    const name = side ? LESSON.targets[place] : LESSON.inputs[place];
    if (!Number.isFinite(value)) return word("refused_number", { name });
    if (side && LESSON.targets_are !== "any" && (value < 0 || value > 1)) return word("refused_probability", { name });
    return null;
}

// Changes an input or a target. Returns what is wrong with it, in words.
function change_target_or_input(number, side, place, value, kind = `example ${number} ${side} ${place}`) {
    const refused = refused_value(number, side, place, value);
    if (refused) return refused;
    remember(kind);
    const example = model.now.examples[number];
    example[side][place] = round(value);
    if (side && LESSON.targets_are === "distribution") {
        // The others share what is left, so that the targets still sum to 1.
        const others = example[1].map((_, other) => other).filter((other) => other !== place);
        const sum = others.reduce((sum, other) => sum + example[1][other], 0);
        for (const other of others) {
            const share = sum > 0 ? example[1][other] / sum : 1 / others.length;
            example[1][other] = round((1 - value) * share);
        }
    }
    changed_examples();
    return null;
}

// Losses before the change were those of other examples, so the curves begin anew.
function changed_examples() {
    model.now.has_own_examples = true;
    begin_history();
    render();
}

function add_example() {
    if (model.now.examples.length >= 200) return;
    remember();
    const [x, y_true] = model.now.examples[shown_example()];
    model.now.examples.push([x.map((value) => round(value + 0.1)), [...y_true]]);
    rebuild_batches();
    changed_examples();
    build_examples();
    render();
}

function remove_example(number) {
    if (model.now.examples.length === 1) {
        by_id("examples-message").textContent = word("refused_last");
        return;
    }
    remember();
    model.now.examples.splice(number, 1);
    Object.assign(model.now, { position: 0 });
    model.chosen = null;
    rebuild_batches();
    changed_examples();
    build_examples();
    render();
}

function flip_target(number) {
    const [, y_true] = model.now.examples[number];
    if (y_true.length === 1) {
        const [low, high] = LESSON.output_range.map((limit, side) => limit ?? side);
        change_target_or_input(number, 1, 0, y_true[0] > (low + high) / 2 ? low : high);
    } else {
        const largest = y_true.indexOf(Math.max(...y_true));
        change_target_or_input(number, 1, (largest + 1) % y_true.length, 1);
    }
}

function build_examples() {
    const head = h("tr", {}, h("th", {}, "#"),
        ...[...LESSON.inputs, ...LESSON.targets].map((name) => h("th", { scope: "col" }, math("math", name_node(name)))),
        ...LESSON.predictions.map((name) => h("th", { scope: "col" }, math("math", name_node(name)))),
        h("th", { scope: "col" }, math("math", math("mi", "L"))), h("th", {}, h("span", { "class": "hidden" }, word("remove_example", { number: "" }))));
    const rows = model.now.examples.map((example, number) => {
        const cell = (side) => (_, place) => {
            const name = side ? LESSON.targets[place] : LESSON.inputs[place];
            const field = h("input", { type: "text", inputmode: "decimal", autocomplete: "off", "aria-label": `${name}, ${word("example")} ${number + 1}`, size: 6, "data-cell": `${number} ${side} ${place}` });
            field.addEventListener("change", () => {
                const value = field.value.trim() === "" ? NaN : parsed(field.value);
                const refused = change_target_or_input(number, side, place, value);
                by_id("examples-message").textContent = refused ?? "";
                field.setAttribute("aria-invalid", refused ? "true" : "false");
            });
            return h("td", {}, field);
        };
        const show = h("button", { type: "button", "class": "number", "aria-label": word("show_example", { number: number + 1 }) }, String(number + 1));
        show.addEventListener("click", () => { model.chosen = number; render(); });
        const remove = h("button", { type: "button", "class": "remove", "aria-label": word("remove_example", { number: number + 1 }) }, "×");
        remove.addEventListener("click", () => remove_example(number));
        return h("tr", { "data-example": number }, h("td", {}, show), ...example[0].map(cell(0)), ...example[1].map(cell(1)),
            ...LESSON.predictions.map(() => h("td", { "class": "prediction" })), h("td", { "class": "prediction" }), h("td", {}, remove));
    });
    by_id("examples").replaceChildren(h("table", {}, h("thead", {}, head), h("tbody", {}, ...rows)));
    by_id("examples").setAttribute("aria-label", word("examples"));
}

function update_examples() {
    const { examples, p } = model.now;
    const rows = document.querySelectorAll("#examples tbody tr");
    if (rows.length !== examples.length) {
        build_examples();
        return update_examples();
    }
    const shown = shown_example();
    rows.forEach((row, number) => {
        const [x, y_true] = examples[number];
        const values = FUNCTIONS.pass(p, x, y_true);
        row.classList.toggle("shown", number === shown);
        row.querySelectorAll("input").forEach((field) => {
            const [, side, place] = field.dataset.cell.split(" ").map(Number);
            const text = format(examples[number][side][place]);
            if (field.getAttribute("aria-invalid") !== "true" && field.value !== text && document.activeElement !== field) field.value = text;
        });
        const cells = row.querySelectorAll(".prediction");
        const numbers = [...LESSON.predictions.map((name) => values[place_of.get(name)]), values[loss_place]];
        numbers.forEach((value, place) => { cells[place].textContent = format(value); });
    });
    return undefined;
}

// The surface for two inputs, or the curve for one.
function build_map() {
    map.kind = LESSON.inputs.length === 2 ? "surface" : LESSON.inputs.length === 1 ? "curve" : null;
    by_id("map").hidden = !map.kind;
    if (!map.kind) return;
    const { size } = map;
    const view = svg("svg", { viewBox: `0 0 ${size + 44} ${size + 34}`, role: "group" });
    map.points = svg("g");
    map.axes = svg("g", { "class": "grid" });
    if (map.kind === "surface") {
        map.canvas = h("canvas", { width: 60, height: 60, "aria-hidden": "true" });
        map.lines = svg("g");
        by_id("map-title").textContent = word("surface", { name: LESSON.predictions[map.output] });
        const others = LESSON.predictions.map((name, output) => h("option", { value: output, selected: output === map.output }, name));
        const choice = h("select", { "aria-label": word("prediction") }, ...others);
        choice.addEventListener("change", () => { map.output = Number(choice.value); build_map(); map.key = null; render(); });
        if (others.length > 1) by_id("map-title").append(choice);
    } else {
        map.lines = svg("g");
        by_id("map-title").textContent = word("curve");
    }
    view.append(map.axes, map.lines, map.points);
    view.setAttribute("aria-label", by_id("map-title").firstChild.textContent);
    by_id("map-place").replaceChildren(...map.canvas ? [map.canvas] : [], view);
    map.view = view;
    map.limits = null;
}

// The part of the plane that is shown. It grows with the examples, and does not shrink while one drags.
function map_limits() {
    const { examples } = model.now;
    const spread = (values, margin) => {
        const [low, high] = [Math.min(...values), Math.max(...values)];
        const room = Math.max((high - low) * margin, 0.5);
        return [low - room, high + room];
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
    const room = Math.max((top - bottom) * 0.12, 0.1);
    return [bottom - room, top + room];
}

const to_x = (value) => 36 + map.size * (value - map.limits.across[0]) / (map.limits.across[1] - map.limits.across[0]);
const to_y = (value) => 8 + map.size * (1 - (value - map.limits.up[0]) / (map.limits.up[1] - map.limits.up[0]));
const from_x = (x) => map.limits.across[0] + (x - 36) / map.size * (map.limits.across[1] - map.limits.across[0]);
const from_y = (y) => map.limits.up[0] + (1 - (y - 8) / map.size) * (map.limits.up[1] - map.limits.up[0]);

function update_map() {
    if (!map.kind) return;
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
    if (map.kind === "surface") paint_surface();
    else draw_curves();
    place_points();
}

// A colour between those of a small and of a large prediction; white or black in the middle.
function surface_color(share) {
    const style = getComputedStyle(document.documentElement);
    map.colors ??= ["--surface-low", "--surface-middle", "--surface-high"].map((name) => style.getPropertyValue(name).trim().split(/[ ,]+/).map(Number));
    const [from, to, along] = share < 0.5 ? [map.colors[0], map.colors[1], share * 2] : [map.colors[1], map.colors[2], share * 2 - 1];
    return from.map((part, place) => part + (to[place] - part) * along);
}

function target_range() {
    const [low, high] = LESSON.output_range;
    const targets = model.now.examples.map(([, y_true]) => y_true[map.output]);
    return [low ?? Math.min(...targets, 0), high ?? Math.max(...targets, 1)];
}

function paint_surface() {
    const { width } = map.canvas;
    const context = map.canvas.getContext("2d");
    const image = context.createImageData(width, width);
    const [low, high] = target_range();
    const grid = new Float64Array(width * width);
    for (let row = 0; row < width; row++) {
        for (let column = 0; column < width; column++) {
            const x = [from_x(36 + (column + 0.5) * map.size / width), from_y(8 + (row + 0.5) * map.size / width)].map(round);
            const prediction = FUNCTIONS.predict(model.now.p, x)[map.output];
            const share = Math.min(1, Math.max(0, (prediction - low) / (high - low)));
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
        points: samples.map((x, place) => `${to_x(x).toFixed(1)},${inside(to_y(predicted[place][output])).toFixed(1)}`).join(" "),
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
    wanted.forEach(([number, output], place) => {
        const [x, y_true] = examples[number];
        const node = map.points.children[place];
        node.setAttribute("cx", to_x(x[0]));
        node.setAttribute("cy", map.kind === "surface" ? to_y(x[1]) : to_y(y_true[output]));
        const share = (y_true[map.output] - low) / (high - low);
        const color = map.kind === "surface" ? (share > 0.5 ? "high" : "low") : `series-${output % 8}`;
        node.setAttribute("class", `point ${color} ${number === shown_example() ? "shown" : ""}`);
        node.setAttribute("aria-label", word("point", { number: number + 1, inputs: x.map((value) => format(value)).join(", "), targets: y_true.map((value) => format(value)).join(", ") }));
    });
}

function point_node(number, output) {
    const node = svg("circle", { r: 7, tabindex: 0, role: "button" });
    const move = (across, up) => {
        const kind = `drag ${number}`;
        change_target_or_input(number, 0, 0, across, kind);
        const refused = map.kind === "surface" ? change_target_or_input(number, 0, 1, up, kind) : change_target_or_input(number, 1, output, up, kind);
        by_id("examples-message").textContent = refused ?? "";
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
    node.addEventListener("dblclick", () => flip_target(number));
    node.addEventListener("keydown", (event) => {
        const [across, up] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key] ?? [];
        if (event.key === "Enter") flip_target(number);
        if (across === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        const [x, y_true] = model.now.examples[number];
        const moved = (value, steps) => Number((value + 0.05 * steps).toPrecision(12));
        move(moved(x[0], across), moved(map.kind === "surface" ? x[1] : y_true[output], up));
    });
    return node;
}
