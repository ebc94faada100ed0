//! A program that is asked for signatures: the way to a key management service, a smart card or a
//! colleague's machine without knowing any of them.

use std::{
    ffi::OsString,
    io::{self, Read, Write},
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{SignError, Signer, VerifyKey};

/// More than any answer needs: a signature has at most 72 bytes, base64 and line ends.
pub const MOST_ANSWER: u64 = 4096;

/// Longer than anybody waits, for whoever asks for more.
const MOST_PATIENCE: Duration = Duration::from_hours(1);

/// How often it is looked whether a program that has said everything has ended.
const LOOK: Duration = Duration::from_millis(5);

/// Asks a program for each signature.
///
/// The message goes to its standard input; the signature, as its bytes or in base64, also with line ends in it, is
/// expected on its standard output. What it says on standard error goes to ours. The answer is verified against
/// the configured key before it is handed out, so that a wrong or lying program cannot make
/// anything that looks signed.
#[derive(Clone, Debug)]
pub struct CommandSigner {
    /// The program and its arguments; no shell has a part in it.
    pub argv: Vec<OsString>,
    /// The key that its signatures have to fit.
    pub key: VerifyKey,
    /// How long it may take; at most an hour.
    pub patience: Duration,
}

impl Signer for CommandSigner {
    fn public(&self) -> VerifyKey {
        self.key
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let answer = self.ask(message)?;
        if self.key.verify(message, &answer).is_ok() {
            return Ok(answer);
        }
        // Programs that write base64 break it into lines.
        let text: Vec<u8> = answer.into_iter().filter(|byte| !byte.is_ascii_whitespace()).collect();
        let signature = STANDARD.decode(text).map_err(|_| SignError::NotByKey)?;
        self.key.verify(message, &signature).map_err(|_| SignError::NotByKey)?;
        Ok(signature)
    }
}

impl CommandSigner {
    fn ask(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let deadline = Instant::now() + self.patience.min(MOST_PATIENCE);
        let (program, arguments) = self.argv.split_first().ok_or(SignError::NoCommand)?;
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|error| SignError::Command(error.kind()))?;
        let answer = converse(&mut child, message, deadline);
        let status = end(&mut child, if answer.is_ok() { deadline } else { Instant::now() });
        let answer = answer?;
        match status? {
            status if status.success() => Ok(answer),
            status => Err(SignError::Failed(status.code())),
        }
    }
}

/// Writes the message and reads the answer, on threads of their own: a program may write before it
/// has read, or never end although it was told to.
fn converse(child: &mut Child, message: &[u8], deadline: Instant) -> Result<Vec<u8>, SignError> {
    let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(SignError::Command(io::ErrorKind::BrokenPipe));
    };
    let message = message.to_vec();
    // A program that does not read everything has its reasons; its answer and its status count.
    thread::spawn(move || stdin.write_all(&message).is_ok());
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut answer = Vec::new();
        let read = stdout.take(MOST_ANSWER + 1).read_to_end(&mut answer);
        // Nobody waits any more if it is late.
        sender.send(read.map(|_| answer)).is_ok()
    });
    let left = deadline.saturating_duration_since(Instant::now());
    match receiver.recv_timeout(left) {
        Ok(Ok(answer)) if answer.len() as u64 > MOST_ANSWER => Err(SignError::Long),
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(SignError::Command(error.kind())),
        Err(RecvTimeoutError::Timeout) => Err(SignError::Late),
        Err(RecvTimeoutError::Disconnected) => Err(SignError::Command(io::ErrorKind::BrokenPipe)),
    }
}

/// Waits until the program has ended, and ends it when its time is up.
fn end(child: &mut Child, deadline: Instant) -> Result<ExitStatus, SignError> {
    let failed = |error: io::Error| SignError::Command(error.kind());
    loop {
        if let Some(status) = child.try_wait().map_err(failed)? {
            return Ok(status);
        }
        if Instant::now() >= deadline {
            child.kill().map_err(failed)?;
            child.wait().map_err(failed)?;
            return Err(SignError::Late);
        }
        thread::sleep(LOOK);
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;
    use crate::{KeyKind, LocalKey};

    /// Asks a shell that runs `script`.
    fn asking(script: &str, key: VerifyKey, patience: Duration) -> CommandSigner {
        CommandSigner { argv: ["sh", "-c", script].map(Into::into).to_vec(), key, patience }
    }

    const LONG: Duration = Duration::from_mins(1);

    fn key() -> LocalKey {
        LocalKey::generate(KeyKind::Ed25519).unwrap()
    }

    /// A signer that answers with what a real key would, from a file.
    fn honest(folder: &Path, script: &str, bytes: &[u8], key: &LocalKey) -> CommandSigner {
        let file = folder.join("answer");
        fs::write(&file, bytes).unwrap();
        let script = format!("cat >/dev/null; {script} {}", file.display());
        asking(&script, key.public(), LONG)
    }

    #[test]
    fn a_signature_is_taken_as_bytes_and_in_base64() {
        let folder = tempfile::tempdir().unwrap();
        for kind in [KeyKind::Ed25519, KeyKind::P256] {
            let key = LocalKey::generate(kind).unwrap();
            let signature = key.sign(b"message").unwrap();
            for script in ["cat", "base64", "base64 -w0", "base64 -w0 </dev/null; base64 -w200"] {
                let signer = honest(folder.path(), script, &signature, &key);
                assert_eq!(signer.sign(b"message").unwrap(), signature, "{script}");
            }
            let signer = honest(folder.path(), "cat", &signature, &key);
            assert_eq!(signer.sign(b"massage"), Err(SignError::NotByKey));
        }
    }

    #[test]
    fn the_message_is_what_the_program_reads() {
        // It signs nothing but shows that it got every byte: the answer is as long as the message.
        let folder = tempfile::tempdir().unwrap();
        let seen = folder.path().join("seen");
        let script = format!("cat >{}", seen.display());
        let message = vec![7; 1 << 20];
        let signer = asking(&script, key().public(), LONG);
        assert_eq!(signer.sign(&message), Err(SignError::NotByKey));
        assert_eq!(fs::read(seen).unwrap(), message);
    }

    #[test]
    fn what_goes_wrong_is_told() {
        let public = key().public();
        for (script, wrong) in [
            ("exit 3", SignError::Failed(Some(3))),
            ("kill -9 $$", SignError::Failed(None)),
            ("echo AAAA", SignError::NotByKey),
            ("echo nothing of the kind", SignError::NotByKey),
            (":", SignError::NotByKey),
            ("yes", SignError::Long),
        ] {
            assert_eq!(asking(script, public, LONG).sign(b"x"), Err(wrong), "{script}");
        }
        let none = CommandSigner { argv: Vec::new(), key: public, patience: LONG };
        assert_eq!(none.sign(b"x"), Err(SignError::NoCommand));
        let argv = vec!["/nowhere/at/all".into()];
        let missing = CommandSigner { argv, key: public, patience: LONG };
        assert_eq!(missing.sign(b"x"), Err(SignError::Command(io::ErrorKind::NotFound)));
    }

    #[test]
    fn a_signature_of_a_program_that_fails_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let key = key();
        let signature = key.sign(b"message").unwrap();
        let mut signer = honest(folder.path(), "cat", &signature, &key);
        let script = signer.argv.pop().unwrap().into_string().unwrap();
        signer.argv.push(format!("{script}; exit 1").into());
        assert_eq!(signer.sign(b"message"), Err(SignError::Failed(Some(1))));
    }

    #[test]
    fn a_program_that_never_answers_is_ended() {
        let short = Duration::from_millis(50);
        for script in ["exec tail -f /dev/null", "exec tail -f /dev/null >/dev/null"] {
            let signer = asking(script, key().public(), short);
            assert_eq!(signer.sign(&vec![7; 1 << 20]), Err(SignError::Late), "{script}");
        }
    }
}
