//! The thread that accepts connections.

use std::{
    io,
    net::{self, SocketAddr},
    sync::Arc,
    time::Duration,
};

use rustix::{
    io::Errno,
    process::{Resource, getrlimit},
};
use tokio::{
    net::TcpListener,
    runtime::{Builder, Runtime},
    sync::{Notify, OwnedSemaphorePermit, Semaphore, watch},
};

use super::{
    BindError, Order,
    refused::{Counts, Refused},
    worker::Door,
};

/// How many file descriptors are left for everything that is not a client: servers, ledger,
/// files that are read again.
const RESERVED: u64 = 256;

/// The first and the longest rest when there is nothing to accept with.
const REST: (Duration, Duration) = (Duration::from_millis(5), Duration::from_secs(1));

/// How long is waited for a place before another client is asked to leave.
const HURRY: Duration = Duration::from_millis(5);

/// How many connections are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cap {
    /// So many.
    pub(crate) granted: usize,
    /// So many were asked for.
    pub(crate) asked: usize,
}

impl Cap {
    /// `asked`, or fewer if there are not enough file descriptors.
    pub(super) fn of(asked: usize) -> Result<Self, BindError> {
        Self::under(asked, getrlimit(Resource::Nofile).current)
    }

    fn under(asked: usize, limit: Option<u64>) -> Result<Self, BindError> {
        let Some(limit) = limit else { return Ok(Self { granted: asked, asked }) };
        // With a small limit, half of it is for clients.
        let left = limit - RESERVED.min(limit / 2);
        match usize::try_from(left).unwrap_or(usize::MAX).min(asked) {
            0 if asked > 0 => Err(BindError::Files { limit }),
            granted => Ok(Self { granted, asked }),
        }
    }
}

/// Accepts connections and hands them to workers.
#[derive(Debug)]
pub(super) struct Acceptor {
    runtime: Runtime,
    socket: net::TcpListener,
    places: Arc<Semaphore>,
    doors: Vec<Door>,
    orders: watch::Receiver<Order>,
    counts: Arc<Counts>,
    leave: Arc<Notify>,
}

impl Acceptor {
    /// An acceptor for `socket`, which does not block.
    pub(super) fn new(
        socket: net::TcpListener,
        cap: Cap,
        doors: Vec<Door>,
        orders: &watch::Sender<Order>,
    ) -> io::Result<Self> {
        Ok(Self {
            runtime: Builder::new_current_thread().enable_all().build()?,
            socket,
            places: Arc::new(Semaphore::new(cap.granted.min(Semaphore::MAX_PERMITS))),
            doors,
            orders: orders.subscribe(),
            counts: Arc::default(),
            leave: Arc::default(),
        })
    }

    /// Asks clients who ask for nothing to leave, in `leave`, when there is no place for others.
    pub(super) fn make_room_with(&mut self, leave: &Arc<Notify>) {
        self.leave = Arc::clone(leave);
    }

    /// Counts in `counts` what cannot be accepted.
    pub(super) fn count_in(&mut self, counts: &Arc<Counts>) {
        self.counts = Arc::clone(counts);
    }

    /// Accepts until it is told to stop.
    pub(super) fn run(self) {
        let Self { runtime, socket, places, doors, mut orders, counts, leave } = self;
        runtime.block_on(async {
            tokio::select! {
                () = accept(socket, (&places, &leave), &doors, &counts) => {}
                _ = orders.wait_for(|order| *order != Order::Serve) => {}
            }
        });
    }
}

async fn accept(
    socket: net::TcpListener,
    (places, leave): (&Arc<Semaphore>, &Notify),
    doors: &[Door],
    counts: &Counts,
) {
    let Ok(socket) = TcpListener::from_std(socket) else { return };
    let mut rest = REST.0;
    loop {
        match next(&socket).await {
            Ok((client, address)) => {
                rest = REST.0;
                let Some(place) = place(places, leave).await else { return };
                let fewest = doors.iter().min_by_key(|door| door.connections());
                if let Some(door) = fewest {
                    door.hand(client, address, place);
                }
            }
            Err(error) if is_about_one_client(&error) => {}
            Err(_) => {
                // Most likely out of file descriptors: another attempt at once fails as well.
                counts.add(Refused::NoFiles);
                tokio::time::sleep(rest).await;
                rest = (rest * 2).min(REST.1);
            }
        }
    }
}

/// A place for a client that is here. If there is none, those who have asked for nothing leave,
/// the one that has been silent for longest first; everybody else stays, and the client waits.
async fn place(places: &Arc<Semaphore>, leave: &Notify) -> Option<OwnedSemaphorePermit> {
    if let Ok(place) = Arc::clone(places).try_acquire_owned() {
        return Some(place);
    }
    let place = loop {
        leave.notify_one();
        let place = Arc::clone(places).acquire_owned();
        if let Ok(place) = tokio::time::timeout(HURRY, place).await {
            break place.ok();
        }
    };
    // Nobody may have been there to hear it; whoever comes next is not meant.
    tokio::select! {
        biased;
        () = leave.notified() => {}
        () = std::future::ready(()) => {}
    }
    place
}

/// The next client's socket, free to be taken up by the worker's runtime.
async fn next(socket: &TcpListener) -> io::Result<(net::TcpStream, SocketAddr)> {
    let (client, address) = socket.accept().await?;
    client.set_nodelay(true)?;
    Ok((client.into_std()?, address))
}

/// The client went away while it waited; the next one may be there.
fn is_about_one_client(error: &io::Error) -> bool {
    let errors = [
        Errno::CONNABORTED,
        Errno::CONNRESET,
        Errno::INTR,
        Errno::INVAL,
        Errno::NETDOWN,
        Errno::PROTO,
    ];
    Errno::from_io_error(error).is_some_and(|error| errors.contains(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_file_descriptors_are_kept_for_everything_else() {
        let granted = |asked, limit| Cap::under(asked, limit).map(|cap| cap.granted).ok();
        assert_eq!(granted(20_000, None), Some(20_000));
        assert_eq!(granted(20_000, Some(1024)), Some(768));
        assert_eq!(granted(100, Some(1024)), Some(100));
        assert_eq!(granted(100, Some(64)), Some(32));
        assert_eq!(granted(100, Some(0)), None);
    }
}
