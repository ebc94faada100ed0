use warden_flow::{Limits, analyse};
use warden_model::{SourceFile, SourceTree};

use super::*;

/// The posture that one file shows.
fn posture(path: &str, text: &str) -> Posture {
    let file = SourceFile { path: path.to_owned(), bytes: text.as_bytes().to_vec() };
    let tree = SourceTree { name: "x".into(), files: vec![file], ..SourceTree::default() };
    let program = crate::source::program(&tree, Limits::default());
    let analysis = analyse(&program, crate::models::models());
    Posture::of(&Reader::new(&analysis))
}

#[track_caller]
fn check_open(path: &str, text: &str, expected: usize) {
    let found = posture(path, text);
    assert_eq!(found.open_places().len(), expected, "{text}\n{found:#?}");
}

#[test]
fn an_address_is_followed_to_where_it_is_written() {
    check_open("s.py", "host = '0.0.0.0'\nuvicorn.run(app, host=host)", 1);
    check_open("s.py", "uvicorn.run(app, host=os.environ.get('HOST') or '::')", 1);
    check_open("s.py", "uvicorn.run(app)", 0);
    check_open("s.py", "HTTPServer(('', 8000), Handler).serve_forever()", 1);
    check_open("s.js", "const h = '127.0.0.1'; app.listen(3000, h)", 0);
    check_open("s.js", "app.listen({ port, host: flag ? '0.0.0.0' : 'localhost' })", 1);
    check_open("s.js", "app.listen('/run/mcp.sock'); emitter.listen(() => 1); app.listen(0)", 0);
    check_open("s.go", "package p\nfunc f() { http.ListenAndServe(\":\"+port, nil) }", 1);
    check_open("s.go", "package p\nvar s = &http.Server{Addr: \"127.0.0.1:80\"}", 0);
}

#[test]
fn defaults_of_settings_count_where_something_listens() {
    let setting = "parser.add_argument('--host', default='0.0.0.0')";
    check_open("s.py", setting, 0);
    check_open("s.py", &format!("{setting}\nuvicorn.run(app, host=args.host)"), 1);
    for name in ["db_host", "allowed_hosts", "proxy_host", "target_address"] {
        check_open("s.py", &format!("{name} = '0.0.0.0'\nuvicorn.run(app)"), 0);
    }
    for name in ["MCP_HOST", "bind_addr", "server_host", "listen_address", "HOST"] {
        check_open("s.py", &format!("{name} = '0.0.0.0'\nuvicorn.run(app)"), 1);
    }
}

#[test]
fn asking_who_calls_is_told_from_saying_who_one_is() {
    let asks = |path: &str, text: &str| posture(path, text).authenticates();
    assert!(asks("s.py", "if request.headers.get('Authorization') != key: deny()"));
    assert!(asks("s.py", "mcp = FastMCP('x', auth=provider)"));
    assert!(!asks("s.py", "auth = None\nif on:\n    auth = make()\nmcp = FastMCP('x', auth=auth)"));
    assert!(!asks("s.py", "headers['Authorization'] = token"));
    assert!(!asks("s.py", "requests.get(url, auth=(user, password))"));
    assert!(asks("s.js", "app.use(requireAuth)"));
    assert!(asks("s.js", "const t = req.headers['x-api-key'];"));
    assert!(!asks("s.js", "fetch(url, { headers: { Authorization: token } }); refreshToken();"));
    assert!(asks("s.go", "package p\nfunc f() { k := r.Header.Get(\"X-API-Key\") }"));
    assert!(!asks("s.go", "package p\nfunc f() { req.Header.Set(\"Authorization\", t) }"));
}

#[test]
fn a_condition_makes_an_unchecked_certificate_milder() {
    let found =
        posture("s.py", "if insecure:\n    requests.get(u, verify=False)\nget(u, verify=False)");
    let conditional: Vec<bool> = found.unchecked.iter().map(|one| one.conditional).collect();
    assert_eq!(conditional, [true, false]);
    let other = "jwt.decode(t, verify=False)\nparser.add_argument('--x', verify=False)";
    assert!(posture("s.py", other).unchecked.is_empty());
}

#[test]
fn an_adapter_that_is_made_under_a_condition_is_conditional() {
    let adapter = "class Loose(HTTPAdapter):\n    def send(self, r):\n        return super().send(r, verify=False)\n";
    let conditional = |rest: &str| {
        let found = posture("s.py", &format!("{adapter}{rest}"));
        found.unchecked.iter().map(|one| one.conditional).collect::<Vec<bool>>()
    };
    assert_eq!(
        conditional("def f(s, on):\n    if not on:\n        s.mount('/', Loose())\n"),
        [true]
    );
    assert_eq!(conditional("def f(s):\n    s.mount('/', Loose())\n"), [false]);
    assert_eq!(conditional(""), [false]);
}

#[test]
fn the_network_is_a_choice_where_pipes_are_served_as_well() {
    let pipes = |path: &str, text: &str| posture(path, text).pipes;
    assert!(pipes("s.js", "await server.connect(new StdioServerTransport())"));
    assert!(pipes("s.py", "transport = os.getenv('MCP_TRANSPORT', 'stdio')"));
    assert!(pipes("s.py", "from fastmcp import FastMCP\nmcp = FastMCP('x')\nmcp.run()"));
    assert!(pipes("s.go", "package p\nfunc f() { server.ServeStdio(s) }"));
    assert!(!pipes(
        "s.py",
        "from fastmcp import FastMCP\nmcp = FastMCP('x')\nmcp.run(transport='http')"
    ));
    assert!(!pipes(
        "s.js",
        "const client = new StdioClientTransport({ command }); app.listen(3000)"
    ));
    assert_eq!(Posture::default().chosen(Severity::High), Severity::High);
    let chosen = Posture { pipes: true, ..Posture::default() };
    assert_eq!(chosen.chosen(Severity::Critical), Severity::High);
    assert_eq!(chosen.chosen(Severity::Low), Severity::Low);
}

/// A class that looks at `Host`, with what its constructor says of the switch.
fn library(says: &str) -> String {
    format!(
        "export class Transport {{\n  constructor(options) {{ {says} }}\n  handle(req) {{ return \
         this._checkHost && !this._hosts.includes(req.headers.host); }}\n}}\n"
    )
}

#[test]
fn a_switch_that_a_library_leaves_off_is_told_from_one_that_it_sets() {
    let off = |text: &str| posture("lib.js", text).unasked.len();
    for says in [
        "this._checkHost = options.checkHost ?? false;",
        "this._checkHost = (_a = options.checkHost) !== null && _a !== void 0 ? _a : false;",
        "this._checkHost = options.checkHost;",
        "this.options = options || { checkHost: false };",
        "const { checkHost = false } = options; this._checkHost = checkHost;",
    ] {
        assert_eq!(off(&library(says)), 1, "{says}");
    }
    for says in [
        "this._checkHost = options.checkHost ?? true;",
        "this._checkHost = options.checkHost !== false;",
        "this.options = options || { checkHost: true };",
        "this._noHostCheck = options.noHostCheck ?? false;",
    ] {
        assert_eq!(off(&library(says)), 0, "{says}");
    }
}

#[test]
fn a_switch_is_no_matter_where_something_else_looks() {
    let off = |text: &str| posture("lib.js", text).unasked.len();
    let class = library("this._checkHost = options.checkHost ?? false;");
    assert_eq!(off(&class.replace("export ", "")), 0, "nobody else can make one");
    assert_eq!(off(&class.replace("req.headers.host", "req.headers.accept")), 0);
    let guard = "export function guard(hosts) { return (req, res, next) => { if (hosts.includes(req.headers.host)) next(); }; }\n";
    let named = "export const local = () => guard(['localhost']);\n";
    assert_eq!(off(&format!("{class}{guard}")), 1, "it is there, and nothing uses it");
    assert_eq!(off(&format!("{class}{guard}app.use(guard(['localhost']));")), 0);
    assert_eq!(off(&format!("{class}{guard}{named}app.use(local());")), 0);
    assert_eq!(off(&format!("{class}{guard}app.use(express.json());")), 1);
}

/// What is shared in a program that imports what it needs.
fn shared(text: &str) -> Vec<SharedWhat> {
    posture("s.js", text).shared.iter().map(|shared| shared.what).collect()
}

#[test]
fn a_server_that_is_made_once_is_told_from_one_for_each_request() {
    let once = "const server = new McpServer(info);\n";
    let connect = "const t = new SSEServerTransport('/m', res); await server.connect(t);";
    let handler = |body: &str| format!("app.get('/sse', async (req, res) => {{ {body} }});\n");
    assert_eq!(shared(&format!("{once}{}", handler(connect))), [SharedWhat::Server]);
    let made = "function make() { return new McpServer(info); }\n";
    let by_function = format!("{made}const server = make();\n{}", handler(connect));
    assert_eq!(shared(&by_function), [SharedWhat::Server]);
    let called =
        format!("{once}async function open(res) {{ {connect} }}\n{}", handler("await open(res);"));
    assert_eq!(shared(&called), [SharedWhat::Server]);
    for clean in [
        handler(&format!("{once}{connect}")),
        format!("{made}{}", handler(&format!("const server = make(); {connect}"))),
        format!("{once}{}", handler(&format!("await server.close(); {connect}"))),
        format!("{once}{}", handler(&format!("if (!server.isConnected()) {{ {connect} }}"))),
        format!("{once}async function main(res) {{ {connect} }}\nmain(res);"),
        format!("{once}await server.connect(new StdioServerTransport());"),
    ] {
        assert_eq!(shared(&clean), [], "{clean}");
    }
}

#[test]
fn tables_and_closing_make_a_shared_server_milder() {
    let program = |more: &str| {
        format!(
            "const server = new Server(info);\napp.post('/mcp', async (req, res) => {{ \
             const t = new StreamableHTTPServerTransport({{ sessionIdGenerator: make }}); {more} \
             await server.connect(t); }});"
        )
    };
    assert_eq!(shared(&program("")), [SharedWhat::Server]);
    for more in [
        "transports[t.sessionId] = t;",
        "transports.set(t.sessionId, t);",
        "t.onclose = () => {}; open[1] = t;",
    ] {
        assert_eq!(shared(&program(more)), [SharedWhat::KeptServer], "{more}");
    }
    let after =
        program("").replace("connect(t);", "connect(t); res.on('close', () => server.close());");
    assert_eq!(shared(&after), [SharedWhat::KeptServer]);
}

#[test]
fn one_transport_is_shared_where_it_has_no_sessions() {
    let program = |options: &str| {
        format!(
            "const t = new StreamableHTTPServerTransport({options});\n\
             app.post('/mcp', (req, res) => t.handleRequest(req, res));"
        )
    };
    assert_eq!(shared(&program("{ sessionIdGenerator: undefined }")), [SharedWhat::Transport]);
    assert_eq!(shared(&program("{}")), [SharedWhat::Transport]);
    assert_eq!(shared(&program("{ sessionIdGenerator: () => randomUUID() }")), []);
    assert_eq!(shared(&program("options")), []);
}

#[test]
fn a_protocol_that_lets_go_of_what_it_has_is_told() {
    let class = |first: &str| {
        format!(
            "export class P {{\n connect(transport) {{ {first} this.transport = transport; \
             transport.onmessage = (m) => this.onrequest(m); }}\n \
             onrequest(m) {{ const t = this.transport; t.send(m); }}\n}}"
        )
    };
    assert_eq!(shared(&class("")), [SharedWhat::Protocol]);
    assert_eq!(shared(&class("if (this.transport) throw new Error('taken');")), []);
    assert_eq!(shared(&class("this.close();")), []);
    assert_eq!(shared(&class("").replace("export ", "")), []);
    assert_eq!(shared(&class("").replace("connect(", "constructor(")), []);
}
