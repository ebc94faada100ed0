//! What registries say of where a package was built, and which registry is asked about what.

use super::*;

/// Has the honest registry say that it has statements of where the server was built.
fn attested(registry: &Registry, url: &str) {
    registry.edit("@example/server", |entry| {
        let kind = json!({ "predicateType": "https://slsa.dev/provenance/v1" });
        entry["versions"]["1.2.3"]["dist"]["attestations"] =
            json!({ "url": url, "provenance": kind });
    });
}

const ATTESTED: &str = "/-/npm/v1/attestations/@example%2fserver@1.2.3";

#[test]
fn what_a_registry_says_of_a_build_is_kept_as_it_is() {
    let registry = honest();
    let place = Place::new(Some(&registry));
    assert_eq!(place.npm("@example/server", "1.2.3").unwrap().attested, Some(Attested::Absent));

    // Whatever host is named: it is asked for at the registry that npm is configured for.
    attested(&registry, &format!("https://elsewhere.example{ATTESTED}"));
    let document = b"{\"attestations\":[]}".to_vec();
    registry.put(ATTESTED, Reply::Whole(document.clone()));
    let place = Place::new(Some(&registry));
    let fetched = place.npm("@example/server", "1.2.3").unwrap();
    let Some(Attested::Found { document: kept, file: None }) = fetched.attested else {
        panic!("{:?}", fetched.attested)
    };
    assert_eq!(place.store.blob(kept, 1 << 20).unwrap(), document);
    let again = Fetched::from_json(&fetched.to_json().unwrap()).unwrap();
    assert_eq!(again.attested, fetched.attested);
}

#[test]
fn a_registry_that_does_not_hand_out_what_it_lists_is_not_one_that_has_nothing() {
    let registry = honest();
    attested(&registry, &format!("{}{ATTESTED}", registry.address));
    let unasked = |place: &Place| {
        let fetched = place.npm("@example/server", "1.2.3").unwrap();
        match fetched.attested {
            Some(Attested::Unasked { why }) => why,
            other => panic!("{other:?}"),
        }
    };
    let why = unasked(&Place::new(Some(&registry)));
    assert!(why.contains("status 404"), "{why}");

    registry.put(ATTESTED, Reply::Half(b"{\"attestations\":[]}".to_vec()));
    let mut place = Place::new(Some(&registry));
    place.limits.silence = Duration::from_secs(2);
    let why = unasked(&place);
    assert!(why.contains("in time"), "{why}");

    registry.put(ATTESTED, Reply::Whole(vec![b' '; (8 << 20) + 1]));
    let why = unasked(&Place::new(Some(&registry)));
    assert!(why.contains("larger"), "{why}");
}

#[test]
fn what_an_index_says_of_a_build_is_found_by_the_digest_of_the_archive() {
    let registry = honest_index();
    let place = Place::new(Some(&registry));
    let why = |place: &Place| match place.pypi("left-lib", "1.5").unwrap().attested {
        Some(Attested::Unasked { why }) => why,
        other => panic!("{other:?}"),
    };
    assert!(why(&place).contains("JSON"));

    let file = "left_lib-1.5-py3-none-any.whl";
    let wheel = wheel("left_lib", "1.5", &[], &[("left_lib.py", "NAME = 'left'\n")]);
    let digest = Digest::of(&wheel).to_string().replace("sha256:", "");
    registry.put(&format!("/files/{file}"), Reply::Whole(wheel));
    let page = |provenance: serde_json::Value| {
        let file = json!({ "filename": file, "url": format!("/files/{file}"),
                           "hashes": { "sha256": digest }, "provenance": provenance });
        let page = json!({ "meta": { "api-version": "1.3" }, "name": "left-lib", "files": [file] });
        Reply::Whole(page.to_string().into_bytes())
    };
    let fetch = |provenance: serde_json::Value| {
        registry.put("/simple/left-lib/", page(provenance));
        Place::new(Some(&registry)).pypi("left-lib", "1.5").unwrap().attested.unwrap()
    };
    assert_eq!(fetch(serde_json::Value::Null), Attested::Absent);
    let elsewhere = fetch("https://elsewhere.example/integrity".into());
    assert!(matches!(&elsewhere, Attested::Unasked { why } if why.contains("another address")));
    registry.put("/integrity/left-lib", Reply::Whole(b"{}".to_vec()));
    let found = fetch("/integrity/left-lib".into());
    let digest = Digest::of(b"{}");
    assert_eq!(found, Attested::Found { document: digest, file: Some(file.to_owned()) });
}

#[test]
fn a_name_of_a_private_registry_is_never_asked_for_at_the_public_one() {
    // Somebody has put a newer package of the same name where everybody may publish.
    let public = Registry::start();
    public.publish(&json!({ "name": "@acme/server", "version": "9.0.0" }), &[]);
    public.publish(&json!({ "name": "@acme/inner", "version": "9.0.0" }), &[]);
    public.publish(&json!({ "name": "left", "version": "1.4.0" }), &[]);
    let private = Registry::start();
    let needs = json!({ "@acme/inner": "*", "left": "^1.0.0" });
    private.publish(
        &json!({ "name": "@acme/server", "version": "1.2.3", "dependencies": needs }),
        &[],
    );
    private.publish(&json!({ "name": "@acme/inner", "version": "1.0.0" }), &[]);
    let attested = "/-/npm/v1/attestations/server";
    private.edit("@acme/server", |entry| {
        // The public registry is named, as a mirror passes it on.
        let url = format!("{}{attested}", public.address);
        entry["versions"]["1.2.3"]["dist"]["attestations"] = json!({ "url": url });
    });
    private.put(attested, Reply::Whole(b"{}".to_vec()));

    let place = Place::new(Some(&public));
    let settings = format!("@acme:registry={}/\n", private.address);
    fs::write(place.home.path().join(".npmrc"), settings).unwrap();
    let fetched =
        place.fetch(&Wanted::Npm { name: "@acme/server".to_owned(), version: None }).unwrap();
    assert_eq!(fetched.version.as_deref(), Some("1.2.3"));
    let inner = fetched.dependencies.iter().find(|own| own.name == "@acme/inner").unwrap();
    assert_eq!(inner.version, "1.0.0");
    assert!(matches!(fetched.attested, Some(Attested::Found { .. })), "{:?}", fetched.attested);
    let asked = public.asked();
    assert!(asked.iter().any(|path| path == "/left"), "{asked:?}");
    assert!(!asked.iter().any(|path| path.contains("acme") || path == attested), "{asked:?}");
}

#[test]
fn packages_that_any_of_several_indexes_may_have_given_are_told() {
    let registry = honest_index();
    let place = Place::new(Some(&registry));
    let gaps = place.pypi("left-lib", "1.5").unwrap().gaps;
    assert!(!gaps.contains(&Gap::SeveralIndexes), "{gaps:?}");
    let other = Registry::start();
    let mut place = Place::new(Some(&registry));
    place.env.insert("PIP_EXTRA_INDEX_URL".to_owned(), format!("{}/simple/", other.address));
    let gaps = place.pypi("left-lib", "1.5").unwrap().gaps;
    assert!(gaps.contains(&Gap::SeveralIndexes), "{gaps:?}");
}
