// Where the labels of edges stand.

const LABEL = 15;
// Where along an edge its label can stand.
const ALONG = Array.from({ length: 61 }, (_, number) => 0.2 + number / 100);
// A label that is so far from every other edge is clearly its own edge's.
const CLEAR = 6;
// Without such a place labels would say less than none.
const LEAST_CLEAR = 2;

// The distance of a point from an edge.
function distance_to({ x1, y1, x2, y2 }, x, y) {
    const [across, down] = [x2 - x1, y2 - y1];
    const along = Math.min(1, Math.max(0, ((x - x1) * across + (y - y1) * down) / (across ** 2 + down ** 2)));
    return Math.hypot(x - x1 - along * across, y - y1 - along * down);
}

// Where the labels of the edges between two layers stand, with the width of each, so that none covers another one, a neuron
// or its texts, and so that one sees whose each is; `null` if there is no such place. Names are left out where only the
// numbers have room.
function label_places(ends, number, { has_texts, radius, half, below, x, y, columns }) {
    if (!has_texts || ends.length > MOST_LABELS) return null;
    const obstacles = [number, number + 1].flatMap((column) => columns[column].flatMap((_, place) => {
        const shape = column ? { across: 0, up: 0, radius } : { across: half, up: half * 0.75, radius: 0 };
        const [cx, cy, text] = [x(column), y(column, place), column ? below : 2 * half];
        return [{ x: cx, y: cy, ...shape }, { x: cx, y: cy + shape.up + shape.radius + 8, across: text / 2, up: 8, radius: 0 }];
    }));
    const is_free = (at, placed) => [...obstacles, ...placed].every((other) => {
        const [across, up] = [Math.abs(at.x - other.x) - at.across - other.across, Math.abs(at.y - other.y) - at.up - other.up];
        return Math.max(across, up) >= 0 && Math.hypot(Math.max(across, 0), Math.max(up, 0)) >= other.radius;
    });
    const at = ({ x1, y1, x2, y2 }, along, width) => ({ x: x1 + along * (x2 - x1), y: y1 + along * (y2 - y1), across: width / 2 + 1, up: LABEL / 2, radius: 0, width });
    // How far the middle half of a label is from the edges of others.
    const clearance = (edge, { x, y, across }) => Math.min(Infinity, ...ends.filter((other) => other !== edge)
        .flatMap((other) => [x - across / 2, x, x + across / 2].map((part) => distance_to(other, part, y))));
    const place_all = (candidates_for, order) => {
        const placed = [];
        for (const number of order) {
            const others = placed.filter(Boolean);
            placed[number] = candidates_for(ends[number]).find((place) => is_free(place, others));
            if (!placed[number]) return [];
        }
        return [{ placed, clear: Math.min(...placed.map((place, number) => clearance(ends[number], place))) }];
    };
    const numbers = ends.map((_, number) => number);
    const steep = numbers.toSorted((one, other) => Math.abs(ends[other].y2 - ends[other].y1) - Math.abs(ends[one].y2 - ends[one].y1));
    const orders = [numbers, numbers.toReversed(), steep, steep.toReversed()];
    const with_name = ({ name }) => width_of(`${name}\u2005${LONG_NUMBER}`) + 8;
    const without = () => width_of(LONG_NUMBER) + 6;
    let best = { placed: null, clear: -1 };
    for (const width of [with_name, without]) {
        const clearest = (edge) => ALONG.map((along) => at(edge, along, width(edge)))
            .map((place, number) => ({ place, clear: Math.min(CLEAR, clearance(edge, place)), off: Math.abs(ALONG[number] - 0.5) }))
            .sort((one, other) => other.clear - one.clear || one.off - other.off).map(({ place }) => place);
        // Beside each other at best, and otherwise each where it is clear.
        const beside = ALONG.flatMap((along) => place_all((edge) => [at(edge, along, width(edge))], numbers));
        for (const { placed, clear } of [...beside, ...orders.flatMap((order) => place_all(clearest, order))]) {
            if (clear > best.clear) best = { placed, clear };
        }
        if (best.clear >= CLEAR) break;
    }
    return best.clear < LEAST_CLEAR ? null : best.placed;
}
