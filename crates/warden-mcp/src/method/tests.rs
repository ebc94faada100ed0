use super::*;

/// A revision's methods, and who sends each of them.
type Listed = (Revision, Vec<(&'static str, Option<Direction>)>);

/// What the fixture says of each revision.
fn listed() -> Vec<Listed> {
    let mut all: Vec<Listed> = Vec::new();
    let lines = include_str!("names.txt").lines();
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            all.push((Revision::parse(name).unwrap(), Vec::new()));
            continue;
        }
        let (way, name) = line.split_once(' ').unwrap();
        let direction = match way {
            "to-server" => Some(Direction::ToServer),
            "to-client" => Some(Direction::ToClient),
            "both" => Some(Direction::Both),
            "inside" => None,
            other => panic!("{other}"),
        };
        all.last_mut().unwrap().1.push((name, direction));
    }
    all
}

#[test]
fn the_table_has_what_the_schemas_have_and_no_more() {
    let listed = listed();
    assert_eq!(listed.iter().map(|(revision, _)| *revision).collect::<Vec<_>>(), Revision::ALL);
    for (revision, names) in listed {
        for (name, direction) in &names {
            let method = Method::parse(name).unwrap();
            assert!(method.in_revision(revision), "{name} in {revision:?}");
            assert_eq!(method.direction_in(revision), *direction, "{name} in {revision:?}");
        }
        let ours = Method::ALL.iter().filter(|method| method.in_revision(revision));
        assert_eq!(ours.count(), names.len(), "{revision:?}");
    }
}

#[test]
fn every_method_is_found_by_its_name_and_by_no_other() {
    for method in Method::ALL {
        assert_eq!(Method::parse(method.name()), Some(*method));
        let notification = method.name().starts_with("notifications/");
        assert_eq!(method.wants() == Wants::Nothing, notification, "{}", method.name());
    }
    for name in ["Tools/call", "tools/call ", "tools/call\0", "tools", "rpc.discover", ""] {
        assert_eq!(Method::parse(name), None, "{name:?}");
    }
}

#[test]
fn what_lists_a_kind_is_filtered_by_that_kind() {
    for kind in DefinitionKind::ALL {
        assert_eq!(Method::listing(*kind).gate(), Gate::Filter(*kind));
    }
}

#[test]
fn a_method_fits_only_its_direction_and_kind() {
    assert!(Method::ToolsCall.fits(Direction::ToServer, Wants::Answer));
    assert!(!Method::ToolsCall.fits(Direction::ToClient, Wants::Answer));
    assert!(!Method::ToolsCall.fits(Direction::ToServer, Wants::Nothing));
    assert!(Method::Ping.fits(Direction::ToClient, Wants::Answer));
}

#[test]
fn what_fits_in_a_revision_fits() {
    for method in Method::ALL {
        let mut eras = Vec::new();
        for revision in Revision::ALL {
            for direction in [Direction::ToServer, Direction::ToClient] {
                let there = method.fits_in(*revision, direction, method.wants());
                assert!(!there || method.fits(direction, method.wants()), "{method:?}");
                eras.extend(there.then_some(revision.era()));
            }
            assert!(!method.takes_progress_token(*revision) || method.wants() == Wants::Answer);
        }
        assert!(eras.iter().all(|era| method.era() == Era::Both || method.era() == *era));
    }
    let (old, new) = (Revision::V2025_11_25, Revision::V2026_07_28);
    assert!(Method::Sampling.fits_in(old, Direction::ToClient, Wants::Answer));
    assert!(!Method::Sampling.fits_in(new, Direction::ToClient, Wants::Answer));
    assert!(!Method::Progress.fits_in(new, Direction::ToServer, Wants::Nothing));
    assert!(Method::Sampling.takes_progress_token(old));
    assert!(!Method::Sampling.takes_progress_token(new));
    assert!(!Method::Elicitation.in_revision(Revision::V2025_03_26));
}

#[test]
fn whatever_names_a_task_is_judged() {
    for method in Method::ALL.iter().filter(|method| method.name().starts_with("tasks/")) {
        let judged = method.gate() == Gate::Judge(Named::Task);
        assert_eq!(judged, *method != Method::TasksList, "{method:?}");
    }
}
