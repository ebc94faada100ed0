//! Images in the OCI layout.

use super::*;

/// An image in the OCI layout with these layers, after somebody changed its parts.
pub(super) fn image(layers: &[Vec<u8>], packed: bool, change: impl Fn(&mut Vec<Item>)) -> Vec<u8> {
    use warden_model::Digest;
    let name = |bytes: &[u8]| Digest::of(bytes).to_string();
    let blob = |bytes: &[u8]| {
        let mut item = file(&format!("blobs/{}", name(bytes).replace(':', "/")), "");
        item.content = bytes.to_vec();
        item
    };
    let described = |bytes: &[u8], kind: &str| serde_json::json!({ "mediaType": kind, "digest": name(bytes), "size": bytes.len() });
    let contents: Vec<String> = layers.iter().map(|layer| name(layer)).collect();
    let layers: Vec<Vec<u8>> =
        layers.iter().map(|layer| if packed { gz(layer) } else { layer.clone() }).collect();
    let config = serde_json::json!({ "rootfs": { "type": "layers", "diff_ids": contents } });
    let config = config.to_string().into_bytes();
    let manifest = serde_json::json!({
        "schemaVersion": 2,
        "config": described(&config, "application/vnd.oci.image.config.v1+json"),
        "layers": layers.iter().map(|layer| described(layer, "application/vnd.oci.image.layer.v1.tar")).collect::<Vec<_>>(),
    });
    let manifest = manifest.to_string().into_bytes();
    let index = serde_json::json!({
        "schemaVersion": 2,
        "manifests": [described(&manifest, "application/vnd.oci.image.manifest.v1+json")],
    });
    let mut items = vec![file("oci-layout", "{}"), file("index.json", &index.to_string())];
    items.push(blob(&config));
    items.push(blob(&manifest));
    items.extend(layers.iter().map(|layer| blob(layer)));
    change(&mut items);
    tar_of(&items)
}

#[test]
fn layers_lie_on_top_of_each_other() {
    let mut special = file("bin/su", "su");
    special.mode = 0o4755;
    let first = tar_of(&[
        folder("./"),
        file("a", "old"),
        file("d/gone", "1"),
        file("d/kept", "2"),
        file("e/all", "3"),
        link("lib", "/usr/lib"),
        file("usr/lib/x", "4"),
        special,
        Item { kind: tar::EntryType::Char, ..file("dev/null", "") },
        file("Name", "5"),
        file("name", "6"),
    ]);
    let second = tar_of(&[
        file("a", "new"),
        file("d/.wh.gone", ""),
        file("e/.wh..wh..opq", ""),
        file("e/own", "7"),
        hard("e/same", "usr/lib/x"),
        file("usr/lib/.wh.x", ""),
    ]);
    for packed in [false, true] {
        let bytes = image(&[first.clone(), second.clone()], packed, |_| {});
        // A layer may only name what is there: `x` is gone before the layer is laid.
        refused(&bytes, Format::Image, fault!(Fault::HardLink));
    }
    let second = tar_of(&[
        file("a", "new"),
        file("d/.wh.gone", ""),
        file("e/.wh..wh..opq", ""),
        file("e/own", "7"),
        hard("e/same", "usr/lib/x"),
    ]);
    let (done, mut found) = out_of(&image(&[first, second], true, |_| {}), Format::Image).unwrap();
    assert!(found.remove("config.json").is_some_and(|text| text.contains("diff_ids")));
    let wanted = [
        ("rootfs", "folder"),
        ("rootfs/Name", "5"),
        ("rootfs/a", "new"),
        ("rootfs/bin", "folder"),
        ("rootfs/bin/su", "!su"),
        ("rootfs/d", "folder"),
        ("rootfs/d/kept", "2"),
        ("rootfs/e", "folder"),
        ("rootfs/e/own", "7"),
        ("rootfs/e/same", "4"),
        ("rootfs/lib", "-> usr/lib"),
        ("rootfs/name", "6"),
        ("rootfs/usr", "folder"),
        ("rootfs/usr/lib", "folder"),
        ("rootfs/usr/lib/x", "4"),
    ];
    let wanted: BTreeMap<String, String> =
        wanted.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    assert_eq!(found, wanted);
    let left: Vec<(&str, LeftOutKind)> =
        done.left_out.iter().map(|one| (one.path.as_str(), one.what)).collect();
    assert_eq!(left, [("bin/su", LeftOutKind::OtherUser), ("dev/null", LeftOutKind::Special)]);
}

#[test]
fn an_image_whose_parts_do_not_fit_is_refused() {
    let layer = tar_of(&[file("a", "1")]);
    let checksum = fault!(Fault::Checksum { .. });
    for part in 2..5 {
        let bytes = image(std::slice::from_ref(&layer), false, |items| {
            let last = items[part].content.len() - 1;
            items[part].content[last] ^= 1;
        });
        refused(&bytes, Format::Image, checksum);
        let bytes = image(std::slice::from_ref(&layer), false, |items| {
            items.remove(part);
        });
        refused(&bytes, Format::Image, fault!(Fault::Broken { .. }));
        let bytes = image(std::slice::from_ref(&layer), false, |items| {
            items[part].content.push(b' ');
        });
        refused(&bytes, Format::Image, fault!(Fault::Contradiction { .. }));
    }
    let out = [tar_of(&[link("a", "../../../etc"), file("b", "1")])];
    // Above the root of a system is its root.
    let found = out_of(&image(&out, false, |_| {}), Format::Image).unwrap().1;
    assert_eq!(found.get("rootfs/a").map(String::as_str), Some("-> etc"));
    for (layer, wanted) in [
        (vec![file("../a", "1")], fault!(Fault::Upwards) as Is),
        (vec![file("/a", "1")], fault!(Fault::Absolute)),
        (vec![file("a", "1"), file("a", "2")], fault!(Fault::Duplicate)),
        (vec![link("a", "b"), file("a/c", "2")], fault!(Fault::FolderAndFile)),
    ] {
        refused(&image(&[tar_of(&layer)], true, |_| {}), Format::Image, wanted);
    }
    let zstd = vec![0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0, 0];
    let unsupported = fault!(Fault::Unsupported { .. });
    refused(&image(&[zstd], false, |_| {}), Format::Image, unsupported);
}
