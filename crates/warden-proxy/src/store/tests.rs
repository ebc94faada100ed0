use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, sync::Arc};

use super::*;
use crate::store::faulty::FaultyStore;

/// Runs something against every store there is.
async fn on_each<F: Future<Output = ()>>(check: impl Fn(Arc<dyn Store>) -> F) {
    let folder = tempfile::tempdir().unwrap();
    check(Arc::new(MemoryStore::new())).await;
    check(Arc::new(FaultyStore::default())).await;
    check(Arc::new(opened(folder.path()))).await;
}

fn opened(folder: &Path) -> FolderStore {
    FolderStore::open(&folder.join("state")).unwrap()
}

fn only(folder: &Path, space: Space) -> std::path::PathBuf {
    let keys = opened(folder).keys(space).unwrap();
    folder.join("state").join(space.name()).join(format!("{}.value", keys.first().unwrap()))
}

#[tokio::test]
async fn what_is_put_is_there_until_it_is_forgotten() {
    on_each(|store| async move {
        for space in Space::ALL {
            assert_eq!(store.get(space, "a").await, Ok(None));
            let first = store.put(space, "a", b"one", None).await.unwrap();
            let entry = Entry { value: b"one".to_vec(), number: first };
            assert_eq!(store.get(space, "a").await, Ok(Some(entry.clone())));
            store.put(space, "B", b"", None).await.unwrap_err();
            store.put(space, "0", b"", None).await.unwrap();
            let keys = store.all(space).await.unwrap();
            assert_eq!(keys.iter().map(|(key, _)| &**key).collect::<Vec<_>>(), ["0", "a"]);
            store.forget(space, "a").await.unwrap();
            store.forget(space, "a").await.unwrap();
            assert_eq!(store.get(space, "a").await, Ok(None));
        }
    })
    .await;
}

#[tokio::test]
async fn who_does_not_know_what_is_there_changes_nothing() {
    on_each(|store| async move {
        let (space, changed) = (Space::Sessions, Err(NotPut::Changed));
        assert_eq!(store.put(space, "a", b"x", Some(1)).await, changed);
        let first = store.put(space, "a", b"one", None).await.unwrap();
        assert_eq!(store.put(space, "a", b"x", None).await, changed);
        let second = store.put(space, "a", b"two", Some(first)).await.unwrap();
        assert_eq!(store.put(space, "a", b"x", Some(first)).await, changed);
        // What was there once and is forgotten is not what is there now.
        store.forget(space, "a").await.unwrap();
        assert_eq!(store.put(space, "a", b"x", Some(second)).await, changed);
        let third = store.put(space, "a", b"two", None).await.unwrap();
        assert!(third != first && third != second);
        assert_eq!(store.get(space, "a").await.unwrap().unwrap().value, b"two");
    })
    .await;
}

#[tokio::test]
async fn what_is_no_key_or_too_much_is_not_taken() {
    on_each(|store| async move {
        for key in ["", "../a", "a/b", ".lock", "A", "a.value"] {
            assert_eq!(store.get(Space::Holds, key).await, Err(Away), "{key}");
            assert_eq!(store.put(Space::Holds, key, b"", None).await, Err(NotPut::Away(Away)));
            assert_eq!(store.forget(Space::Holds, key).await, Err(Away));
        }
        let most = vec![7; MOST_VALUE];
        let number = store.put(Space::Holds, "a", &most, None).await.unwrap();
        let more = vec![7; MOST_VALUE + 1];
        let refused = store.put(Space::Holds, "a", &more, Some(number)).await;
        assert_eq!(refused, Err(NotPut::Away(Away)));
        assert_eq!(store.get(Space::Holds, "a").await.unwrap().unwrap().value, most);
    })
    .await;
}

#[tokio::test]
async fn of_many_who_change_one_thing_each_is_counted() {
    on_each(|store| async move {
        let writers = (0..4).map(|_| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                for _ in 0..10 {
                    loop {
                        let there = store.get(Space::Limits, "n").await.unwrap();
                        let before = there.as_ref().map(|entry| entry.number);
                        let count = there.map_or(0, |entry| entry.value.len());
                        let more = vec![b'x'; count + 1];
                        match store.put(Space::Limits, "n", &more, before).await {
                            Ok(_) => break,
                            Err(NotPut::Changed) => {}
                            Err(NotPut::Away(away)) => panic!("{away}"),
                        }
                    }
                }
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap();
        }
        assert_eq!(store.get(Space::Limits, "n").await.unwrap().unwrap().value.len(), 40);
    })
    .await;
}

#[tokio::test]
async fn a_change_is_noticed_by_its_number() {
    on_each(|store| async move {
        let version = || async { store.version(Space::Stops).await.unwrap().unwrap() };
        let (none, number) = (version().await, store.put(Space::Stops, "a", b"", None).await);
        let first = version().await;
        store.put(Space::Stops, "a", b"", Some(number.unwrap())).await.unwrap();
        let second = version().await;
        store.forget(Space::Stops, "a").await.unwrap();
        let third = version().await;
        assert!(none != first && first != second && second != third);
        assert_eq!(version().await, third);
    })
    .await;
}

#[tokio::test]
async fn a_store_that_is_away_says_so() {
    let store = FaultyStore::default();
    store.put(Space::Stops, "a", b"", None).await.unwrap();
    store.set_away(true);
    assert_eq!(store.get(Space::Stops, "a").await, Err(Away));
    assert_eq!(store.all(Space::Stops).await, Err(Away));
    assert_eq!(store.version(Space::Stops).await, Err(Away));
    assert_eq!(store.forget(Space::Stops, "a").await, Err(Away));
    store.set_away(false);
    assert!(store.get(Space::Stops, "a").await.unwrap().is_some());
}

#[tokio::test]
async fn two_who_open_one_folder_see_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (opened(folder.path()), opened(folder.path()));
    let number = one.put(Space::Stops, "a", b"x", None).await.unwrap();
    assert_eq!(other.get(Space::Stops, "a").await.unwrap().unwrap().number, number);
    let next = other.put(Space::Stops, "a", b"y", Some(number)).await.unwrap();
    assert_eq!(one.put(Space::Stops, "a", b"z", Some(number)).await, Err(NotPut::Changed));
    assert_eq!(one.version(Space::Stops).await, Ok(Some(next)));
    let folder = folder.path().join("state/stops");
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    let file = fs::metadata(folder.join("a.value")).unwrap();
    assert_eq!(file.permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn a_value_that_is_damaged_is_not_taken_for_none() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(folder.path());
    store.put(Space::Stops, "a", b"everything is stopped", None).await.unwrap();
    let file = only(folder.path(), Space::Stops);
    let whole = fs::read(&file).unwrap();
    for damaged in [&b""[..], b"\n", &whole[..whole.len() - 1]] {
        fs::write(&file, damaged).unwrap();
        assert_eq!(store.get(Space::Stops, "a").await, Err(Away));
        assert_eq!(store.all(Space::Stops).await, Err(Away));
        assert_eq!(store.put(Space::Stops, "a", b"", None).await, Err(NotPut::Away(Away)));
    }
    store.forget(Space::Stops, "a").await.unwrap();
    assert_eq!(store.get(Space::Stops, "a").await, Ok(None));
}

#[tokio::test]
async fn a_folder_that_is_gone_has_not_become_empty() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(folder.path());
    fs::remove_dir_all(folder.path().join("state/stops")).unwrap();
    assert_eq!(store.get(Space::Stops, "a").await, Err(Away));
    assert_eq!(store.all(Space::Stops).await, Err(Away));
    assert_eq!(store.version(Space::Stops).await, Err(Away));
    assert_eq!(store.put(Space::Stops, "a", b"", None).await, Err(NotPut::Away(Away)));
}

#[tokio::test]
async fn what_somebody_left_half_written_is_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(folder.path());
    fs::write(folder.path().join("state/stops/.fresh"), b"mcpwarden-value 1 half of a").unwrap();
    assert_eq!(store.all(Space::Stops).await, Ok(Vec::new()));
    store.put(Space::Stops, "a", b"x", None).await.unwrap();
    assert_eq!(store.get(Space::Stops, "a").await.unwrap().unwrap().value, b"x");
}

#[test]
fn a_folder_that_others_can_look_into_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    assert!(matches!(FolderStore::open(folder.path()), Err(NotOpened::Open { mode: 0o755, .. })));
}
