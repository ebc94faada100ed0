//! A gateway whose certificates come in a bundle, and what it does with `clock`.

use std::{path::PathBuf, time::Duration};

use warden_testkit::{
    TestHome,
    gateway::{Gateway, visitor::Visitor},
};

use crate::parts;

/// Makes the next bundle, where the gateway looks for it.
#[track_caller]
pub(crate) fn make(home: &TestHome) -> PathBuf {
    parts::make(home, place(home))
}

/// A gateway that serves `clock` by the bundle, with more lines about certificates, and about the
/// server. How often somebody may call is not limited, since the tests ask until something changes.
pub(crate) fn serve(home: &TestHome, certificates: &str, server: &str) -> Gateway {
    let text = format!(
        "listen = \"127.0.0.1:0\"\nthreads = 2\npolicy = \"open\"\n\
         [certificates]\n{certificates}\nbundle = \"{}\"\n\
         [[server]]\nname = \"clock\"\ncertified = \"clock\"\n{server}\nshare = \"all\"\n",
        place(home).display()
    );
    home.write("gateway.toml", text);
    Gateway::serve(home)
}

/// Waits until a call is answered as it should be: a look is taken every second.
#[track_caller]
pub(crate) fn await_call(visitor: &Visitor, reason: Option<&str>) {
    visitor.await_reason(Duration::from_secs(30), "clock__now", reason);
}

/// Waits until the list is as it should be, for less than a look at a server's list is believed.
#[track_caller]
pub(crate) fn await_list(visitor: &Visitor, right: &[&str]) {
    visitor.await_tools(Duration::from_secs(15), |names| names == right);
}

fn place(home: &TestHome) -> PathBuf {
    home.work().join("certificates.bundle")
}
