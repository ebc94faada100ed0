//! Images, against registries of this machine.

mod lies;
mod served;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::*;
use crate::fetch::image::{BadChallenge, ImageError, Platform, Shown, manifest::BadManifest};
use served::{
    Body, CONFIG, Door, INDEX, Image, LAYER, MANIFEST, Page, Served, blob, described, index,
    manifest, packed,
};

impl Place {
    fn image(&self, registry: &Served, which: &str) -> Result<Fetched, FetchError> {
        self.image_for(registry, which, "linux/amd64")
    }

    fn image_for(
        &self,
        registry: &Served,
        which: &str,
        platform: &str,
    ) -> Result<Fetched, FetchError> {
        let reference = format!("{}/team/mail{which}", registry.host).parse().unwrap();
        self.fetch(&Wanted::Image { reference, platform: platform.parse().unwrap() })
    }

    /// Writes down a name and a password for each of these hosts.
    fn log_in(&self, logins: &[(&str, &str)]) {
        let auths: serde_json::Map<String, serde_json::Value> = logins
            .iter()
            .map(|(host, pair)| ((*host).to_owned(), json!({ "auth": STANDARD.encode(pair) })))
            .collect();
        self.configure(&json!({ "auths": auths }));
    }

    fn configure(&self, config: &serde_json::Value) {
        let folder = self.home.path().join(".docker");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("config.json"), config.to_string()).unwrap();
    }

    /// Nothing is left of what was refused.
    #[track_caller]
    fn is_empty(&self) {
        let root = self.store.root();
        assert_eq!(fs::read_dir(root.join("work")).unwrap().count(), 0);
        let mut folders = vec![root.join("blobs"), root.join("trees")];
        while let Some(folder) = folders.pop() {
            let Ok(entries) = fs::read_dir(&folder) else { continue };
            for path in entries.map(|entry| entry.unwrap().path()) {
                assert!(path.is_dir(), "{} is left", path.display());
                folders.push(path);
            }
        }
    }
}

fn basic(pair: &str) -> String {
    format!("Basic {}", STANDARD.encode(pair))
}

fn at(image: &Image) -> String {
    format!("@{}", image.digest())
}

/// Hands out another body in place of one.
fn body(registry: &Served, path: &str, change: fn(Vec<u8>) -> Body) {
    registry.change(path, |page| {
        let Body::Whole(bytes) = page.body.clone() else { panic!("it is whole") };
        page.body = change(bytes);
    });
}

/// A registry with one image.
fn with_image() -> (Served, Image) {
    let (registry, image) = (Served::start(), Image::of("amd64"));
    registry.publish(&image, "1.0");
    (registry, image)
}

#[test]
fn an_image_is_fetched_by_its_digest_and_by_a_tag_that_leads_there() {
    let (registry, image) = with_image();
    let place = Place::new(None);
    let fetched = place.image(&registry, &at(&image)).unwrap();
    let name = format!("{}/team/mail", registry.host);
    let digest = image.digest().to_string();
    assert_eq!((fetched.what, &fetched.name), (Kind::Image, &name));
    assert_eq!((fetched.version.as_ref(), fetched.format), (Some(&digest), Some(Format::Image)));
    let facts = fetched.image.clone().unwrap();
    assert_eq!((facts.tag.as_deref(), facts.named), (None, image.digest()));
    assert_eq!((facts.manifest, facts.platform.as_str()), (image.digest(), "linux/amd64"));
    let tree = place.store.tree(fetched.tree, Check::Full).unwrap().path;
    assert_eq!(fs::read_to_string(tree.join("rootfs/app/server.py")).unwrap(), "print('hello')\n");
    assert!(!tree.join("rootfs/app/old").exists(), "a layer has taken it away");
    assert_eq!(fs::read(tree.join("config.json")).unwrap(), image.config);
    let paths: Vec<String> = registry.asked().into_iter().map(|(path, _)| path).collect();
    let wanted = [&image.config, &image.layers[0], &image.layers[1]].map(|bytes| blob(bytes));
    assert_eq!((&paths[0], &paths[1..]), (&manifest(&digest), &wanted[..]));
    assert!(registry.asked().iter().all(|(_, shown)| shown.is_none()));
    // A tag leads to the same, in a store of its own as well, and is told.
    for place in [place, Place::new(None)] {
        let by_tag = place.image(&registry, ":1.0").unwrap();
        assert_eq!(by_tag.image.as_ref().unwrap().tag.as_deref(), Some("1.0"));
        assert_eq!((by_tag.archive, by_tag.tree), (fetched.archive, fetched.tree));
        assert_eq!(by_tag.version, fetched.version);
        assert_eq!(Fetched::from_json(&by_tag.to_json().unwrap()).unwrap(), by_tag);
    }
    let purl = facts.purl();
    let host = registry.host.replace(':', "%3A");
    let digest = digest.replace(':', "%3A");
    assert_eq!(purl, format!("pkg:oci/mail@{digest}?arch=amd64&repository_url={host}/team/mail"));
}

#[test]
fn of_an_index_the_image_for_the_system_is_taken() {
    let (registry, amd64) = with_image();
    let arm64 = Image::of("arm64");
    registry.publish(&arm64, "arm");
    let mut vouching = described(b"{}", MANIFEST);
    vouching["platform"] = json!({ "os": "unknown", "architecture": "unknown" });
    let both = index(&[arm64.entry("arm64"), amd64.entry("amd64"), vouching]);
    registry.document(INDEX, &both, "both");
    let place = Place::new(None);
    let alone = place.image(&registry, &at(&amd64)).unwrap();
    let taken = place.image(&registry, ":both").unwrap();
    assert_eq!((taken.archive, taken.version.as_ref()), (alone.archive, alone.version.as_ref()));
    let facts = taken.image.unwrap();
    assert_eq!((facts.named, facts.manifest), (Digest::of(&both), amd64.digest()));
    for platform in ["linux/arm64", "linux/arm64/v8"] {
        let taken = place.image_for(&registry, ":both", platform).unwrap();
        assert_eq!(taken.version, Some(arm64.digest().to_string()));
        assert_eq!(taken.image.unwrap().platform, "linux/arm64");
    }
    let told = place.image_for(&registry, ":both", "windows/amd64").unwrap_err();
    let FetchError::Image(ImageError::NoPlatform { there, .. }) = &told else { panic!("{told}") };
    assert_eq!(there, &["linux/arm64", "linux/amd64"]);
    assert!(told.to_string().contains("only for `linux/arm64`, `linux/amd64`"), "{told}");
    // An image that is not in an index says itself what it is for.
    let told = place.image(&registry, &at(&arm64)).unwrap_err();
    let FetchError::Image(ImageError::NoPlatform { there, .. }) = told else { panic!("{told}") };
    assert_eq!(there, ["linux/arm64"]);
    // An index in an index, and one that leads to itself in all but name.
    let mut inner = described(&both, INDEX);
    inner["platform"] = json!({ "os": "linux", "architecture": "amd64" });
    let outer = index(&[inner]);
    registry.document(INDEX, &outer, "outer");
    assert_eq!(place.image(&registry, ":outer").unwrap().archive, alone.archive);
    let mut deep = outer;
    for _ in 0..2 {
        deep = index(&[described(&deep, INDEX)]);
        registry.document(INDEX, &deep, "deep");
    }
    let told = place.image(&registry, ":deep").unwrap_err();
    assert!(matches!(told, FetchError::Nonsense { .. }), "{told}");
}

#[test]
fn a_token_is_fetched_with_the_credentials_of_the_registry() {
    for (login, expected) in [(None, None), (Some("ann:word"), Some(basic("ann:word")))] {
        let (registry, image) = with_image();
        let host = &registry.host;
        let path = "/token?a=b&service=regi%20stry&scope=repository%3Ateam%2Fmail%3Apull";
        registry.put(path, Page::of("application/json", br#"{"token":"abc.def"}"#));
        registry.close(Door {
            below: "/v2/",
            wanted: "Bearer abc.def".into(),
            challenge: format!(
                "Bearer realm=\"http://{host}/token?a=b\",service=\"regi stry\",\
                 scope=\"repository:team/mail:pull,push\""
            ),
        });
        let place = Place::new(None);
        if let Some(login) = login {
            place.log_in(&[(host, login), ("other.example", "eve:other")]);
        }
        place.image(&registry, &at(&image)).unwrap();
        let asked = registry.asked();
        assert_eq!(asked[1], (path.to_owned(), expected));
        let token = Some("Bearer abc.def".to_owned());
        assert!(asked[2..].iter().all(|(_, shown)| *shown == token), "{asked:?}");
        assert_eq!(asked.len(), 6, "one token is enough: {asked:?}");
    }
}

#[test]
fn a_password_is_shown_to_the_registry_that_it_is_for() {
    let (registry, image) = with_image();
    let challenge = "Basic realm=\"x\"".to_owned();
    registry.close(Door { below: "/v2/", wanted: basic("ann:word"), challenge });
    let place = Place::new(None);
    let denied = |place: &Place, expected: Shown| {
        let told = place.image(&registry, &at(&image)).unwrap_err();
        let FetchError::Image(ImageError::Denied { shown, .. }) = &told else { panic!("{told}") };
        assert_eq!(*shown, expected);
        assert!(!format!("{told} {told:?}").contains("word"), "{told:?}");
    };
    denied(&place, Shown::Nothing);
    place.log_in(&[(&registry.host, "ann:other-word")]);
    denied(&place, Shown::Own);
    place.log_in(&[("other.example", "ann:word")]);
    denied(&place, Shown::Nothing);
    place.log_in(&[(&registry.host, "ann:word")]);
    place.image(&registry, &at(&image)).unwrap();
    // Podman and its relatives keep them elsewhere, also for one repository.
    let mut other = Place::new(None);
    let folder = other.home.path().join("run/containers");
    fs::create_dir_all(&folder).unwrap();
    let entry = json!({ "auth": STANDARD.encode("ann:word") });
    let auths = json!({ "auths": { format!("{}/team", registry.host): entry } });
    fs::write(folder.join("auth.json"), auths.to_string()).unwrap();
    let run = other.home.path().join("run").to_str().unwrap().to_owned();
    other.env.insert("XDG_RUNTIME_DIR".to_owned(), run);
    other.image(&registry, &at(&image)).unwrap();
}

#[test]
fn credentials_do_not_go_to_another_realm() {
    let (registry, image) = with_image();
    let realm = Served::start();
    let path = "/token?service=x&scope=repository%3Ateam%2Fmail%3Apull";
    realm.put(path, Page::of("application/json", br#"{"access_token":"abc"}"#));
    registry.close(Door {
        below: "/v2/",
        wanted: "Bearer abc".into(),
        challenge: format!("Bearer realm=\"http://{}/token\",service=\"x\"", realm.host),
    });
    let place = Place::new(None);
    place.log_in(&[(&registry.host, "ann:word")]);
    place.image(&registry, &at(&image)).unwrap();
    assert_eq!(realm.asked(), [(path.to_owned(), None)]);
    // One that wants some gets those that are its own.
    let wanted = basic("bob:own");
    realm.close(Door { below: "/", wanted: wanted.clone(), challenge: "Basic".into() });
    let told = place.image(&registry, &at(&image)).unwrap_err();
    let FetchError::Image(ImageError::Denied { host, shown }) = told else { panic!("{told}") };
    assert_eq!((host, shown), (realm.host.clone(), Shown::Withheld));
    place.log_in(&[(&registry.host, "ann:word"), (&realm.host, "bob:own")]);
    place.image(&registry, &at(&image)).unwrap();
    let shown: Vec<Option<String>> = realm.asked().into_iter().map(|(_, shown)| shown).collect();
    assert_eq!(shown, [None, None, Some(wanted)]);
    let ours = registry.asked().into_iter().filter_map(|(_, shown)| shown);
    assert!(ours.into_iter().all(|shown| shown == "Bearer abc"), "its token alone");
}

#[test]
fn nothing_is_shown_where_a_redirect_leads() {
    let (registry, image) = with_image();
    let elsewhere = Served::start();
    let challenge = "Basic realm=\"x\"".to_owned();
    registry.close(Door { below: "/v2/", wanted: basic("ann:word"), challenge });
    let place = Place::new(None);
    place.log_in(&[(&registry.host, "ann:word"), (&elsewhere.host, "ann:word")]);
    let layer = blob(&image.layers[0]);
    registry.put(&layer, Page::to(&format!("http://{}/stored?signed=1", elsewhere.host)));
    elsewhere.put("/stored?signed=1", Page::of("x/y", &image.layers[0]));
    // Back to where it came from: by then it is a stranger there, too.
    let config = blob(&image.config);
    registry.put(&config, Page::to(&format!("http://{}/back", elsewhere.host)));
    elsewhere.put("/back", Page::to(&format!("http://{}/open", registry.host)));
    registry.put("/open", Page::of("x/y", &image.config));
    place.image(&registry, &at(&image)).unwrap();
    assert!(elsewhere.asked().iter().all(|(_, shown)| shown.is_none()), "{:?}", elsewhere.asked());
    assert_eq!(elsewhere.asked().len(), 2);
    assert!(registry.asked().contains(&("/open".to_owned(), None)));
    // Whoever is asked there is not shown anything for asking.
    elsewhere.close(Door { below: "/", wanted: basic("ann:word"), challenge: "Basic".into() });
    let told = place.image(&registry, &at(&image)).unwrap_err();
    let elsewhere = matches!(told, FetchError::Image(ImageError::Elsewhere { status: 401, .. }));
    assert!(elsewhere, "{told}");
}

#[test]
fn a_redirect_that_leads_astray_is_not_followed() {
    let (registry, image) = with_image();
    let layer = blob(&image.layers[1]);
    let own = format!("http://{}{layer}", registry.host);
    for to in [own.as_str(), &layer, "http://cdn.example/x", "ftp://cdn.example/x", "file:///x"] {
        registry.put(&layer, Page::to(to));
        let place = Place::new(None);
        let told = place.image(&registry, &at(&image)).unwrap_err();
        assert!(matches!(told, FetchError::Image(ImageError::Redirect { .. })), "{to}: {told}");
        place.is_empty();
    }
}

#[test]
fn an_image_may_have_a_layer_twice() {
    let image = Image::of("amd64");
    let mut config: serde_json::Value = serde_json::from_slice(&image.config).unwrap();
    let mut all = config["rootfs"]["diff_ids"].as_array().unwrap().clone();
    all.push(all[0].clone());
    config["rootfs"]["diff_ids"] = all.into();
    let [first, second] = image.layers.as_slice() else { panic!("it has two") };
    let layers = vec![first.clone(), second.clone(), first.clone()];
    let image = Image::new(config.to_string().into_bytes(), layers);
    let registry = Served::start();
    registry.publish(&image, "1");
    let place = Place::new(None);
    let fetched = place.image(&registry, ":1").unwrap();
    let tree = place.store.tree(fetched.tree, Check::Full).unwrap().path;
    assert!(tree.join("rootfs/app/old").exists(), "the third layer brings it back");
    assert_eq!(registry.asked().len(), 4, "it is fetched once");
    assert_eq!(described(first, LAYER)["size"], first.len());
    assert_eq!(described(&image.config, CONFIG)["size"], image.config.len());
}

#[test]
fn a_registry_of_images_that_falls_silent_is_not_waited_for() {
    let (registry, image) = with_image();
    body(&registry, &blob(&image.layers[1]), Body::Stuck);
    let mut place = Place::new(None);
    place.limits.silence = Duration::from_millis(300);
    let told = place.image(&registry, &at(&image)).unwrap_err();
    assert!(matches!(told, FetchError::Image(ImageError::Unreached { .. })), "{told}");
    place.is_empty();
    place.cancel.store(true, Ordering::Relaxed);
    let told = place.image(&registry, &at(&image)).unwrap_err();
    assert!(matches!(told, FetchError::Cancelled), "{told}");
}

#[test]
fn an_image_that_is_not_there_is_not_found() {
    let (registry, image) = with_image();
    let place = Place::new(None);
    let told = place.image(&registry, ":2.0").unwrap_err();
    assert!(matches!(told, FetchError::NotFound { .. }), "{told}");
    let told = place.image(&registry, &at(&Image::of("arm64"))).unwrap_err();
    assert!(matches!(told, FetchError::NotFound { .. }), "{told}");
    assert_eq!(place.image(&registry, &at(&image)).unwrap().gaps, []);
}

#[test]
fn credentials_that_cannot_be_used_are_told() {
    let (registry, image) = with_image();
    let challenge = "Basic realm=\"x\"".to_owned();
    registry.close(Door { below: "/v2/", wanted: basic("ann:word"), challenge });
    let place = Place::new(None);
    let host = &registry.host;
    for config in [
        json!({ "auths": { host: { "auth": "%%%" } } }),
        json!({ "auths": { host: { "identitytoken": "secret" } } }),
        json!({ "auths": [] }),
        json!({ "credsStore": "there-is-none-of-this-name" }),
        json!({ "credHelpers": { host: "../sh" } }),
        json!({ "credHelpers": { host: 1 } }),
        json!([]).as_array().map(|_| json!("text")).unwrap(),
    ] {
        place.configure(&config);
        let told = place.image(&registry, &at(&image)).unwrap_err();
        let unusable = matches!(told, FetchError::Image(ImageError::Credentials { .. }));
        // A file that is no object has no entry, which is told as that.
        let none = matches!(told, FetchError::Image(ImageError::Denied { .. }));
        assert!(unusable || (config.is_string() && none), "{config}: {told}");
        assert!(!told.to_string().contains("secret"), "{told}");
    }
    fs::write(place.home.path().join(".docker/config.json"), "{").unwrap();
    let told = place.image(&registry, &at(&image)).unwrap_err();
    assert!(matches!(told, FetchError::Image(ImageError::Credentials { .. })), "{told}");
}

#[cfg(unix)]
#[test]
fn a_program_that_keeps_credentials_is_asked() {
    use std::os::unix::fs::PermissionsExt as _;
    let (registry, image) = with_image();
    let challenge = "Basic realm=\"x\"".to_owned();
    registry.close(Door { below: "/v2/", wanted: basic("ann:word"), challenge });
    let mut place = Place::new(None);
    let folder = place.home.path().join("programs");
    fs::create_dir(&folder).unwrap();
    let path = format!("{}:{}", folder.display(), search_path());
    place.env.insert("PATH".to_owned(), path);
    let program = folder.join("docker-credential-fake");
    let host = registry.host.clone();
    let says = |script: &str| {
        fs::write(&program, format!("#!/bin/sh\nread -r host || true\n{script}\n")).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).unwrap();
    };
    says(&format!(
        "[ \"$1 $host\" = 'get {host}' ] && echo '{{\"Username\":\"ann\",\"Secret\":\"word\"}}'"
    ));
    for config in [json!({ "credHelpers": { &host: "fake" } }), json!({ "credsStore": "fake" })] {
        place.configure(&config);
        place.image(&registry, &at(&image)).unwrap();
    }
    for (script, found) in [
        ("echo 'credentials not found in native keychain'; exit 1", false),
        ("echo secret; echo secret >&2; exit 1", true),
        ("echo '{\"Username\":\"<token>\",\"Secret\":\"secret\"}'", true),
        ("echo secret", true),
    ] {
        says(script);
        let told = place.image(&registry, &at(&image)).unwrap_err();
        let bad = matches!(told, FetchError::Image(ImageError::Credentials { .. }));
        let none =
            matches!(told, FetchError::Image(ImageError::Denied { shown: Shown::Nothing, .. }));
        assert!(if found { bad } else { none }, "{script}: {told}");
        assert!(!format!("{told:?}").contains("secret"), "{told:?}");
    }
    assert_eq!(Platform::default().to_string(), "linux/amd64");
}
