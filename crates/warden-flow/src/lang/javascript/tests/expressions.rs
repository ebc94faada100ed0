use super::*;

#[test]
fn text_that_is_put_together_is_flat() {
    check(
        "a.js",
        r#"
        a = "x" + b + `y${c + "z"}` + (d + 'e' + "f");
        a += "g" + h;
        k = "chi" + 'ld_' + `process`;
        "#,
        r#"
        module:
          @a = ("x" ++ @b ++ "y" ++ @c ++ "z" ++ @d ++ "ef")
          @a = (@a ++ "g" ++ @h)
          @k = "child_process"
        "#,
    );
}

#[test]
fn operators_give_numbers_or_truths() {
    check(
        "a.js",
        r#"
        a = b === c, d = e != f, g = h < i, j = "k" in l, m = n instanceof o, p = q * r ** s;
        t = -1, u = -v, w = typeof x, y = !z, delete a.b, c = void 0, d = ~e, f = +g;
        i++; --j; k -= 2;
        "#,
        r#"
        module:
          @a = (@b == @c)
          @d = (@e != @f)
          @g = (@h < @i)
          @j = ("k" in @l)
          @m = (@n instanceof @o)
          @p = (@q - (@r - @s))
          @t = -1
          @u = -@v
          @w = -@x
          @y = !@z
          -@a.b
          @c = null
          @d = -@e
          @f = -@g
          @i = (@i - 1)
          @j = (@j - 1)
          @k = (@k - 2)
        "#,
    );
}

#[test]
fn one_of_both_is_a_logic() {
    check(
        "a.js",
        "
        a = b || c && d ?? e;
        f ||= g; h &&= i; j ??= k;
        ",
        "
        module:
          @a = ((@b || (@c && @d)) ?? @e)
          @f = (@f || @g)
          @h = (@h && @i)
          @j = (@j ?? @k)
        ",
    );
}

#[test]
fn a_choice_in_a_row_is_a_choice_of_choices() {
    check(
        "a.js",
        "
        a = b ? c : d ? e : f;
        ",
        "
        module:
          @a = (@b ? @c : (@d ? @e : @f))
        ",
    );
}

#[test]
fn what_is_transparent_leaves_no_trace() {
    check(
        "a.ts",
        "
        a = (await b)!.c as string satisfies D;
        e = <F>(g);
        h = i<string>(j), k = l<number>;
        m = n?.o?.[p]?.(q);
        ",
        "
        module:
          @a = @b.c
          @e = @g
          @h = @i(@j)
          @k = @l
          @m = @n.o[@p](@q)
        ",
    );
}

#[test]
fn patterns_take_values_apart() {
    check(
        "a.js",
        r#"
        const { a, b: { c = 1, ...d }, "e-f": g, [h]: i } = j;
        [k, , l = 2, ...m.n] = o;
        ({ p, q: r.s = 3 } = t);
        [u, v] = [v, u];
        "#,
        "
        module:
          {a: a, b: {c: (c ?= 1), ...d}, e-f: g, [@h]: i} = @j
          [@k, null, (@l ?= 2), ...@m.n] = @o
          {p: @p, q: (@r.s ?= 3)} = @t
          [@u, @v] = [@v, @u]
        ",
    );
}

#[test]
fn objects_and_lists_hold_what_is_written() {
    check(
        "a.js",
        r#"
        a = { b, c: 1, "d": 2, 3: 4, ["e" + "f"]: 5, [g]: 6, ...h, i() {}, get j() { return k; }, set j(v) {}, get l() { m(); return n; } };
        o = [1, , ...p, q];
        "#,
        "
        module:
          @a = {b: @b, c: 1, d: 2, 3: 4, ef: 5, [@g]: 6, ...@h, i: fn1, j: @k, l: fn4()}
          @o = [1, null, ...@p, @q]
        fn1 i(receiver this):
        fn2 j(receiver this):
          return @k
        fn3 j(receiver this, v):
        fn4 l(receiver this):
          @m()
          return @n
        ",
    );
}

#[test]
fn an_index_with_a_constant_name_is_a_member() {
    check(
        "a.js",
        r#"
        a["b"].c[`d`]; e[0]; f[g]; h["i" + "j"];
        "#,
        "
        module:
          @a.b.c.d
          @e[0]
          @f[@g]
          @h.ij
        ",
    );
}

#[test]
fn templates_can_have_tags() {
    check(
        "a.js",
        r"
        a = sql`select ${b} from \`t\``;
        c = String.raw`\d${d}\n`;
        e = ``;
        ",
        r#"
        module:
          @a = tagged @sql(["select ", " from `t`"], @b)
          @c = ("\\d" ++ @d ++ "\\n")
          @e = ""
        "#,
    );
}

#[test]
fn a_regular_expression_is_a_literal() {
    check(
        "a.js",
        "
        a = /^[a-z/]+$/gi.test(b);
        ",
        "
        module:
          @a = /^[a-z/]+$/gi.test(@b)
        ",
    );
}

#[test]
fn elements_are_calls_of_components() {
    check(
        "a.tsx",
        r#"
        const App = () => <Layout title="x" flag {...rest} on={() => go()}>
          Hi <b class={c}>{name}</b> {/* nothing */} <Lib.Part/> <>{...list}</>
        </Layout>;
        "#,
        r#"
        module:
          App = fn1
        fn1 App():
          return @Layout({title: "x", flag: true, ...@rest, on: fn2, children: ["Hi", {class: @c, children: [@name]}, @Lib.Part({}), {children: [...@list]}]})
        fn2() in fn1:
          return @go()
        "#,
    );
}

#[test]
fn names_of_the_language_are_globals() {
    check(
        "a.js",
        "
        function f() { return [arguments, new.target, undefined, NaN, globalThis, import.meta.url, super.x]; }
        ",
        "
        module:
          f = fn1
        fn1 f(receiver this):
          return [@arguments, @new.target, null, @NaN, @globalThis, @import.meta.url, @super.x]
        ",
    );
}
