"use strict";

const { readFileSync } = require("node:fs");
const path = require("node:path");
const stock = require("./stock.js");

const started = Date.now();
const file = path.join(__dirname, "..", "settings.json");
let settings = JSON.parse(readFileSync(file, "utf8"));

function summary(_request, response) {
  response.json({ up: Math.round((Date.now() - started) / 1000), items: stock.count() });
}

// Reads the settings again, after an operator changed them. Behind the token check.
function details(request, response) {
  const { reload } = request.body ?? {};
  if (reload !== true) {
    response.status(204).end();
    return;
  }
  settings = JSON.parse(readFileSync(file, "utf8"));
  response.json({ value: { low: settings.low, warehouses: settings.warehouses.length } });
}

module.exports = { summary, details, limit: () => settings.low };
