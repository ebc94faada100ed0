use proptest::prelude::*;

use super::*;

fn roots() -> Roots {
    let roots = ["/srv/projects".to_owned(), "~/team".to_owned()];
    Roots::read(&roots, Some("/srv/projects/base"), Some("/home/ann")).expect("folders")
}

// A path leaves its folders in none of the ways in which it can be written.
#[test]
fn no_form_of_a_path_leaves_the_folders() {
    let hostile = [
        "/etc/passwd",
        "/srv/projects-evil/x",
        "/srv/projects/../secret",
        "/srv",
        "/",
        "",
        "/srv/projects/a/../../../etc",
        "../../../etc/passwd",
        "../../x",
        "/srv/projects/..",
        "/srv/projects/%2e%2e/x",
        "/srv/projects/%252e%252e/x",
        "/srv/projects/..%2fx",
        "/srv/projects/..%5c..%5cx",
        "%2fetc%2fpasswd",
        "file:///etc/passwd",
        "FILE:///etc/passwd",
        "file://evil.example/srv/projects/x",
        "file:/etc/passwd",
        "file:///srv/projects/../../etc",
        "/srv/projects\\..\\..\\etc",
        "\\\\evil\\share\\x",
        "//evil/share",
        "\\srv\\projects\\x",
        "C:\\Windows",
        "C:/srv/projects/x",
        "/srv/projects/x\0.txt",
        "/srv/projects/x\n",
        "/srv/projects/.. /x",
        "/srv/projects/.../x",
        "/srv/projects/. ./x",
        "~/x",
        "~root/x",
        "~",
        "$HOME/x",
        "/srv/projects/$HOME/../x",
        "/srv/projects/${X}",
        "/srv/projects/$(id)",
        "%APPDATA%\\x",
        "/srv/projects/%TEMP%/x",
        "/srv/projects/`id`",
        "/srv/projects/{a,../../etc}",
        "http://evil.example/x",
        "L2V0Yy9wYXNzd2Q=",
        "\"/etc/passwd\"",
        "/srv/projects/‥/x",
        "／etc／passwd",
        "/srv/projects/．．/x",
        "/srv/projects/%c0%ae%c0%ae/x",
        "/srv/projects/%00",
        "/SRV/PROJECTS/x",
        "/srv/projects/%25252525252e",
        "zip:/srv/projects/x",
        "/home/ann/teamshop",
    ];
    for path in hostile {
        assert!(!roots().hold(path), "{path:?}");
    }
    assert!(!roots().hold(&format!("/srv/projects/{}", "a".repeat(5000))));
}

#[test]
fn ordinary_paths_pass() {
    let good = [
        "/srv/projects",
        "/srv/projects/",
        "/srv/projects/a/b.rs",
        "/srv//projects/./a",
        "/srv/projects/a/../b",
        "/home/ann/team/x",
        "notes.txt",
        "./src/main.rs",
        "a/b/c",
        "/srv/projects/100% sure.txt",
        "file:///srv/projects/a",
        "file:/srv/projects/a",
        "file:///srv/projects/my%20own%20gr%C3%BC%C3%9Fe.txt",
        "/srv/projects/a b (1).txt",
        "/srv/projects/größe.txt",
        "/srv/projects/a,b.txt",
        "/srv/projects/a..b",
        "/srv/projects/@scope/x",
        "/srv/projects/Price$5",
        ".gitignore",
        "documents/readme",
        "/srv/projects/..hidden",
    ];
    for path in good {
        assert!(roots().hold(path), "{path:?}");
    }
}

#[test]
fn without_a_base_a_path_has_to_begin_at_the_root() {
    let roots = Roots::read(&["/srv/projects".to_owned()], None, None).expect("folders");
    assert!(!roots.hold("notes.txt") && roots.hold("/srv/projects/notes.txt"));
}

#[test]
fn on_windows_names_have_other_ways_out() {
    let roots = Roots::read(&["C:\\team".to_owned()], None, None).expect("folders");
    for path in ["C:\\team\\a", "c:/TEAM/a.txt", "C:\\Team\\..\\team\\x", "file:///C:/team/a"] {
        assert!(roots.hold(path), "{path:?}");
    }
    let hostile = [
        "C:\\teamshop",
        "D:\\team\\a",
        "C:team\\a",
        "\\\\?\\C:\\team\\a",
        "\\\\.\\C:\\team\\a",
        "C:\\team\\..\\x",
        "C:\\team\\CON",
        "C:\\team\\nul.txt",
        "C:\\team\\com1",
        "C:\\team\\a:b",
        "C:\\team\\PROGRA~1",
        "C:\\team\\x.",
        "C:\\team\\x ",
        "C:\\team/../..\\x",
        "/team/a",
        "C:\\team\\a\\.. \\..\\..\\x",
        "//?/C:/team/a",
        "C:\\team\\%USERPROFILE%",
        "\\\\localhost\\C$\\team",
        "C:\\team\\!X!",
        "C:/team/..%5c..%5cx",
        "C::$DATA",
    ];
    for path in hostile {
        assert!(!roots.hold(path), "{path:?}");
    }
}

#[test]
fn folders_that_mean_nothing_are_refused() {
    let read = |roots: &[&str], base: Option<&str>| {
        let roots: Vec<String> = roots.iter().map(|it| (*it).to_owned()).collect();
        Roots::read(&roots, base, None)
    };
    assert!(read(&[], None).is_none());
    assert!(read(&["srv"], None).is_none());
    assert!(read(&["~/team"], None).is_none(), "nobody's home");
    assert!(read(&["~ann/team"], None).is_none());
    assert!(read(&["/srv"], Some("/etc")).is_none(), "the base is outside");
}

proptest! {
    // What passes lies inside, as another way of working out where it lies says.
    #[test]
    fn what_passes_lies_inside(path in "(/srv/projects|/srv|\\.\\.|/|[a-b./%25eEfF\\\\~$]){0,8}") {
        let held = Roots::read(&["/srv/projects".to_owned()], None, None)
            .is_some_and(|roots| roots.hold(&path));
        if held {
            let mut names: Vec<&str> = Vec::new();
            for name in path.split(['/', '\\']) {
                match name {
                    "" | "." => {}
                    ".." => drop(names.pop()),
                    name => names.push(name),
                }
            }
            prop_assert_eq!(names.get(..2), Some(&["srv", "projects"][..]), "{}", path);
        }
    }
}
