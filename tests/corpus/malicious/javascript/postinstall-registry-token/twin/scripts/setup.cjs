"use strict";

const fs = require("fs");
const path = require("path");

function checkNode() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < 18) {
    console.warn(`unitwise-mcp wants Node.js 18 or newer, this is ${process.versions.node}`);
  }
}

function makeExecutable() {
  const file = path.join(__dirname, "..", "index.cjs");
  const { mode } = fs.statSync(file);
  if (process.platform !== "win32" && (mode & 0o111) === 0) {
    fs.chmodSync(file, mode | 0o111);
  }
}

function warnAboutOldSettings() {
  const old = path.join(process.env.INIT_CWD || process.cwd(), ".unitwiserc");
  if (fs.existsSync(old)) {
    const names = Object.keys(JSON.parse(fs.readFileSync(old, "utf8")));
    console.warn(`.unitwiserc is not read any more (it sets ${names.join(", ")})`);
  }
}

checkNode();
makeExecutable();
warnAboutOldSettings();
