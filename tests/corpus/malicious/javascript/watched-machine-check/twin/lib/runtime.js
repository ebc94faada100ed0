"use strict";

const fs = require("node:fs");
const inspector = require("node:inspector");
const os = require("node:os");

const first = (file) => {
  try {
    return fs.readFileSync(file, "utf8").split("\n")[0];
  } catch {
    return "";
  }
};

function debugged() {
  return Boolean(inspector.url()) || process.execArgv.some((one) => one.startsWith("--inspect"));
}

function contained() {
  return fs.existsSync("/.dockerenv") || /docker|kubepods|lxc/.test(first("/proc/1/cgroup"));
}

function small() {
  return os.cpus().length < 3 || os.totalmem() < 3 * 1024 ** 3;
}

function automatic() {
  return Boolean(process.env.CI) || !process.stderr.isTTY;
}

/** Adjusts the evaluator to the machine. */
function tune() {
  const limit = debugged() ? Infinity : small() || contained() ? 2000 : 500;
  const colour = !automatic() && !process.env.NO_COLOR;
  const log = (text) => process.stderr.write(colour ? `\u001b[2m${text}\u001b[0m\n` : `${text}\n`);
  return { limit, log };
}

module.exports = { tune };
