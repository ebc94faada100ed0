use super::*;

/// What one line says, in one line: what, where, who, when.
#[track_caller]
fn said(lines: &[&str]) -> Vec<String> {
    let text = lines.join("\n");
    let mut all = Vec::new();
    each(text.as_bytes(), &mut |number, said| {
        all.push(match said {
            Said::Seen(seen) => {
                let name = |name: Option<String>| name.unwrap_or_else(|| "-".into());
                let at = seen.when.at.map_or_else(|| "-".into(), |at| at.to_string());
                let what = format!("{:?}", seen.what).to_lowercase();
                let (source, user) = (name(seen.source), name(seen.user));
                format!("{number} {what} {} {source} {user} {at}", seen.to)
            }
            Said::Nothing => format!("{number} nothing"),
            Said::Unread(why) => format!("{number} unread: {}", why.words()),
        });
    })
    .unwrap();
    all
}

#[test]
fn every_form_of_a_line_is_read() {
    let found = said(&[
        "1795338000.120 231 10.1.0.5 TCP_TUNNEL/200 5120 CONNECT a.example:443 ann HIER_DIRECT/1 -",
        r#"10.1.0.11 - cyd [20/Nov/2026:10:00:00 +0100] "GET http://b.example/mcp?k=v HTTP/1.1" 200 5 "-" "x""#,
        r#"c.example:8443 10.1.0.12 - - [20/Nov/2026:10:00:07 +0100] "POST /mcp HTTP/1.1" 200 5"#,
        r#"[2026-11-20T10:01:00.123Z] "POST /mcp HTTP/2" 200 - 1 4 3 2 "10.1.0.9, 10.2.0.1" "x" "id" "d.example" "1:443""#,
        "Nov 20 10:02:00 router dnsmasq[8]: 77 10.1.0.5/999 query[A] e.example from 10.1.0.5",
        "Nov 20 10:02:00 router dnsmasq[8]: reply e.example is 203.0.113.7",
        "20-Nov-2026 10:03:00.1 queries: info: client @0x7 10.1.0.16#5 (F.example): query: F.example IN A + (1)",
        "something else",
    ]);
    assert_eq!(
        found,
        [
            "1 connection a.example 10.1.0.5 ann 2026-11-22T09:00:00.12Z",
            "2 request b.example/mcp 10.1.0.11 cyd 2026-11-20T09:00:00Z",
            "3 request c.example:8443/mcp 10.1.0.12 - 2026-11-20T09:00:07Z",
            "4 request d.example/mcp 10.1.0.9 - 2026-11-20T10:01:00.123Z",
            "5 lookup e.example 10.1.0.5 - -",
            "6 nothing",
            "7 lookup f.example 10.1.0.16 - -",
            "8 unread: in no form that is known",
        ]
    );
}

#[test]
fn tables_and_json_are_read_by_the_names_of_their_values() {
    let found = said(&[
        "#Fields: date time c-ip cs-username cs-method cs-host cs-uri-path cs-uri-port cs(User-Agent)",
        r#"2026-11-20 10:07:00 10.1.0.2 eve GET a.example /sse 8443 "agent 1.0""#,
        r#"2026-11-20 10:07:00 10.1.0.2 eve CONNECT a.example - 443 "agent 1.0""#,
        "2026-11-20 10:07:00 10.1.0.2",
        r#"{"@timestamp":"2026-11-20T10:07:00Z","url":{"full":"https://u:p@b.example/mcp?key=1"},"source":{"ip":"10.1.0.3"},"user":{"name":"eve"}}"#,
        r#"{"ts":1795338000,"id.orig_h":"10.1.0.4","id.resp_h":"203.0.113.1","id.resp_p":8443}"#,
        r#"{"timestamp":"2026-11-20T10:05:00.5+0000","tls":{"sni":"c.example"}}"#,
        r#"{"event_type":"stats"}"#,
        "{",
    ]);
    assert_eq!(
        found,
        [
            "1 nothing",
            "2 request a.example:8443/sse 10.1.0.2 eve 2026-11-20T10:07:00Z",
            "3 connection a.example 10.1.0.2 eve 2026-11-20T10:07:00Z",
            "4 unread: not as many columns as the header",
            "5 request b.example/mcp 10.1.0.3 eve 2026-11-20T10:07:00Z",
            "6 connection 203.0.113.1:8443 10.1.0.4 - 2026-11-22T09:00:00Z",
            "7 connection c.example - - 2026-11-20T10:05:00.5Z",
            "8 unread: does not say to which host",
            "9 unread: in no form that is known",
        ]
    );
    let found = said(&[
        "time,url,login",
        "2026-11-20 10:00:00,\"a.example/mcp\",\"eve, of sales\"",
        "1,\"cut",
    ]);
    assert_eq!(found[1], "2 request a.example/mcp - eve, of sales -");
    assert_eq!(found[2], "3 unread: not as many columns as the header");
}

#[test]
fn a_line_that_is_too_long_or_no_text_is_told_and_the_next_is_read() {
    let mut log = vec![b'a'; MOST_LINE + 1];
    log.extend(b"\n\xff\xfe\n1795338000.1 1 s T/200 1 CONNECT a.example:443 - - -");
    let mut all = Vec::new();
    each(&log[..], &mut |number, said| all.push((number, said))).unwrap();
    assert_eq!(all[0], (1, Said::Unread(Why::TooLong)));
    assert_eq!(all[1], (2, Said::Unread(Why::NoText)));
    assert!(matches!(&all[2], (3, Said::Seen(_))));
}

#[test]
fn what_a_client_writes_does_not_make_its_line_say_nothing() {
    let line = r#"10.1.0.11 - - [20/Nov/2026:10:00:00 +0100] "GET http://b.example/mcp HTTP/1.1" 200 5 "-" "dnsmasq[1]: reply""#;
    assert_eq!(said(&[line])[0], "1 request b.example/mcp 10.1.0.11 - 2026-11-20T09:00:00Z");
}

#[test]
fn of_a_query_the_names_of_its_fields_are_kept() {
    let fields = |url: &str| To::from_url(url).unwrap().fields;
    assert_eq!(fields("http://a.example/x?b=1&a=%20&b=2&na%6de=3#c=4"), ["a", "b", "name"]);
    assert_eq!(fields("http://a.example?a=1"), ["a"]);
    // What has no value may be one.
    assert_eq!(fields("http://a.example/x?k-4711&empty=&=nameless"), [""; 0]);
    assert_eq!(fields("http://a.example/x"), [""; 0]);
    let line = "1795169813.000 3 10.1.0.11 TCP_MISS/200 2 GET http://a.example/mcp?q=1 - NONE/- -";
    let Said::Seen(seen) = Log::default().line(line.as_bytes()) else { panic!("it can be read") };
    assert_eq!((seen.to.to_string(), seen.to.fields), ("a.example/mcp".into(), vec!["q".into()]));
}

#[test]
fn a_place_is_taken_for_an_endpoint_by_its_path_its_metadata_a_catalog_or_its_name() {
    let listed = |host: &str| host == "listed.example";
    let of = |url: &str| {
        let to = To::from_url(url).unwrap();
        sign(&to, &listed).map(|(sign, to)| (sign, to.to_string()))
    };
    let is = |sign, text: &str| Some((sign, text.to_owned()));
    assert_eq!(of("https://a.example/v1/mcp/?x"), is(Sign::Path, "a.example/v1/mcp"));
    assert_eq!(of("http://a.example:81/sse"), is(Sign::Path, "a.example:81/sse"));
    let metadata = "https://a.example/.well-known/oauth-protected-resource";
    assert_eq!(of(metadata), is(Sign::Metadata, "a.example"));
    assert_eq!(of(&format!("{metadata}/v1/mcp")), is(Sign::Metadata, "a.example/v1/mcp"));
    assert_eq!(of("https://listed.example/x"), is(Sign::Listed, "listed.example"));
    assert_eq!(of("https://api-mcp.a.example/x"), is(Sign::Name, "api-mcp.a.example"));
    for other in ["https://a.example/mcp-news", "https://mcpherson.example/", "https://a.mcp/x"] {
        assert_eq!(of(other), None, "{other}");
    }
}

fn tally(known: &[(&str, &str)], lines: &[(&str, &str)]) -> Tally {
    let known = known
        .iter()
        .map(|(id, url)| Known { id: (*id).to_owned(), to: To::from_url(url).unwrap() });
    let mut tally = Tally::new(known.collect(), &["10.0.0.9".into(), "gw.example".into()], &[]);
    for (number, (source, target)) in (1..).zip(lines) {
        let line = format!("1795338000.1 1 {source} T/200 1 {target} - - -");
        tally.note("log", number, Log::default().line(line.as_bytes()));
    }
    tally
}

#[test]
fn hosts_alone_and_whole_urls_of_one_endpoint_are_one() {
    let found = tally(
        &[("a", "https://a.example/mcp"), ("b", "https://a.example/b/mcp")],
        &[
            ("s", "CONNECT a.example:443"),
            ("s", "GET https://a.example/b/mcp"),
            ("s", "GET https://a.example/page"),
            ("10.0.0.9", "GET https://a.example/mcp"),
            ("s", "GET https://a.example:8443/mcp"),
            ("s", "CONNECT gw.example:443"),
            ("s", "CONNECT mcp.c.example:443"),
            ("t", "POST https://mcp.c.example/mcp"),
        ],
    );
    let servers: Vec<_> = found
        .servers
        .iter()
        .map(|(ids, one)| (ids.join("+"), one.connections, one.through_gateway))
        .collect();
    assert_eq!(servers, [("a".into(), 1, 1), ("a+b".into(), 1, 0), ("b".into(), 1, 0)]);
    let unknown: Vec<_> = found
        .unknown()
        .into_iter()
        .map(|(to, one)| (to.to_string(), one.connections, one.lines.len()))
        .collect();
    assert_eq!(unknown, [("a.example:8443/mcp".into(), 1, 1), ("mcp.c.example/mcp".into(), 2, 2)]);
    assert_eq!((found.connections, found.through_gateway, found.to_gateways), (6, 1, 1));
}

#[test]
fn memory_does_not_grow_with_the_number_of_endpoints_and_what_is_left_out_is_counted() {
    let mut found = Tally::new(Vec::new(), &[], &[]);
    for number in 0..10_050_u64 {
        let line = format!("1795338000.1 1 s T/200 1 CONNECT mcp.h{number}.example:443 - - -");
        found.note("log", number + 1, Log::default().line(line.as_bytes()));
    }
    assert_eq!((found.unknown().len(), found.left_out), (10_000, 50));
    assert_eq!(found.connections, 10_050);
}
