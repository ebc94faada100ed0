//! A thread that carries connections.

use std::{
    io,
    net::TcpStream,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{
    runtime::{Builder, Runtime},
    sync::{OwnedSemaphorePermit, mpsc, watch},
    task::JoinSet,
};

use super::{Handler, Order, Shared, drive};

/// What a worker has to do.
#[derive(Debug, Default)]
pub(super) struct Load {
    pub(super) connections: AtomicUsize,
    pub(super) requests: AtomicUsize,
    pub(super) streams: AtomicUsize,
}

/// A connection on its way to a worker.
#[derive(Debug)]
pub(super) struct Arrival {
    pub(super) socket: TcpStream,
    pub(super) address: std::net::SocketAddr,
    pub(super) place: Place,
}

/// A connection's place among those that there may be, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    load: Arc<Load>,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.load.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Where a worker takes connections.
#[derive(Debug)]
pub(super) struct Door {
    load: Arc<Load>,
    // The acceptor holds no more connections than there may be, so this needs no bound of its own.
    arrivals: mpsc::UnboundedSender<Arrival>,
}

impl Door {
    /// How many connections the worker has.
    pub(super) fn connections(&self) -> usize {
        self.load.connections.load(Ordering::Relaxed)
    }

    /// Hands a connection over.
    pub(super) fn hand(
        &self,
        socket: TcpStream,
        address: std::net::SocketAddr,
        permit: OwnedSemaphorePermit,
    ) {
        self.load.connections.fetch_add(1, Ordering::Relaxed);
        let place = Place { load: Arc::clone(&self.load), _permit: permit };
        // A worker that is gone was told to close, and so is the connection with the arrival.
        drop(self.arrivals.send(Arrival { socket, address, place }));
    }
}

/// A worker before it runs.
#[derive(Debug)]
pub(super) struct Worker<H> {
    runtime: Runtime,
    shared: Arc<Shared<H>>,
    load: Arc<Load>,
    orders: watch::Receiver<Order>,
    arrivals: (mpsc::UnboundedSender<Arrival>, mpsc::UnboundedReceiver<Arrival>),
}

impl<H: Handler> Worker<H> {
    /// A worker that has nothing to do yet.
    pub(super) fn new(
        shared: &Arc<Shared<H>>,
        load: &Arc<Load>,
        orders: &watch::Sender<Order>,
    ) -> io::Result<Self> {
        Ok(Self {
            runtime: Builder::new_current_thread().enable_all().build()?,
            shared: Arc::clone(shared),
            load: Arc::clone(load),
            orders: orders.subscribe(),
            arrivals: mpsc::unbounded_channel(),
        })
    }

    /// Where it takes connections.
    pub(super) fn door(&self) -> Door {
        Door { load: Arc::clone(&self.load), arrivals: self.arrivals.0.clone() }
    }

    /// Carries connections until it is told to close, or to drain and none is left. Ending the
    /// runtime closes what is open.
    pub(super) fn run(self) {
        let Self { runtime, shared, load, mut orders, arrivals: (sender, mut arrivals) } = self;
        // The acceptor has the other sender: when it ends, no connection will come.
        drop(sender);
        runtime.block_on(async {
            let mut tasks = JoinSet::new();
            let mut accepting = true;
            // Connections wait for orders all the time, and would wait for those of other workers
            // if all of them shared one place where orders are given.
            let own = watch::Sender::new(*orders.borrow());
            while accepting || !tasks.is_empty() {
                tokio::select! {
                    changed = orders.changed() => {
                        let order = *orders.borrow_and_update();
                        own.send_replace(order);
                        if changed.is_err() || order == Order::Close {
                            break;
                        }
                    }
                    Some(_) = tasks.join_next() => {}
                    arrival = arrivals.recv(), if accepting => match arrival {
                        Some(arrival) => {
                            let (shared, load) = (Arc::clone(&shared), Arc::clone(&load));
                            tasks.spawn(drive::drive(shared, load, own.subscribe(), arrival));
                        }
                        None => accepting = false,
                    },
                }
            }
        });
    }
}
