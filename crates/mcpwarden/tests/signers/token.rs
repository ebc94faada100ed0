//! A token, played by `SoftHSM`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use warden_testkit::{Outcome, TestHome};

use crate::{certifying, nothing_issued, private, signed_by, system, trust};

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

const PIN: &str = "86420975";

/// A home with a token in it that has a key of each kind.
pub(crate) struct Token {
    pub(crate) home: TestHome,
    pub(crate) settings: PathBuf,
}

impl Token {
    #[track_caller]
    pub(crate) fn new() -> Self {
        let home = TestHome::new();
        let tokens = home.path().join("tokens");
        fs::create_dir(&tokens).unwrap();
        let text = format!("directories.tokendir = {}\n", tokens.display());
        let settings = home.write("softhsm2.conf", text);
        let token = Self { home, settings };
        let pins = ["--so-pin", "12345678", "--pin", PIN];
        token.hsm(&[&["--init-token", "--free", "--label", "ops"][..], &pins].concat());
        let curve: &[&str] = &["EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
        for (id, label, kind) in [("01", "p256", curve), ("02", "ed25519", &["ED25519"])] {
            let file = token.home.path().join(label);
            let file = file.to_str().unwrap();
            let public = token.home.work().join(format!("{label}.pub"));
            system(
                Command::new("openssl").args(["genpkey", "-out", file, "-algorithm"]).args(kind),
            );
            system(
                Command::new("openssl").args(["pkey", "-in", file, "-pubout", "-out"]).arg(public),
            );
            let place = ["--token", "ops", "--label", label, "--id", id, "--pin", PIN];
            token.hsm(&[&["--import", file][..], &place].concat());
            fs::remove_file(file).unwrap();
            trust(&token.home, &format!("{label}.pub"), label);
        }
        private(&token.home, "pin", &format!("{PIN}\n"));
        token
    }

    #[track_caller]
    fn hsm(&self, words: &[&str]) {
        let mut command = Command::new("softhsm2-util");
        command.args(words).env("SOFTHSM2_CONF", &self.settings);
        let output = command.output().unwrap_or_else(|error| panic!("{MISSING} ({error})"));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// The name of a key in a token.
    pub(crate) fn uri(token: &str, key: &str) -> String {
        let module = MODULES.iter().find(|path| Path::new(path).is_file()).expect(MISSING);
        format!("pkcs11:token={token};object={key};type=private?module-path={module}")
    }

    fn certify(&self, token: &str, key: &str, more: &[&str]) -> Outcome {
        let uri = Self::uri(token, key);
        let mut command = certifying(&self.home, &[&["--signer", &uri], more].concat());
        Outcome::of(command.env("SOFTHSM2_CONF", &self.settings), b"")
    }
}

#[test]
fn a_token_signs_certificates_with_keys_of_both_kinds() {
    let token = Token::new();
    for key in ["p256", "ed25519"] {
        let outcome = token.certify("ops", key, &["--passphrase-file", "pin"]);
        assert!(!outcome.block().contains(PIN), "{}", outcome.block());
        drop(outcome.success());
        let list = token.home.run(["trust", "list"]).success();
        assert!(list.contains(&format!("{}\n  {key}, for", signed_by(&token.home))), "{list}");
    }
    let source = format!("&pin-source=file:{}/pin", token.home.work().display());
    let module = MODULES.iter().find(|path| Path::new(path).is_file()).expect(MISSING);
    let text = format!("signer = 'pkcs11:token=ops;object=p256?module-path={module}{source}'\n");
    crate::configure(&token.home, &text);
    let mut command = certifying(&token.home, &[]);
    drop(Outcome::of(command.env("SOFTHSM2_CONF", &token.settings), b"").success());
}

#[test]
fn a_token_signs_nothing_where_it_is_absent_or_the_pin_is_wrong() {
    let token = Token::new();
    private(&token.home, "wrong", "13579246");
    let with = |file| token.certify("ops", "p256", &["--passphrase-file", file]);
    nothing_issued(&token.home, &with("wrong"), "the PIN is refused");
    let away = token.certify("away", "p256", &["--passphrase-file", "pin"]);
    nothing_issued(&token.home, &away, "no token with this label");
    let other = token.certify("ops", "p384", &["--passphrase-file", "pin"]);
    nothing_issued(&token.home, &other, "no private key with this label");
    nothing_issued(&token.home, &token.certify("ops", "p256", &[]), "nobody is there to be asked");
    let clear = "pkcs11:token=ops;object=p256?module-path=/lib.so&pin-value=86420975";
    let clear = crate::certify(&token.home, &["--signer", clear]);
    assert!(!clear.block().contains(PIN), "{}", clear.block());
    nothing_issued(&token.home, &clear, "a PIN does not stand in a URI");
    let module = "pkcs11:token=ops;object=p256?module-path=/gone.so";
    let gone = crate::certify(&token.home, &["--signer", module, "--passphrase-file", "pin"]);
    nothing_issued(&token.home, &gone, "the library cannot be loaded");
    // Nothing is the matter with the token.
    drop(with("pin").success());
}
