//! Code that was written to confuse a reader. What is read of it is not the point: that reading
//! ends, and says what it could not say.

use super::told;

#[test]
fn names_that_stand_for_each_other_come_to_an_end() {
    let text = "
a = b.x
b = a.y
c = {'k': d['k']}
d = {'k': c['k']}
e = f or g
f = e or e
g = f and e
mcp = FastMCP(a)
@mcp.tool(name=a.name, description=c['k'], annotations=e)
def t(x: a, y: c['k'], z: 'z'): ...
";
    assert!(told(&[("s.py", text)]).contains("gap tool-name"));
    let text = "
const a = { ...b, name: b.name }; const b = { ...a, name: a.name };
const s = z.lazy(() => s); const u = z.union([u, u, u, u]); const o = z.object({ o: o, u: u }).extend(o).merge(o);
server.tool(a.name, b, o, a.handler.bind(a.handler));
server.registerTool('t', { inputSchema: o, annotations: a }, async (x) => x);
";
    assert!(told(&[("s.js", text)]).contains("tool t("));
}

#[test]
fn models_that_hold_each_other_come_to_an_end() {
    let mut text = String::from("mcp = FastMCP('x')\n");
    for class in 0..40 {
        text.push_str(&format!("class C{class}(BaseModel, C{}):\n", (class + 1) % 40));
        for field in 0..40 {
            text.push_str(&format!("    f{field}: list[C{}] | None\n", (class * 7 + field) % 40));
        }
    }
    text.push_str("@mcp.tool()\ndef t(x: C0, y: Optional[C1]): ...\n");
    assert!(told(&[("s.py", &text)]).contains("tool t("));
}

#[test]
fn a_class_may_be_its_own_base() {
    let text = "
class A(A): pass
class B(C): name = 'b'
class C(B):
    description = 'c'
    def run(self, arguments): ...
X = Annotated[X, Field(pattern='^x$')]
@mcp.tool
def t(a: A, b: B, x: X): ...
";
    assert!(told(&[("s.py", text)]).contains("tool t("));
}

#[test]
fn ten_thousand_tools_are_ten_thousand_tools() {
    let mut text = String::from("from fastmcp import FastMCP\nmcp = FastMCP('x')\n");
    for tool in 0..10_000 {
        text.push_str(&format!("@mcp.tool\ndef t{tool}(a: str, b: int = 1): ...\n"));
    }
    let told = told(&[("s.py", &text)]);
    assert_eq!(told.lines().filter(|line| line.starts_with("tool ")).count(), 10_000);
}

#[test]
fn deep_descriptions_are_cut() {
    let deep = format!("{}1{}", "{ properties: { a: ".repeat(2000), " } }".repeat(2000));
    let text = format!("const t = {{ name: 'x', description: 'd', inputSchema: {deep} }};");
    assert!(told(&[("s.js", &text)]).starts_with("tool x("));
    let joined = format!("const n = {};", vec!["'a'"; 5000].join(" + "));
    let text = format!("{joined} server.tool(n, {{}}, async () => 1);");
    assert!(told(&[("s.js", &text)]).contains("tool aaaa"));
}

#[test]
fn a_handler_that_nobody_can_see_is_a_gap() {
    let text = "
server.tool('x', {}, globalThis[atob(k)]);
server.setRequestHandler(CallToolRequestSchema, loaded['handler']);
";
    let told = told(&[("s.js", text)]);
    assert!(told.contains("tool x() ->"), "{told}");
    assert_eq!(told.matches("gap tool-handler").count(), 2, "{told}");
}
