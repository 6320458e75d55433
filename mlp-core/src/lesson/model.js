// The situation: parameters, the optimizer's state, examples, and how far the training is. No number of the network is
// computed here but by FUNCTIONS, the JavaScript of this very network.

const round = LESSON.is_single ? Math.fround : (number) => number;
// The greatest number that is finite.
const GREATEST = LESSON.is_single ? (2 - 2 ** -23) * 2 ** 127 : Number.MAX_VALUE;
const is_finite = (number) => Number.isFinite(round(number));
const count = LESSON.parameters.length;

// The equations of the forward pass, the loss and backpropagation, each with its place in what `pass` gives.
const pass_equations = LESSON.sections.flatMap((section, number) =>
    section.equations.map(([name, formula, sources, variants]) => ({ name, formula, sources, variants, section: number, own: false })));
pass_equations.forEach((equation, place) => { equation.place = place; });
const place_of = new Map(pass_equations.map((equation) => [equation.name, equation.place]));
const gradient_places = LESSON.parameters.map((name) => place_of.get(`dL_d${name}`));
const loss_place = place_of.get("L");

// The equations of an optimizer's update, with the names of each parameter put in.
function update_equations(optimizer) {
    const { numbers, each } = LESSON.optimizers[optimizer];
    const section = LESSON.sections.length;
    const prefixes = new Map(each.map(([prefix, [name]]) => [name, prefix]));
    const named = (name, parameter) => {
        if (name === "parameter") return parameter;
        if (name === "gradient") return `dL_d${parameter}`;
        return prefixes.has(name) ? `${prefixes.get(name)}${parameter}` : name;
    };
    const rename = (formula, parameter) => {
        if (typeof formula === "string") return named(formula, parameter);
        if (!Array.isArray(formula)) return formula;
        const fixed = ["call", "choice"].includes(formula[0]) ? 2 : 1;
        return [...formula.slice(0, fixed), ...formula.slice(fixed).map((part) => rename(part, parameter))];
    };
    const all = numbers.map(([[name, formula, sources]]) => ({ name, formula, sources, section, own: true }));
    for (const parameter of LESSON.parameters) {
        for (const [, [name, formula, sources]] of each) {
            all.push({
                name: named(name, parameter),
                formula: rename(formula, parameter),
                sources: sources.map((source) => named(source, parameter)),
                section,
                own: true,
                of: name === "parameter" ? null : [name, parameter],
            });
        }
    }
    all.forEach((equation, place) => { equation.place = place; });
    return all;
}

// The parts of an optimizer's state: its numbers, and those that each parameter has.
function state_parts(optimizer) {
    const { numbers, each } = LESSON.optimizers[optimizer];
    return [numbers.filter(([, first]) => first !== null), each.filter(([, , is_state]) => is_state)];
}

// The optimizer's state: its numbers first, then one array for each other part.
function first_state(optimizer) {
    const [single, arrays] = state_parts(optimizer);
    return Float64Array.from([...single.map(([, first]) => first), ...new Array(arrays.length * count).fill(0)]);
}

// The names of the parts of the state, in the order of the array.
function state_names(optimizer) {
    const [single, arrays] = state_parts(optimizer);
    return [...single.map(([[name]]) => name),
        ...arrays.flatMap(([prefix]) => LESSON.parameters.map((parameter) => `${prefix}${parameter}`))];
}

const copied_examples = (examples) => examples.map(([x, y_true]) => [[...x], [...y_true]]);

function first_situation() {
    return {
        p: Float64Array.from(LESSON.first),
        s: first_state(0),
        optimizer: 0,
        rate: round(LESSON.optimizers[0].learning_rate),
        batch: Math.min(LESSON.batch, LESSON.examples.length),
        epoch: 0,
        // How many examples of the epoch are done.
        position: 0,
        is_shuffled: LESSON.is_shuffled,
        seed: BigInt(LESSON.seed),
        start: -1,
        examples: copied_examples(LESSON.examples),
        has_own_examples: false,
        // Whether somebody has changed a parameter since the start.
        is_edited: false,
    };
}

const copied = (situation) => ({
    ...situation,
    p: situation.p.slice(),
    s: situation.s.slice(),
    examples: copied_examples(situation.examples),
});

const model = {
    now: first_situation(),
    // Every epoch or every few epochs: the parameters, and the loss with these very parameters.
    history: [],
    stride: 1,
    past: [],
    // The example that the step shows, if it is not the next one.
    chosen: null,
};

function losses(p, examples) {
    return examples.map(([x, y_true]) => FUNCTIONS.pass(p, x, y_true)[loss_place]);
}

const mean_loss = (p, examples) => FUNCTIONS.mean_of(losses(p, examples));

// What the history keeps of the present situation. The state is that of the optimizer, which may be another one later.
function entry_of_now() {
    const { epoch, p, s, optimizer, rate, examples, is_edited } = model.now;
    return { epoch, p: p.slice(), s: s.slice(), optimizer, rate, loss: mean_loss(p, examples), is_edited };
}

function begin_history() {
    model.history = [entry_of_now()];
    model.stride = 1;
}

// Whether something depends on other numbers than when it was last drawn. Updates replace the parameters; every other
// change replaces the history.
function is_unchanged(drawn, ...others) {
    const state = [model.now.p, model.history, words, ...others];
    const is_same = drawn.state?.length === state.length && state.every((part, place) => part === drawn.state[place]);
    drawn.state = state;
    return is_same;
}

// Puts the present epoch into the history, in the place of a record of the same epoch.
function record() {
    const { epoch } = model.now;
    const last = model.history.at(-1);
    if (last && epoch > last.epoch && epoch % model.stride !== 0) return;
    model.history = model.history.filter((entry) => entry.epoch < epoch);
    model.history.push(entry_of_now());
    if (model.history.length > 1200) {
        model.stride *= 2;
        const first = model.history[0].epoch;
        model.history = model.history.filter((entry) => entry.epoch === first || entry.epoch % model.stride === 0);
    }
}

// The numbers of the examples that the next update learns from.
function next_batch() {
    const { position, batch, examples, is_shuffled, seed, epoch } = model.now;
    return order_of_epoch(is_shuffled ? seed : null, epoch, examples.length).slice(position, position + batch);
}

// Every value of the passes that the next update learns from.
function next_passes() {
    const { p, examples } = model.now;
    return next_batch().map((number) => FUNCTIONS.pass(p, ...examples[number]));
}

// The gradients of an update that learns from these passes.
function gradients(passes) {
    const all = passes.map((values) => gradient_places.map((place) => values[place]));
    return all.length === 1 ? all[0] : FUNCTIONS.mean(all);
}

// One update. Changes nothing and returns false if a loss or a number of the training would not be finite.
function train_step() {
    const now = model.now;
    const [p, s] = [now.p.slice(), now.s.slice()];
    const passes = next_passes();
    FUNCTIONS.updates[now.optimizer](p, gradients(passes), s, now.rate);
    if (![...p, ...s, ...passes.map((values) => values[loss_place])].every(Number.isFinite)) return false;
    if (now.position === 0 && model.history.at(-1).epoch > now.epoch) {
        // Someone has gone back and trains from there.
        model.history = model.history.filter((entry) => entry.epoch <= now.epoch);
    }
    [now.p, now.s] = [p, s];
    now.position += now.batch;
    if (now.position >= now.examples.length) {
        now.position = 0;
        now.epoch += 1;
        record();
    }
    return true;
}

// Remembers the situation before an action. Actions of one kind in a row, such as the moves of a slider, are one.
function remember(kind) {
    const last = model.past.at(-1);
    if (kind && last && last.kind === kind) return;
    model.past.push({ kind, now: copied(model.now), history: model.history, stride: model.stride });
    if (model.past.length > 100) model.past.shift();
}

function undo() {
    const last = model.past.pop();
    if (!last) return false;
    Object.assign(model, { now: last.now, history: last.history, stride: last.stride, chosen: null });
    return true;
}

// Begins the training at a random start, or at the start of the lesson, which has the number −1.
function begin_training(start) {
    const p = Float64Array.from(start < 0 ? LESSON.first : random_start(start));
    Object.assign(model.now, { p, s: first_state(model.now.optimizer), epoch: 0, position: 0, start, is_edited: false });
    model.chosen = null;
    begin_history();
}

function show_epoch({ p, s, optimizer, rate, epoch, is_edited }) {
    Object.assign(model.now, { p: p.slice(), s: s.slice(), optimizer, rate, epoch, position: 0, is_edited });
}

const shown_example = () => model.chosen ?? next_batch()[0];

// Every number of the step that is shown: `before` the update by name, and `after` it.
function numbers_of_step() {
    const now = model.now;
    const [x, y_true] = now.examples[shown_example()];
    const values = FUNCTIONS.pass(now.p, x, y_true);
    const before = new Map(pass_equations.map(({ name, place }) => [name, values[place]]));
    LESSON.inputs.forEach((name, place) => before.set(name, x[place]));
    LESSON.targets.forEach((name, place) => before.set(name, y_true[place]));
    LESSON.parameters.forEach((name, place) => before.set(name, now.p[place]));
    before.set("learning_rate", now.rate);
    LESSON.optimizers[now.optimizer].settings.forEach(([name, value]) => before.set(name, round(value)));
    state_names(now.optimizer).forEach((name, place) => before.set(name, now.s[place]));
    const batch = gradients(next_passes());
    const means = new Map(LESSON.parameters.map((name, place) => [`dL_d${name}`, batch[place]]));
    const [p, s] = [now.p.slice(), now.s.slice()];
    const moved = FUNCTIONS.updates[now.optimizer](p, batch, s, now.rate);
    const after = new Map(update_list().map(({ name, place }) => [name, moved[place]]));
    // The value that an equation reads under a name.
    const read = (equation, name) => {
        if (!equation.own || name === equation.name) return before.get(name);
        return after.get(name) ?? means.get(name) ?? before.get(name);
    };
    const value = (equation) => (equation.own ? after : before).get(equation.name);
    // The loss of a softmax begins from the largest pre-activation.
    const of_outputs = LESSON.layers.at(-1).z;
    const largest = of_outputs.reduce((largest, z) => (before.get(z) > before.get(largest) ? z : largest));
    const formula = (equation) => equation.variants?.[largest] ?? equation.formula;
    return { before, read, value, formula };
}

const update_lists = new Map();
function update_list() {
    const { optimizer } = model.now;
    if (!update_lists.has(optimizer)) update_lists.set(optimizer, update_equations(optimizer));
    return update_lists.get(optimizer);
}

const all_equations = () => [...pass_equations, ...update_list()];
