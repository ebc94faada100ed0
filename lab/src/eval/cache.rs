//! Trees of others, kept outside of the repository: commits from mirrors, packages from
//! registries.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use warden_model::Digest;

use super::labels::{Commits, Package, Registry};
use xtask::shell::{self, Failure};

/// Where trees come from, and where they are kept.
pub(crate) struct Cache {
    folder: PathBuf,
    mirrors: Option<PathBuf>,
}

/// A tree, or why there is none.
pub(crate) enum Got {
    /// Where it is.
    Tree(PathBuf),
    /// It was not looked at.
    Missing(String),
}

impl Cache {
    /// A cache in `folder`, or below the user's folder for caches. Without `mirrors`, no commit
    /// can be looked at.
    ///
    /// # Errors
    /// There is no such folder.
    pub(crate) fn new(folder: Option<PathBuf>, mirrors: Option<PathBuf>) -> Result<Self, Failure> {
        let home = || shell::setting("HOME").map(|home| Path::new(&home).join(".cache"));
        let usual = || {
            let cache = shell::setting("XDG_CACHE_HOME").map(PathBuf::from).or_else(home);
            cache.map(|cache| cache.join("mcpwarden").join("evaluation"))
        };
        let nowhere = || Failure("neither --cache nor HOME says where to keep trees".into());
        let folder = folder.or_else(usual).ok_or_else(nowhere)?;
        Ok(Self { folder, mirrors })
    }

    /// Where something else may be kept.
    #[must_use]
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A commit of a repository.
    ///
    /// # Errors
    /// It is in a mirror, and cannot be taken out.
    pub(crate) fn commit(&self, trees: &Commits, commit: &str) -> Result<Got, Failure> {
        let Some(mirrors) = &self.mirrors else {
            return Ok(Got::Missing("no folder of mirrors was given".into()));
        };
        let mirror = mirrors.join(trees.repository.replace('/', "+")).join("repo");
        if !mirror.is_dir() {
            return Ok(Got::Missing(format!("there is no mirror of {}", trees.repository)));
        }
        let name = format!("{}-{}", trees.repository.replace('/', "+"), commit);
        let name = match trees.folder.as_str() {
            "" => name,
            folder => format!("{name}-{}", folder.replace('/', "+")),
        };
        let target = self.folder.join("commits").join(name);
        once(&target, |part| extract(&mirror, commit, &trees.folder, part))?;
        Ok(Got::Tree(target))
    }

    /// A published version.
    ///
    /// # Errors
    /// It cannot be kept, or is not the file that its digest promises.
    pub(crate) fn package(&self, package: &Package) -> Result<Got, Failure> {
        let folder = self.folder.join("packages");
        let file = folder.join(&package.file);
        if !file.is_file() {
            fs::create_dir_all(&folder).map_err(|error| Failure::of(&folder, &error))?;
            if let Err(failure) = download(package, &folder) {
                return Ok(Got::Missing(failure.0));
            }
        }
        verify(&file, package)?;
        Ok(Got::Tree(file))
    }
}

/// Makes a folder once; half of it is thrown away.
fn once(target: &Path, make: impl FnOnce(&Path) -> Result<(), Failure>) -> Result<(), Failure> {
    if target.is_dir() {
        return Ok(());
    }
    let mut part = target.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    if part.exists() {
        fs::remove_dir_all(&part).map_err(|error| Failure::of(&part, &error))?;
    }
    fs::create_dir_all(&part).map_err(|error| Failure::of(&part, &error))?;
    make(&part)?;
    fs::rename(&part, target).map_err(|error| Failure::of(target, &error))
}

/// `git archive` of one folder, unpacked without what stands above it.
fn extract(mirror: &Path, commit: &str, folder: &str, target: &Path) -> Result<(), Failure> {
    // `commit:folder` names the folder as a tree of its own.
    let tree = if folder.is_empty() { commit.to_owned() } else { format!("{commit}:{folder}") };
    let mut packing = git(mirror);
    packing.args(["archive", "--format=tar", &tree, "--", "."]);
    packing.args(absent(mirror, &tree)?.iter().map(|path| format!(":(exclude,literal){path}")));
    let mut packing = packing.stdout(Stdio::piped()).spawn().map_err(|error| no_git(&error))?;
    let mut tar = Command::new("tar");
    tar.args(["-x", "-f", "-", "-C"]).arg(target);
    tar.stdin(packing.stdout.take().map_or_else(Stdio::null, Stdio::from));
    let unpacked = tar.status().map_err(|error| Failure(format!("tar cannot be started: {error}")));
    let packed = packing.wait().map_err(|error| no_git(&error))?;
    if packed.success() && unpacked?.success() {
        return Ok(());
    }
    Err(Failure(format!("{}: {tree} cannot be taken out", mirror.display())))
}

/// The files that a mirror lists and does not have: some leave out what is large. Source code
/// must be there.
fn absent(mirror: &Path, tree: &str) -> Result<Vec<String>, Failure> {
    let listed = shell::capture(git(mirror).args(["ls-tree", "-r", "-z", tree]))?;
    let files: Vec<(&str, &str)> = listed
        .split_terminator('\0')
        .filter_map(|line| line.split_once('\t'))
        .filter_map(|(about, path)| Some((about.rsplit(' ').next()?, path)))
        .collect();
    let mut asking = git(mirror);
    asking.args(["cat-file", "--batch-check", "--buffer"]);
    let mut asked = asking
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| no_git(&error))?;
    let question: String = files.iter().flat_map(|(object, _)| [object, "\n"]).collect();
    let input = asked.stdin.take();
    let answer = thread::scope(|scope| {
        // Git answers while it is asked: nobody may wait for the other with a full pipe.
        scope.spawn(move || input.map(|mut input| input.write_all(question.as_bytes())));
        asked.wait_with_output()
    });
    let answer =
        String::from_utf8_lossy(&answer.map_err(|error| no_git(&error))?.stdout).into_owned();
    let missing = files.iter().zip(answer.lines()).filter(|(_, line)| line.ends_with(" missing"));
    let missing: Vec<String> = missing.map(|((_, path), _)| (*path).to_owned()).collect();
    match missing.iter().find(|path| super::tree::is_code(path)) {
        Some(path) => Err(Failure(format!("{}: {path} of {tree} is missing", mirror.display()))),
        None => Ok(missing),
    }
}

fn git(mirror: &Path) -> Command {
    let mut git = Command::new("git");
    git.arg("--git-dir").arg(mirror);
    git
}

fn no_git(error: &std::io::Error) -> Failure {
    Failure(format!("git: {error}"))
}

/// Downloads a file as npm and pip are set up to do it. Nothing of it is run.
fn download(package: &Package, folder: &Path) -> Result<(), Failure> {
    println!("{} {}: downloading", package.name, package.version);
    let mut command = match package.registry {
        Registry::Npm => {
            let mut npm = Command::new("npm");
            npm.args(["pack", "--silent", "--ignore-scripts"]);
            npm.arg(format!("{}@{}", package.name, package.version));
            npm
        }
        Registry::Pypi => {
            // A wheel holds what runs; of a source archive pip would run the build.
            let mut pip = Command::new("python3");
            pip.args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check"]);
            pip.args(["--no-deps", "--only-binary=:all:", "--dest", "."]);
            pip.arg(format!("{}=={}", package.name, package.version));
            pip
        }
    };
    shell::capture(command.current_dir(folder)).map(|_| ())
}

fn verify(file: &Path, package: &Package) -> Result<(), Failure> {
    let bytes = fs::read(file).map_err(|error| Failure::of(file, &error))?;
    if Digest::of(&bytes).hex().as_slice() == package.sha256.as_bytes() {
        return Ok(());
    }
    let wrong = format!("{}: this is not the file that the label promises", file.display());
    Err(Failure(wrong))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn make(folder: &Path, words: &[&str]) {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=a", "-c", "user.email=a@example.com"]).args(words);
        shell::capture(git.current_dir(folder)).expect("git does it");
    }

    #[test]
    fn a_commit_comes_out_of_its_mirror_without_the_folders_above() {
        let temp = tempfile::tempdir().expect("there is a folder for temporary files");
        let mirror = temp.path().join("mirrors/owner+name/repo");
        fs::create_dir_all(mirror.join("src/git/lib")).expect("it can be made");
        fs::write(mirror.join("src/git/lib/a.py"), "a\n").expect("it can be written");
        make(&mirror, &["init", "--quiet", "."]);
        make(&mirror, &["add", "."]);
        make(&mirror, &["commit", "--quiet", "--message", "a"]);
        fs::rename(mirror.join(".git"), temp.path().join("bare")).expect("it can be moved");
        fs::remove_dir_all(&mirror).expect("it can be removed");
        fs::rename(temp.path().join("bare"), &mirror).expect("it can be moved");
        let folder = temp.path().join("cache");
        let cache = Cache::new(Some(folder), Some(temp.path().join("mirrors"))).expect("it is");
        let trees = Commits {
            repository: "owner/name".into(),
            folder: "src/git".into(),
            vulnerable: String::new(),
            fixed: None,
        };
        let Ok(Got::Tree(tree)) = cache.commit(&trees, "HEAD") else { panic!("there is one") };
        assert_eq!(shell::read(&tree.join("lib/a.py")).ok().as_deref(), Some("a\n"));
        assert!(cache.commit(&trees, "0000").is_err());
    }

    #[test]
    fn what_has_no_mirror_is_not_looked_at() {
        let temp = tempfile::tempdir().expect("there is a folder for temporary files");
        let trees = Commits {
            repository: "owner/name".into(),
            folder: String::new(),
            vulnerable: String::new(),
            fixed: None,
        };
        for mirrors in [None, Some(temp.path().to_owned())] {
            let cache = Cache::new(Some(temp.path().to_owned()), mirrors).expect("it is");
            assert!(matches!(cache.commit(&trees, "HEAD"), Ok(Got::Missing(_))));
        }
    }

    #[test]
    fn a_file_with_another_digest_is_refused() {
        let temp = tempfile::tempdir().expect("there is a folder for temporary files");
        let package = Package {
            registry: Registry::Npm,
            name: "a".into(),
            version: "1.0.0".into(),
            file: "a-1.0.0.tgz".into(),
            sha256: String::from_utf8_lossy(&Digest::of(b"a").hex()).into_owned(),
        };
        let cache = Cache::new(Some(temp.path().to_owned()), None).expect("it is");
        let file = temp.path().join("packages/a-1.0.0.tgz");
        fs::create_dir_all(temp.path().join("packages")).expect("it can be made");
        fs::write(&file, "a").expect("it can be written");
        assert!(matches!(cache.package(&package), Ok(Got::Tree(_))));
        fs::write(&file, "b").expect("it can be written");
        assert!(cache.package(&package).is_err());
    }
}
