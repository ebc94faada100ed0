use super::*;

#[test]
fn modules_of_esbuild_return_their_exports() {
    check(
        "a.js",
        r#"
        var __commonJS = (cb, mod) => function __require() {
          return mod || (0, cb[__getOwnPropNames(cb)[0]])((mod = { exports: {} }).exports, mod), mod.exports;
        };
        var require_foo = __commonJS({ "node_modules/foo/index.js"(exports, module) { module.exports = (x) => require("fs").readFile(x); } });
        var require_bar = __commonJS({ "bar.js"(exports) { exports.run = require_foo(); } });
        var import_bar = __toESM(require_bar());
        var init_a = __esm({ "a.ts"() { ready = true; } });
        var a_exports = {};
        __export(a_exports, { run: () => run });
        module.exports = __toCommonJS(a_exports);
        init_a(), (0, import_bar.run)(1);
        "#,
        r#"
        module:
          __commonJS = fn1
          require_foo = fn3
          require_bar = fn5
          import_bar = require_bar()
          init_a = fn6
          a_exports = {}
          a_exports.run = @run
          @__export(a_exports, {run: fn7})
          exports = a_exports
          init_a()
          import_bar.run(1)
        fn1 __commonJS(cb, mod):
          return fn2
        fn2 __require(receiver this) in fn1:
          __require = fn2
          if mod:
          else:
            cb[@__getOwnPropNames(cb)[0]]((mod = {exports: {}}).exports, mod)
          return mod.exports
        fn3 node_modules/foo/index.js(receiver this):
          exports = fn4
          return exports
        fn4(x) in fn3:
          return import("fs").readFile(x)
        fn5 bar.js(receiver this):
          exports = {}
          exports.run = require_foo()
          return exports
        fn6 a.ts(receiver this):
          @ready = true
        fn7 run():
          return @run
        "#,
    );
}

#[test]
fn names_of_helpers_do_not_matter() {
    check(
        "a.js",
        r#"
        var a=(e,t)=>()=>(t||e((t={exports:{}}).exports,t),t.exports),b=(e,t,r)=>(r=e!=null?c(d(e)):{},f(t||!e||!e.__esModule?g(r,"default",{value:e,enumerable:!0}):r,e)),h=(e=>typeof require<"u"?require:typeof Proxy<"u"?new Proxy(e,{get:(t,r)=>(typeof require<"u"?require:t)[r]}):e)(function(e){throw Error(e)});
        var X=a((e,t)=>{t.exports=h("fs")}),Y=a(e=>{e.q=X().readFile}),z=b(X(),1);z.default.readFile(1);
        "#,
        r#"
        module:
          a = fn1
          b = fn3
          h = fn4(fn6)
          X = fn7
          Y = fn8
          z = X()
          z.default.readFile(1)
        fn1 a(e, t):
          return fn2
        fn2() in fn1:
          if t:
          else:
            e((t = {exports: {}}).exports, t)
          return t.exports
        fn3 b(e, t, r):
          r = ((e != null) ? @c(@d(e)) : {})
          return @f((((t || !e) || !e.__esModule) ? @g(r, "default", {value: e, enumerable: true}) : r), e)
        fn4(e):
          if (-@require < "u"):
            return @require
          else:
            if (-@Proxy < "u"):
              return new @Proxy(e, {get: fn5})
            else:
              return e
        fn5 get(t, r) in fn4:
          return ((-@require < "u") ? @require : t)[r]
        fn6(receiver this, e):
          throw @Error(e)
        fn7():
          e = import("fs")
          return e
        fn8():
          e = {}
          e.q = X().readFile
          return e
        "#,
    );
}

#[test]
fn modules_of_webpack_are_called_by_number() {
    check(
        "a.js",
        r#"
        (() => {
          var __webpack_modules__ = ({
            123: ((__unused, exports, __webpack_require__) => { exports.cp = __webpack_require__(317); }),
            317: ((module) => { module.exports = require("child_process"); }),
            5: ((__unused, __webpack_exports__, __webpack_require__) => {
              __webpack_require__.r(__webpack_exports__);
              __webpack_require__.d(__webpack_exports__, { "default": () => (foo) });
              var a = __webpack_require__(317), a_default = __webpack_require__.n(a);
              function foo(x) { a_default().exec(x); }
            }),
          });
          function __webpack_require__(id) {
            var module = { exports: {} };
            __webpack_modules__[id](module, module.exports, __webpack_require__);
            return module.exports;
          }
          module.exports = __webpack_require__(123);
        })();
        "#,
        r#"
        module:
          fn1()
        fn1():
          __webpack_require__ = fn7
          __webpack_modules__ = {123: fn2, 317: fn3, 5: fn4}
          exports = __webpack_modules__.123()
        fn2() in fn1:
          exports = {}
          exports.cp = __webpack_modules__.317()
          return exports
        fn3() in fn1:
          exports = import("child_process")
          return exports
        fn4() in fn1:
          __webpack_exports__ = {}
          foo = fn6
          __webpack_require__.r(__webpack_exports__)
          __webpack_exports__.default = foo
          __webpack_require__.d(__webpack_exports__, {default: fn5})
          a = __webpack_modules__.317()
          a_default = fn8
          return __webpack_exports__
        fn5 default() in fn4:
          return foo
        fn6 foo(receiver this, x) in fn4:
          a_default().exec(x)
        fn7 __webpack_require__(receiver this, id) in fn1:
          module = {exports: {}}
          __webpack_modules__[id](module, module.exports, __webpack_require__)
          return module.exports
        fn8() in fn4:
          return a
        "#,
    );
}

#[test]
fn modules_in_a_list_are_called_by_number() {
    check(
        "a.js",
        r#"
        !function(e){function n(r){var o={exports:{}};return e[r].call(o.exports,o,o.exports,n),o.exports}n(n.s=1)}([function(e,t){e.exports=require("fs")},function(e,t,n){n.r(t);var r=n(0);t.read=r.readFile}]);
        "#,
        r#"
        module:
          fn1(((modules) = [fn3, fn4]))
        fn1(receiver this, e):
          n = fn2
          n((n.s = 1))
        fn2 n(receiver this, r) in fn1:
          o = {exports: {}}
          e[r].call(o.exports, o, o.exports, n)
          return o.exports
        fn3(receiver this):
          t = import("fs")
          return t
        fn4(receiver this):
          t = {}
          n.r(t)
          r = (modules)[0]()
          t.read = r.readFile
          return t
        "#,
    );
}

#[test]
fn handlers_by_path_are_no_modules() {
    check(
        "a.js",
        r#"
        const routes = { "/a": (req, res, next) => next("route"), "/b": (req) => req.body };
        const list = [(req, res, next) => next(1), (req, res, next) => next(2)];
        "#,
        r#"
        module:
          routes = {/a: fn1, /b: fn2}
          list = [fn3, fn4]
        fn1 /a(req, res, next):
          return next("route")
        fn2 /b(req):
          return req.body
        fn3(req, res, next):
          return next(1)
        fn4(req, res, next):
          return next(2)
        "#,
    );
}
