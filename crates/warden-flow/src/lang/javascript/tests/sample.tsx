#!/usr/bin/env node
import fs, { readFile as rf, type Stats } from "node:fs";
import * as path from 'path';
import "side";
import cp = require("child_process");
export * from "./all";
export * as ns from "./ns";
export { a as b, default } from "./other";
export type { T } from "./t";
/** Runs a thing. */
export async function run(name: string, { cwd = ".", ...rest }: Options, kind: "a" | "b" | undefined, ...args: string[]): Promise<void> {
  const out = await cp.exec(`ls ${name} -l` + " x" + 'y', { cwd });
  if (!out) throw new Error("no"); else if (out.a) return out.a ?? 1; else { let q = 3; q++; }
  for (const [k, v] of Object.entries(rest)) { console.log(k, v!); continue; }
  for (var i = 0, n = 3; i < n; i++) fs.readFile(args[i]);
  for (const k in rest) delete rest[k];
  do { x() } while (y());
  switch (kind) { case "a": case "b": foo(); break; default: bar(); }
  try { a?.b?.[0]?.(c) } catch ({ message }) { log(message) } finally { done() }
  return;
}
export default class Foo<T> extends Base.Inner<T> implements I {
  private x = 1;
  static y: string = "s";
  #z = () => this.x;
  handlers = { a: (q: string) => this.run(q) };
  constructor(private readonly db: Db, public n?: number) { super(db); this.n = n; }
  get v(): number { return this.#z(); }
  set v(q) { this.x = q; }
  @Tool({ name: "t" }) async call(@Arg() a: z.infer<typeof S>, b: number | string): Promise<string> { return super.call(a); }
  static { Foo.y = "t"; }
  abstract foo(): void;
}
enum Color { Red, Green = 5, Blue, Name = "n" }
namespace A.B { export const q = 1; export function f() { return q } }
const { p, q: [r, , s = 4], ...others } = obj as any, t = u as T;
export const u = function () { return arguments.length }, w = (e) => ({ e });
label: while (true) { if (a) break label; }
const re = /a\/b[/]/gi, tag = sql`select ${a} from ${b}`, raw = String.raw`\d${x}`;
const f2 = new Map<string, number>(), o = { get g() { return u }, set g(v) {}, m() { return this.m }, ["a" + b]: 1, async *gen() { yield 1; const z = yield* other() }, 'x-y': 2, u, ...rest };
Object.defineProperty(exports, "__esModule", { value: true });
exports.b = exports.a = void 0;
const foo_1 = __importDefault(require("./foo"));
const tslib_1 = require("tslib");
var utils = tslib_1.__importStar(require("./utils"));
Object.defineProperty(exports, "x", { enumerable: true, get: function () { return foo_1.bar; } });
__exportStar(require("./all"), exports);
__createBinding(exports, foo_1, "q", "r");
function run(a) {
    return __awaiter(this, void 0, void 0, function* () {
        const r = yield (0, utils.exec)(a);
        return r;
    });
}
exports.a = run;
const h = (x) => __awaiter(void 0, void 0, void 0, function* () { yield x(); });
server.on("x", (y) => { __awaiter(this, void 0, void 0, function* () { return this.z(yield y) }); });
class K { m() { return __awaiter(this, void 0, void 0, function* () { return this.p; }); } }
module.exports = { ...exports, K };
module.exports.extra = function () {};
import("./dyn").then(m => m.default());
const req = createRequire(import.meta.url); const z = req("zlib");
module["require"]("child_" + "process")["ex\x65c"]("id");
!function(e,t){e?t():e||(a(),b(e)),e&&t.x?(c(1),d(2)):f(),void 0}(this);
var q=(a(),b?(c(),d):e),w=x&&(y(),z);if(a(),b)c();for(;a(),b;)c();while(x=next(),x)d();
function mm(e){return e?(a(),1):e.x?2:(b(),void c())}
const u = e=>(t,n)=>r=>e(t,n,r), v=!0, nn=!1, neg=-1;
if (a) b(); else if (c) d(), e(); else f();
x ??= y; x ||= y; x &&= z; x += "a" + b; x -= 1; x++;
a = b = c;
process.exit(1);
0 && (module.exports = { foo });
new (foo().bar)(1); new X; new a.b.C;
`a${b}c${d+"e"}`; y = `plain`; 
import.meta.url; new.target;
[a, b] = [b, a]; ({ a, b: c.d = 1, ...e } = f);
var fnn = function inner(n) { return inner(n - 1) };
with (o) { p() }
@Component({ selector: "x" })
export class App extends React.Component<Props> {
  /** Renders. */
  @Input() name!: string;
  render() { return <div className="a" {...this.props} onClick={() => go(this.name)}>Hi {name} <Foo.Bar x={1} y/> <></> </div>; }
}
export const C: FC = ({ a }) => <App html={`<b>${a}</b>`}>{a ? <b/> : null}</App>;
function over(a: string): void;
function over(a: number): void;
function over(a: any) { return a satisfies any; }
declare const zz: string;
declare module "x" { export const y: number }
export type X = { a: string }; export interface Y { b: number }
abstract class Z { abstract foo(): void; protected bar?(): void {} static #p = zz; accessor q = 1; readonly r = () => 1 }
const g = f<string>; type U = typeof g; const enum E2 { A = 1 << 2, B }
let { x = 1 } = zz, un; un = <T,>(y: T) => y;
for await (const m of s) m(); 
