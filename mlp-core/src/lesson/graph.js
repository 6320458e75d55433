// The network as a graph, in pixels of the page. Edges show weights, or gradients while the cursor is on the way back.

const graph = { edges: [], neurons: [], ends: [], lit: new Map(), width: 0 };

// How large neurons are, how far apart, and how long an edge is at least. `most` is the widest layer that has this size.
const SIZES = [
    { most: 5, radius: 29, gap: 104, edge: 46, has_texts: true, has_z: true },
    { most: 8, radius: 22, gap: 66, edge: 30, has_texts: true, has_z: false },
];
const STEEP = { spacing: 120, gap: 126 };
// Wider layers are as high as the page allows, and have no texts.
const TALLEST = 560;
function compact_size(widest) {
    const gap = Math.min(40, TALLEST / widest);
    return { radius: gap * 0.36, gap, edge: 40, has_texts: false, has_z: false };
}
const LONGEST_EDGE = 150;
const TO_TARGET = 16;
const MARGIN = 3;
const BELOW = 17;
// Layers with more edges have no numbers on them.
const MOST_LABELS = 8;
// Labels have room for such a number; longer ones are pressed together.
const LONG_NUMBER = "−0.000";

// The sizes and places of everything, for the room that the page has.
function graph_layout() {
    const columns = [LESSON.inputs, ...LESSON.layers.map((layer) => layer.a)];
    const widest = Math.max(...columns.map((column) => column.length));
    const room = by_id("graph").clientWidth || 460;
    const half = ({ radius }) => Math.min(radius, 24);
    // Both ends, with the edges in between.
    const width_with = (size, edge) =>
        2 * MARGIN + 4 * half(size) + TO_TARGET + 2 * size.radius + (columns.length - 1) * edge + (columns.length - 2) * 2 * size.radius;
    const possible = SIZES.filter((size) => size.most >= widest);
    // Without enough room, the graph can be scrolled.
    const size = possible.find((size) => width_with(size, size.edge) <= room) ?? possible.at(-1) ?? compact_size(widest);
    const width = Math.max(Math.min(room, width_with(size, LONGEST_EDGE)), width_with(size, size.edge));
    const first = MARGIN + half(size);
    const last = width - MARGIN - 2 * half(size) - TO_TARGET - size.radius;
    const spacing = (last - first) / (columns.length - 1);
    const top = size.radius + MARGIN;
    // Short edges are steep, so that labels have room beside each other.
    const gap = size.has_z && spacing < STEEP.spacing ? STEEP.gap : size.gap;
    return {
        ...size, columns, spacing, room, gap,
        width: Math.floor(width),
        height: 2 * top + (widest - 1) * gap + (size.has_texts ? BELOW : 0),
        half: half(size),
        // The room for the text below a neuron.
        below: Math.min(spacing * 0.55, 80),
        x: (column) => first + column * spacing,
        y: (column, place) => top + ((widest - columns[column].length) / 2 + place) * gap,
        target: width - MARGIN - half(size),
    };
}

const ruler = document.createElement("canvas").getContext("2d");
const font = getComputedStyle(document.body).fontFamily;

// The width of a text in the graph. Large texts are bold.
function width_of(text, size = 10.5) {
    ruler.font = `${size > 10.5 ? 600 : 400} ${size}px ${font}`;
    return ruler.measureText(text).width;
}

// Puts a name and a number into a text, or the number alone where there is no room for both. Returns the width.
function put_text(node, name, number, room, { before = "", size } = {}) {
    const has_name = name && width_of(`${before}${name}\u2005${LONG_NUMBER}`, size) <= room;
    node.replaceChildren(...has_name ? [before, ...name_spans(name), `\u2005${number}`] : [number]);
    const width = width_of(has_name ? `${before}${name}\u2005${number}` : number, size);
    if (width > room) {
        node.setAttribute("textLength", room);
        node.setAttribute("lengthAdjust", "spacingAndGlyphs");
    } else {
        node.removeAttribute("textLength");
    }
    return Math.min(width, room);
}

function build_graph() {
    const layout = graph_layout();
    const { columns, radius, half, x, y, has_texts, has_z, width, height } = layout;
    Object.assign(graph, { edges: [], neurons: [], ends: [], lit: new Map(), layout });
    const [edges, labels, neurons] = [svg("g"), svg("g"), svg("g")];
    const light = (name, node) => {
        if (!graph.lit.has(name)) graph.lit.set(name, []);
        graph.lit.get(name).push(node);
    };
    LESSON.layers.forEach((layer, number) => {
        const targets = columns[number + 1].length;
        const ends = layer.weights.map((name, place) => {
            const [source, target] = [Math.floor(place / targets), place % targets];
            return { name, source, target, x1: x(number), y1: y(number, source), x2: x(number + 1), y2: y(number + 1, target) };
        });
        const places = label_places(ends, number, layout);
        ends.forEach(({ name, source, target, ...line_ends }, place) => {
            const line = svg("line", { ...line_ends, "class": "edge" });
            const wide = svg("line", { ...line_ends, "class": "reach" }, svg("title"));
            const open = () => open_parameter(name);
            wide.addEventListener("click", open);
            wide.addEventListener("pointerenter", () => show_lit([name]));
            wide.addEventListener("pointerleave", () => show_lit(null));
            edges.append(line, wide);
            const at = places?.[place];
            const label = at && svg("text", { x: at.x, y: at.y + 4, "class": "edge-label" });
            const plate = at && svg("rect", { y: at.y - LABEL / 2, height: LABEL, rx: 4, "class": "plate" });
            if (at) labels.append(plate, label);
            graph.edges.push({ name, line, wide, label, plate, room: at?.width });
            const [z, a] = [layer.z[target], columns[number][source]];
            for (const own of [name, `dL_d${name}`, `d${z}_d${name}`, `d${z}_d${a}`]) light(own, line);
        });
    });
    LESSON.inputs.forEach((name, place) => {
        neurons.append(end(name, x(0), y(0, place), "input", light));
    });
    LESSON.layers.forEach((layer, number) => layer.a.forEach((a, place) => {
        const [cx, cy, z, b] = [x(number + 1), y(number + 1, place), layer.z[place], layer.biases[place]];
        const circle = svg("circle", { cx, cy, r: radius, "class": "neuron" });
        const texts = {
            ...has_z && { z: svg("text", { x: cx, y: cy - 7.5, "class": "small" }) },
            ...has_texts && {
                a: svg("text", { x: cx, y: cy + (has_z ? 10 : 4.5), "class": "big" }),
                b: svg("text", { x: cx, y: cy + radius + 12, "class": "small below" }),
            },
        };
        const group = svg("g", { "class": "node" }, svg("title"), circle, ...Object.values(texts));
        group.addEventListener("click", () => ask_why(a));
        neurons.append(group);
        graph.neurons.push({ a, z, b, circle, texts, group });
        for (const own of [z, a, b, `d${a}_d${z}`, `dL_d${a}`, `dL_d${z}`, `dL_d${b}`]) light(own, circle);
    }));
    const last = columns.length - 1;
    LESSON.targets.forEach((name, place) => {
        const cy = y(last, place);
        edges.append(svg("line", { x1: x(last) + radius, y1: cy, x2: layout.target - half, y2: cy, "class": "to-target" }));
        neurons.append(end(name, layout.target, cy, "target", light));
    });
    by_id("graph").classList.toggle("dense", !has_z);
    by_id("graph").replaceChildren(svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-labelledby": "graph-title" },
        svg("title", { id: "graph-title" }), edges, labels, neurons));
}

// Draws the graph anew when its room changes.
function follow_room() {
    new ResizeObserver(() => {
        if (by_id("graph").clientWidth === graph.layout.room) return;
        // Not in the next frame: until then the graph would be empty.
        build_graph();
        update_graph(numbers_of_step(), cursor_equation());
    }).observe(by_id("graph"));
}

// An input or a target.
function end(name, x, y, kind, light) {
    const { half, has_texts } = graph.layout;
    const box = svg("rect", { x: x - half, y: y - half * 0.75, width: 2 * half, height: half * 1.5, rx: Math.min(5, half / 2), "class": kind });
    const texts = has_texts ? {
        value: svg("text", { x, y: y + 5, "class": "big" }),
        name: svg("text", { x, y: y + half * 0.75 + 12, "class": "small below" }),
    } : {};
    if (texts.name) texts.name.append(...name_spans(clipped(name, 2 * (half + MARGIN))));
    const group = svg("g", { "class": "node" }, svg("title"), box, ...Object.values(texts));
    group.addEventListener("click", () => open_parameter(name));
    graph.ends.push({ name, texts, group });
    light(name, box);
    return group;
}

// As much of a name as there is room for.
function clipped(name, room) {
    if (width_of(name) <= room) return name;
    let text = name;
    while (text && width_of(`${text}…`) > room) text = text.slice(0, -1);
    return `${text}…`;
}

// A name for a text in SVG, with its index below.
function name_spans(name) {
    const indexed = /^(\p{L}+?)_?(pred|true)?(\d+(?:_\d+)?)?$/u.exec(name);
    if (!indexed || (!indexed[2] && !indexed[3])) return [svg("tspan", { "class": "letter" }, name)];
    const low = [indexed[2], indexed[3]?.replace("_", ",")].filter(Boolean).join(" ");
    return [svg("tspan", { "class": "letter" }, indexed[1]), svg("tspan", { "class": "index", dy: 3 }, low), svg("tspan", { dy: -3 }, "\u200b")];
}

// Three significant digits, or two of a small number, so that it fits into a neuron.
function short(value) {
    if (value === 0 || Math.abs(value) >= 0.01) return format(value, 3);
    const exact = String(value).replace("-", "−");
    return exact.length < 7 ? exact : value.toExponential(1).replace(/-/g, "−");
}

// The size of a number, that of an infinite one among finite ones, and 0 for what is none.
const size_of = (value) => (Number.isNaN(value) || value === undefined ? 0 : Math.min(Math.abs(value), Number.MAX_VALUE));

const sign_class = (value) => (value > 0 ? "positive" : value < 0 ? "negative" : "zero");

function update_graph(numbers, cursor) {
    const is_backward = cursor && (cursor.own || LESSON.sections[cursor.section].is_backward);
    const shown = (name) => numbers.before.get(is_backward ? `dL_d${name}` : name);
    const largest = Math.max(...graph.edges.map(({ name }) => size_of(shown(name))), is_backward ? 1e-300 : 1);
    const largest_slope = Math.max(...graph.neurons.map(({ z }) => size_of(numbers.before.get(`dL_d${z}`))), 1e-300);
    const { radius, half, below, has_texts, has_z } = graph.layout;
    const size = has_z ? 13.5 : 11.5;
    for (const { name, line, wide, label, plate, room } of graph.edges) {
        const value = shown(name);
        line.setAttribute("class", `edge ${sign_class(value)}`);
        line.setAttribute("stroke-width", (1 + (has_z ? 6 : 3) * (size_of(value) / largest)).toFixed(2));
        // The text for a pointer that rests on the edge: the weight, and why its gradient is what it is.
        const slope = pass_equations[place_of.get(`dL_d${name}`)];
        const why_slope = `${slope.name} = ${formula_text(slope.formula)} = ${format(numbers.before.get(slope.name))}`;
        wide.firstChild.textContent = `${name} = ${format(numbers.before.get(name))}\n${why_slope}`;
        if (label) {
            const width = put_text(label, is_backward ? null : name, short(value), room - 6) + 6;
            plate.setAttribute("width", width);
            plate.setAttribute("x", label.getAttribute("x") - width / 2);
        }
    }
    for (const { a, z, b, circle, texts, group } of graph.neurons) {
        const value = numbers.before.get(a);
        const slope = numbers.before.get(`dL_d${z}`) ?? 0;
        const filled = is_backward ? Math.sign(slope) * size_of(slope) / largest_slope : value;
        circle.style.setProperty("--strength", `${Math.round(Math.min(1, size_of(filled)) * 100)}%`);
        circle.setAttribute("class", `neuron ${sign_class(filled)}`);
        group.firstChild.textContent = `${z} = ${format(numbers.before.get(z))}, ${a} = ${format(value)}, ${b} = ${format(numbers.before.get(b))}`;
        if (!has_texts) continue;
        const own = numbers.before.get(is_backward ? `dL_d${z}` : z);
        put_text(texts.a, null, short(is_backward ? own : value), 2 * radius - 7, { size });
        if (has_z && is_backward) texts.z.replaceChildren("∂L/∂", ...name_spans(z));
        else if (has_z) put_text(texts.z, z, short(own), 1.75 * radius);
        put_text(texts.b, b, short(shown(b)), below, { before: is_backward ? "∂L/∂" : "" });
    }
    for (const { name, texts, group } of graph.ends) {
        const value = numbers.before.get(name);
        group.firstChild.textContent = `${name} = ${format(value)}`;
        if (has_texts) put_text(texts.value, null, short(value), 2 * half - 4, { size });
    }
    by_id("graph-title").textContent = `${LESSON.name}: ${LESSON.architecture}`;
    by_id("graph-legend").textContent = word(is_backward ? "gradients_shown" : "weights_shown");
    graph.cursor_names = cursor ? [cursor.name, ...cursor.sources] : [];
    show_lit(null);
}

// Lights the nodes of these names, or those of the cursor's equation.
function show_lit(names) {
    document.querySelectorAll("#graph .lit").forEach((node) => node.classList.remove("lit"));
    for (const name of names ?? graph.cursor_names ?? []) {
        for (const node of graph.lit.get(name) ?? []) node.classList.add("lit");
    }
}
