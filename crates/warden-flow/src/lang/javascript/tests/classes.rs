use super::*;

#[test]
fn a_class_has_methods_fields_and_bases() {
    check(
        "a.js",
        r#"
        /** A tool. */
        export class Tool extends Base.Inner {
          name = "tool";
          static count = 0;
          #secret = 1;
          constructor(db) { super(db); this.db = db; }
          run(input) { return super.run(this.#secret, input); }
          static make() { return new Tool(); }
          get size() { return this.db.size; }
          set size(n) { this.db.size = n; }
          async *[Symbol.iterator]() { yield 1; }
          #hidden() {}
          static { Tool.count = setup(this); }
        }
        "#,
        r#"
        module:
          Tool = class0
          fn7()
          exports.Tool = Tool
        fn1 run(receiver this, input) of class0:
          return @super.run(this.#secret, input)
        fn2 make(receiver this) of class0:
          return new Tool()
        fn3 size(receiver this) of class0:
          return this.db.size
        fn4 size(receiver this, n) of class0:
          this.db.size = n
        fn5(receiver this) of class0 async:
          yield 1
        fn6 #hidden(receiver this) of class0:
        fn7(receiver this) of class0:
          Tool.count = @setup(this)
        fn8 constructor(receiver this, db) of class0:
          @super(db)
          this.db = db
        class0 Tool(@Base.Inner):
          doc "A tool."
          field name = "tool"
          field count = 0
          field #secret = 1
          method run = fn1
          static method make = fn2
          getter size = fn3
          method set size = fn4
          method [computed] = fn5
          method #hidden = fn6
          method constructor = fn8
        "#,
    );
}

#[test]
fn what_typescript_adds_to_a_class_is_understood() {
    check(
        "a.ts",
        r#"
        abstract class Service<T> extends Base<T> implements Runs {
          private readonly log: Logger;
          protected cache?: Map<string, T> = new Map();
          declare given: string;
          constructor(private readonly db: Db, public name = "x", plain: number) { super(); this.use(plain); }
          abstract run(input: string): void;
          over(a: string): void;
          over(a: any): void { this.cache!.set(a, <T>a as unknown as T); }
          accessor flag = true;
          [key: string]: unknown;
        }
        "#,
        r#"
        module:
          Service = class0
        fn1 over(receiver this, a) of class0:
          this.cache.set(a, a)
        fn2 constructor(receiver this, db: @Db, name = "x", plain: @number) of class0:
          this.db = db
          this.name = name
          @super()
          this.use(plain)
        class0 Service(@Base):
          field log: @Logger
          field cache: @Map = new @Map()
          field given: @string
          field flag = true
          method over = fn1
          method constructor = fn2
        "#,
    );
}

#[test]
fn a_function_in_a_field_is_a_method() {
    check(
        "a.js",
        "
        class Tool {
          run = async (input) => this.exec(input);
          static make = function () {};
        }
        ",
        "
        module:
          Tool = class0
        fn1 run(receiver this, input) of class0 async:
          return this.exec(input)
        fn2 make(receiver this) of class0:
        class0 Tool():
          method run = fn1
          static method make = fn2
        ",
    );
}

#[test]
fn a_field_that_uses_this_is_set_by_the_constructor() {
    check(
        "a.js",
        r#"
        class Tool extends Base {
          name = "this tool";
          handlers = { run: (input) => this.exec(input) };
        }
        class Other {
          list = [this.first];
          constructor(first) { this.first = first; }
        }
        "#,
        r#"
        module:
          Tool = class0
          Other = class1
        fn1 constructor(receiver this, *args) of class0:
          @super(...args)
          this.handlers = {run: fn2}
        fn2 run(input) in fn1:
          return this.exec(input)
        fn3 constructor(receiver this, first) of class1:
          this.list = [this.first]
          this.first = first
        class0 Tool(@Base):
          field name = "this tool"
          field handlers = {run: fn2}
          method constructor = fn1
        class1 Other():
          field list = [this.first]
          method constructor = fn3
        "#,
    );
}

#[test]
fn a_decorator_is_called_with_what_it_decorates() {
    check(
        "a.ts",
        r#"
        @Injectable()
        @Controller("x")
        export class Tools {
          @Inject() db: Db;
          @Tool({ name: "run" }) @Guard
          async run(@Arg("path") path: string) { return path; }
        }
        "#,
        r#"
        module:
          @Inject()
          Tools = decorate @Injectable()(decorate @Controller("x")(class0))
          exports.Tools = Tools
        fn1 run(receiver this, path: @string) of class0 async:
          decorator @Tool({name: "run"})
          decorator @Guard
          @Arg("path")
          return path
        class0 Tools():
          field db: @Db
          method run = fn1
        "#,
    );
}

#[test]
fn a_decorator_before_export_is_one_as_well() {
    check(
        "a.ts",
        "
        @Injectable() export class Tools {}
        ",
        "
        module:
          Tools = decorate @Injectable()(class0)
          exports.Tools = Tools
        class0 Tools():
        ",
    );
}

#[test]
fn decorators_are_found_in_what_typescript_writes() {
    check(
        "a.js",
        r#"
        let Tools = class Tools { run(path) { return path; } };
        __decorate([Tool({ name: "run" }), __param(0, Arg("path")), __metadata("design:type", Function)], Tools.prototype, "run", null);
        Tools = __decorate([Injectable()], Tools);
        "#,
        r#"
        module:
          Tools = class0
          Tools = class0
          @__decorate([@Tool({name: "run"}), @__param(0, @Arg("path")), @__metadata("design:type", @Function)], Tools.prototype, "run", null)
          Tools = decorate @Injectable()(Tools)
        fn1 run(receiver this, path) of class0:
          decorator @Tool({name: "run"})
          return path
        class0 Tools():
          method run = fn1
        "#,
    );
}

#[test]
fn a_class_can_be_a_value() {
    check(
        "a.js",
        "
        const A = class extends B { m() {} };
        const C = class D { again() { return new D(); } };
        register(class { run() {} });
        ",
        "
        module:
          A = class0
          D = class1
          C = class1
          @register(class2)
        fn1 m(receiver this) of class0:
        fn2 again(receiver this) of class1:
          return new D()
        fn3 run(receiver this) of class2:
        class0 A(@B):
          method m = fn1
        class1 D():
          method again = fn2
        class2 ():
          method run = fn3
        ",
    );
}

#[test]
fn an_enum_is_an_object() {
    check(
        "a.ts",
        r#"
        enum Kind { A, B = 5, C, "d-e" = "text", F = 1 << 2, G }
        const enum Small { One = 1 }
        use(Kind.B);
        "#,
        r#"
        module:
          Kind = {A: 0, B: 5, C: 6, d-e: "text", F: (1 - 2), G: ?()}
          Small = {One: 1}
          @use(Kind.B)
        "#,
    );
}

#[test]
fn a_namespace_is_an_object_with_members() {
    check(
        "a.ts",
        "
        namespace A.B {
          export const x = 1;
          export function f() { return x; }
          const hidden = 2;
        }
        A.B.f();
        ",
        "
        module:
          A = (A || {})
          A.B = (A.B || {})
          f = fn1
          x = 1
          A.B.x = x
          A.B.f = f
          hidden = 2
          A.B.f()
        fn1 f(receiver this):
          return x
        ",
    );
}

#[test]
fn constructors_written_as_functions_are_classes() {
    check(
        "a.js",
        "
        function Tool(db) { this.db = db; }
        Tool.prototype.run = function (input) { return this.db.exec(input); };
        Tool.make = function () { return new Tool(); };
        var Other = (function (_super) {
          __extends(Other, _super);
          function Other() { return _super.call(this) || this; }
          Other.prototype.go = function () { return this.run(1); };
          return Other;
        })(Tool);
        ",
        "
        module:
          Tool = class0
          Tool.prototype.run = fn2
          Tool.make = fn3
          Other = fn4(Tool)
        fn1 Tool(receiver this, db) of class0:
          this.db = db
        fn2 run(receiver this, input) of class0:
          return this.db.exec(input)
        fn3 make(receiver this):
          return new Tool()
        fn4(receiver this, _super):
          Other = class1
          @__extends(Other, _super)
          Other.prototype.go = fn6
          return Other
        fn5 Other(receiver this) of class1 in fn4:
          return (_super.call(this) || this)
        fn6 go(receiver this) of class1 in fn4:
          return this.run(1)
        class0 Tool():
          method constructor = fn1
          method run = fn2
        class1 Other(_super):
          method constructor = fn5
          method go = fn6
        ",
    );
}
