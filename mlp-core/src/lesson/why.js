// "Why?": the equation of a value, and those of everything that it comes from, in the order and the words of `Trace::why`
// (trace/why.rs).

// An explanation has at most so many equations: those nearest to the value. It offers the next ones.
const MOST_EQUATIONS = 40;
// A remark enumerates at most so many names.
const MOST_NAMES = 8;

// The first equation that computes a name. Those of the pass come before those of the update.
const equation_named = (name) => steps.list.find((other) => other.name === name);

// The names that a formula shows, each once.
function names_in(formula) {
    if (typeof formula === "string") return [formula];
    if (!Array.isArray(formula)) return [];
    const [sign, ...parts] = formula;
    return [...new Set((["call", "choice"].includes(sign) ? parts.slice(1) : parts).flatMap(names_in))];
}

// The equation that has computed a name before this one reads it; none if the step begins with it.
function source_of(equation, name) {
    const is_earlier = (other) => other.name === name && (other.own !== equation.own || other.place < equation.place);
    return (equation.own && update_list().findLast(is_earlier)) || pass_equations.find(is_earlier);
}

// The word for the kind of what a step begins with, in the order in which an explanation lists them.
const KINDS = ["inputs", "targets", "given_parameters", "given_settings", "before_this_update"];
function kind_of(name) {
    if (LESSON.inputs.includes(name)) return "inputs";
    if (LESSON.targets.includes(name)) return "targets";
    if (LESSON.parameters.includes(name)) return "given_parameters";
    return state_names(model.now.optimizer).includes(name) ? "before_this_update" : "given_settings";
}

// The lines of an explanation: an equation, or a remark of one of the kinds below.
function why(asked, numbers) {
    const sources = (equation) => names_in(numbers.formula(equation)).map((name) => ({ name, source: source_of(equation, name) }));
    const explained = new Set();
    for (const next = [asked]; next.length && explained.size < MOST_EQUATIONS;) {
        const equation = next.shift();
        if (explained.has(equation)) continue;
        explained.add(equation);
        next.push(...sources(equation).flatMap(({ source }) => source ?? []));
    }
    const [written, listed, lines] = [new Set(), new Set(), []];
    const write = (equation, depth) => {
        written.add(equation);
        lines.push({ depth, equation });
        const inner = { depth: depth + 1 };
        const paths = paths_of(equation);
        if (paths) lines.push({ ...inner, paths });
        if (equation.own && next_batch().length > 1) lines.push({ ...inner, batch: next_batch().length });
        const all = sources(equation);
        const given = all.filter(({ name, source }) => !source && !listed.has(name));
        for (const { name } of given) listed.add(name);
        for (const kind of KINDS) {
            const values = given.filter(({ name }) => kind_of(name) === kind).map(({ name }) => [name, numbers.read(equation, name)]);
            if (values.length) lines.push({ ...inner, kind, values });
        }
        const above = all.filter(({ source }) => written.has(source)).map(({ name }) => name);
        if (above.length) lines.push({ ...inner, above });
        const next = all.filter(({ source }) => source && !written.has(source));
        for (const { source } of next) {
            // One of the sources before may have written it.
            if (explained.has(source) && !written.has(source)) write(source, depth + 1);
        }
        const left_out = next.filter(({ source }) => !explained.has(source)).map(({ name }) => name);
        if (left_out.length) lines.push({ ...inner, left_out });
    };
    write(asked, 0);
    return lines;
}

// In a sum of the chain rule: the name by which it differentiates, and those through which its paths lead. Each term is
// `dL_dtarget·dtarget_dsource`, or begins in this way.
function paths_of({ name, formula }) {
    const derivative = derivative_of(name);
    if (derivative?.of !== "L" || formula[0] !== "+") return null;
    let source = derivative.by;
    const targets = [];
    for (const term of formula.slice(1)) {
        const factors = names_in(term).map(derivative_of).filter(Boolean);
        const target = factors.find((factor) => factor.of === "L")?.by;
        if (!target) return null;
        source = factors.find((factor) => factor.of === target)?.by ?? source;
        targets.push(target);
    }
    return targets.length > 1 ? { source, targets } : null;
}

// As many texts as a line can hold, with dots for the others before the last.
const few = (texts) => (texts.length > MOST_NAMES ? [...texts.slice(0, MOST_NAMES - 2), "…", texts.at(-1)] : texts);

function remark(line) {
    if (line.paths) {
        const targets = few(line.paths.targets);
        return [word("paths", { source: line.paths.source, targets: targets.slice(0, -1).join(", ") + words.and + targets.at(-1) })];
    }
    if (line.batch) return [word("of_batch", { number: line.batch })];
    if (line.kind) return [`${words[line.kind]}: ${line.values.map(([name, value]) => `${name} = ${format(value)}`).join(", ")}`];
    if (line.above) return [`${words.see_above}: ${few(line.above).join(", ")}`];
    const buttons = line.left_out.map((name) => {
        const button = h("button", { type: "button", "class": "name" }, name);
        button.addEventListener("click", () => ask_why(name));
        return button;
    });
    return [`${words.ask_for}: `, ...buttons.flatMap((button, number) => (number ? [", ", button] : [button]))];
}

// The lines as items of a list. `hides` leaves the value of the first out.
function why_nodes(asked, hides = false) {
    const numbers = numbers_of_step();
    return why(asked, numbers).map((line) => {
        const { equation, depth } = line;
        const style = `--depth: ${depth}`;
        if (!equation) return h("li", { style, "class": "note" }, ...remark(line));
        const written = written_out(equation, numbers);
        put_numbers(written, equation, numbers);
        if (hides && depth === 0) written.result.textContent = "?";
        return h("li", { style, "data-name": equation.name }, ...written.nodes);
    });
}

function ask_why(name) {
    const equation = equation_named(name);
    if (!equation) return;
    by_id("why-title").replaceChildren(word("why_of", { name: equation.name }));
    by_id("why-list").replaceChildren(...why_nodes(equation));
    by_id("why").hidden = false;
    by_id("why-title").scrollIntoView({ block: "nearest" });
    hint("why");
}

function ask_at_cursor() {
    const equation = cursor_equation();
    if (equation) ask_why(equation.name);
}

function close_why() {
    by_id("why").hidden = true;
}

// The same explanation with other numbers or words.
function refresh_why() {
    const shown = by_id("why-list").querySelector("[data-name]");
    const equation = shown && equation_named(shown.dataset.name);
    if (equation) by_id("why-list").replaceChildren(...why_nodes(equation));
}
