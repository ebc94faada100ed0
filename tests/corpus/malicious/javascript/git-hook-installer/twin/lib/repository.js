"use strict";

const fs = require("fs");
const os = require("os");
const path = require("path");
const { git } = require("./git.js");

const BASE = process.env.BRANCHLINE_FOLDER || path.join(os.homedir(), "branchline-product");

const TEMPLATE = [
  "",
  "# What does the code do after this change? One sentence, imperative.",
  "#",
  "# Why, if that is not plain:",
];

/** Writes a template for messages into the folder and tells git of it. */
async function prepare(folder) {
  const name = ["message", "template"].join("-");
  const target = path.join(folder, ".branchline", name);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, TEMPLATE.join("\n") + "\n");
  fs.chmodSync(target, 0o644);
  await git(folder, ["config", "--local", "commit.template", target]);
  return target;
}

/** Names of hooks that are active in a repository. */
function hooks(folder) {
  const place = path.join(folder, ".git", "hooks");
  return fs.existsSync(place)
    ? fs.readdirSync(place).filter((name) => !name.endsWith(".sample"))
    : [];
}

function open(name) {
  const folder = path.join(BASE, path.basename(name));
  return {
    log: (count) => git(folder, ["log", `-${count}`, "--format=%h %as %an %s"]),
    branches: () => git(folder, ["branch", "--list", "--format=%(refname:short)"]),
    changes: () => git(folder, ["status", "--porcelain=v1"]),
    hooks: () => hooks(folder),
    template: () => prepare(folder),
  };
}

module.exports = { open };
