//! Functions, lambdas and scopes.

use super::check;

#[test]
fn parameters_come_in_every_kind() {
    check(
        r#"
def f(a, b: int, /, c=1, *rest: str, d, e: "pkg.T" = None, **more) -> list[str] | None:
    pass
def g(*, only): pass
def h((x, y), z): pass
"#,
        "
module:
  f = fn1
  g = fn2
  h = fn3
fn1 f(a, b: @int, c = 1, *rest: @str, named d, named e: @pkg.T = null, **more) -> (@list[@str] || null):
fn2 g(named only):
fn3 h([x, y], z):
",
    );
}

#[test]
fn defaults_and_annotations_belong_to_what_is_around() {
    check(
        "
x = 1
def f(x=x, y: x = make(x)):
    return x
",
        "
module:
  x = 1
  @make(x)
  f = fn1
fn1 f(x = x, y: x = @make(x)):
  return x
",
    );
}

#[test]
fn a_docstring_is_no_statement() {
    check(
        r#"
def f():
    "One " "text."
    return 1
class C:
    # A comment before it.
    r"""Raw \d."""
"#,
        r#"
module:
  f = fn1
  C = class0
fn1 f():
  doc "One text."
  return 1
class0 C():
  doc "Raw \\d."
"#,
    );
}

#[test]
fn f_strings_and_bytes_are_no_docstrings() {
    check(
        r#"
def f():
    f"{x()}"
def g():
    b"bytes" and 1
"#,
        r#"
module:
  f = fn1
  g = fn2
fn1 f():
  (@x())
fn2 g():
  ("bytes" && 1)
"#,
    );
}

#[test]
fn decorators_are_called_from_the_inside_out() {
    check(
        r#"
@mcp.tool(name="x")
@wraps(f)
async def g(a):
    await a.b()
"#,
        r#"
module:
  g = decorate @mcp.tool(name="x")(decorate @wraps(@f)(fn1))
fn1 g(a) async:
  decorator @mcp.tool(name="x")
  decorator @wraps(@f)
  a.b()
"#,
    );
}

#[test]
fn functions_know_where_they_stand() {
    check(
        "
def outer():
    v = 1
    def inner():
        nonlocal v
        v += 1
        return lambda w: w + v
    return inner
",
        "
module:
  outer = fn1
fn1 outer():
  v = 1
  inner = fn2
  return inner
fn2 inner() in fn1:
  v = (v - 1)
  return fn3
fn3(w) in fn2:
  return (w ++ v)
",
    );
}

#[test]
fn global_names_are_those_of_the_module() {
    check(
        "
count = 0
def f():
    global count, new
    count = count - 1
    new = 2
def g():
    count = 3
    return new
",
        "
module:
  count = 0
  f = fn1
  g = fn2
fn1 f():
  count = (count - 1)
  new = 2
fn2 g():
  count = 3
  return new
",
    );
}

#[test]
fn a_lambda_has_the_name_of_what_it_is_assigned_to() {
    check(
        r#"
f = lambda a, *b, c=1: a
o.on_done = lambda: 1
t = {"list": lambda: 2}
h["key"] = lambda: 3
call(key=lambda e: e)
def g(d=lambda: 4): pass
"#,
        r#"
module:
  f = fn1
  @o.on_done = fn2
  t = {list: fn3}
  @h["key"] = fn4
  @call(key=fn5)
  g = fn7
fn1 f(a, *b, named c = 1):
  return a
fn2 on_done():
  return 1
fn3 list():
  return 2
fn4 key():
  return 3
fn5 key(e):
  return e
fn6 d():
  return 4
fn7 g(d = fn6):
"#,
    );
}

#[test]
fn a_value_that_is_yielded_is_a_statement() {
    check(
        "
def f():
    x = yield 1
    y = [(yield), (yield from g())]
    use(lambda: (yield))
",
        "
module:
  f = fn1
fn1 f():
  yield 1
  x = ?()
  yield null
  yield @g()
  y = [?(), ?()]
  @use(fn2)
fn2() in fn1:
  yield null
  return ?()
",
    );
}
