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
    sync::{OwnedSemaphorePermit, Semaphore, watch},
};

use super::{
    BindError, HURRY, Order,
    refused::{Counts, Refused},
    worker::Door,
};

/// How many file descriptors are left for everything that is not a client: servers, ledger,
/// files that are read again.
const RESERVED: u64 = 256;

/// The first and the longest rest when there is nothing to accept with.
const REST: (Duration, Duration) = (Duration::from_millis(5), Duration::from_secs(1));

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
    orders: (watch::Sender<Order>, watch::Receiver<Order>),
    counts: Arc<Counts>,
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
            orders: (orders.clone(), orders.subscribe()),
            counts: Arc::default(),
        })
    }

    /// Counts in `counts` what cannot be accepted.
    pub(super) fn count_in(&mut self, counts: &Arc<Counts>) {
        self.counts = Arc::clone(counts);
    }

    /// Accepts until it is told to stop.
    pub(super) fn run(self) {
        let Self { runtime, socket, places, doors, orders: (giver, mut orders), counts } = self;
        runtime.block_on(async {
            tokio::select! {
                () = accept(socket, Places::new(places, giver), &doors, &counts) => {}
                _ = orders.wait_for(|order| order.stops()) => {}
            }
        });
    }
}

/// The places that there are for connections, and what is done when there are none.
struct Places {
    free: Arc<Semaphore>,
    /// So many have to be free before nobody has to hurry any more.
    enough: usize,
    orders: watch::Sender<Order>,
    hurry: bool,
}

impl Places {
    fn new(free: Arc<Semaphore>, orders: watch::Sender<Order>) -> Self {
        let enough = free.available_permits() / 8 + 1;
        Self { free, enough, orders, hurry: false }
    }

    /// Waits for a place. Whoever finds none waits in the kernel's queue meanwhile.
    async fn take(&mut self) -> Option<OwnedSemaphorePermit> {
        if let Ok(place) = Arc::clone(&self.free).try_acquire_owned() {
            return Some(place);
        }
        self.hurry(true);
        Arc::clone(&self.free).acquire_owned().await.ok()
    }

    fn hurry(&mut self, hurry: bool) {
        self.hurry = hurry;
        let (from, to) =
            if hurry { (Order::Serve, Order::Hurry) } else { (Order::Hurry, Order::Serve) };
        // Any other order stands.
        self.orders.send_if_modified(|order| {
            let changes = *order == from;
            if changes {
                *order = to;
            }
            changes
        });
    }

    /// Returns when nobody has to hurry any more; never if nobody had to.
    async fn relax(&mut self) {
        if !self.hurry {
            std::future::pending::<()>().await;
        }
        loop {
            tokio::time::sleep(HURRY).await;
            if self.free.available_permits() >= self.enough {
                return self.hurry(false);
            }
        }
    }
}

async fn accept(socket: net::TcpListener, mut places: Places, doors: &[Door], counts: &Counts) {
    let Ok(socket) = TcpListener::from_std(socket) else { return };
    let mut rest = REST.0;
    loop {
        let Some(place) = places.take().await else { return };
        let next = tokio::select! {
            next = next(&socket) => next,
            () = places.relax() => continue,
        };
        match next {
            Ok((client, address)) => {
                rest = REST.0;
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
