use super::*;

#[test]
fn an_import_is_an_assignment_at_the_start() {
    check(
        "a.js",
        r#"
        use(fs, rf);
        import fs, { readFile as rf, default as d, "odd name" as odd } from "node:fs";
        import * as path from 'path';
        import "./side.js" with { type: "json" };
        "#,
        r#"
        module:
          fs = import("node:fs").default
          rf = import("node:fs").readFile
          d = import("node:fs").default
          odd = import("node:fs").odd name
          path = import("path")
          import("./side.js")
          @use(fs, rf)
        "#,
    );
}

#[test]
fn imports_of_types_are_kept_and_types_are_not() {
    check(
        "a.ts",
        r#"
        import type { Args } from "./args";
        import { type Options, run } from "./run";
        import cp = require("child_process");
        import exec = cp.exec;
        interface Local { a: string }
        type Alias = Local | string;
        declare const given: string;
        declare module "other" { export const x: number }
        declare global { interface Window { y: string } }
        function overload(a: string): void;
        function overload(a: any) { return a; }
        export type { Args };
        export { type Options, run };
        export interface Shown { a: Args }
        "#,
        r#"
        module:
          Args = import("./args").Args
          Options = import("./run").Options
          run = import("./run").run
          cp = import("child_process")
          overload = fn1
          exec = cp.exec
          exports.run = run
        fn1 overload(receiver this, a):
          return a
        "#,
    );
}

#[test]
fn every_export_is_a_member_of_the_exports() {
    check(
        "a.js",
        r#"
        export const one = 1, { two, three: [four = 4, ...five] } = rest();
        export let later;
        export function run() {}
        export class Tool {}
        export { one as uno, run as "odd name", gone };
        export { a as b, default } from "./other.js";
        export * from "./all.js";
        export * as ns from "./ns.js";
        "#,
        r#"
        module:
          run = fn1
          one = 1
          {two: two, three: [(four ?= 4), ...five]} = @rest()
          Tool = class0
          exports.one = one
          exports.two = two
          exports.four = four
          exports.five = five
          exports.later = later
          exports.run = run
          exports.Tool = Tool
          exports.uno = one
          exports.odd name = run
          exports.gone = @gone
          exports.b = import("./other.js").a
          exports.default = import("./other.js").default
          exports.ns = import("./ns.js")
        fn1 run(receiver this):
        class0 Tool():
        exports all of import("./all.js")
        "#,
    );
}

#[test]
fn a_default_export_has_no_name_of_its_own() {
    check(
        "a.js",
        "
        export default async (input) => input;
        ",
        "
        module:
          exports.default = fn1
        fn1 default(input) async:
          return input
        ",
    );
}

#[test]
fn a_default_export_of_a_declaration_is_both() {
    check(
        "a.js",
        "
        run();
        export default function run() {}
        ",
        "
        module:
          run = fn1
          run()
          exports.default = run
        fn1 run(receiver this):
        ",
    );
}

#[test]
fn the_whole_of_the_exports_can_be_one_value() {
    check(
        "a.cts",
        "
        class Tool {}
        export = Tool;
        ",
        "
        module:
          Tool = class0
          exports = Tool
        class0 Tool():
        ",
    );
}

#[test]
fn require_is_an_import() {
    check(
        "a.js",
        r#"
        const fs = require("fs"), { exec } = require('child_process');
        const name = require("./x").name;
        module.require("a"); globalThis.require("b"); process.mainModule.require("c");
        require(computed());
        function shadowed(require) { return require("not"); }
        "#,
        r#"
        module:
          shadowed = fn1
          fs = import("fs")
          {exec: exec} = import("child_process")
          name = import("./x").name
          import("a")
          import("b")
          import("c")
          import(@computed())
        fn1 shadowed(receiver this, require):
          return require("not")
        "#,
    );
}

#[test]
fn require_can_be_made() {
    check(
        "a.mjs",
        r#"
        import { createRequire as make } from "node:module";
        const load = make(import.meta.url);
        load("fs");
        make(import.meta.url)("os");
        import("./lazy.js").then((lazy) => lazy.run());
        "#,
        r#"
        module:
          make = import("node:module").createRequire
          load = make(@import.meta.url)
          import("fs")
          import("os")
          import("./lazy.js").then(fn1)
        fn1(lazy):
          return lazy.run()
        "#,
    );
}

#[test]
fn the_exports_of_commonjs_have_two_names() {
    check(
        "a.js",
        r#"
        exports.a = 1;
        module.exports.b = function () {};
        module["exports"].c = class {};
        module.exports = { ...exports, d };
        function other(module, exports) { module.exports = exports.e; }
        "#,
        "
        module:
          other = fn2
          exports.a = 1
          exports.b = fn1
          exports.c = class0
          exports = {...exports, d: @d}
        fn1 b(receiver this):
        fn2 other(receiver this, module, exports):
          module.exports = exports.e
        class0 c():
        ",
    );
}

#[test]
fn what_typescript_writes_for_commonjs_is_what_it_was() {
    check(
        "a.js",
        r#"
        "use strict";
        Object.defineProperty(exports, "__esModule", { value: true });
        exports.run = exports.other = void 0;
        const foo_1 = __importDefault(require("./foo"));
        const bar = tslib_1.__importStar(require("./bar"));
        Object.defineProperty(exports, "x", { enumerable: true, get: function () { return foo_1.x; } });
        __exportStar(require("./all"), exports);
        __createBinding(exports, bar, "y", "z");
        (0, bar.call)(foo_1.default);
        "#,
        r#"
        module:
          exports.__esModule = true
          exports.run = (exports.other = null)
          foo_1 = import("./foo")
          bar = import("./bar")
          exports.x = foo_1.x
          import("./all")
          exports.z = bar.y
          bar.call(foo_1.default)
        fn1 get(receiver this):
          return foo_1.x
        exports all of import("./all")
        "#,
    );
}

#[test]
fn what_typescript_writes_for_async_functions_is_what_it_was() {
    check(
        "a.js",
        "
        function run(a) {
            return __awaiter(this, void 0, void 0, function* () {
                const b = yield get(a);
                return this.use(b);
            });
        }
        const arrow = (a) => __awaiter(void 0, void 0, void 0, function* () { return yield get(a); });
        on((a) => { y(this, void 0, void 0, function* () { yield this.get(a); }); });
        ",
        "
        module:
          run = fn1
          arrow = fn2
          @on(fn3)
        fn1 run(receiver this, a) async:
          b = @get(a)
          return this.use(b)
        fn2 arrow(a) async:
          return @get(a)
        fn3(a):
          fn4()
        fn4() in fn3 async:
          this = @this
          yield this.get(a)
          this.get(a)
        ",
    );
}

#[test]
fn a_file_of_declarations_is_empty() {
    check(
        "a.d.ts",
        r#"
        export declare const a: string;
        export { b } from "./b";
        "#,
        "
        module:
        ",
    );
}

#[test]
fn a_hashbang_and_carriage_returns_mean_nothing() {
    check(
        "a.js",
        "#!/usr/bin/env node\r\n\"use strict\";\r\nrun(`a\r\nb`);\r\n// end\r",
        r#"
        module:
          @run("a\nb")
        "#,
    );
}

#[test]
fn what_gives_require_on_is_require() {
    check(
        "a.mjs",
        r#"
        import { createRequire } from "module"; const require = createRequire(import.meta.url);
        var P = (e => typeof require < "u" ? require : typeof Proxy < "u" ? new Proxy(e, {}) : e)(function (e) { throw Error(e); });
        var fs = P("fs"), again = require, os = again("os");
        "#,
        r#"
        module:
          createRequire = import("module").createRequire
          require = createRequire(@import.meta.url)
          P = fn1(fn2)
          fs = import("fs")
          again = require
          os = import("os")
        fn1(e):
          if (-require < "u"):
            return require
          else:
            if (-@Proxy < "u"):
              return new @Proxy(e, {})
            else:
              return e
        fn2(receiver this, e):
          throw @Error(e)
        "#,
    );
}
