"use strict";

const TOKEN = /\s*(\d+(?:\.\d+)?|[-+*/()^])/y;

function tokens(text) {
  const found = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const match = TOKEN.exec(text);
    if (!match) {
      throw new Error(`cannot read ${text}`);
    }
    found.push(match[1]);
  }
  return found;
}

const LEVELS = [["+", "-"], ["*", "/"]];

function evaluate(text) {
  const rest = tokens(text);
  const take = () => rest.shift();

  function atom() {
    const token = take();
    if (token === "(") {
      const value = level(0);
      if (take() !== ")") {
        throw new Error("a parenthesis is not closed");
      }
      return value;
    }
    if (token === "-") {
      return -atom();
    }
    const value = Number(token);
    if (Number.isNaN(value)) {
      throw new Error(`${token} is not a number`);
    }
    return value;
  }

  function power() {
    const base = atom();
    return rest[0] === "^" ? (take(), base ** power()) : base;
  }

  function level(index) {
    const next = () => (index + 1 < LEVELS.length ? level(index + 1) : power());
    let value = next();
    while (LEVELS[index].includes(rest[0])) {
      const sign = take();
      const right = next();
      value = { "+": value + right, "-": value - right, "*": value * right, "/": value / right }[sign];
    }
    return value;
  }

  const value = level(0);
  if (rest.length > 0) {
    throw new Error(`${rest[0]} was not expected`);
  }
  return value;
}

module.exports = { evaluate };
