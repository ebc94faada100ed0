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
fn what_is_there_is_checked_and_used_in_two_steps() {
    check(
        Python,
        "def tool(data, other):\n    x = data.get('x').strip() if data else None\n    if x:\n        if not safe(x):\n            return\n    y = other.strip()\n    found = {}\n    if x:\n        found['x'] = x\n    if not y:\n        found['z'] = other\n    run(found['x'])\n    run(found['z'])\n",
        &[("", 13)],
    );
    check(
        JavaScript,
        "function tool({ data }) {\n  const x = data.x ? data.x.trim() : undefined;\n  if (x) {\n    if (!safe(x)) return;\n  }\n  run(x);\n  run(data.x);\n}\n",
        &[("data.x", 7)],
    );
}

#[test]
fn a_check_may_hand_on_what_another_says_is_wrong() {
    check(
        Python,
        "def wrong(v):\n    if not safe(v):\n        return f'{v} is not permitted'\n    return None\ndef other(v):\n    error = wrong('')\n    if error is not None:\n        return error\n    error = wrong(v)\n    if error:\n        return error\n    return None\ndef never(v):\n    error = wrong(v)\n    return None\ndef tool(x, y):\n    error = other(x)\n    if error:\n        return error\n    run(x)\n    if never(y):\n        return y\n    run(y)\n",
        &[("", 23)],
    );
    check(
        TypeScript,
        "function fits(v: string): boolean {\n  const ok = safe(v);\n  return ok;\n}\nfunction tool(x: string) {\n  if (!fits(x)) { return; }\n  run(x);\n}\n",
        &[],
    );
}

#[test]
fn what_a_library_gave_may_be_passed_over_where_it_can_not_be_checked() {
    check(
        Python,
        "import sh\ndef public(v):\n    for one in sh.find(v):\n        try:\n            if not safe(one):\n                return False\n        except ValueError:\n            continue\n    return True\ndef tool(x):\n    if not public(x):\n        return\n    run(x)\n",
        &[],
    );
    check(
        Python,
        "def public(values):\n    for one in values:\n        try:\n            if not safe(one):\n                return False\n        except ValueError:\n            continue\n    return True\ndef tool(x):\n    if not public(x):\n        return\n    run(x)\n",
        &[("", 12)],
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

#[test]
fn what_is_no_text_needs_no_check_of_texts() {
    check(
        JavaScript,
        "function tool({ x, y }) {\n  if (typeof x === \"string\" && !safe(x)) throw new Error(x);\n  run(x);\n  if (typeof y === \"number\" && !safe(y)) throw new Error(y);\n  run(y);\n}\n",
        &[("y", 5)],
    );
    check(
        TypeScript,
        "function tool(xs: string[]) {\n  for (const x of xs) {\n    if (typeof x !== \"string\") continue;\n    if (!safe(x)) { throw new Error(x); }\n  }\n  for (const x of xs) { run(x); }\n}\n",
        &[],
    );
}

#[test]
fn a_function_that_only_throws_does_not_come_back() {
    check(
        Python,
        "def refuse(v):\n    raise ValueError(v)\ndef tool(x, y):\n    if not safe(x):\n        refuse(x)\n    run(x)\n    if not safe(y):\n        look(y)\n    run(y)\n",
        &[("", 9)],
    );
    check(
        JavaScript,
        "function refuse(v) {\n  throw new Error(v);\n}\nfunction tool({ x, y }) {\n  if (!safe(x)) return refuse(x);\n  run(x);\n  if (!safe(y)) look(y);\n  run(y);\n}\n",
        &[("y", 8)],
    );
    check(
        TypeScript,
        "function refuse(v: string): never {\n  log(v);\n  throw new Error(v);\n}\nfunction tool(x: string) {\n  if (!safe(x)) { refuse(x); }\n  run(x);\n}\n",
        &[],
    );
    check(
        Go,
        "package main\nimport \"sh\"\nfunc refuse(v string) {\n\tpanic(v)\n}\nfunc tool(x string) {\n\tif !sh.Safe(x) {\n\t\trefuse(x)\n\t}\n\tsh.Run(x)\n}\n",
        &[],
    );
}

#[test]
fn a_check_that_the_environment_switches_off_is_a_check() {
    check(
        Python,
        "import os\ndef valid(v):\n    if os.getenv('LOOSE') == '1':\n        return\n    if not safe(v):\n        raise ValueError(v)\ndef tool(x):\n    valid(x)\n    run(x)\n",
        &[],
    );
    check(
        JavaScript,
        "function off() {\n  return process.env.LOOSE === \"true\";\n}\nfunction valid(v) {\n  if (off()) return;\n  if (!safe(v)) throw new Error(v);\n}\nfunction tool({ x }) {\n  valid(x);\n  run(x);\n}\n",
        &[],
    );
    check(
        Go,
        "package main\nimport (\n\t\"os\"\n\t\"sh\"\n)\nfunc valid(v string) {\n\tif os.Getenv(\"LOOSE\") == \"1\" {\n\t\treturn\n\t}\n\tif !sh.Safe(v) {\n\t\tpanic(v)\n\t}\n}\nfunc tool(x string) {\n\tvalid(x)\n\tsh.Run(x)\n}\n",
        &[],
    );
}

#[test]
fn a_check_that_the_environment_has_to_switch_on_is_none() {
    check(
        TypeScript,
        "function valid(v: string) {\n  if (process.env.STRICT !== \"true\") { return; }\n  if (!safe(v)) { throw new Error(v); }\n}\nfunction tool(x: string) {\n  valid(x);\n  run(x);\n}\n",
        &[("", 7)],
    );
    check(
        JavaScript,
        "function tool({ x, y }) {\n  if (y === \"true\") { run(x); return; }\n  if (process.env.SHELL_ON === \"true\") { run(x); }\n}\n",
        &[("x", 2), ("x", 3)],
    );
}

#[test]
fn a_list_of_the_programs_own_is_gone_over() {
    check(
        Python,
        "NAMES = ['a', 'b']\ndef wrong(v):\n    for name in NAMES:\n        if unsafe(v, name):\n            return True\n    return False\ndef tool(x, y, names):\n    if wrong(x):\n        return\n    run(x)\n    for name in names:\n        if unsafe(y, name):\n            return\n    run(y)\n",
        &[("", 14)],
    );
    check(
        JavaScript,
        "const NAMES = [\"a\", \"b\"];\nfunction tool({ x, y, names }) {\n  for (const name of NAMES) {\n    if (unsafe(x, name)) throw new Error(x);\n  }\n  run(x);\n  for (const name of names) {\n    if (unsafe(y, name)) throw new Error(y);\n  }\n  run(y);\n}\n",
        &[("y", 10)],
    );
}

#[test]
fn what_somebody_outside_chooses_may_be_something_else() {
    check(
        Python,
        "def tool(x, how='a'):\n    run(mark(x, 'a'))\n    run(mark(x, 'b'))\n    run(mark(x, how))\n",
        &[("", 3), ("", 4)],
    );
}

#[test]
fn what_is_said_of_a_receiver_is_not_said_of_a_function_of_a_module() {
    let method = "def tool(text, mark):\n    run(text.split(mark))\n";
    check(Python, method, &[("", 2)]);
    let function = "import sqllib\ndef tool(text):\n    run(sqllib.split(text))\n";
    check(Python, function, &[("", 3)]);
}

#[test]
fn options_that_are_passed_on_hold_what_those_who_call_give() {
    let passed_on = "function go(x, options) {\n  start(x, options);\n}\n";
    let with = |options: &str| {
        format!("{passed_on}function tool({{ x, y }}) {{\n  go(x, {options});\n}}\n")
    };
    check(JavaScript, &with("{ timeout: 1 }"), &[]);
    check(JavaScript, &with("{ shell: true }"), &[("x", 2)]);
    check(JavaScript, &with("y"), &[("x", 2)]);
    let own = "function tool({ x, options }) {\n  start(x, options);\n}\n";
    check(JavaScript, own, &[("x", 2)]);
}

#[test]
fn what_a_list_begins_with_stays_first_when_another_is_added() {
    let list =
        "def tool(x):\n    begin(['ls'] + x)\n    begin([x] + ['ls'])\n    begin(x + ['ls'])\n";
    check(Python, list, &[("", 3), ("", 4)]);
    let kept = "class Shell:\n    def __init__(self, name):\n        self.name = name\n    def go(self, args):\n        words = [self.name] + args\n        begin(words)\ndef tool(x):\n    Shell('ls').go(x)\n    Shell(x).go([])\n";
    check(Python, kept, &[("", 6)]);
    let further = "def go(words):\n    begin(words)\ndef tool(x):\n    words = ['ls']\n    words.append(x)\n    go(words)\n    go(['ls'] + x)\n";
    check(Python, further, &[]);
    let first = "def go(words):\n    begin(words)\ndef tool(x):\n    go([x] + ['ls'])\n";
    check(Python, first, &[("", 2)]);
}

#[test]
fn a_function_is_not_called_with_the_name_that_it_is_kept_under() {
    check(
        Python,
        "def tool(bus, x):\n    def kept(name):\n        run(name)\n    bus.register_handler('a://' + x, kept)\n",
        &[],
    );
    check(
        JavaScript,
        "function tool({ bus, x }) {\n  bus.register(x, (name) => run(name));\n  bus.on(x, (name) => run(name));\n  bus.visit(x, (name) => run(name));\n}\n",
        &[("bus", 3), ("bus", 4), ("x", 4)],
    );
}
