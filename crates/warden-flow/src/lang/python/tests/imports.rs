//! Modules, and names asked for by name.

use super::check;

#[test]
fn a_module_binds_its_first_name_and_loads_the_whole_path() {
    check(
        "
import os, sys
import a.b.c
import numpy as np, x.y as z
",
        r#"
module:
  os = import("os")
  sys = import("sys")
  import("a.b.c")
  a = import("a")
  np = import("numpy")
  z = import("x.y")
"#,
    );
}

#[test]
fn names_are_members_of_the_module_they_come_from() {
    check(
        "
from subprocess import run, Popen as P
from . import x
from .util import (helper as h,)
from ..pkg.deep import other
from __future__ import annotations
",
        r#"
module:
  run = import("subprocess").run
  P = import("subprocess").Popen
  x = import(".").x
  h = import(".util").helper
  other = import("..pkg.deep").other
"#,
    );
}

#[test]
fn a_star_gives_everything_away_again() {
    check(
        "
from .base import *
use(run)
",
        r#"
module:
  import(".base")
  @use(@run)
exports all of import(".base")
"#,
    );
}

#[test]
fn modules_can_be_imported_by_a_call() {
    check(
        r#"
a = __import__("os")
b = __import__("os.path").path
c = __import__("a.b", fromlist=["x"])
d = importlib.import_module(".x", package=__package__)
e = import_module(name())
"#,
        r#"
module:
  a = import("os")
  import("os.path")
  b = import("os").path
  c = import("a.b")
  d = import(".x")
  e = import(@name())
"#,
    );
}

#[test]
fn members_can_be_asked_for_by_name() {
    check(
        r#"
getattr(os, "sys" + "tem")(cmd)
getattr(os, name)
getattr(conf, "user", None)
setattr(conf, "user", value)
globals()["ev" "al"](code)
os.__dict__["popen"](cmd)
"#,
        "
module:
  @os.system(@cmd)
  @getattr(@os, @name)
  (@conf.user || null)
  @conf.user = @value
  @eval(@code)
  @os.popen(@cmd)
",
    );
}

#[test]
fn homoglyphs_of_an_identifier_are_the_identifier() {
    check(
        r#"
def f(c):
    𝐞𝐱𝐞𝐜(c)
    return ｇetattr(os, "ｓystem")
"#,
        "
module:
  f = fn1
fn1 f(c):
  @exec(c)
  return @os.ｓystem
",
    );
}
