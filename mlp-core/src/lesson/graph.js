// The network as a graph. Edges show weights, or gradients while the cursor is on the way back.

const graph = { edges: [], neurons: [], ends: [], lit: new Map() };
const COLUMN = 180;
const COMPACT_FROM = 9;

function build_graph() {
    const columns = [LESSON.inputs, ...LESSON.layers.map((layer) => layer.a)];
    const widest = Math.max(...columns.map((column) => column.length));
    const is_compact = widest >= COMPACT_FROM;
    const gap = is_compact ? Math.max(13, Math.min(40, 460 / widest)) : 104;
    const radius = is_compact ? Math.max(5, gap * 0.36) : 31;
    const height = Math.max(widest * gap + 26, 180);
    const width = COLUMN * (columns.length - 1) + 2 * radius + 128;
    const x = (column) => radius + 12 + column * COLUMN;
    const y = (column, place) => height / 2 + (place - (columns[column].length - 1) / 2) * gap - (is_compact ? 0 : 6);
    Object.assign(graph, { edges: [], neurons: [], ends: [], lit: new Map(), is_compact });
    const [edges, labels, neurons] = [svg("g"), svg("g"), svg("g")];
    const light = (name, node) => {
        if (!graph.lit.has(name)) graph.lit.set(name, []);
        graph.lit.get(name).push(node);
    };
    LESSON.layers.forEach((layer, number) => {
        const [sources, targets] = [columns[number].length, columns[number + 1].length];
        const along = is_compact ? null : label_place(sources, targets, gap);
        layer.weights.forEach((name, place) => {
            const [source, target] = [Math.floor(place / targets), place % targets];
            const [x1, y1, x2, y2] = [x(number), y(number, source), x(number + 1), y(number + 1, target)];
            const line = svg("line", { x1, y1, x2, y2, "class": "edge" });
            const wide = svg("line", { x1, y1, x2, y2, "class": "reach" }, svg("title"));
            const open = () => open_parameter(name);
            wide.addEventListener("click", open);
            wide.addEventListener("pointerenter", () => show_lit([name]));
            wide.addEventListener("pointerleave", () => show_lit(null));
            const label = along && svg("text", { x: x1 + (x2 - x1) * along, y: y1 + (y2 - y1) * along + 4, "class": "edge-label" });
            const plate = along && svg("rect", { y: y1 + (y2 - y1) * along - 7.5, height: 15, rx: 4, "class": "plate" });
            edges.append(line, wide);
            if (label) labels.append(plate, label);
            graph.edges.push({ name, line, wide, label, plate });
            const [z, a] = [layer.z[target], columns[number][source]];
            for (const own of [name, `dL_d${name}`, `d${z}_d${name}`, `d${z}_d${a}`]) light(own, line);
        });
    });
    LESSON.inputs.forEach((name, place) => {
        neurons.append(end(name, x(0), y(0, place), radius, "input", light));
    });
    LESSON.layers.forEach((layer, number) => layer.a.forEach((a, place) => {
        const [cx, cy, z, b] = [x(number + 1), y(number + 1, place), layer.z[place], layer.biases[place]];
        const circle = svg("circle", { cx, cy, r: radius, "class": "neuron" });
        const texts = is_compact ? {} : {
            z: svg("text", { x: cx, y: cy - 10, "class": "small" }),
            a: svg("text", { x: cx, y: cy + 7, "class": "big" }),
            b: svg("text", { x: cx, y: cy + radius + 15, "class": "small" }),
        };
        const group = svg("g", { "class": "node" }, svg("title"), circle, ...Object.values(texts));
        group.addEventListener("click", () => ask_why(a));
        neurons.append(group);
        graph.neurons.push({ a, z, b, circle, texts, group });
        for (const own of [z, a, b, `d${a}_d${z}`, `dL_d${a}`, `dL_d${z}`, `dL_d${b}`]) light(own, circle);
    }));
    const last = columns.length - 1;
    LESSON.targets.forEach((name, place) => {
        const [cx, cy] = [x(last) + radius + 56, y(last, place)];
        edges.append(svg("line", { x1: x(last) + radius, y1: cy, x2: cx - 24, y2: cy, "class": "to-target" }));
        neurons.append(end(name, cx, cy, radius, "target", light));
    });
    const view = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-labelledby": "graph-title" },
        svg("title", { id: "graph-title" }), edges, labels, neurons);
    view.style.minWidth = `${Math.min(width, (is_compact ? 92 : 150) * columns.length)}px`;
    by_id("graph").replaceChildren(view);
}

// An input or a target.
function end(name, x, y, radius, kind, light) {
    const half = Math.min(radius, 24);
    const box = svg("rect", { x: x - half, y: y - half * 0.75, width: 2 * half, height: half * 1.5, rx: 5, "class": kind });
    const texts = graph.is_compact ? {} : {
        value: svg("text", { x, y: y + 5, "class": "big" }),
        name: svg("text", { x, y: y + half * 0.75 + 14, "class": "small" }),
    };
    if (texts.name) texts.name.append(...name_spans(name));
    const group = svg("g", { "class": "node" }, svg("title"), box, ...Object.values(texts));
    group.addEventListener("click", () => open_parameter(name));
    graph.ends.push({ name, texts, group });
    light(name, box);
    return group;
}

// Where on the edges between two layers their labels are farthest apart; `null` if they would overlap.
function label_place(sources, targets, gap) {
    const distance = (along) => {
        const heights = [];
        for (let source = 0; source < sources; source++) {
            for (let target = 0; target < targets; target++) {
                const from = (source - (sources - 1) / 2) * gap;
                heights.push(from + along * ((target - (targets - 1) / 2) * gap - from));
            }
        }
        heights.sort((one, other) => one - other);
        return Math.min(...heights.slice(1).map((height, place) => height - heights[place]), gap);
    };
    const best = [0.4, 0.37, 0.43, 0.34, 0.46].reduce((best, along) => (distance(along) > distance(best) + 1 ? along : best));
    return sources * targets <= 6 && distance(best) >= 13 ? best : null;
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

const sign_class = (value) => (value > 0 ? "positive" : value < 0 ? "negative" : "zero");

function update_graph(numbers, cursor) {
    const is_backward = cursor && (cursor.own || LESSON.sections[cursor.section].is_backward);
    const shown = (name) => numbers.before.get(is_backward ? `dL_d${name}` : name);
    const largest = Math.max(...graph.edges.map(({ name }) => Math.abs(shown(name))), is_backward ? 1e-300 : 1);
    const largest_slope = Math.max(...graph.neurons.map(({ z }) => Math.abs(numbers.before.get(`dL_d${z}`) ?? 0)), 1e-300);
    for (const { name, line, wide, label, plate } of graph.edges) {
        const value = shown(name);
        line.setAttribute("class", `edge ${sign_class(value)}`);
        line.setAttribute("stroke-width", (1 + (graph.is_compact ? 3 : 6) * Math.abs(value) / largest).toFixed(2));
        // The text for a pointer that rests on the edge: the weight, and why its gradient is what it is.
        const slope = pass_equations[place_of.get(`dL_d${name}`)];
        const why_slope = `${slope.name} = ${formula_text(slope.formula)} = ${format(numbers.before.get(slope.name))}`;
        wide.firstChild.textContent = `${name} = ${format(numbers.before.get(name))}\n${why_slope}`;
        if (label) {
            const number = short(value);
            label.replaceChildren(...is_backward ? [number] : [...name_spans(name), `\u2002${number}`]);
            const width = 6.3 * number.length + (is_backward ? 0 : 5.2 * name.length) + 10;
            plate.setAttribute("width", width);
            plate.setAttribute("x", label.getAttribute("x") - width / 2);
        }
    }
    for (const { a, z, b, circle, texts, group } of graph.neurons) {
        const value = numbers.before.get(a);
        const filled = is_backward ? numbers.before.get(`dL_d${z}`) / largest_slope : value;
        circle.style.setProperty("--strength", `${Math.round(Math.min(1, Math.abs(filled)) * 100)}%`);
        circle.setAttribute("class", `neuron ${sign_class(filled)}`);
        group.firstChild.textContent = `${z} = ${format(numbers.before.get(z))}, ${a} = ${format(value)}, ${b} = ${format(numbers.before.get(b))}`;
        if (graph.is_compact) continue;
        const own = numbers.before.get(is_backward ? `dL_d${z}` : z);
        texts.a.textContent = short(is_backward ? own : value);
        texts.z.replaceChildren(...is_backward ? ["∂L/∂", ...name_spans(z)] : [...name_spans(z), ` ${short(own)}`]);
        texts.b.replaceChildren(...is_backward ? ["∂L/∂"] : [], ...name_spans(b), ` ${short(shown(b))}`);
    }
    for (const { name, texts, group } of graph.ends) {
        const value = numbers.before.get(name);
        group.firstChild.textContent = `${name} = ${format(value)}`;
        if (texts.value) texts.value.textContent = short(value);
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
