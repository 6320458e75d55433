// Reads the inputs of all networks, and writes their predictions and, of trained ones, their new parameters.

import { readFileSync, writeSync } from "node:fs";

const rows = Number(process.argv[2]);
const networks = readFileSync("networks", "utf8").trim().split("\n");
const input = readFileSync(0);
let position = 0;

function read(count) {
  return Array.from({ length: count }, () => input.readDoubleLE((position += 8) - 8));
}

function write(numbers) {
  const bytes = Buffer.alloc(8 * numbers.length);
  numbers.forEach((number, index) => bytes.writeDoubleLE(number, 8 * index));
  for (let written = 0; written < bytes.length; ) {
    written += writeSync(1, bytes, written);
  }
}

for (const line of networks) {
  const [name, ...settings] = line.split(" ");
  const [inputs, outputs, steps, learning_rate] = settings.map(Number);
  const module = await import(`./${name}.mjs`);
  const net = steps > 0 ? [new module.Net()] : [];
  const numbers = [];
  for (let row = 0; row < rows; row++) {
    numbers.push(...module[name](...net, read(inputs)));
  }
  for (let step = 0; step < steps; step++) {
    module[`${name}_train`](...net, read(inputs), read(outputs), learning_rate);
  }
  numbers.push(...net.flatMap((net) => Object.values(net)).flat(2));
  write(numbers);
}
