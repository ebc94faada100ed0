//! Checks in the forms that servers write them.

use super::check;
use crate::ir::Language::{Go, JavaScript, Python, TypeScript};

#[test]
fn what_is_empty_needs_no_check() {
    check(
        Python,
        "def tool(x, y):\n    if x and not safe(x):\n        raise ValueError(x)\n    run(x)\n    if y and y.startswith('x'):\n        raise ValueError(y)\n    run(y)\n",
        &[("", 7)],
    );
    check(
        JavaScript,
        "function tool({ x, y }) {\n  if (x && !safe(x)) throw new Error(x);\n  run(x);\n  const { error } = look(y);\n  if (!error) run(y);\n}\n",
        &[("y", 5)],
    );
    check(
        TypeScript,
        "function tool(x?: string) {\n  if (x && !safe(x)) { throw new Error(x); }\n  run(`ls ${x}`);\n}\n",
        &[],
    );
    check(
        Go,
        "package main\nimport \"sh\"\nfunc tool(x string) {\n\tif x != \"\" && !sh.Safe(x) {\n\t\treturn\n\t}\n\tsh.Run(x)\n}\n",
        &[],
    );
}

#[test]
fn that_nothing_was_made_of_a_value_is_no_check_of_it() {
    check(Python, "def tool(x):\n    if look(x) is None:\n        run(x)\n", &[("", 3)]);
    check(
        JavaScript,
        "function tool({ x }) {\n  const found = look(x);\n  if (found === null) run(x);\n}\n",
        &[("x", 3)],
    );
    check(
        TypeScript,
        "function tool(x: string) {\n  const found = look(x);\n  if (!found) { run(x); }\n}\n",
        &[("", 3)],
    );
    check(
        Go,
        "package main\nimport \"sh\"\nfunc tool(x string) {\n\tfound := sh.Look(x)\n\tif found == nil {\n\t\tsh.Run(x)\n\t}\n}\n",
        &[("", 6)],
    );
}

#[test]
fn a_check_may_answer_with_what_is_wrong() {
    check(
        Python,
        "def wrong(v):\n    if not safe(v):\n        return f'{v} is not permitted'\n    return None\ndef tool(x, y):\n    error = wrong(x)\n    if error:\n        return error\n    run(x)\n    wrong(y)\n    run(y)\n",
        &[("", 11)],
    );
    check(
        JavaScript,
        "function wrong(v) {\n  if (!safe(v)) return `${v} is not permitted`;\n  return null;\n}\nfunction tool({ x }) {\n  const error = wrong(x);\n  if (error) { return error; }\n  run(x);\n}\n",
        &[],
    );
    check(
        TypeScript,
        "function wrong(v: string): string | undefined {\n  if (!safe(v)) { return 'not ' + v; }\n  return undefined;\n}\nfunction tool(x: string) {\n  const error = wrong(x);\n  if (error !== undefined) { throw new Error(error); }\n  run(x);\n}\n",
        &[],
    );
    check(
        Go,
        "package main\nimport (\n\t\"fmt\"\n\t\"sh\"\n)\nfunc wrong(v string) error {\n\tif !sh.Safe(v) {\n\t\treturn fmt.Errorf(\"%s is not permitted\", v)\n\t}\n\treturn nil\n}\nfunc tool(x string) {\n\terr := wrong(x)\n\tif err != nil {\n\t\treturn\n\t}\n\tsh.Run(x)\n}\n",
        &[],
    );
}

#[test]
fn a_check_that_its_owner_can_leave_out_is_a_check() {
    check(
        Python,
        "def valid(v, allowed):\n    if allowed is None:\n        return\n    if not safe(v):\n        raise ValueError(v)\ndef tool(x, y):\n    valid(x, CONFIG.allowed)\n    run(x)\n    loose(y)\n    run(y)\ndef loose(v, allowed=None):\n    if allowed is None:\n        return\n    if not safe(v):\n        raise ValueError(v)\n",
        &[("", 10)],
    );
    check(
        JavaScript,
        "function valid(v, allowed) {\n  if (!allowed) return;\n  if (!safe(v)) throw new Error(v);\n}\nfunction tool({ x }) {\n  valid(x, process.argv[2]);\n  run(x);\n}\n",
        &[],
    );
    check(
        TypeScript,
        "function valid(v: string, allowed: string | null): void {\n  if (allowed === null) { return; }\n  if (!safe(v)) { throw new Error(v); }\n}\nfunction tool(x: string) {\n  valid(x, root());\n  run(x);\n}\n",
        &[],
    );
    check(
        Go,
        "package main\nimport \"sh\"\nfunc valid(v string, allowed []string) {\n\tif allowed == nil {\n\t\treturn\n\t}\n\tif !sh.Safe(v) {\n\t\tpanic(v)\n\t}\n}\nfunc tool(x string) {\n\tvalid(x, roots())\n\tsh.Run(x)\n}\n",
        &[],
    );
}

#[test]
fn a_loop_that_may_break_off_goes_on_behind_its_else() {
    check(
        Python,
        "def tool(x):\n    found = []\n    for one in pages():\n        found.append(x)\n        if not one:\n            break\n    else:\n        raise ValueError('too many')\n    run(found[0])\n",
        &[("", 9)],
    );
}
