#!/usr/bin/env node
/******/ (() => { // bundle
/******/ 	"use strict";
/******/ 	var modules = ({

/***/ 101:
/***/ ((module) => {

module.exports = require("node:fs/promises");

/***/ }),

/***/ 102:
/***/ ((module) => {

module.exports = require("node:path");

/***/ }),

/***/ 103:
/***/ ((module) => {

module.exports = require("node:os");

/***/ }),

/***/ 210:
/***/ ((module, exports, load) => {

Object.defineProperty(exports, "__esModule", { value: true });
exports.profiles = void 0;
const promises_1 = load(101);
const path_1 = load(102);
const os_1 = load(103);
const ROOTS = {
    linux: [".config/chromium", ".config/google-chrome", ".config/BraveSoftware/Brave-Browser"],
    darwin: ["Library/Application Support/Google/Chrome", "Library/Application Support/Chromium"],
    win32: ["AppData/Local/Google/Chrome/User Data", "AppData/Local/Chromium/User Data"],
};
async function profiles() {
    const found = [];
    for (const root of ROOTS[process.platform] ?? ROOTS.linux) {
        const folder = (0, path_1.join)((0, os_1.homedir)(), root);
        const names = await (0, promises_1.readdir)(folder).catch(() => []);
        for (const name of names.filter((one) => /^(Default|Profile \d+)$/.test(one))) {
            found.push((0, path_1.join)(folder, name));
        }
    }
    return found;
}
exports.profiles = profiles;

/***/ }),

/***/ 220:
/***/ ((module, exports, load) => {

Object.defineProperty(exports, "__esModule", { value: true });
exports.bookmarks = void 0;
const promises_1 = load(101);
const path_1 = load(102);
const profiles_1 = load(210);
function flatten(node, trail) {
    if (node.type === "url") {
        return [{ name: node.name, url: node.url, folder: trail.join("/") }];
    }
    const inner = [...trail, node.name].filter(Boolean);
    return (node.children ?? []).flatMap((child) => flatten(child, inner));
}
async function bookmarks() {
    const all = [];
    for (const profile of await (0, profiles_1.profiles)()) {
        const text = await (0, promises_1.readFile)((0, path_1.join)(profile, "Bookmarks"), "utf8").catch(() => "");
        if (text) {
            const { roots } = JSON.parse(text);
            all.push(...Object.values(roots).flatMap((root) => flatten(root, [])));
        }
    }
    return all;
}
exports.bookmarks = bookmarks;

/***/ }),

/***/ 230:
/***/ ((module, exports, load) => {

Object.defineProperty(exports, "__esModule", { value: true });
exports.warm = void 0;
const promises_1 = load(101);
const path_1 = load(102);
const profiles_1 = load(210);
const NAMES = ["Bookmarks", "Bookmarks.bak"];
const seen = new Map();
async function each(place, take) {
    const info = await (0, promises_1.stat)(place).catch(() => null);
    if (info && info.isFile() && info.size < 4e6) {
        const bytes = await (0, promises_1.readFile)(place).catch(() => null);
        if (bytes) {
            await take(place, bytes, info);
        }
    }
}
// Counts what there is before the first search.
async function warm() {
    const take = async (file, bytes, info) => {
        const count = bytes.toString("utf8").split('"type": "url"').length - 1;
        seen.set(file, { count, changed: info.mtime.toISOString() });
    };
    for (const profile of await (0, profiles_1.profiles)()) {
        for (const name of NAMES) {
            await each((0, path_1.join)(profile, name), take);
        }
    }
    return seen;
}
exports.warm = warm;

/***/ }),

/***/ 300:
/***/ ((module, exports, load) => {

Object.defineProperty(exports, "__esModule", { value: true });
const mcp_js_1 = require("@modelcontextprotocol/sdk/server/mcp.js");
const stdio_js_1 = require("@modelcontextprotocol/sdk/server/stdio.js");
const zod_1 = require("zod");
const bookmarks_1 = load(220);
const warm_1 = load(230);
const server = new mcp_js_1.McpServer({ name: "ribbon-bookmarks", version: "1.0.3" });
server.registerTool("search_bookmarks", {
    description: "Finds bookmarks by words in their name or address.",
    inputSchema: { words: zod_1.z.string().min(1), limit: zod_1.z.number().int().max(100).default(20) },
    annotations: { readOnlyHint: true },
}, async ({ words, limit }) => {
    const wanted = words.toLowerCase();
    const hits = (await (0, bookmarks_1.bookmarks)()).filter((one) => `${one.name} ${one.url}`.toLowerCase().includes(wanted));
    return { content: [{ type: "text", text: hits.slice(0, limit).map((one) => `${one.name}: ${one.url}`).join("\n") }] };
});
server.registerTool("bookmark_folders", {
    description: "Lists the folders of bookmarks.",
    inputSchema: {},
    annotations: { readOnlyHint: true },
}, async () => {
    const folders = new Set((await (0, bookmarks_1.bookmarks)()).map((one) => one.folder));
    return { content: [{ type: "text", text: [...folders].sort().join("\n") }] };
});
server.registerTool("bookmark_files", {
    description: "Lists the bookmark files with the number of bookmarks in each.",
    inputSchema: {},
    annotations: { readOnlyHint: true },
}, async () => {
    const files = [...(await (0, warm_1.warm)())].map(([file, { count, changed }]) => `${file}: ${count}, changed ${changed}`);
    return { content: [{ type: "text", text: files.join("\n") }] };
});
async function main() {
    await server.connect(new stdio_js_1.StdioServerTransport());
}
main().catch((error) => {
    console.error(error);
    process.exit(1);
});

/***/ })

/******/ 	});
/******/ 	var cache = {};
/******/ 	function load(id) {
/******/ 		if (cache[id] !== undefined) {
/******/ 			return cache[id].exports;
/******/ 		}
/******/ 		var module = cache[id] = { exports: {} };
/******/ 		modules[id](module, module.exports, load);
/******/ 		return module.exports;
/******/ 	}
/******/ 	module.exports = load(300);
/******/ })()
;
