//! R52, through the gateway: what named people have not approved for what it is used for is
//! neither listed nor called.

use std::time::Duration;

use serde_json::json;
use warden_testkit::{
    TestHome,
    gateway::{Gateway, upstream::Upstream, visitor::Visitor},
};

use crate::{SANDBOX, approved, by, request, sign};

/// A look is taken every second.
const SOON: Duration = Duration::from_secs(30);

fn served(home: &TestHome, upstream: &Upstream, environment: &str) -> Gateway {
    drop(home.run(["approve", "clock", "--by", "ann", "--yes"]).success());
    let text = format!(
        "listen = \"127.0.0.1:0\"\nthreads = 2\npolicy = \"open\"\n[certificates]\napproved = true\n\
         [[server]]\nname = \"clock\"\ncertified = \"clock\"\nenvironment = \"{environment}\"\n\
         share = \"all\"\n\
         [[server]]\nname = \"other\"\nurl = \"{}\"\nshare = \"all\"\n",
        upstream.url()
    );
    home.write("gateway.toml", text);
    Gateway::approve(home, "other");
    Gateway::serve(home)
}

#[test]
fn what_is_approved_is_listed_until_it_is_taken_back() {
    let home = approved();
    let upstream = Upstream::legacy(&[]);
    let gateway = served(&home, &upstream, "sandbox");
    let visitor = Visitor::modern(gateway.address());
    assert_eq!(visitor.list("tools"), ["clock__now"]);
    assert_eq!(visitor.call("clock__now", &json!({})).code(), None);
    // Nobody has certified the other one, and so nobody has approved it.
    let refused = visitor.call("other__echo", &json!({"word": "x"}));
    assert_eq!(refused.reason(), Some("not-certified".into()));
    drop(by(&home, "ann", &["withdraw", "--reason", "a leak"]).success());
    visitor.await_tools(SOON, <[String]>::is_empty);
    let refused = visitor.call("clock__now", &json!({}));
    assert_eq!(refused.reason(), Some("certificate-not-approved-here".into()));
    gateway.await_said("does not count as certified any more: certificate-not-approved-here", 1);
    // It comes back when somebody asks again and somebody else says yes again.
    request(&home, "mia", SANDBOX);
    drop(sign(&home, "ann", "approve").success());
    visitor.await_tools(SOON, |names| names == ["clock__now"]);
    drop(gateway.stop());
}

#[test]
fn what_is_approved_for_a_sandbox_is_not_there_in_production() {
    let home = approved();
    let upstream = Upstream::legacy(&[]);
    let gateway = served(&home, &upstream, "production");
    let visitor = Visitor::modern(gateway.address());
    assert_eq!(visitor.list("tools"), Vec::<String>::new());
    let refused = visitor.call("clock__now", &json!({}));
    assert_eq!(refused.reason(), Some("certificate-not-approved-here".into()));
    drop(gateway.stop());
}
