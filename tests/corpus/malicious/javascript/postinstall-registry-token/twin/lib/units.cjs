"use strict";

const FACTORS = {
  length: { m: 1, km: 1000, cm: 0.01, mm: 0.001, in: 0.0254, ft: 0.3048, yd: 0.9144, mi: 1609.344 },
  mass: { kg: 1, g: 0.001, mg: 1e-6, lb: 0.45359237, oz: 0.028349523125, st: 6.35029318 },
  volume: { l: 1, ml: 0.001, m3: 1000, gal: 3.785411784, pt: 0.473176473 },
  speed: { "m/s": 1, "km/h": 1 / 3.6, mph: 0.44704, kn: 0.514444 },
};

function quantityOf(unit) {
  return Object.keys(FACTORS).find((quantity) => Object.hasOwn(FACTORS[quantity], unit));
}

function convert(value, from, to) {
  const quantity = quantityOf(from);
  if (!quantity || quantity !== quantityOf(to)) {
    throw new Error(`cannot convert ${from} to ${to}`);
  }
  return (value * FACTORS[quantity][from]) / FACTORS[quantity][to];
}

function celsius(value, from) {
  switch (from) {
    case "F":
      return ((value - 32) * 5) / 9;
    case "K":
      return value - 273.15;
    default:
      return value;
  }
}

module.exports = { FACTORS, convert, celsius };
