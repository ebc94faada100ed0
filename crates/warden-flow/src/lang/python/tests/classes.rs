//! Classes and methods.

use super::check;

#[test]
fn a_class_has_bases_fields_and_methods() {
    check(
        r#"
class C(Base, pkg.Mixin, metaclass=Meta, **kw):
    """Doc."""
    name: str = Field("n")
    other: int
    plain = 1
    a, b = 1, 2
    def __init__(self, x, *, y=None):
        self.x = x
        super().__init__(y)
"#,
        r#"
module:
  name = @Field("n")
  plain = 1
  [a, b] = [1, 2]
  __init__ = fn1
  C = class0
fn1 __init__(receiver self, x, named y = null) of class0:
  self.x = x
  @super().__init__(y)
class0 C(@Base, @pkg.Mixin):
  doc "Doc."
  field name: @str = @Field("n")
  field other: @int
  field plain = 1
  method __init__ = fn1
"#,
    );
}

#[test]
fn methods_differ_in_what_they_are_called_on() {
    check(
        "
class C:
    @property
    def p(self): return self._p
    @p.setter
    def p(self, v): self._p = v
    @classmethod
    def make(cls, x): return cls(x)
    @staticmethod
    def st(x): return x
    @functools.cached_property
    def slow(this): return 1
    def __new__(cls): pass
    def any(*args): pass
",
        "
module:
  p = decorate @property(fn1)
  p = decorate p.setter(fn2)
  make = decorate @classmethod(fn3)
  st = decorate @staticmethod(fn4)
  slow = decorate @functools.cached_property(fn5)
  __new__ = fn6
  any = fn7
  C = class0
fn1 p(receiver self) of class0:
  decorator @property
  return self._p
fn2 p(receiver self, v) of class0:
  decorator p.setter
  self._p = v
fn3 make(receiver cls, x) of class0:
  decorator @classmethod
  return cls(x)
fn4 st(x) of class0:
  decorator @staticmethod
  return x
fn5 slow(receiver this) of class0:
  decorator @functools.cached_property
  return 1
fn6 __new__(receiver cls) of class0:
fn7 any(*args) of class0:
class0 C():
  getter p = fn1
  method p.setter = fn2
  static method make = fn3
  static method st = fn4
  getter slow = fn5
  static method __new__ = fn6
  method any = fn7
",
    );
}

#[test]
fn the_body_of_a_class_runs_where_the_class_stands() {
    check(
        "
def f():
    class C:
        mcp = Server()
        if DEBUG:
            def run(self): return mcp
        @mcp.tool()
        def tool(self): pass
        class Inner: pass
    return C
",
        "
module:
  f = fn1
fn1 f():
  mcp = @Server()
  if @DEBUG:
    run = fn2
  tool = decorate mcp.tool()(fn3)
  Inner = class1
  C = class0
  return C
fn2 run(receiver self) of class0 in fn1:
  return @mcp
fn3 tool(receiver self) of class0 in fn1:
  decorator mcp.tool()
class0 C():
  field mcp = @Server()
  field Inner = class1
  method run = fn2
  method tool = fn3
class1 Inner():
",
    );
}

#[test]
fn a_method_does_not_see_the_variables_of_its_class() {
    check(
        "
limit = 1
class C:
    limit = 2
    twice = limit
    def f(self): return limit
",
        "
module:
  limit = 1
  limit = 2
  twice = limit
  f = fn1
  C = class0
fn1 f(receiver self) of class0:
  return limit
class0 C():
  field limit = 2
  field twice = limit
  method f = fn1
",
    );
}

#[test]
fn a_decorated_class_is_a_call() {
    check(
        "
@dataclass
class C:
    a: int = 1
",
        "
module:
  a = 1
  C = decorate @dataclass(class0)
class0 C():
  field a: @int = 1
",
    );
}
