use proptest::prelude::*;

use super::*;

fn hosts(of: &[&str]) -> Hosts {
    let of: Vec<String> = of.iter().map(|it| (*it).to_owned()).collect();
    Hosts::read(&of, None, None, false).expect("hosts")
}

// A URL leads nowhere else, whoever reads it.
#[test]
fn no_form_of_a_url_leads_elsewhere() {
    let hosts = hosts(&["*.example.com", "api.github.com"]);
    let hostile = [
        "https://evil.test/",
        "https://example.com/",
        "https://example.com.evil.test/",
        "https://evilexample.com/",
        "https://api.github.com@evil.test/",
        "https://api.github.com:443@evil.test/",
        "https://evil.test\\@api.github.com/",
        "https://api.github.com\\@evil.test/",
        "https://evil.test#@api.github.com/",
        "https:\\\\evil.test/",
        "https:/api.github.com/",
        "https:///api.github.com/",
        "https:api.github.com/",
        "//api.github.com/",
        "api.github.com",
        "/path",
        "",
        "https://api.github.com%2f@evil.test/",
        "https://api.github.com%00.evil.test/",
        "https://api.githu%62.com/",
        "https://api.github.com:8080/",
        "https://api.github.com:0443/",
        "ftp://api.github.com/",
        "file://api.github.com/etc",
        "javascript://api.github.com/%0aalert(1)",
        " https://api.github.com/",
        "https://api.github.com/\n",
        "ht\ttps://api.github.com/",
        "https://api.github\u{200d}.com/",
        "https://api。evil。test/",
        "https://apí.github.com/",
        "https://api.github.com..evil.test/",
        "https://.example.com/",
        "https://api.github.com../",
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[::1]/",
        "https%3A%2F%2Fevil.test",
        "data:text/html,x",
        "https://user:pass@api.github.com/",
        "https://api.github.com;@evil.test/",
        "https://x.example.com&@evil.test",
        "aHR0cHM6Ly9ldmlsLnRlc3Q=",
        "https://faß.example.com/",
        "https://a\u{ad}pi.github.com/",
        "blob:https://api.github.com/x",
        "https://api.github.com|evil.test/",
    ];
    for url in hostile {
        assert!(!hosts.hold(url), "{url:?}");
    }
}

#[test]
fn ordinary_urls_pass() {
    let hosts = hosts(&["*.example.com", "api.github.com", "*.bücher.example"]);
    let good = [
        "https://api.github.com",
        "https://api.github.com/repos/a/b?x=1&y=a%20b#top",
        "HTTPS://API.GitHub.com/",
        "http://a.example.com/",
        "https://a.b.example.com:443/",
        "https://api.github.com./x",
        "https://api.github.com/?next=https%3A%2F%2Fother.test%2Fa",
        "https://www.bücher.example/",
        "https://www.xn--bcher-kva.example/",
        "https://api.github.com/search?q=user:ann+a@b.test",
    ];
    for url in good {
        assert!(hosts.hold(url), "{url:?}");
    }
}

// The own network and the metadata of clouds are not reached by a pattern for everything.
#[test]
fn private_addresses_are_refused_in_every_notation() {
    let any = hosts(&["*"]);
    let hostile = [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://127.000.000.001/",
        "http://0/",
        "http://0.0.0.0/",
        "http://10.0.0.1/",
        "http://172.16.0.1/",
        "http://192.168.1.1/",
        "http://100.64.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://2852039166/",
        "http://0xa9fea9fe/",
        "http://168.63.129.16/",
        "http://[::1]/",
        "http://[::]/",
        "http://[fd00::1]/",
        "http://[fe80::1]/",
        "http://[::ffff:169.254.169.254]/",
        "http://[::ffff:a9fe:a9fe]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://[2002:a9fe:a9fe::1]/",
        "http://[fd00:ec2::254]/",
        "http://localhost/",
        "http://LOCALHOST./",
        "http://x.localhost/",
        "http://metadata/",
        "http://metadata.google.internal/",
        "http://printer.local/",
        "http://10.0.0.1.nip.io/",
        "http://10-0-0-1.sslip.io/",
        "http://①②⑦.0.0.1/",
        "http://[fe80::1%25eth0]/",
        "http://255.255.255.255/",
        "http://224.0.0.1/",
        "http://198.18.0.1/",
        "http://[::127.0.0.1]/",
        "http://[0:0:0:0:0:0:0:1]/",
        "http://192.168.1.1.:80/",
        "http://app-127-0-0-1.nip.io/",
    ];
    for url in hostile {
        assert!(!any.hold(url), "{url:?}");
    }
    for url in ["http://example.org/", "http://93.184.215.14/", "http://[2606:4700::1111]/"] {
        assert!(any.hold(url), "{url:?}");
    }
    let own = Hosts::read(&["10.0.0.1".to_owned()], None, Some(&[80, 8080]), true);
    let own = own.expect("hosts");
    assert!(own.hold("http://10.0.0.1:8080/") && !own.hold("http://10.0.0.2/"));
    assert!(!own.hold("https://10.0.0.1/"), "443 is none of the ports");
}

#[test]
fn every_url_of_a_text_is_looked_at() {
    let hosts = hosts(&["*.example.com"]);
    for text in [
        "no address at all",
        "see https://a.example.com/x, please",
        "[a](https://a.example.com/a) and <https://b.example.com>",
        "either/or, a//b, 12:30",
    ] {
        assert!(hosts.hold_all(text), "{text:?}");
    }
    for text in [
        "see https://a.example.com/x and https://evil.test/",
        "![x](https://evil.test/a.png)",
        "<img src=//evil.test/x>",
        "go to www.evil.test now",
        "https:/evil.test/x",
        "https%3A%2F%2Fevil.test%2Fx",
        "https://a.example.com@evil.test/",
        "x=ftp://evil.test",
        "HTTPS://EVIL.test",
        "https:\\\\evil.test",
        "\\\\evil.test\\share",
        "(//evil.test/a)",
        "{\"url\": \"https:\\/\\/evil.test\"}",
        "ｈttps://evil.test",
        "https://a.example.com/x\u{200b}https://evil.test",
        "https://a.example.com,https://evil.test",
        "1https://evil.test",
        "https:///evil.test/",
        "ws://evil.test/",
        "app+x://evil.test/",
        "see:https://evil.test/",
    ] {
        assert!(!hosts.hold_all(text), "{text:?}");
    }
    let many = "https://a.example.com ".repeat(MOST_URLS + 1);
    assert!(!hosts.hold_all(&many));
}

#[test]
fn settings_that_mean_nothing_are_refused() {
    for host in ["", "*.", "a b", "*.10.0.0.1", "https://example.com", "*example.com"] {
        let read = Hosts::read(&[host.to_owned()], None, None, false);
        assert!(read.is_none(), "{host:?} {read:?}");
    }
    assert!(Hosts::read(&[], None, None, false).is_none());
}

proptest! {
    // What passes is under the domain, for a reader that splits text as well.
    #[test]
    fn what_passes_is_under_the_domain(
        url in "https?:[/\\\\]{0,3}([a-z@:.#?%/\\\\]|a\\.example\\.com|evil\\.test){0,6}"
    ) {
        if hosts(&["*.example.com"]).hold(&url) {
            let rest = url.split("://").nth(1).unwrap_or_default();
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            let host = host.split(':').next().unwrap_or_default().trim_end_matches('.');
            prop_assert!(host.ends_with(".example.com"), "{}", url);
        }
    }

    #[test]
    fn what_has_no_sign_of_a_url_has_none(text in "([a-zW. ]|www\\.|WwW\\.|https?:|//|\\\\|\u{e4}){0,8}") {
        prop_assert!(may_have_urls(&text) || next_url(&text).is_none(), "{}", text);
    }
}
