//! Types and methods.

use super::file;

#[test]
fn a_struct_is_a_class_with_fields_tags_bases_and_methods() {
    file(
        "
        package p
        type Server struct {
            *base.Server
            Store
            Path, Name string `json:\"path\"`
            tools map[string]*Tool
            run func(a string) error
            next []Server
        }
        func (s *Server) Run(ctx context.Context, req *mcp.CallToolRequest, more ...string) (*Result, error) {
            s.Path = req.Path
            return nil, s.run(s.Name)
        }
        func (Server) Close() {}
        ",
        r#"
        module:
          Server = class0
        fn1 Run(receiver s, ctx: @context.Context, req: @mcp.CallToolRequest, *more: @string) -> [@Result, @error] of class0:
          s.Path = req.Path
          return [null, s.run(s.Name)]
        fn2 Close() of class0:
        class0 Server(@base.Server, @Store):
          field Server: @base.Server
          field Store: @Store
          field Path: @string = "json:\"path\""
          field Name: @string = "json:\"path\""
          field tools: {[@string]: @Tool}
          field run: ?(@string, @error)
          field next: [Server]
          method Run = fn1
          method Close = fn2
        package p
        "#,
    );
}

#[test]
fn methods_of_a_type_from_another_file_are_in_an_empty_class() {
    file(
        "package p\nfunc (s *Server) A() {}\nfunc (s Server) B() { s.A() }\nfunc (l List[T]) C(x T) {}\n",
        "
        module:
        fn1 A(receiver s) of class0:
        fn2 B(receiver s) of class0:
          s.A()
        fn3 C(receiver l, x: T) of class1:
        class0 Server():
          method A = fn1
          method B = fn2
        class1 List():
          method C = fn3
        package p
        ",
    );
}

#[test]
fn an_interface_is_a_class_without_bodies() {
    file(
        "package p\ntype Doer interface {\n\tfmt.Stringer\n\tDo(a string) error\n\t~int | string\n}\n",
        "
        module:
          Doer = class0
        class0 Doer(@fmt.Stringer, ?(@int, @string)):
          field Do: ?(@string, @error)
        package p
        ",
    );
}

#[test]
fn any_named_type_may_have_methods_and_an_alias_is_its_type() {
    file(
        "package p\ntype Kind string\ntype Handler func(a string)\ntype Alias = other.Type\nfunc (k Kind) Is() bool { return k == Kind(\"x\") }\n",
        r#"
        module:
          Kind = class0
          Handler = class1
          Alias = @other.Type
        fn1 Is(receiver k) -> @bool of class0:
          return (k == "x")
        class0 Kind(@string):
          method Is = fn1
        class1 Handler(?(@string)):
        package p
        "#,
    );
}

#[test]
fn types_may_be_local_and_without_a_name() {
    file(
        "package p\nfunc f(a string) {\n\ttype args struct{ x string }\n\ty := args{a}\n\tvar z struct{ n int }\n\tfor _, c := range []struct{ in string }{{a}, {in: a}} { use(c.in, y, z) }\n}\n",
        "
        module:
          f = fn1
        fn1 f(a: @string):
          args = class0
          y = new args({x: a})
          z = new class1({})
          loop [_, c] in [new class2({in: a}), new class2({in: a})]:
            @use(c.in, y, z)
        class0 args():
          field x: @string
        class1 ():
          field n: @int
        class2 ():
          field in: @string
        package p
        ",
    );
}

#[test]
fn type_arguments_are_kept_where_types_are_written() {
    file(
        "package p\nfunc f(a *mcp.Params[Args], b Pair[K, V], c chan<- []int, d func(int) string) {}\n",
        "
        module:
          f = fn1
        fn1 f(a: @mcp.Params[@Args], b: @Pair[[@K, @V]], c: [@int], d: ?(@int, @string)):
        package p
        ",
    );
}
