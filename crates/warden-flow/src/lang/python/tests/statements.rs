//! Statements.

use super::check;

#[test]
fn branches_are_one_in_the_other() {
    check(
        "
if a: x()
elif b: y()
elif c: z()
else: w()
",
        "
module:
  if @a:
    @x()
  else:
    if @b:
      @y()
    else:
      if @c:
        @z()
      else:
        @w()
",
    );
}

#[test]
fn loops_have_targets_and_conditions() {
    check(
        "
for i, (a, *b) in pairs: continue
else: never()
while x < 3:
    if y: break
async def f():
    async for row in rows: use(row)
",
        "
module:
  loop [i, [a, ...b]] in @pairs:
    continue
  else:
    @never()
  loop while (@x < 3):
    if @y:
      break
  f = fn1
fn1 f() async:
  loop row in @rows:
    @use(row)
",
    );
}

#[test]
fn an_assertion_throws_otherwise() {
    check(
        r#"
assert ok, "not " + why
assert ok
"#,
        r#"
module:
  if @ok:
  else:
    throw ("not " ++ @why)
  if @ok:
  else:
    throw
"#,
    );
}

#[test]
fn leaving_the_program_is_an_error() {
    check(
        "
def f():
    sys.exit(1)
    exit()
    os._exit(2)
    self.exit()
",
        "
module:
  f = fn1
fn1 f():
  @sys.exit(1)
  throw
  @exit()
  throw
  @os._exit(2)
  throw
  @self.exit()
",
    );
}

#[test]
fn errors_are_caught_with_their_variable() {
    check(
        r#"
try: go()
except (A, B) as e: log(e)
except C: raise D("x") from e
except: raise
else: fine()
finally: done()
"#,
        r#"
module:
  try:
    @go()
    @fine()
  catch e:
    @log(e)
  catch:
    throw @D("x")
  catch:
    throw
  finally:
    @done()
"#,
    );
}

#[test]
fn with_assigns_and_goes_on() {
    check(
        "
with open(p) as f, lock, pair() as (a, b):
    f.read()
with (open(q) as g, h() as self.x): pass
async def k():
    async with session.get(u) as r: await r.text()
",
        "
module:
  f = @open(@p)
  @lock
  [a, b] = @pair()
  f.read()
  g = @open(@q)
  @self.x = @h()
  k = fn1
fn1 k() async:
  r = @session.get(@u)
  r.text()
",
    );
}

#[test]
fn errors_can_end_at_a_with() {
    check(
        "
with suppress(ValueError): path.relative_to(base)
with pytest.raises(E) as e: go()
",
        "
module:
  @suppress(@ValueError)
  try:
    @path.relative_to(@base)
  catch:
  e = @pytest.raises(@E)
  try:
    @go()
  catch:
",
    );
}

#[test]
fn deletion_is_a_call() {
    check(
        r#"
del d["k"], o.a, x, (y, z[0])
"#,
        r#"
module:
  @d.__delitem__("k")
  @delattr(@o, "a")
  @z.__delitem__(0)
"#,
    );
}

#[test]
fn assignments_are_in_each_other() {
    check(
        r#"
a = b = c()
a, *b = c, d
(x) = [y, z] = 1
o.a, d["k"] = v
n: int
m: str = "x"
"#,
        r#"
module:
  a = (b = @c())
  [a, ...b] = [@c, @d]
  x = ([y, z] = 1)
  [@o.a, @d["k"]] = @v
  m = "x"
"#,
    );
}

#[test]
fn what_is_put_on_top_is_put_together() {
    check(
        r#"
s += "x"
o.n -= 1
d[k] |= other
l += [1]
"#,
        r#"
module:
  s = (s ++ "x")
  @o.n = (@o.n - 1)
  @d[@k] = (@d[@k] || @other)
  l = [...l, 1]
"#,
    );
}

#[test]
fn cases_compare_and_capture() {
    check(
        r#"
match cmd:
    case "a" | "b": one()
    case 1 | -2 | None: two()
    case Color.RED: three()
    case x if x > 1: four(x)
    case _: five()
"#,
        r#"
module:
  switch @cmd:
    case "a", "b":
      @one()
    case 1, -2, null:
      @two()
    case @Color.RED:
      @three()
    default if (x < 1):
      x = @cmd
      @four(x)
    default:
      @five()
"#,
    );
}

#[test]
fn cases_take_apart() {
    check(
        r#"
match msg:
    case {"name": "run", "args": [first, *rest], **more}: run(first)
    case ["ls", path] | ("dir", path): ls(path)
    case Point(x=0, y=y): p(y)
    case str(s) | bytes(s): t(s)
    case [Box(v) as box, 3]: b(v)
    case (n): any(n)
match a, b:
    case c, 2: pass
"#,
        r#"
module:
  switch @msg:
    case {name: "run", args: [?(), ...?()]}:
      {args: [first, ...rest], ...more} = @msg
      @run(first)
    case ["ls", ?()], ["dir", ?()]:
      [?(), path] = @msg
      [?(), path] = @msg
      @ls(path)
    case @Point:
      {y: y} = @msg
      @p(y)
    case @str, @bytes:
      s = @msg
      s = @msg
      @t(s)
    case [@Box, 3]:
      [box, ?()] = @msg
      v = box
      @b(v)
    default:
      n = @msg
      @any(n)
  switch [@a, @b]:
    case [?(), 2]:
      [c, ?()] = [@a, @b]
"#,
    );
}

#[test]
fn old_statements_are_calls() {
    check(
        r#"
print >>err, "x", y
exec code in env
print "a"
"#,
        r#"
module:
  @print(file=@err, "x", @y)
  @exec(@code, @env)
  @print("a")
"#,
    );
}

#[test]
fn a_type_alias_is_an_assignment() {
    check(
        "
type Pair[T] = tuple[T, T]
",
        "
module:
  Pair = @tuple[[@T, @T]]
",
    );
}

#[test]
fn a_member_of_a_type_is_assigned() {
    check(
        "
type(x).name = run()
",
        "
module:
  @x.name = @run()
",
    );
}

#[test]
fn names_and_constants_alone_are_nothing() {
    check(
        r#"
x
"text"
...
1
pass
"#,
        "
module:
",
    );
}

#[test]
fn only_calls_are_kept_of_what_has_no_place() {
    check(
        r#"
x: run("annotation") = 1
def f(a: run("parameter") = run("default")): pass
try: pass
except pick(): pass
class C(B, k=run("class")): pass
"#,
        r#"
module:
  @run("annotation")
  x = 1
  @run("parameter")
  @run("default")
  f = fn1
  try:
  catch:
    @pick()
  @run("class")
  C = class0
fn1 f(a: @run("parameter") = @run("default")):
class0 C(@B):
"#,
    );
}
