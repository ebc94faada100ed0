use super::*;

#[test]
fn calls_have_arguments_and_kinds() {
    check(
        "a.js",
        "
        f(a, ...b); new C(d); new C; new a.b.C(...d); new (g().h)(i); f()(j);
        ",
        "
        module:
          @f(@a, ...@b)
          new @C(@d)
          new @C()
          new @a.b.C(...@d)
          new @g().h(@i)
          @f()(@j)
        ",
    );
}

#[test]
fn a_sequence_is_several_statements() {
    check(
        "a.js",
        "
        a(), b(), c;
        x = (d(), e);
        return f(), g;
        throw h(), i;
        if (j(), k) l();
        m((n(), o));
        ",
        "
        module:
          @a()
          @b()
          @c
          @d()
          @x = @e
          @f()
          return @g
          @h()
          throw @i
          @j()
          if @k:
            @l()
          @n()
          @m(@o)
        ",
    );
}

#[test]
fn logic_and_choices_can_be_statements() {
    check(
        "a.js",
        "
        a && b(), c || d(), e && f && (g(), h());
        i ? j() : k ? (l(), m()) : n();
        !function () { o(); }();
        void p();
        0 && (module.exports = { q });
        ",
        "
        module:
          if @a:
            @b()
          if @c:
          else:
            @d()
          if (@e && @f):
            @g()
            @h()
          if @i:
            @j()
          else:
            if @k:
              @l()
              @m()
            else:
              @n()
          fn1()
          @p()
        fn1(receiver this):
          @o()
        ",
    );
}

#[test]
fn choices_that_are_returned_are_branches() {
    check(
        "a.js",
        "
        function f(a) { return a ? (b(), 1) : a.c ? 2 : (d(), void e()); }
        const g = (a) => a ? b : (c(), d);
        const h = (a) => a && (b(), c);
        ",
        "
        module:
          f = fn1
          g = fn2
          h = fn3
        fn1 f(receiver this, a):
          if a:
            @b()
            return 1
          else:
            if a.c:
              return 2
            else:
              @d()
              return -@e()
        fn2 g(a):
          if a:
            return @b
          else:
            @c()
            return @d
        fn3 h(a):
          if a:
            @b()
          return (a && @c)
        ",
    );
}

#[test]
fn what_happens_in_an_arm_happens_in_a_branch() {
    check(
        "a.js",
        "
        x = a ? (b(), c) : d;
        f(g && (h(), i), j || (k(), l));
        ",
        "
        module:
          if @a:
            @b()
          @x = (@a ? @c : @d)
          if @g:
            @h()
          if @j:
          else:
            @k()
          @f((@g && @i), (@j || @l))
        ",
    );
}

#[test]
fn short_ways_to_write_constants_are_constants() {
    check(
        "a.js",
        "
        a = !0, b = !1, c = void 0, d = 1e3, e = 0x1f, f = 10n;
        ",
        "
        module:
          @a = true
          @b = false
          @c = null
          @d = 1e3
          @e = 0x1f
          @f = 10n
        ",
    );
}
