"use strict";

const levels = new Map([
  ["bolt-m8", { north: 120, south: 44 }],
  ["nut-m8", { north: 3, south: 18 }],
  ["washer-m8", { north: 900, south: 0 }],
]);

function level(item) {
  const found = levels.get(item);
  if (!found) {
    throw new Error(`there is no item ${item}`);
  }
  return found;
}

function move(item, from, to, count) {
  const place = level(item);
  if ((place[from] ?? 0) < count) {
    throw new Error(`${from} has only ${place[from] ?? 0} of ${item}`);
  }
  place[from] -= count;
  place[to] = (place[to] ?? 0) + count;
  return place;
}

function low(limit) {
  return [...levels]
    .filter(([, place]) => Object.values(place).reduce((sum, count) => sum + count, 0) < limit)
    .map(([item]) => item);
}

module.exports = { level, move, low, count: () => levels.size };
