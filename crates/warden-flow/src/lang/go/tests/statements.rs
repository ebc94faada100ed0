//! Statements.

use super::{body, file, kinds, read};
use crate::ir::GapKind;

#[test]
fn an_if_may_declare_first() {
    body(
        "if x, err := f(a); err != nil { return } else if y := g(x); y { use(y) } else { use(x) }",
        "
        [x, err] = f(a)
        if (err != null):
          return
        else:
          y = @g(x)
          if y:
            @use(y)
          else:
            @use(x)
        ",
    );
}

#[test]
fn loops_bind_key_and_value() {
    body("for i, v := range xs { use(i, v) }", "loop [i, v] in @xs:\n  @use(i, v)");
    body("for _, v = range xs { use(v) }", "loop [_, @v] in @xs:\n  @use(@v)");
    body("for k := range xs {}", "loop [k] in @xs:");
    body("for range xs {}", "loop [] in @xs:");
    body(
        "for i := 0; i < 3; i++ { use(i) }",
        "i = 0\nloop while (i < 3):\n  @use(i)\n  i = (i - 1)",
    );
    body("for a != b { continue }", "loop while (a != b):\n  continue");
    body("for { break }", "loop:\n  break");
}

#[test]
fn a_switch_does_not_fall_through_unless_it_says_so() {
    body(
        "switch x := f(a); x { case 1, 2: use(a); case 3: fallthrough; default: use(b) }",
        "
        x = f(a)
        switch x:
          case 1, 2:
            @use(a)
          case 3 falls:
          default:
            @use(b)
        ",
    );
    body(
        "switch { case a == b: return; case !a && b: }",
        "
        switch:
          case (a == b):
            return
          case (!a && b):
        ",
    );
}

#[test]
fn a_type_switch_asks_what_the_value_is() {
    body(
        "switch v := x.(type) { case string, []byte: use(v); case nil: ; default: }",
        "
        v = @x
        switch:
          case (v instanceof @string), (v instanceof [@byte]):
            @use(v)
          case (v == null):
          default:
        ",
    );
}

#[test]
fn channels_hold_what_is_sent() {
    body(
        "ch := make(chan string)\nch <- a\nselect { case v := <-ch: use(v)\ncase ch <- b:\ndefault: }",
        "
        ch = @make(@string)
        ch = a
        switch:
          case ?():
            v = ch
            @use(v)
          case ?():
            ch = b
          default:
        ",
    );
}

#[test]
fn calls_may_be_put_off() {
    body("defer g(a)\ngo func() { use(b) }()", "deferred @g(a)\ndeferred fn2()");
}

#[test]
fn what_never_comes_back_ends_the_function() {
    file(
        r#"
        package p
        import ("log"; "os")
        func f(err error) {
            panic(err)
            os.Exit(1)
            log.Fatalf("no: %v", err)
            log.Panicln(err)
            zlog.Fatal().Msg("no")
        }
        "#,
        r#"
        module:
          log = import("log")
          os = import("os")
          f = fn1
        fn1 f(err: @error):
          @panic(err)
          throw err
          os.Exit(1)
          throw
          log.Fatalf("no: %v", err)
          throw
          log.Panicln(err)
          throw
          @zlog.Fatal().Msg("no")
        package p
        "#,
    );
}

#[test]
fn a_bare_return_gives_the_named_results() {
    file(
        "package p\nfunc f(a string) (x string, err error) {\n\tx = a\n\tg := func() { return }\n\treturn\n}\n",
        "
        module:
          f = fn1
        fn1 f(a: @string) -> [@string, @error]:
          x = a
          g = fn2
          return [x, err]
        fn2 g() in fn1:
          return
        package p
        ",
    );
    body("return a, b", "return [a, b]");
}

#[test]
fn labels_say_nothing_and_jumps_are_gaps() {
    let module =
        read("package p\nfunc f() {\nouter:\n\tfor {\n\t\tbreak outer\n\t}\n\tgoto end\nend:\n}\n");
    assert_eq!(kinds(&module), [GapKind::Construct]);
}

#[test]
fn variables_without_a_value_hold_what_their_type_says() {
    body(
        "var s, t string\nvar n int\nvar ok bool\nvar err error\nvar b strings.Builder\nvar m map[string]int\nvar l []string\nvar p *T\nvar f func()",
        r#"
        s = ""
        t = ""
        n = 0
        ok = false
        err = null
        b = new @strings.Builder({})
        m = {}
        l = []
        p = null
        f = null
        "#,
    );
    body("var x, y = a, b\nvar z, err = f(a)", "x = a\ny = b\n[z, err] = f(a)");
}

#[test]
fn constants_repeat_the_one_above() {
    file(
        "package p\nconst (\n\tA = iota + 1\n\tB\n\t_\n\tC, D = \"x\", iota\n)\n",
        r#"
        module:
          A = (0 - 1)
          B = (1 - 1)
          _ = (2 - 1)
          C = "x"
          D = 3
        package p
        "#,
    );
}

#[test]
fn assignments_go_through_fields_and_side_by_side() {
    body(
        "a.b.c = b\na, b = b, a\nm[a], c.d = b, c",
        "a.b.c = b\n[a, b] = [b, a]\n[@m[a], c.d] = [b, c]",
    );
}
