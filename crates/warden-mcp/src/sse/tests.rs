use proptest::prelude::*;

use super::*;

fn message(data: &str) -> Event {
    Event { id: None, name: "message".into(), data: data.into(), retry: None }
}

/// Reads `text` in pieces of every size, which must make no difference.
#[track_caller]
fn read(text: &[u8], most: usize) -> (Vec<Result<Event, TooLarge>>, Reader) {
    let pieces = |size: usize| {
        let mut reader = Reader::new(most);
        let seen: Vec<_> = text.chunks(size).flat_map(|piece| reader.feed(piece)).collect();
        (seen, reader)
    };
    let whole = pieces(text.len().max(1));
    for size in 1..text.len().min(40) {
        let (seen, reader) = pieces(size);
        assert_eq!(seen, whole.0, "in pieces of {size}");
        assert_eq!(reader.last_id(), whole.1.last_id());
    }
    whole
}

#[track_caller]
fn check(text: &str, expected: &[Event]) -> Reader {
    let (seen, reader) = read(text.as_bytes(), 1000);
    let seen: Vec<_> = seen.into_iter().map(Result::unwrap).collect();
    assert_eq!(seen, expected);
    reader
}

#[test]
fn every_line_ending_a_mark_and_comments_are_taken() {
    let text = "\u{feff}: hello\r\nevent: endpoint\r\ndata: /m\r\n\r\nid: 1\ndata: a\ndata:b\n\n\
                event: x\n\ndata\r\rdata:  c\n\ndata: cut";
    let endpoint = Event { name: "endpoint".into(), ..message("/m") };
    let first = Event { id: Some("1".into()), ..message("a\nb") };
    let reader = check(text, &[endpoint, first, message(""), message(" c")]);
    assert!(reader.is_inside());
    check("\u{feff}data: a\n\n\u{feff}data: b\n\n", &[message("a")]);
    assert!(!check("data: a\n\n: x\n", &[message("a")]).is_inside());
}

#[test]
fn the_examples_of_the_standard_come_out_as_it_says() {
    check("data: YHOO\ndata: +2\ndata: 10\n\n", &[message("YHOO\n+2\n10")]);
    let first = Event { id: Some("1".into()), ..message("first event") };
    let second = Event { id: Some(String::new()), ..message("second event") };
    let text = ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n";
    check(text, &[first, second, message(" third event")]);
    check("data\n\ndata\ndata\n\ndata:", &[message(""), message("\n")]);
    check("data:test\n\ndata: test\n\n", &[message("test"), message("test")]);
}

#[test]
fn identifiers_last_and_those_with_nul_are_ignored() {
    let first = Event { id: Some("a".into()), ..message("1") };
    let text = "id: a\ndata: 1\n\ndata: 2\n\nid: b\0\ndata: 3\n\n";
    assert_eq!(check(text, &[first, message("2"), message("3")]).last_id(), Some("a"));
    // An event without data still moves the place to resume from; one cut off does not.
    assert_eq!(check("id: a\n\n", &[]).last_id(), Some("a"));
    assert_eq!(check("id: a\ndata: x\n", &[]).last_id(), None);
    assert_eq!(check("id: a\n\nid\n\n", &[]).last_id(), None);
}

#[test]
fn a_time_to_wait_is_digits() {
    let waits = Event { retry: Some(Duration::from_millis(1500)), ..message("x") };
    let reader = check("retry: 1500\ndata: x\n\n", &[waits]);
    assert_eq!(reader.last_retry(), Some(Duration::from_millis(1500)));
    let all = "retry: 20\n\nretry: -1\nretry: 1.5\nretry\nretry: 99999999999999999999999\n\n";
    assert_eq!(check(all, &[]).last_retry(), Some(Duration::from_millis(20)));
}

#[test]
fn an_event_that_is_too_large_is_told_once_and_passed_over() {
    let long = "x".repeat(50);
    let fits = "y".repeat(20);
    let text = format!(
        "data: {fits}\n\ndata: {long}\ndata: more\nid: 9\nevent: z\n\ndata: a\ndata: {fits}\n\n\
         {long}\n\ndata: b\n\n"
    );
    let (seen, reader) = read(text.as_bytes(), 20);
    let expected =
        [Ok(message(&fits)), Err(TooLarge), Err(TooLarge), Err(TooLarge), Ok(message("b"))];
    assert_eq!(seen, expected);
    assert_eq!(reader.last_id(), None);
}

#[test]
fn a_byte_order_mark_does_not_count() {
    let (seen, _) = read("\u{feff}data: xxxx\n\n".as_bytes(), 4);
    assert_eq!(seen, [Ok(message("xxxx"))]);
}

#[test]
fn comments_that_never_end_cost_nothing() {
    let mut reader = Reader::new(100);
    for start in [&b":"[..], b"\n: ", b"\n\n:"] {
        assert_eq!(reader.feed(start), []);
        for _ in 0..1000 {
            assert_eq!(reader.feed(&[b'x'; 1000]), []);
        }
        assert!(reader.line.capacity() < 2000);
    }
    assert_eq!(reader.feed(b"\ndata: a\n\n"), [Ok(message("a"))]);
}

#[test]
fn an_event_that_never_ends_is_not_held() {
    let mut reader = Reader::new(10_000);
    assert_eq!(reader.feed(b"data: "), []);
    let told = (0..1000).flat_map(|_| reader.feed(&[b'x'; 1000])).count();
    assert_eq!(told, 1);
    assert_eq!(reader.line.capacity(), 0);
    let told = (0..1000).flat_map(|_| reader.feed(b"\ndata: yyyyyyyyyyyyyyyyyyyyyyy")).count();
    assert_eq!(told, 0);
    assert_eq!(reader.feed(b"\n\ndata: a\n\n"), [Ok(message("a"))]);
}

#[test]
fn what_is_written_is_the_plain_form() {
    assert_eq!(event(None, None, b"{}"), b"data: {}\n\n");
    assert_eq!(event(Some("1"), Some("x"), b"a\nb"), b"id: 1\nevent: x\ndata: a\ndata: b\n\n");
    assert_eq!(event(Some("a\n\0b"), None, b""), b"id: ab\ndata: \n\n");
    assert_eq!(retry(Duration::from_secs(2)), b"retry: 2000\n\n");
    assert_eq!(comment("a\ndata: b"), b": a\n\n");
    check("data: a\n\n:\n\ndata: b\n\n", &[message("a"), message("b")]);
    assert_eq!(KEEP_ALIVE, b":\n\n");
}

proptest! {
    #[test]
    fn what_was_written_is_read_back(
        all in proptest::collection::vec(
            (proptest::option::of("[a-z0-9 ]{0,5}"), "[a-z]{0,3}", "[a-z\n\r :\\PC]{0,20}"),
            0..5,
        ),
    ) {
        let mut bytes = Vec::new();
        let mut expected = Vec::new();
        for (id, name, data) in all {
            bytes.extend(event(id.as_deref(), Some(&name), data.as_bytes()));
            bytes.extend_from_slice(KEEP_ALIVE);
            let name = if name.is_empty() { "message".into() } else { name };
            let data = data.replace("\r\n", "\n").replace('\r', "\n");
            expected.push(Ok(Event { id, name: name.into(), data: data.into(), retry: None }));
        }
        prop_assert_eq!(read(&bytes, 1000).0, expected);
    }

    #[test]
    fn any_bytes_read_alike_in_any_pieces(
        bytes in proptest::collection::vec(
            prop_oneof![Just(b'\n'), Just(b'\r'), Just(b':'), Just(b'd'), any::<u8>()], 0..60,
        ),
        text in "((data|id|event|retry|:)[: ]{0,2}[0-9a\\x00]{0,3}[\r\n]{1,3}){0,6}",
    ) {
        read(&bytes, 1000);
        read(text.as_bytes(), 1000);
        read(&bytes, 4);
        read(text.as_bytes(), 4);
        for size in [1, 7, 100] {
            let mut reader = Reader::new(8);
            for piece in bytes.chunks(size) {
                reader.feed(piece);
                prop_assert!(reader.line.len() <= 14);
                prop_assert!(reader.data.as_ref().is_none_or(|data| data.len() <= 8));
            }
        }
    }
}
