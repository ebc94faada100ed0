//! What is found, what is not, and what holds for any text. Numbers are made up, or are those that
//! laws, standards and their descriptions print as examples.

mod clean;
mod make;
mod page;
mod terms;

use proptest::prelude::*;

use super::*;
use crate::work;
use make::{Dice, GUARANTEED, worded};

/// The kinds and values that are found.
fn told(text: &str) -> Vec<(String, &str)> {
    let data = personal(text);
    let value = |range| text.get(range).expect("a hit lies between characters");
    data.hits.into_iter().map(|hit| (hit.kind.into_owned(), value(hit.range))).collect()
}

#[track_caller]
fn finds(kind: &str, value: &str, text: &str) {
    assert_eq!(told(text), [(kind.to_owned(), value)], "in {text:?}");
}

#[track_caller]
fn passes(text: &str) {
    assert_eq!(told(text), [], "in {text:?}");
}

// What is joined has one name, and whoever masks the other kind has to know.
#[test]
fn a_hit_says_whether_another_kind_overlaps_it() {
    let hit = |kind: &'static str, class, range| PersonalHit {
        kind: Cow::Borrowed(kind),
        class,
        proof: Proof::Shape,
        range,
        mixed: false,
    };
    let settled = |second| {
        let first = hit("email", DataClass::Confidential, 0..9);
        Found { hits: vec![first, second], ..Found::default() }.settle("0123456789012345").hits
    };
    for (second, kind, mixed) in [
        (hit("phone", DataClass::Internal, 4..12), "email", true),
        (hit("iban", DataClass::Regulated, 4..12), "iban", true),
        (hit("email", DataClass::Confidential, 4..12), "email", false),
    ] {
        let hits = settled(second);
        assert_eq!((&*hits[0].kind, hits[0].mixed, hits.len()), (kind, mixed, 1));
    }
    let apart = settled(hit("phone", DataClass::Internal, 9..12));
    assert!(apart.iter().all(|hit| !hit.mixed) && apart.len() == 2, "{apart:?}");
}

#[test]
fn kinds_are_unique_named_and_where_their_constants_say() {
    let mut seen = std::collections::BTreeSet::new();
    for kind in personal_kinds() {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
        assert!(kind.id.bytes().all(fits) && seen.insert(kind.id), "{}", kind.id);
        assert!(!kind.title.is_empty() && !kind.source.is_empty(), "{}", kind.id);
        assert!(kind.country.is_empty() || kind.id.starts_with(&kind.country.to_lowercase()));
        for form in kind.forms {
            let form = form.trim_start_matches(['?', '^']);
            assert!(form.bytes().all(|byte| b"dax .-/+".contains(&byte)), "{}: {form}", kind.id);
        }
    }
    let wanted = [
        (kinds::PHONE, "phone"),
        (kinds::IBAN, "iban"),
        (kinds::BIC, "bic"),
        (kinds::BITCOIN, "bitcoin-address"),
        (kinds::LITECOIN, "litecoin-address"),
        (kinds::DOGECOIN, "dogecoin-address"),
        (kinds::TRON, "tron-address"),
        (kinds::ETHEREUM, "ethereum-address"),
        (kinds::IP, "ip-address"),
        (kinds::PRIVATE_IP, "private-ip-address"),
        (kinds::MAC, "mac-address"),
        (kinds::BIRTH, "date-of-birth"),
        (kinds::PASSPORT, "passport"),
        (kinds::HEALTH, "health"),
        (kinds::PAY, "salary"),
    ];
    for (at, id) in wanted {
        assert_eq!(kinds::at(at).map(|kind| kind.id), Some(id));
    }
    assert!(seen.len() <= 128, "a set of kinds is a number of 128 bits");
}

#[test]
fn every_member_state_has_an_identifier() {
    let states = [
        "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT",
        "LV", "LT", "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE", "GB", "US", "IN",
    ];
    for state in states {
        assert!(personal_kinds().any(|kind| kind.country == state), "{state}");
    }
}

#[test]
fn tables_take_less_than_two_megabytes() {
    let tree = forms::TREE.memory();
    let words = marks::memory();
    assert!(tree + words < 2 << 20, "{tree} + {words}");
    assert!(marks::longest_word() <= marks::LONGEST_WORD);
}

#[test]
fn published_examples_of_every_scheme_hold() {
    let examples = [
        ("at-svnr", "1237010180"),
        ("be-rrn", "85073003328"),
        ("bg-egn", "7523169263"),
        ("hr-oib", "33392005961"),
        ("cy-tic", "10259033P"),
        ("cz-rodne-cislo", "7103192745"),
        ("dk-cpr", "0707614285"),
        ("ee-isikukood", "37605030299"),
        ("fi-hetu", "131052308T"),
        ("fr-nir", "255081416802538"),
        ("de-steuer-id", "86095742719"),
        ("de-rvnr", "15070649C103"),
        ("gr-amka", "01013099997"),
        ("hu-adoazonosito", "8071592153"),
        ("ie-pps", "1234567T"),
        ("it-codice-fiscale", "RSSMRA85T10A562S"),
        ("lv-personas-kods", "16117519997"),
        ("lt-asmens-kodas", "33309240064"),
        ("lu-matricule", "1893120105732"),
        ("mt-id-card", "1234567M"),
        ("nl-bsn", "111222333"),
        ("pl-pesel", "44051401359"),
        ("pl-nip", "8567346215"),
        ("pl-dowod", "ABA300000"),
        ("pt-nif", "123456789"),
        ("ro-cnp", "1630615123457"),
        ("sk-rodne-cislo", "7103192745"),
        ("si-emso", "0101006500006"),
        ("si-davcna-stevilka", "15012557"),
        ("es-dni", "12345678Z"),
        ("es-nie", "X1234567L"),
        ("es-nss", "281234567840"),
        ("se-personnummer", "8112189876"),
        ("gb-nhs-number", "9434765919"),
        ("gb-utr", "1955839661"),
        ("us-itin", "912903457"),
        ("us-routing-number", "111000025"),
        ("us-npi", "1234567893"),
        ("us-medicare", "1EG4TE5MK73"),
        ("in-aadhaar", "234123412346"),
        ("in-gstin", "27AAPFU0939F1ZV"),
        ("payment-card", "4111111111111111"),
        ("payment-card", "5555555555554444"),
        ("payment-card", "378282246310005"),
        ("payment-card", "6011111111111117"),
        ("payment-card", "30569309025904"),
        ("payment-card", "3530111333300000"),
        ("payment-card", "2223003122003222"),
    ];
    for (id, example) in examples {
        let kind = personal_kinds().find(|kind| kind.id == id).expect("a kind");
        assert!((kind.check)(example.as_bytes()), "{id}: {example}");
    }
}

#[test]
fn what_is_made_up_is_found_in_every_form() {
    for kind in personal_kinds().filter(|kind| !kind.forms.is_empty()) {
        let mut dice = Dice::new(kind.id);
        for form in kind.forms {
            for _ in 0..8 {
                let value = dice.value(kind, form);
                let text = worded(kind, &value);
                let found = told(&text);
                assert_eq!(found, [(kind.id.to_owned(), &*value)], "{form} in {text:?}");
            }
        }
    }
}

#[test]
fn strong_forms_need_no_word() {
    for kind in personal_kinds() {
        let mut dice = Dice::new(kind.id);
        for form in kind.forms.iter().filter(|form| !form.starts_with('?')) {
            let value = dice.sure(kind, form);
            let text = format!("about {value}, as said");
            let found = told(&text);
            assert!(found.len() == 1 && found[0].1 == value, "{}: {found:?} in {text:?}", kind.id);
        }
    }
}

#[test]
fn weak_forms_are_not_told_without_a_word() {
    for kind in personal_kinds() {
        let mut dice = Dice::new(kind.id);
        for form in kind.forms.iter().filter(|form| form.starts_with('?')) {
            let value = dice.value(kind, form);
            let text = format!("about {value}, as said");
            let found = told(&text);
            assert!(found.iter().all(|(id, _)| id != kind.id), "{found:?} in {text:?}");
        }
    }
}

#[test]
fn one_changed_digit_is_not_found_where_the_scheme_notices_it() {
    for id in GUARANTEED {
        let kind = personal_kinds().find(|kind| kind.id == *id).expect("a kind");
        let mut dice = Dice::new(kind.id);
        for _ in 0..20 {
            let value = dice.value(kind, kind.forms[0]);
            for (at, byte) in value.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_digit()) {
                for digit in (b'0'..=b'9').filter(|digit| *digit != byte) {
                    let mut changed = value.clone().into_bytes();
                    changed[at] = digit;
                    let text = worded(kind, &String::from_utf8(changed).expect("ASCII"));
                    let found = told(&text);
                    assert!(found.iter().all(|(other, _)| other != id), "{value} {text}");
                }
            }
        }
    }
}

#[test]
fn account_numbers_are_found_in_any_grouping_and_not_with_a_changed_digit() {
    let numbers = [
        "DE89370400440532013000",
        "GB82WEST12345698765432",
        "NL91ABNA0417164300",
        "FR1420041010050500013M02606",
        "MT84MALT011000012345MTLCAST001S",
        "BE68539007547034",
        "NO9386011117947",
        "LC55HEMM000100010012001200023015",
    ];
    for number in numbers {
        finds("iban", number, number);
        let groups: Vec<&str> = number
            .as_bytes()
            .chunks(4)
            .map(|four| std::str::from_utf8(four).expect("ASCII"))
            .collect();
        for between in [" ", "-", "\u{a0}", "\u{202f}"] {
            let written = groups.join(between);
            finds("iban", &written, &format!("to {written}, please"));
        }
        for (at, byte) in number.bytes().enumerate().skip(2).filter(|(_, b)| b.is_ascii_digit()) {
            let mut changed = number.as_bytes().to_vec();
            changed[at] = b'0' + (byte - b'0' + 1) % 10;
            passes(&String::from_utf8(changed).expect("ASCII"));
        }
    }
}

#[test]
fn wallets_are_found_by_their_checksums() {
    use wallet::make::{base58, bech32, ethereum};
    let hash = *b"\xab\xcd\xef\x12\x34bytes of a hash";
    let made = [
        ("bitcoin-address", base58(0, &hash)),
        ("bitcoin-address", base58(5, &hash)),
        ("bitcoin-address", bech32("bc", 0, &hash)),
        ("bitcoin-address", bech32("bc", 1, &[7; 32])),
        ("litecoin-address", base58(0x30, &hash)),
        ("litecoin-address", bech32("ltc", 0, &hash)),
        ("dogecoin-address", base58(0x1e, &hash)),
        ("tron-address", base58(0x41, &hash)),
        ("ethereum-address", ethereum(&hash)),
    ];
    for (kind, address) in made {
        finds(kind, &address, &format!("send it to {address}."));
        let mut changed = address.clone();
        let last = changed.pop().expect("it is not empty");
        changed.push(if last == 'a' { 'c' } else { 'a' });
        passes(&format!("send it to {changed}."));
    }
    let small = ethereum(&hash).to_lowercase();
    finds("ethereum-address", &small, &format!("wallet {small}"));
    passes(&format!("commit {small}"));
}

#[test]
fn addresses_of_people_are_found_and_those_of_tasks_are_public() {
    let class = |text: &str| personal(text).hits.first().map(|hit| hit.class);
    finds("email", "ann.o'hara+x@mail.co.uk", "To: <ann.o'hara+x@mail.co.uk>; more");
    finds("email", "müller@web.de", "an müller@web.de.");
    assert_eq!(class("ann@firm.example"), Some(DataClass::Public));
    assert_eq!(class("noreply@firm.com"), Some(DataClass::Public));
    assert_eq!(class("ann@firm.com"), Some(DataClass::Confidential));
    for text in [
        "icon@2x.png",
        "left-pad@1.3.0",
        "@scope/pkg@latest",
        "git@github.com:org/repo.git",
        "https://user:pass@host.com/",
        "https://ann@host.com/x",
        "user@host",
        "a@@b.com",
        "x@-.com",
        "foo@bar..com",
        "@app.route",
        "a@b.c",
        "name@example.",
        "actions/checkout@v4.1",
    ] {
        passes(text);
    }
}

#[test]
fn telephone_numbers_follow_their_plans() {
    for number in [
        "+49 30 1234567",
        "+1 (212) 555-0123",
        "+44 (0)20 7946 0958",
        "+33 1 23 45 67 89",
        "+919876543210",
        "+351 912 345 678",
        "0049 30 1234567",
        "(212) 555-0123",
        "212-555-0123",
        "1-212-555-0123",
        "+7 495 123-45-67",
        "+420 601 123 456",
    ] {
        finds("phone", number, &format!("at {number}, always"));
    }
    for (word, number) in [
        ("Tel.:", "030 1234567"),
        ("phone", "98765 43210"),
        ("téléphone", "01 23 45 67 89"),
        ("móvil", "612 345 678"),
        ("\"mobile\": \"", "07700 900123"),
        ("Telefon", "089/1234567"),
    ] {
        finds("phone", number, &format!("{word} {number}"));
        passes(&format!("about {number}"));
    }
    for text in [
        "+1 111 555 0123",
        "+999 123456789",
        "tel 2024-05-26",
        "phone 05.03.1984",
        "a+4930123456789",
        "+12",
        "UTC+02:00",
        "phone model 1234",
        "123-456-7890",
        "911-555-0123",
    ] {
        passes(text);
    }
}

#[test]
fn machines_have_addresses_and_versions_are_none() {
    finds("ip-address", "93.184.216.34", "from 93.184.216.34:443");
    finds("ip-address", "1.2.3.4", "host 1.2.3.4");
    finds("private-ip-address", "192.168.1.17", "http://192.168.1.17/admin");
    finds("ip-address", "2a00:1450:4001:82a::200e", "at 2a00:1450:4001:82a::200e.");
    finds("private-ip-address", "fe80::1ff:fe23:4567:890a", "fe80::1ff:fe23:4567:890a");
    finds("mac-address", "00:1b:44:11:3a:b7", "eth0 00:1b:44:11:3a:b7 up");
    for text in [
        "127.0.0.1",
        "0.0.0.0",
        "255.255.255.0",
        "v1.2.3.4",
        "version 120.50.6099.109",
        "version 120.50.60.109",
        "Chrome/120.50.60.109",
        "pkg==21.22.23.24",
        "10.0.0.0/8",
        "1.2.3.4.5",
        "256.1.1.1",
        "1.2.3.4",
        "std::fs::read",
        "12:30:45",
        "a::b",
        "::1",
        "dead::beef",
        "00:00:00:00:00:00",
        "9e:3d:4c:11:22:33:44:55:66:77",
        "2001:db8::/32",
    ] {
        passes(text);
    }
}

#[test]
fn days_of_birth_need_a_word() {
    for (word, day) in [
        ("DOB:", "1984-03-05"),
        ("born on", "5 March 1984"),
        ("geboren am", "5. März 1984"),
        ("née le", "05/03/1984"),
        ("date_of_birth\": \"", "05.03.84"),
        ("born", "March 5, 1984"),
        ("dateOfBirth=", "1984-03-05"),
        ("nacido el", "5 de marzo de 1984"),
    ] {
        finds("date-of-birth", day, &format!("{word} {day}"));
        passes(&format!("on {day}"));
    }
    passes("born on 1984-13-45");
}

#[test]
fn passports_need_a_word_or_the_line_of_a_machine() {
    finds("passport", "C01X00T47", "Reisepass C01X00T47");
    finds("passport", "123456789", "passport number: 123456789");
    passes("part C01X00T47");
    passes("passport 20240526");
    // The specimen of ICAO Doc 9303.
    let line = "L898902C36UTO7408122F1204159ZE184226B<<<<<10";
    finds("passport", line, &format!("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n{line}\n"));
    passes(&line.replace("7408122", "7408132"));
}

#[test]
fn codes_of_banks_need_a_word() {
    finds("bic", "DEUTDEFF", "BIC: DEUTDEFF");
    finds("bic", "DEUTDEFF500", "swift code DEUTDEFF500");
    passes("about DEUTDEFF");
    passes("SWIFT PROTOCOL");
    passes("cubic DEUTDEFF");
}

#[test]
fn health_is_a_diagnosis_a_condition_and_a_person() {
    for text in [
        "The patient was diagnosed with type 2 diabetes in May.",
        "Mrs. Weber suffers from epilepsy.",
        "Herr Klein ist an Krebs erkrankt",
        "She was prescribed metformin after the visit",
        "patient_name: Ann Field, medical_condition: asthma",
    ] {
        let found = told(text);
        assert!(found.len() == 1 && found[0].0 == "health", "{found:?} in {text:?}");
    }
    for text in [
        "Returns articles about cancer and how it is diagnosed.",
        "Diagnose the build and prescribe a fix for her patient reader",
        "Mr. Weber wrote a report on the condition of the bridge",
        "Search medical records by condition, such as diabetes",
    ] {
        passes(text);
    }
}

#[test]
fn pay_is_an_amount_beside_a_word() {
    for (value, text) in [
        ("$85,000", "Her base salary is $85,000 a year"),
        ("4.200 €", "Bruttogehalt: 4.200 €"),
        ("85000", "{\"name\": \"Ann\", \"salary\": 85000}"),
        ("120k", "salary: 120k"),
        ("EUR 61 500", "he earns EUR 61 500"),
    ] {
        finds("salary", value, text);
    }
    for text in [
        "Minimum salary, e.g. $50,000",
        "the price is $85,000",
        "salary range: 50000",
        "bonus level 3",
        "salary review in 2024",
    ] {
        passes(text);
    }
}

#[test]
fn the_head_of_a_table_names_its_columns() {
    let text = "name,bsn,phone\nAnn,111222333,030 1234567\nBob,123456782,\n";
    let found: Vec<String> = told(text).into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(found, ["nl-bsn", "phone", "nl-bsn"]);
    passes(
        "Words, such as bsn\nand then a long way from there, which makes no table at all, or so it seems: 111222333",
    );
}

#[test]
fn words_stand_alone_or_in_names() {
    for text in ["customerBSN=111222333", "bsn_nr: 111222333", "burger-service-nummer 111222333"] {
        finds("nl-bsn", "111222333", text);
    }
    passes("obsnaam 111222333");
}

#[test]
fn the_nearest_word_names_what_could_be_two_things() {
    // Both pass the check: 9 digits of a Dutch and a Portuguese number.
    let text = "nif: 123456789, bsn: 123456782";
    let found: Vec<String> = told(text).into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(found, ["pt-nif", "nl-bsn"]);
}

#[test]
fn a_hit_does_not_print_its_value() {
    let data = personal("ssn 123-45-6789, ann@firm.com, 4111 1111 1111 1111");
    assert_eq!(data.hits.len(), 3);
    let shown = format!("{data:?}");
    for value in ["123-45", "ann", "4111"] {
        assert!(!shown.contains(value), "{shown}");
    }
    assert_eq!(data.class(), Some(DataClass::Regulated));
}

#[test]
fn a_masked_text_has_the_kinds_and_not_the_values() {
    let text = "Ann (ann@firm.com) pays with 4111 1111 1111 1111.";
    let data = personal(text);
    assert_eq!(mask(text, &data), "Ann (‹email›) pays with ‹payment-card›.");
}

#[test]
fn more_hits_than_can_be_told_are_said_and_never_shown() {
    let text = "a@b.co ".repeat(MOST_HITS + 10);
    let data = personal(&text);
    assert_eq!((data.hits.len(), data.complete), (MOST_HITS, false));
    assert_eq!(data.read, MOST_HITS * 7);
    let shown = mask(&text, &data);
    assert!(shown.ends_with("‹not read›") && !shown.contains('@'), "{}", shown.len());
}

/// Pieces that hits are made of, so that texts at random have some.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => "[0-9]{1,12}", 2 => "[ ./:@+(),-]", 1 => "[a-zA-Z]{1,4}", 1 => "\\PC{0,3}",
        1 => proptest::sample::select(vec![
            "bsn ", "phone: ", "ann@firm.com", "DE89370400440532013000", "4111 1111 1111 1111",
            "born ", "salary ", "patient was diagnosed with cancer ", "\u{a0}", "\u{2011}", "ü",
            "passport ", "10.1.2.3", "fe80::1:2", "0x", "IBAN ", "BIC DEUTDEFF", "\n", "né le ",
        ]).prop_map(str::to_owned),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn hits_are_in_order_apart_and_between_characters(text in text()) {
        let data = personal(&text);
        let mut from = 0;
        for hit in &data.hits {
            prop_assert!(hit.range.start >= from);
            prop_assert!(text.get(hit.range.clone()).is_some_and(|value| !value.is_empty()));
            from = hit.range.end;
        }
        prop_assert!(data.complete && data.read == text.len());
        prop_assert_eq!(personal(&text), data);
    }

    #[test]
    fn what_stands_far_away_changes_nothing(text in text()) {
        let far = "\n".to_owned() + &"filler words ".repeat(20) + "\n";
        let padded = format!("{far}{text}{far}");
        let plain: Vec<_> = personal(&format!("\n{text}\n")).hits;
        let moved: Vec<_> = personal(&padded).hits;
        prop_assert_eq!(plain.len(), moved.len());
        for (plain, moved) in plain.iter().zip(moved) {
            prop_assert_eq!(plain.range.start - 1 + far.len(), moved.range.start);
            prop_assert_eq!(&plain.kind, &moved.kind);
        }
    }
}

#[test]
fn the_work_grows_with_the_text_and_no_faster() {
    // A form or a number that is looked at closer has a greatest length, and so has the reach of
    // a word: what is counted is how often that happens.
    for piece in [
        "4111 1111 1111 1111 ",
        "+49 30 1234567 ",
        "a.b-c%d@",
        "AB 12 34 56 C ",
        "DE89 3704 0044 0532 0130 00 ",
        "passport iban ssn card phone ",
        "patient diagnosis 1234567890 ",
        "1-2-3-4-5-6-7-8-9-",
        "fe80::1:2:3 10.0.0.1 ",
        "0123456789abcdef",
    ] {
        work::grows_with_its_input(piece, |times| {
            let text = piece.repeat(times * 8192 / piece.len());
            work::of(|| personal(&text))
        });
    }
}
