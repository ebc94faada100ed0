//! Expressions.

use super::check;

#[test]
fn calls_have_arguments_by_position_and_name() {
    check(
        "
f(a, *b, c=d, **e)
f(x for x in y)
a.b(1)[2].c(d)(e)
",
        "
module:
  @f(@a, ...@b, c=@d, ...@e)
  @f([x for x in @y])
  @a.b(1)[2].c(@d)(@e)
",
    );
}

#[test]
fn comparisons_are_chained() {
    check(
        "
r = a < b() <= c
r = a in (1, 2) and b not in c
r = x is None or x is not y or x != z
",
        "
module:
  r = ((@a < @b()) && (@b() < @c))
  r = ((@a in [1, 2]) && (@b not in @c))
  r = (((@x == null) || (@x != @y)) || (@x != @z))
",
    );
}

#[test]
fn operators_of_numbers_hold_nothing() {
    check(
        "
r = [a - b, a * 2, a ** b, a // b, -a, ~a, +1, -1, a + 1, 2 + a + b, len(a) / 2, i % 2, x & y]
",
        "
module:
  r = [(@a - @b), (@a - 2), (@a - @b), (@a - @b), -@a, -@a, -1, -1, (@a - 1), ((2 - @a) - @b), (@len(@a) - 2), (@i - 2), (@x - @y)]
",
    );
}

#[test]
fn either_of_two() {
    check(
        "
r = a or b
r = a if c else d
r = a | b
r = flags | 1
r = not a
",
        "
module:
  r = (@a || @b)
  r = (@c ? @a : @d)
  r = (@a || @b)
  r = (@flags - 1)
  r = !@a
",
    );
}

#[test]
fn paths_are_joined_by_a_slash() {
    check(
        r#"
p = base / name / "x"
p /= other
q = Path(a) / b
"#,
        r#"
module:
  p = @base.joinpath(@name).joinpath("x")
  p = p.joinpath(@other)
  q = @Path(@a).joinpath(@b)
"#,
    );
}

#[test]
fn lists_are_put_together() {
    check(
        r#"
c = ["git"] + args + [x] + (y, *z)
c = args + ["--"]
c = [x for x in y] + z
c += shlex.split(line)
"#,
        r#"
module:
  c = ["git", ...@args, @x, @y, ...@z]
  c = [...@args, "--"]
  c = [...[x for x in @y], ...@z]
  c = [...c, ...@shlex.split(@line)]
"#,
    );
}

#[test]
fn slices_are_ranges() {
    check(
        r#"
a[1], a["k"], a[1:n], a[::2], a[i, j]
"#,
        r#"
module:
  @a[1]
  @a["k"]
  @a[?(1, @n)]
  @a[?(2)]
  @a[[@i, @j]]
"#,
    );
}

#[test]
fn collections_keep_their_parts() {
    check(
        r#"
r = {"a": 1, b: 2, **c, 3: d}
r = [a, *b], (c,), {d, e}, ()
"#,
        "
module:
  r = {a: 1, [@b]: 2, ...@c, [3]: @d}
  r = [[@a, ...@b], [@c], [@d, @e], []]
",
    );
}

#[test]
fn comprehensions_have_scopes_of_their_own() {
    check(
        "
x = 1
r = [x for x in x if x if y]
r = {k: v for k, v in d.items() for k in v}
r = sum(f(i) for i in l)
r = {y := g(e) for e in l}
print(y)
",
        "
module:
  x = 1
  r = [x for x in x if x if y]
  r = [k: v for [k, v] in @d.items() for k in v]
  r = @sum([@f(i) for i in @l])
  r = [(y = @g(e)) for e in @l]
  @print(y)
",
    );
}

#[test]
fn an_assignment_can_be_a_value() {
    check(
        "
if (m := re.match(p, s)) and m.group(1): pass
",
        "
module:
  if ((m = @re.match(@p, @s)) && m.group(1)):
",
    );
}

#[test]
fn brackets_and_waiting_change_nothing() {
    check(
        "
async def f():
    return (await (g((a))))
",
        "
module:
  f = fn1
fn1 f() async:
  return @g(@a)
",
    );
}

#[test]
fn constants_are_what_they_are() {
    check(
        "
r = [True, False, None, ..., 1.5, 0xff, 1_000, 3j]
",
        "
module:
  r = [true, false, null, @Ellipsis, 1.5, 0xff, 1_000, 3j]
",
    );
}

#[test]
fn annotations_are_expressions() {
    check(
        r#"
def f(a: Annotated[str, Field(description="d")], b: "Server", c: Literal["x"], d: Optional["T"], e: a.b.C[int], f: int | None, g: Callable[[int], str], *h: *Ts): pass
"#,
        r#"
module:
  @Annotated[[@str, @Field(description="d")]]
  f = fn1
fn1 f(a: @Annotated[[@str, @Field(description="d")]], b: @Server, c: @Literal["x"], d: @Optional["T"], e: @a.b.C[@int], f: (@int || null), g: @Callable[[[@int], @str]], *h: @Ts):
"#,
    );
}
