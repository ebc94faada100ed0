use super::*;

#[test]
fn else_if_is_a_branch_in_a_branch() {
    check(
        "a.js",
        r#"
        if (a) b(); else if (c) { d(); } else { let e = 1; f(e); }
        if (!ok(path)) throw new Error("no");
        "#,
        r#"
        module:
          if @a:
            @b()
          else:
            if @c:
              @d()
            else:
              e = 1
              @f(e)
          if !@ok(@path):
            throw new @Error("no")
        "#,
    );
}

#[test]
fn every_loop_is_a_loop() {
    check(
        "a.js",
        "
        for (let i = 0, n = a.length; i < n; i++) { use(a[i]); }
        for (;;) { break; }
        for (const key in table) use(key);
        for (const [k, v] of Object.entries(table)) use(k, v);
        for (x.y of list) continue;
        while (more()) step();
        outer: do { inner: for (var z of zs) { continue outer; } } while (again());
        ",
        "
        module:
          i = 0
          n = @a.length
          loop while (i < n):
            @use(@a[i])
            i = (i - 1)
          loop:
            break
          loop key in keys of @table:
            @use(key)
          loop [k, v] in @Object.entries(@table):
            @use(k, v)
          loop @x.y in @list:
            continue
          loop while @more():
            @step()
          loop:
            loop z in @zs:
              continue
            if @again():
            else:
              break
        ",
    );
}

#[test]
fn awaiting_each_is_a_loop() {
    check(
        "a.js",
        "
        async function f() { for await (const chunk of stream) use(chunk); }
        ",
        "
        module:
          f = fn1
        fn1 f(receiver this) async:
          loop chunk in @stream:
            @use(chunk)
        ",
    );
}

#[test]
fn what_happens_in_a_condition_happens_in_the_rounds() {
    check(
        "a.js",
        "
        while (line = next(), line) use(line);
        for (; a(), b; ) c();
        ",
        "
        module:
          loop:
            @line = @next()
            if @line:
            else:
              break
            @use(@line)
          loop:
            @a()
            if @b:
            else:
              break
            @c()
        ",
    );
}

#[test]
fn a_case_falls_through_unless_it_ends() {
    check(
        "a.js",
        r#"
        switch (name) {
          case "a":
          case "b": { run(); break; }
          case "c": run();
          default: return other();
        }
        "#,
        r#"
        module:
          switch @name:
            case "a" falls:
            case "b":
              @run()
              break
            case "c" falls:
              @run()
            default:
              return @other()
        "#,
    );
}

#[test]
fn a_try_has_handlers() {
    check(
        "a.js",
        "
        try { a(); } catch ({ message }) { log(message); } finally { b(); }
        try { c(); } catch { d(); }
        try { e(); } catch (error) { throw error; }
        ",
        "
        module:
          try:
            @a()
          catch (error):
            {message: message} = (error)
            @log(message)
          finally:
            @b()
          try:
            @c()
          catch:
            @d()
          try:
            @e()
          catch error:
            throw error
        ",
    );
}

#[test]
fn leaving_the_process_is_leaving_the_function() {
    check(
        "a.js",
        "
        if (!token) process.exit(1);
        ",
        "
        module:
          if !@token:
            throw @process.exit(1)
        ",
    );
}

#[test]
fn with_is_a_gap() {
    check(
        "a.js",
        "
        with (object) { run(name); }
        ",
        "
        module:
          @object
          @run(@name)
        gap construct at 2:9
        ",
    );
}

#[test]
fn resources_are_variables() {
    check(
        "a.js",
        "
        using file = open(path);
        await using db = connect();
        ",
        "
        module:
          file = @open(@path)
          db = @connect()
        ",
    );
}
