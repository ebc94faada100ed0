use super::*;

#[test]
fn functions_stand_at_the_start_of_their_block() {
    check(
        "a.js",
        "
        outer();
        function outer() {
          inner();
          { nested(); function nested() {} }
          function inner() {}
        }
        ",
        "
        module:
          outer = fn1
          outer()
        fn1 outer(receiver this):
          inner = fn3
          inner()
          nested = fn2
          nested()
        fn2 nested(receiver this) in fn1:
        fn3 inner(receiver this) in fn1:
        ",
    );
}

#[test]
fn an_anonymous_function_has_the_name_of_what_holds_it() {
    check(
        "a.js",
        r#"
        const a = () => 1, b = function () {}, c = class {};
        d = async () => {};
        e.f = function* () {};
        const g = { h: () => 2, "i-j": function () {}, k() {}, [l]() {} };
        const m = ({ n = () => 3, o: p = () => 4 }, q = () => 5) => {};
        "#,
        "
        module:
          a = fn1
          b = fn2
          c = class0
          @d = fn3
          @e.f = fn4
          g = {h: fn5, i-j: fn6, k: fn7, [@l]: fn8}
          m = fn9
        fn1 a():
          return 1
        fn2 b(receiver this):
        fn3 d() async:
        fn4 f(receiver this):
        fn5 h():
          return 2
        fn6 i-j(receiver this):
        fn7 k(receiver this):
        fn8(receiver this):
        fn9 m({n: (n ?= fn10), o: (p ?= fn11)}, q = fn12):
        fn10 n() in fn9:
          return 3
        fn11 p() in fn9:
          return 4
        fn12 q() in fn9:
          return 5
        class0 c():
        ",
    );
}

#[test]
fn a_named_function_can_use_its_own_name() {
    check(
        "a.js",
        "
        const outer = function inner(n) { return inner(n - 1); };
        ",
        "
        module:
          outer = fn1
        fn1 inner(receiver this, n):
          inner = fn1
          return inner((n - 1))
        ",
    );
}

#[test]
fn parameters_have_patterns_defaults_and_annotations() {
    check(
        "a.ts",
        r#"
        function f(
          this: Window, a: string, b?: number, c: Db.Client = make(), { d, e: { g } = {} }: Args,
          [h, , i]: string[], j: "x" | "y" | undefined, k: string | null, l: string | number,
          m: z.infer<typeof S>, n: Map<string, A>, o: (Readonly<P>), ...rest: boolean[]
        ): Promise<void> {}
        "#,
        r#"
        module:
          f = fn1
        fn1 f(receiver this, a: @string, b: @number, c: @Db.Client = @make(), {d: d, e: ({g: g} ?= {})}: @Args, [h, null, i], j: ["x", "y"], k: @string, l, m: @z.infer, n: @Map, o: @Readonly, *rest) -> @Promise:
        "#,
    );
}

#[test]
fn an_arrow_has_the_receiver_of_outside() {
    check(
        "a.js",
        "
        function f() { return () => this.x; }
        const g = () => this.y;
        const o = { m() { return [1].map((n) => this.z + n); } };
        ",
        "
        module:
          f = fn1
          g = fn3
          o = {m: fn4}
        fn1 f(receiver this):
          return fn2
        fn2() in fn1:
          return this.x
        fn3 g():
          return @this.y
        fn4 m(receiver this):
          return [1].map(fn5)
        fn5(n) in fn4:
          return (this.z ++ n)
        ",
    );
}

#[test]
fn the_comment_before_a_function_is_its_description() {
    check(
        "a.js",
        "
        /**
         * Reads a file.
         *
         * @param path where
         */
        export async function read(path) {}
        // One line,
        // and another.
        const a = () => 1;
        const tool = {
          /* In an object. */
          run() {},
        };
        class Tool {
          /** A method. */
          @Deco() run() {}
        }
        /** Too far away. */

        function far() {}
        ",
        r#"
        module:
          read = fn1
          far = fn5
          a = fn2
          tool = {run: fn3}
          Tool = class0
          exports.read = read
        fn1 read(receiver this, path) async:
          doc "Reads a file.\n\n@param path where"
        fn2 a():
          doc "One line,\nand another."
          return 1
        fn3 run(receiver this):
          doc "In an object."
        fn4 run(receiver this) of class0:
          doc "A method."
          decorator @Deco()
        fn5 far(receiver this):
        class0 Tool():
          method run = fn4
        "#,
    );
}

#[test]
fn a_generator_yields_and_goes_on_with_what_it_gave() {
    check(
        "a.js",
        "
        async function* pages(url) {
          const page = yield get(url);
          yield* page.rest;
          use(yield);
        }
        ",
        "
        module:
          pages = fn1
        fn1 pages(receiver this, url) async:
          yield @get(url)
          page = @get(url)
          yield page.rest
          page.rest
          yield null
          @use(null)
        ",
    );
}

#[test]
fn a_closure_captures() {
    check(
        "a.js",
        "
        function make(prefix) {
          let count = 0;
          return (name) => { count += 1; return `${prefix}-${name}`; };
        }
        ",
        r#"
        module:
          make = fn1
        fn1 make(receiver this, prefix):
          count = 0
          return fn2
        fn2(name) in fn1:
          count = (count ++ 1)
          return (prefix ++ "-" ++ name)
        "#,
    );
}

#[test]
fn var_belongs_to_the_function_and_let_to_the_block() {
    check(
        "a.js",
        "
        function f() {
          x = 1;
          { var x; let y = 2; const z = y; }
          return x + y;
        }
        ",
        "
        module:
          f = fn1
        fn1 f(receiver this):
          x = 1
          y = 2
          z = y
          return (x ++ @y)
        ",
    );
}

#[test]
fn an_async_function_for_an_old_language_is_what_it_was() {
    check(
        "a.js",
        "
        function run(a) {
            return __awaiter(this, void 0, void 0, function () {
                var b;
                return __generator(this, function (_a) {
                    switch (_a.label) {
                        case 0:
                            if (!a) return [2 /*return*/];
                            return [4 /*yield*/, this.get(a)];
                        case 1:
                            b = _a.sent();
                            return [2 /*return*/, exec(b)];
                    }
                });
            });
        }
        ",
        "
        module:
          run = fn1
        fn1 run(receiver this, a):
          return fn2()
        fn2() in fn1 async:
          this = this
          return fn3()
        fn3() in fn2 async:
          this = this
          switch _a.label:
            case 0 falls:
              if !a:
                return
              _a = this.get(a)
            case 1:
              b = _a
              return @exec(b)
        ",
    );
}
