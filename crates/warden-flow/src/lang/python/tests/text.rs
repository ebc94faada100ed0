//! Text and what is filled into it.

use super::check;

#[test]
fn literals_have_values() {
    check(
        r#"
r = ["a\n\x41", r"\d", b"\x41\xff", u"é", 'it''s', """a
b""", "a\
b"]
"#,
        r#"
module:
  r = ["a\nA", "\\d", "Aÿ", "é", "its", "a\nb", "ab"]
"#,
    );
}

#[test]
fn literals_side_by_side_are_one() {
    check(
        r#"
r = ("SELECT * "
     f"FROM {t} "
     'WHERE 1')
r = "ab" + "cd" + 'e'
r = "a" "b" f"c"
"#,
        r#"
module:
  r = ("SELECT * FROM " ++ @t ++ " WHERE 1")
  r = "abcde"
  r = "abc"
"#,
    );
}

#[test]
fn filled_in_parts_are_in_order() {
    check(
        r#"
r = f"{a}-{b.c!r}:{d:>{w}}{e:.2f}{{x}}{f'{g}h'}"
r = f"{n=} {x + 'y'} {z if q else w:d}"
r = f"{a}"
"#,
        r#"
module:
  r = (@a ++ "-" ++ @repr(@b.c) ++ ":" ++ @d ++ -@w ++ -@e ++ "{x}" ++ @g ++ "h")
  r = ("n=" ++ @repr(@n) ++ " " ++ @x ++ "y " ++ -(@q ? @z : @w))
  r = (@a)
"#,
    );
}

#[test]
fn a_sum_of_text_is_flat() {
    check(
        r#"
r = "a" + b + ("c" + d) + f"{e}" + str(f)
r = "" + a
"#,
        r#"
module:
  r = ("a" ++ @b ++ "c" ++ @d ++ @e ++ @str(@f))
  r = (@a)
"#,
    );
}

#[test]
fn percent_fills_in() {
    check(
        r#"
r = "%s and %s%%" % (a, b)
r = "%d %r %s" % (a, b, c)
r = "%(x)s %(y)s" % {"x": a, "y": b}
r = "%(x)s" % env
r = "%(x)s" % locals()
r = "%s" % a
r = "%s %s" % pair
r = "%s" % (a, b)
r = "none" % a
r = QUERY % a
r = ("a" + b) % c
r = n % 2
r = f"{a} %s" % b
"#,
        r#"
module:
  r = (@a ++ " and " ++ @b ++ "%")
  r = (-@a ++ " " ++ @repr(@b) ++ " " ++ @c)
  r = (@a ++ " " ++ @b)
  r = (@env["x"])
  r = (@x)
  r = (@a)
  r = (@pair ++ " " ++ @pair)
  r = (@a ++ @b)
  r = ("none" ++ @a)
  r = (@QUERY ++ @a)
  r = ("a" ++ @b ++ @c)
  r = (@n - 2)
  r = (@a ++ " %s" ++ @b)
"#,
    );
}

#[test]
fn format_fills_in() {
    check(
        r#"
r = "{} {}".format(a, b)
r = "{1} {0} {x.y[k]} {z!r} {w:d}".format(a, b, x=c, z=d, w=e)
r = "{}{}".format(*a)
r = "{x}".format(**kw)
r = "{x}".format(**locals())
r = "{{}} {0:>{1}}".format(a, b, c)
r = template.format(a)
"#,
        r#"
module:
  r = (@a ++ " " ++ @b)
  r = (@b ++ " " ++ @a ++ " " ++ @c.y["k"] ++ " " ++ @repr(@d) ++ " " ++ -@e)
  r = (@a ++ @a)
  r = (@kw["x"])
  r = (@x)
  r = ("{} " ++ @a ++ -@b ++ @c)
  r = @template.format(@a)
"#,
    );
}

#[test]
fn a_constant_is_written_out_so_many_times() {
    check(
        r#"
r = "ab" * 3
r = "x" * 100000
r = 2 * "?,"
r = "x" * n
"#,
        r#"
module:
  r = "ababab"
  r = ("x" - 100000)
  r = "?,?,"
  r = ("x" - @n)
"#,
    );
}
