//! Registries and images that lie, each in its own way.

use super::*;

/// What is wrong with a registry, what is done to it, and what is said.
type Lie = (&'static str, fn(&Served, &Image), fn(&FetchError) -> bool);

macro_rules! said {
    ($pattern:pat) => {
        (|told| matches!(told, $pattern)) as fn(&FetchError) -> bool
    };
}

fn own(image: &Image) -> String {
    manifest(&image.digest().to_string())
}

fn flipped(mut bytes: Vec<u8>) -> Body {
    let at = bytes.len() / 2;
    bytes[at] ^= 1;
    Body::Whole(bytes)
}

fn longer(mut bytes: Vec<u8>) -> Body {
    bytes.push(b' ');
    Body::Whole(bytes)
}

fn shorter(mut bytes: Vec<u8>) -> Body {
    bytes.pop();
    Body::Whole(bytes)
}

const LIES: &[Lie] = &[
    (
        "another manifest than asked for",
        |registry, image| {
            registry.put(&own(image), Page::of(MANIFEST, &Image::of("arm64").manifest));
        },
        said!(FetchError::Integrity { .. }),
    ),
    (
        "another digest in the head",
        |registry, image| {
            let digest = Image::of("arm64").digest().to_string();
            let page = Page::of(MANIFEST, &image.manifest);
            registry.put(&own(image), page.with("docker-content-digest", &digest));
        },
        said!(FetchError::Integrity { .. }),
    ),
    (
        "a digest of an unknown kind in the head",
        |registry, image| {
            let page = Page::of(MANIFEST, &image.manifest);
            registry.put(&own(image), page.with("docker-content-digest", "sha512:00"));
        },
        said!(FetchError::Integrity { .. }),
    ),
    (
        "a page for people",
        |registry, image| registry.put(&own(image), Page::of("text/html", &image.manifest)),
        said!(FetchError::Image(ImageError::Manifest(BadManifest::Page))),
    ),
    (
        "another type than it is",
        |registry, image| registry.put(&own(image), Page::of(INDEX, &image.manifest)),
        said!(FetchError::Image(ImageError::Manifest(BadManifest::OtherKind))),
    ),
    (
        "a manifest without an end",
        |registry, image| registry.change(&own(image), |page| page.body = Body::Endless),
        said!(FetchError::Image(ImageError::TooLong)),
    ),
    (
        "half a manifest",
        |registry, image| body(registry, &own(image), Body::Half),
        said!(FetchError::Image(ImageError::Unreached { .. })),
    ),
    (
        "another configuration",
        |registry, image| body(registry, &blob(&image.config), flipped),
        said!(FetchError::Integrity { .. }),
    ),
    (
        "another layer",
        |registry, image| body(registry, &blob(&image.layers[1]), flipped),
        said!(FetchError::Integrity { .. }),
    ),
    (
        "a longer layer",
        |registry, image| body(registry, &blob(&image.layers[0]), longer),
        said!(FetchError::Integrity { .. }),
    ),
    (
        "a shorter layer",
        |registry, image| body(registry, &blob(&image.layers[0]), shorter),
        said!(FetchError::Integrity { .. }),
    ),
    (
        "half a layer",
        |registry, image| body(registry, &blob(&image.layers[0]), Body::Half),
        said!(FetchError::Image(ImageError::Unreached { .. })),
    ),
    (
        "a layer without an end",
        |registry, image| {
            registry.change(&blob(&image.layers[0]), |page| page.body = Body::Endless);
        },
        said!(FetchError::Integrity { .. }),
    ),
    (
        "an error in place of a layer",
        |registry, image| registry.change(&blob(&image.layers[0]), |page| page.status = 500),
        said!(FetchError::Image(ImageError::Status { status: 500, .. })),
    ),
    (
        "a part of a layer",
        |registry, image| registry.change(&blob(&image.layers[0]), |page| page.status = 206),
        said!(FetchError::Image(ImageError::Status { status: 206, .. })),
    ),
    (
        "no layer",
        |registry, image| registry.change(&blob(&image.layers[0]), |page| page.status = 404),
        said!(FetchError::NotFound { .. }),
    ),
    (
        "no challenge",
        |registry, _| {
            let challenge = "Negotiate".to_owned();
            registry.close(Door { below: "/v2/", wanted: "x".into(), challenge });
        },
        said!(FetchError::Image(ImageError::Challenge { error: BadChallenge::Unknown, .. })),
    ),
    (
        "a place for tokens that anybody can listen to",
        |registry, _| {
            let challenge = "Bearer realm=\"http://auth.example/token\"".to_owned();
            registry.close(Door { below: "/v2/", wanted: "x".into(), challenge });
        },
        said!(FetchError::Image(ImageError::Realm { .. })),
    ),
    (
        "no token where it should be",
        |registry, _| {
            let challenge = format!("Bearer realm=\"http://{}/token\"", registry.host);
            let path = "/token?scope=repository%3Ateam%2Fmail%3Apull";
            registry.put(path, Page::of("application/json", br#"{"token":"a b"}"#));
            registry.close(Door { below: "/v2/", wanted: "x".into(), challenge });
        },
        said!(FetchError::Nonsense { .. }),
    ),
    (
        "a token that does not open",
        |registry, _| {
            let challenge = format!("Bearer realm=\"http://{}/token\"", registry.host);
            let path = "/token?scope=repository%3Ateam%2Fmail%3Apull";
            registry.put(path, Page::of("application/json", br#"{"token":"ab"}"#));
            registry.close(Door { below: "/v2/", wanted: "x".into(), challenge });
        },
        said!(FetchError::Image(ImageError::Denied { shown: Shown::Nothing, .. })),
    ),
];

#[test]
fn a_registry_of_images_that_lies_is_found_out() {
    for (what, lie, wanted) in LIES {
        let (registry, image) = with_image();
        lie(&registry, &image);
        let place = Place::new(None);
        let told = place.image(&registry, &at(&image)).expect_err(what);
        assert!(wanted(&told), "{what}: {told:?}");
        place.is_empty();
    }
}

/// An image whose own documents are wrong, and what is said.
fn wrong(what: &str, image: &Image, wanted: fn(&FetchError) -> bool) {
    let registry = Served::start();
    registry.publish(image, "1");
    let place = Place::new(None);
    let told = place.image(&registry, ":1").expect_err(what);
    assert!(wanted(&told), "{what}: {told:?}");
    assert_eq!(fs::read_dir(place.store.root().join("work")).unwrap().count(), 0);
}

#[test]
fn an_image_that_contradicts_itself_is_refused() {
    let image = || Image::of("amd64");
    let size = image().with(|value| value["layers"][0]["size"] = 1.into());
    wrong("size", &size, said!(FetchError::Integrity { .. }));
    let large = image().with(|value| value["layers"][0]["size"] = (2_u64 << 30).into());
    wrong("a large layer", &large, said!(FetchError::TooMuch(Step::Fetch)));
    let config = image().with(|value| value["config"]["size"] = (5 << 20).into());
    wrong("a large configuration", &config, said!(FetchError::TooMuch(Step::Look)));
    let other = image().with(|value| value["layers"][0]["digest"] = "sha512:00".into());
    let algorithm = said!(FetchError::Image(ImageError::Manifest(BadManifest::Algorithm)));
    wrong("a digest that is not known", &other, algorithm);
    let chart = image().with(|value| value["config"]["mediaType"] = "x/y".into());
    wrong("no image", &chart, said!(FetchError::Image(ImageError::Manifest(BadManifest::Kind(_)))));
    let other = Image::of("arm64");
    let swapped = Image::new(image().config, other.layers);
    wrong("layers of another image", &swapped, said!(FetchError::Store(_)));
    let fewer = Image::new(image().config, vec![image().layers[0].clone()]);
    wrong("a layer less", &fewer, said!(FetchError::Store(_)));
    let bare = Image::new(b"{}".to_vec(), vec![packed(b"")]);
    let member = said!(FetchError::Image(ImageError::Manifest(BadManifest::Member(_))));
    wrong("a configuration that says nothing", &bare, member);
    // One blob as two things of two sizes.
    let twice = image().with(|value| {
        let mut layer = value["layers"][0].clone();
        layer["size"] = 7.into();
        value["layers"].as_array_mut().unwrap().push(layer);
    });
    wrong("two sizes", &twice, member);
}

#[test]
fn an_index_that_lies_about_its_images_is_found_out() {
    let (registry, image) = with_image();
    let place = Place::new(None);
    let other = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut entry = image.entry("amd64");
        change(&mut entry);
        registry.document(INDEX, &index(&[entry, image.entry("arm64")]), "both");
        place.image(&registry, ":both").unwrap_err()
    };
    let told = other(&|entry| entry["size"] = 7.into());
    assert!(matches!(told, FetchError::Integrity { .. }), "{told}");
    let told = other(&|entry| entry["mediaType"] = INDEX.into());
    let kind = FetchError::Image(ImageError::Manifest(BadManifest::OtherKind));
    assert_eq!(told.to_string(), kind.to_string());
    // It says another system than the image itself.
    let told = place.image_for(&registry, ":both", "linux/arm64").unwrap_err();
    let FetchError::Image(ImageError::NoPlatform { there, .. }) = told else { panic!("{told}") };
    assert_eq!(there, ["linux/amd64"]);
    let empty = index(&[]);
    registry.document(INDEX, &empty, "empty");
    let told = place.image(&registry, ":empty").unwrap_err();
    assert!(matches!(told, FetchError::Image(ImageError::NoPlatform { .. })), "{told}");
}
