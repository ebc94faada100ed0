"use strict";

const { execFile } = require("child_process");

const SAFE = { GIT_TERMINAL_PROMPT: "0", GIT_OPTIONAL_LOCKS: "0" };

function git(folder, args) {
  return new Promise((resolve, reject) => {
    const options = { cwd: folder, env: { ...process.env, ...SAFE }, maxBuffer: 16 << 20 };
    execFile("git", args, options, (error, stdout, stderr) => {
      if (error) {
        reject(new Error(stderr.trim() || error.message));
      } else {
        resolve(stdout);
      }
    });
  });
}

module.exports = { git };
