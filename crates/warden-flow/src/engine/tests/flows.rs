//! The eight flows, each in Python, JavaScript, TypeScript and Go.

use super::check;
use crate::ir::Language::{Go, JavaScript, Python, TypeScript};

#[test]
fn from_one_function_to_another() {
    check(
        Python,
        "def tool(x):\n    helper(x)\ndef helper(y):\n    z = 'ls ' + y\n    run(z)\n",
        &[("", 5)],
    );
    check(
        JavaScript,
        "function tool({ x }) {\n  helper(x);\n}\nfunction helper(y) {\n  const z = `ls ${y}`;\n  run(z);\n}\n",
        &[("x", 6)],
    );
    check(
        TypeScript,
        "async function tool(args: { x: string }): Promise<void> {\n  await helper(args.x as string);\n}\nconst helper = async (y: string) => {\n  run('ls ' + y);\n};\n",
        &[("x", 5)],
    );
    check(
        Go,
        "package main\nimport \"sh\"\nfunc tool(x string) {\n\thelper(x)\n}\nfunc helper(y string) {\n\tz := \"ls \" + y\n\tsh.Run(z)\n}\n",
        &[("", 8)],
    );
}

#[test]
fn from_one_file_to_another() {
    check(
        Python,
        "== main.py\nfrom lib.util import helper as h\ndef tool(x):\n    return h(x)\n== lib/__init__.py\n== lib/util.py\ndef helper(y):\n    run(y)\n",
        &[("", 2)],
    );
    check(
        JavaScript,
        "== main.js\nconst { helper: h } = require('./lib/util');\nfunction tool(x) { h(x); }\n== lib/util.js\nexports.helper = function (y) {\n  run(y);\n};\n",
        &[("", 2)],
    );
    check(
        TypeScript,
        "== main.ts\nimport * as util from './lib/index.js';\nexport function tool(x: string) { util.helper(x); }\n== lib/index.ts\nexport * from './util.js';\n== lib/util.ts\nexport const helper = (y: string) => {\n  run(y);\n};\n",
        &[("", 2)],
    );
    check(
        Go,
        "== main.go\npackage main\nimport \"example.org/app/util\"\nfunc tool(x string) { util.Helper(x) }\n== util/util.go\npackage util\nimport \"sh\"\nfunc Helper(y string) {\n\tsh.Run(y)\n}\n",
        &[("", 4)],
    );
}

#[test]
fn through_a_field_of_a_class() {
    check(
        Python,
        "class Job:\n    def __init__(self, cmd):\n        self.cmd = cmd\n    def start(self):\n        run(self.cmd)\ndef tool(x):\n    job = Job(x)\n    job.start()\n",
        &[("", 5)],
    );
    check(
        JavaScript,
        "class Job {\n  constructor(cmd) { this.cmd = cmd; }\n  start() {\n    run(this.cmd);\n  }\n}\nfunction tool(x) { new Job(x).start(); }\n",
        &[("", 4)],
    );
    check(
        TypeScript,
        "class Job {\n  constructor(private cmd: string) {}\n  start() {\n    run(this.cmd);\n  }\n}\nfunction tool(x: string) { const job: Job = new Job(x); job.start(); }\n",
        &[("", 4)],
    );
    check(
        Go,
        "package main\nimport \"sh\"\ntype Job struct { cmd string }\nfunc (j *Job) Start() {\n\tsh.Run(j.cmd)\n}\nfunc tool(x string) {\n\tjob := &Job{cmd: x}\n\tjob.Start()\n}\n",
        &[("", 5)],
    );
}

#[test]
fn through_a_callback() {
    check(
        Python,
        "def each(values, f):\n    for v in values:\n        f(v)\ndef tool(x):\n    each([x], lambda v: run(v))\n",
        &[("", 5)],
    );
    check(
        JavaScript,
        "function tool(xs) {\n  xs.map((x) => {\n    run(x);\n  });\n}\n",
        &[("", 3)],
    );
    check(
        TypeScript,
        "function twice(f: (v: string) => void, v: string) { f(v); f(v); }\nfunction tool(x: string) {\n  twice((v) => run(v), x);\n}\n",
        &[("", 3)],
    );
    check(
        Go,
        "package main\nimport \"sh\"\nfunc each(v string, f func(string)) {\n\tf(v)\n}\nfunc tool(x string) {\n\teach(x, func(v string) {\n\t\tsh.Run(v)\n\t})\n}\n",
        &[("", 8)],
    );
}

#[test]
fn through_a_container() {
    check(
        Python,
        "def tool(x):\n    parts = []\n    parts.append('ls')\n    parts.append(x)\n    options = {'cmd': parts}\n    run(options['cmd'][1])\n    run(options['other'])\n",
        &[("", 6)],
    );
    check(
        JavaScript,
        "function tool(x) {\n  const parts = ['ls'];\n  parts.push(x);\n  const all = { parts, other: 'ls' };\n  run(all.parts.join(' '));\n  run(all.other);\n}\n",
        &[("", 5)],
    );
    check(
        TypeScript,
        "function tool(x: string) {\n  const jobs = new Map<string, string>();\n  const { a, ...rest } = { a: 'ls', b: x };\n  run(a);\n  run(rest.b);\n}\n",
        &[("", 5)],
    );
    check(
        Go,
        "package main\nimport \"sh\"\nfunc tool(x string) {\n\tparts := []string{\"ls\"}\n\tparts = append(parts, x)\n\toptions := map[string]string{\"a\": x, \"b\": \"ls\"}\n\tsh.Run(options[\"a\"])\n\tsh.Run(options[\"b\"])\n\tfor _, p := range parts {\n\t\tsh.Run(p)\n\t}\n}\n",
        &[("", 7), ("", 10)],
    );
}

#[test]
fn through_what_a_library_hands_on() {
    check(
        Python,
        "def tool(x, request):\n    request.state.cmd = x\n    request.state.other = 'ls'\ndef handle(other):\n    run(other.state.cmd)\n    run(other.state.other)\n    run(other.thing.cmd)\n",
        &[("", 5)],
    );
    check(
        Python,
        "def tool(x, scope):\n    texts = {}\n    texts['a'] = x\n    texts['b'] = 'ls'\n    scope['state']['all'] = texts\ndef handle(request):\n    all = request.state.all\n    run(all['a'])\n    run(all['b'])\n",
        &[("", 8)],
    );
    check(
        JavaScript,
        "function tool(x, req) { req.state.cmd = x; }\nfunction handle(req) {\n  const { cmd, other } = req.state;\n  run(cmd);\n  run(other);\n}\n",
        &[("", 4)],
    );
    check(
        TypeScript,
        "function tool(x: string, req: any) { req.state.cmd = x; }\nfunction handle(req: any) {\n  run(req.state.cmd);\n  run(req.cmd);\n}\n",
        &[("", 3)],
    );
}

#[test]
fn through_recursion() {
    check(
        Python,
        "def tool(x, n):\n    walk(x, n)\ndef walk(x, n):\n    if n == 0:\n        run(x)\n    else:\n        other(x + ' ', n)\ndef other(y, n):\n    walk(y, count(n))\n",
        &[("", 5)],
    );
    check(
        JavaScript,
        "const walk = (x, n) => {\n  if (n > 0) return walk(`${x} `, n - 1);\n  run(x);\n};\nfunction tool(x) { walk(x, 3); }\n",
        &[("", 3)],
    );
    check(
        TypeScript,
        "class Tree {\n  walk(x: string, n: number): void {\n    if (n > 0) { this.walk(x + '/', n - 1); return; }\n    run(x);\n  }\n}\nfunction tool(x: string) { new Tree().walk(x, 3); }\n",
        &[("", 4)],
    );
    check(
        Go,
        "package main\nimport \"sh\"\nfunc walk(x string, n int) {\n\tif n > 0 {\n\t\twalk(x+\" \", n-1)\n\t\treturn\n\t}\n\tsh.Run(x)\n}\nfunc tool(x string) { walk(x, 3) }\n",
        &[("", 8)],
    );
}

#[test]
fn a_guard_that_clears() {
    check(
        Python,
        "ALLOWED = {'ls', 'pwd'}\ndef valid(v):\n    if v not in ALLOWED:\n        raise ValueError(v)\ndef tool(x, y, z):\n    if x == 'ls':\n        run(x)\n    valid(y)\n    run(y)\n    if not safe(z):\n        return None\n    run(z)\n    run(clean(x))\n",
        &[],
    );
    check(
        JavaScript,
        "const ALLOWED = ['ls', 'pwd'];\nfunction isAllowed(v) { return ALLOWED.includes(v); }\nfunction tool({ x, y, z }) {\n  if (!isAllowed(x)) throw new Error(x);\n  run(x);\n  switch (y) {\n    case 'ls': run(y); break;\n    default: break;\n  }\n  check(z);\n  run(z);\n}\n",
        &[],
    );
    check(
        TypeScript,
        "function validate(v: string): string {\n  if (unsafe(v)) { throw new Error('no'); }\n  return v;\n}\nfunction tool(x: string, y: string) {\n  const v = validate(x);\n  run(v);\n  const ok = safe(y);\n  if (ok && y.length > 1) { run(`ls ${y}`); }\n}\n",
        &[],
    );
    check(
        Go,
        "package main\nimport (\n\t\"errors\"\n\t\"sh\"\n)\nfunc valid(v string) error {\n\tif !sh.Safe(v) {\n\t\treturn errors.New(\"no\")\n\t}\n\treturn nil\n}\nfunc tool(x string, y string) {\n\tif err := valid(x); err != nil {\n\t\treturn\n\t}\n\tsh.Run(x)\n\tswitch y {\n\tcase \"ls\", \"pwd\":\n\t\tsh.Run(y)\n\t}\n}\n",
        &[],
    );
}

#[test]
fn a_guard_that_does_not() {
    check(
        Python,
        "def valid(v):\n    if not safe(v):\n        print('careful')\ndef tool(x, y, z):\n    valid(x)\n    run(x)\n    if safe(y):\n        pass\n    run(y)\n    if safe(x):\n        run(z)\n",
        &[("", 6), ("", 9), ("", 11)],
    );
    check(
        JavaScript,
        "function tool({ x, y }) {\n  try { check(x); } catch (e) { console.log(e); }\n  run(x);\n  if (safe(y) || x === 'force') {\n    run(y);\n  }\n}\n",
        &[("x", 3), ("y", 5)],
    );
    check(
        TypeScript,
        "function tool(x: string, list: string[]) {\n  if (list.includes(x)) { run(x); }\n  if (!safe(x)) { run(x); }\n}\n",
        &[("", 2), ("", 3)],
    );
    check(
        Go,
        "package main\nimport \"sh\"\nfunc tool(x string, y string) {\n\tif !sh.Safe(x) {\n\t\ty = \"\"\n\t}\n\tsh.Run(x)\n\tif x != \"ls\" {\n\t\tsh.Run(x)\n\t}\n}\n",
        &[("", 7), ("", 9)],
    );
}

#[test]
fn an_awaited_call_as_compilers_write_it_is_a_call() {
    check(
        JavaScript,
        "const lib_1 = { go: (v) => run(v) };\nasync function tool({ x }) {\n  await (0, lib_1.go)(x);\n}\n",
        &[("x", 1)],
    );
}

#[test]
fn what_one_caller_passes_does_not_hide_what_another_does() {
    check(
        JavaScript,
        "function tool(args) { helper(args); }\nfunction other() { helper({ x: 'ls', y: { z: 'pwd' } }); }\nfunction helper(o) {\n  run(o.x);\n  run(o.y.z);\n}\n",
        &[("x", 4), ("y.z", 5)],
    );
    check(
        Python,
        "STATE = {'cmd': 'ls'}\ndef tool(x):\n    STATE['cmd'] = x\ndef later():\n    run(STATE['cmd'])\n",
        &[("", 5)],
    );
}

#[test]
fn the_way_of_what_is_kept_names_every_call() {
    let text = "KEPT = ''\nflags = ''\ndef tool(x):\n    hand(x)\ndef hand(y):\n    keep(y)\ndef keep(z):\n    global KEPT\n    KEPT = z\ndef later():\n    again(KEPT)\ndef again(a):\n    global flags\n    flags = a\ndef last():\n    run(flags)\n";
    let case = super::Case::new(Python, text);
    let flows = case.flows();
    let [flow] = flows.as_slice() else { panic!("{flows:#?}") };
    let line = |at: u32| text.bytes().take(at as usize).filter(|byte| *byte == b'\n').count() + 1;
    let mut lines: Vec<usize> = flow.trace.iter().map(|hop| line(hop.at.span.start)).collect();
    lines.dedup();
    assert_eq!(lines, [4, 6, 9, 11, 14, 16]);
}
