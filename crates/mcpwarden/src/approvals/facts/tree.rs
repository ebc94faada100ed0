//! What lies in the tree of a server, or is handed in with it: how to tell its vendor of problems
//! (A3, A12, V12).

use std::{fs::File, io::Read as _};

use warden_collect::store::{Check, Node, NodeKind};
use warden_model::Digest;
use warden_policy::approval::{Disclosure, Facts, SecurityTxt};

use super::{Looking, MOST};
use crate::{Failure, Kind};

/// The longest security.txt that is taken in: any that is longer than the reader takes.
const MOST_TEXT: u64 = 1 << 20;

impl Looking<'_> {
    pub(super) fn tree(&self, facts: &mut Facts) -> Result<(), Failure> {
        let text = match self.given_text()? {
            Some(bytes) => Some((SecurityTxt::read(&bytes), self.put(&bytes)?, self.now)),
            None => self
                .in_tree(|path| matches!(path, "security.txt" | ".well-known/security.txt"))?
                .map(|(bytes, digest)| {
                    (SecurityTxt::read(&bytes), digest, self.certificate().issued)
                }),
        };
        let page = self.in_tree(|path| {
            let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
            ["security.md", "security.rst"].contains(&name.as_str())
        })?;
        // That there is none in the tree says nothing: it may be elsewhere.
        let policy = match (page, &text) {
            (Some((_, digest)), _) => Some((digest, self.certificate().issued)),
            (None, Some((found, digest, at)))
                if found.malformed.is_none() && found.policies > 0 =>
            {
                Some((*digest, *at))
            }
            (None, _) => None,
        };
        if let Some((evidence, at)) = policy {
            let found = Disclosure { policy_found: true, patch_days: None, promise_expires: None };
            facts.disclosure = Some(warden_policy::approval::Fact { value: found, evidence, at });
        }
        facts.security_txt =
            text.map(|(value, evidence, at)| warden_policy::approval::Fact { value, evidence, at });
        Ok(())
    }

    /// The first file of the tree whose path is looked for, and its digest in the store.
    fn in_tree(&self, wanted: impl Fn(&str) -> bool) -> Result<Option<(Vec<u8>, Digest)>, Failure> {
        let store = self.writer.store();
        let Some(tree) = self.certificate().digests.tree else { return Ok(None) };
        let (Ok(manifest), Ok(root)) = (store.manifest(tree), store.tree(tree, Check::Quick))
        else {
            return Ok(None);
        };
        let ours = |path: &str| !path.split('/').any(|part| part == "node_modules");
        let found = |node: &&Node| {
            let small = matches!(node.kind, NodeKind::File { size, .. } if size <= MOST);
            small && ours(&node.path) && wanted(&node.path)
        };
        let Some(node) = manifest.nodes().iter().find(found) else { return Ok(None) };
        let bytes = std::fs::read(root.path.join(&node.path))
            .map_err(|error| Failure::new(Kind::Config, "cannot use the store").caused_by(error))?;
        let digest = self.put(&bytes)?;
        Ok(Some((bytes, digest)))
    }

    /// The security.txt that was handed in.
    fn given_text(&self) -> Result<Option<Vec<u8>>, Failure> {
        let Some(file) = &self.about.given.security_txt else { return Ok(None) };
        let file = self.at.0.cwd.join(file);
        let bad = |error: std::io::Error| {
            Failure::new(Kind::Input, format!("cannot read `{}`", file.display())).caused_by(error)
        };
        let mut bytes = Vec::new();
        let open = File::open(&file).map_err(bad)?;
        open.take(MOST_TEXT + 1).read_to_end(&mut bytes).map_err(bad)?;
        if bytes.is_empty() || bytes.len() as u64 > MOST_TEXT {
            return Err(bad(std::io::Error::other("a security.txt has 1 byte to 1 MiB")));
        }
        Ok(Some(bytes))
    }
}
