//! Expressions: calls, literals, texts.

use super::{body, file};

#[test]
fn texts_side_by_side_are_one_and_sums_are_flat() {
    body("x := \"a\" + \"b\" + a + (b + \"c\") + \"d\"", "x = (\"ab\" ++ a ++ b ++ \"cd\")");
    body("x := `a\\n` + \"\\x62\\n\"", "x = \"a\\\\nb\\n\"");
    body("a += \"x\"", "a = (a ++ \"x\")");
}

#[test]
fn adding_to_a_number_is_no_text() {
    body("x := len(a) + 1", "x = (@len(a) - 1)");
    body("n := 1; n++; n -= 2", "n = 1\nn = (n - 1)\nn = (n - 2)");
}

#[test]
fn a_format_is_text_put_together() {
    let source = r#"
        package p
        import "fmt"
        const query = "select %s"
        func f(a string, n int) {
            x := fmt.Sprintf("https://%s/%d?%q", a, n, a)
            y := fmt.Sprintf(query, a)
            z := fmt.Sprintf(a, n)
            v := fmt.Sprint(a, "x")
            w := fmt.Sprintf("%[2]s%[1]s", a, "x")
        }
    "#;
    file(
        source,
        r#"
        module:
          fmt = import("fmt")
          f = fn1
          query = "select %s"
        fn1 f(a: @string, n: @int):
          x = ("https://" ++ a ++ "/" ++ @int(n) ++ "?" ++ import("strconv").Quote(a))
          y = ("select " ++ a)
          z = fmt.Sprintf(a, n)
          v = (a ++ "x")
          w = ("x" ++ a)
        package p
        "#,
    );
}

#[test]
fn pointers_conversions_and_assertions_give_their_operand() {
    body("x := *(&a)", "x = a");
    body("x := []byte(a)", "x = a");
    body("x := string(b)", "x = b");
    body("x := any(a).(string)", "x = a");
    body("x := int(a)", "x = @int(a)");
    body("x := <-a", "x = a");
}

#[test]
fn a_second_result_tells_whether_the_first_is_there() {
    body("x, ok := m[a]", "[x, ok] = [@m[a], (a in @m)]");
    body("x, ok := b.(T)", "[x, ok] = [b, (b instanceof @T)]");
    body("x, ok := (<-a)", "[x, ok] = [a, -a]");
    body("x, err := f(a)", "[x, err] = f(a)");
}

#[test]
fn arguments_may_be_spread() {
    body("g(a, b...)", "@g(a, ...b)");
    body("exec.Command(a, b).Run()", "@exec.Command(a, b).Run()");
}

#[test]
fn structs_are_made_with_their_fields() {
    let source = "
        package p
        type T struct { A string; B int }
        type L []T
        type M map[string]T
        func f(a string) {
            x := T{A: a}
            y := &T{a, 1}
            z := []*T{{A: a}, {a, 2}}
            m := map[string]T{\"k\": {A: a}, a: {}}
            l := L{{A: a}}
            n := M{\"k\": T{}}
            o := other.T{a}
            p := http.Header{\"K\": {a}}
            q := new(T)
        }
    ";
    file(
        source,
        "
        module:
          T = class0
          L = class1
          M = class2
          f = fn1
        fn1 f(a: @string):
          x = new T({A: a})
          y = new T({A: a, B: 1})
          z = [new T({A: a}), new T({A: a, B: 2})]
          m = {k: new T({A: a}), [a]: new T({})}
          l = [new T({A: a})]
          n = {k: new T({})}
          o = new @other.T([a])
          p = new @http.Header({K: [a]})
          q = new T({})
        class0 T():
          field A: @string
          field B: @int
        class1 L([T]):
        class2 M({[@string]: T}):
        package p
        ",
    );
}

#[test]
fn closures_are_called_by_what_they_are_assigned_to() {
    let source = "
        package p
        var run = func(a string) { helper = func() {} }
        var table = map[string]func(){\"list\": func() {}}
        func init() { use(T{Handler: func() {}}, func() {}) }
    ";
    file(
        source,
        "
        module:
          run = fn1
          table = {list: fn3}
          fn4()
        fn1 run(a: @string):
          @helper = fn2
        fn2 helper() in fn1:
        fn3 list():
        fn4 init():
          @use(new @T({Handler: fn5}), fn6)
        fn5 Handler() in fn4:
        fn6() in fn4:
        package p
        ",
    );
}

#[test]
fn brackets_hold_an_index_or_a_type() {
    let source = r#"
        package p
        var handlers = map[string]func(string){}
        type Box[T any] struct { value T }
        func pick[T any](x T) T { return x }
        func f(name string, s S) {
            handlers[name](name)
            handlers[name](name, name)
            s.table[name](name)
            pick[int](3)
            pick[Box[int]](name)
            mcp.AddTool[In, Out](s, name)
            required[string](s, name)
            util.Required[*In](s, name)
            elsewhere[name](s, name)
            elsewhere["a"](s, name)
            x := Box[string]{value: name}
            g := pick[string]
        }
    "#;
    file(
        source,
        r#"
        module:
          Box = class0
          pick = fn1
          f = fn2
          handlers = {}
        fn1 pick(x: T) -> T:
          return x
        fn2 f(name: @string, s: @S):
          handlers[name](name)
          handlers[name](name, name)
          s.table[name](name)
          pick(3)
          pick(name)
          @mcp.AddTool(s, name)
          @required(s, name)
          @util.Required(s, name)
          @elsewhere[name](s, name)
          @elsewhere["a"](s, name)
          x = new Box[@string]({value: name})
          g = pick
        class0 Box():
          field value: T
        package p
        "#,
    );
}

#[test]
fn slices_have_their_range_as_index() {
    body("x := a[1:n]", "x = a[[1, @n]]");
    body("x := a[:]", "x = a[[]]");
    body("a[0] = b", "a[0] = b");
}
