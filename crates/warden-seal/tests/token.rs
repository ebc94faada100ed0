//! A token, played by `SoftHSM`: keys that never leave it sign envelopes that open.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::SystemTime,
};

use warden_seal::{
    Passphrase, Signer, TokenKey, TokenSigner, TokenTrouble, Trust, TrustedKey, VerifyKey,
    open_trusted, seal_with,
};

const MISSING: &str = "SoftHSM is missing: `apt-get install softhsm2`";

/// Where distributions put the library.
const MODULES: &[&str] = &[
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm.so",
    "/usr/lib/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
];

/// `SoftHSM` is told by a variable where its tokens are, and a test cannot change its own
/// environment, so the part that uses them runs in a process of its own.
#[test]
fn a_token_signs_and_its_keys_stay_in_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let tokens = folder.path().join("tokens");
    fs::create_dir(&tokens).expect("room");
    let settings = folder.path().join("softhsm2.conf");
    fs::write(&settings, format!("directories.tokendir = {}\n", tokens.display())).expect("room");
    for (label, times) in [("one", 1), ("double", 2)] {
        for _ in 0..times {
            let pins = ["--so-pin", "12345678", "--pin", "1234"];
            hsm(&settings, &[&["--init-token", "--free", "--label", label][..], &pins].concat());
        }
    }
    let keys: [(&str, &[&str]); 3] = [
        ("p256", &["EC", "-pkeyopt", "ec_paramgen_curve:P-256"]),
        ("ed25519", &["ED25519"]),
        ("p384", &["EC", "-pkeyopt", "ec_paramgen_curve:P-384"]),
    ];
    for (at, (label, kind)) in keys.into_iter().enumerate() {
        let file = folder.path().join(label);
        let public = folder.path().join(format!("{label}.pub"));
        let (file, id) = (file.to_str().expect("our own"), format!("0{at}"));
        run(Command::new("openssl").args(["genpkey", "-out", file, "-algorithm"]).args(kind));
        run(Command::new("openssl").args(["pkey", "-in", file, "-pubout", "-out"]).arg(public));
        let where_to = ["--token", "one", "--label", label, "--id", &id, "--pin", "1234"];
        hsm(&settings, &[&["--import", file][..], &where_to].concat());
    }
    let test = std::env::current_exe().expect("this program");
    let mut again = Command::new(test);
    again.args(["--exact", "in_a_process_of_its_own", "--ignored", "--nocapture"]);
    run(again.env("SOFTHSM2_CONF", &settings).current_dir(folder.path()));
}

#[test]
#[ignore = "started by the other test, which makes the tokens"]
fn in_a_process_of_its_own() {
    let module = MODULES.iter().map(PathBuf::from).find(|path| path.is_file()).expect(MISSING);
    let place = |token: &str, key: &str| TokenKey {
        module: module.clone(),
        token: token.into(),
        key: key.into(),
    };
    let pin = Passphrase::new(b"1234".to_vec()).expect("it is not empty");
    for label in ["p256", "ed25519"] {
        let signer = TokenSigner::open(&place("one", label), &pin).expect("the key is there");
        let public = fs::read(Path::new(&format!("{label}.pub"))).expect("it was written");
        assert_eq!(Ok(signer.public()), VerifyKey::from_pem(&public));
        // Numbers of a signature have leading zeros now and then, which the sequence leaves out.
        let many = if label == "p256" { 600 } else { 5 };
        for at in 0..many {
            signer.sign(format!("{at}").as_bytes()).expect("the token signs");
        }
        let envelope = seal_with("text/plain", b"words", &[&signer]).expect("the token signs");
        let key = TrustedKey {
            key: signer.public(),
            name: label.into(),
            uses: ["test".to_owned()].into(),
            not_before: None,
            not_after: None,
            revoked_since: None,
        };
        let trust = Trust::new(vec![key]).expect("one key");
        let time = SystemTime::UNIX_EPOCH;
        let opened = open_trusted(&envelope, "text/plain", &trust, "test", time);
        assert_eq!(opened.expect("it is signed").payload, b"words");
    }
    for (token, key, wrong) in [
        ("none", "p256", TokenTrouble::NoToken),
        ("double", "p256", TokenTrouble::ManyTokens),
        ("one", "none", TokenTrouble::NoKey),
        ("one", "p384", TokenTrouble::NoKey),
    ] {
        let found = TokenSigner::open(&place(token, key), &pin).err();
        assert_eq!(found, Some(wrong), "{token} {key}");
    }
    let false_pin = Passphrase::new(b"4321".to_vec()).expect("it is not empty");
    let found = TokenSigner::open(&place("one", "p256"), &false_pin).err();
    assert_eq!(found, Some(TokenTrouble::Pin));
}

fn hsm(settings: &Path, arguments: &[&str]) {
    let mut command = Command::new("softhsm2-util");
    run(command.args(arguments).env("SOFTHSM2_CONF", settings));
}

#[track_caller]
fn run(command: &mut Command) {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().unwrap_or_else(|error| match program.as_str() {
        "softhsm2-util" => panic!("{MISSING} ({error})"),
        _ => panic!("`{program}` cannot be started ({error})"),
    });
    let (said, words) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{program}: {said}{words}");
}
