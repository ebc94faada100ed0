//! One connection, from the first byte to the last.

use std::{
    future::poll_fn,
    io,
    pin::{self, pin},
    sync::{Arc, Mutex},
    task::Poll,
    time::{Duration, Instant},
};

use hyper::{
    server::conn::{http1, http2},
    service::service_fn,
};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::watch,
};

use super::{
    Handler, Order, Peer, Shared,
    lasting::{self, Lasting},
    pulse::{Pulse, Verdict, step},
    refused::Refused,
    serve::{Connection, serve},
    stream::{Io, Seen, Watched},
    worker::{Arrival, Load},
};

/// How often an HTTP/2 client is asked whether it is still there, and how long it may think.
const PING: (Duration, Duration) = (Duration::from_secs(30), Duration::from_secs(20));

/// How much is thrown away, and for how long, of what a client still sends after it was refused.
const LINGER: (u64, Duration) = (1 << 20, Duration::from_secs(2));

/// Carries one connection to its end.
pub(super) async fn drive<H: Handler>(
    shared: Arc<Shared<H>>,
    load: Arc<Load>,
    orders: watch::Receiver<Order>,
    arrival: Arrival,
) {
    let since = Instant::now();
    let Arrival { socket, address, place: _place } = arrival;
    let Ok(socket) = TcpStream::from_std(socket) else { return };
    let opened = open(&shared, socket, address, since);
    let opened = tokio::select! {
        () = overdue(&shared, orders.clone(), since) => Err(Refused::HeadSlow),
        opened = Box::pin(opened) => opened,
    };
    let (watched, http2, peer) = match opened {
        Ok(Some(opened)) => opened,
        Ok(None) => return,
        Err(_) if orders.borrow().stops() => return,
        Err(refused) => return shared.counts.add(refused),
    };
    let pulse = Arc::clone(&watched.pulse);
    let connection =
        Arc::new(Connection { shared, load, pulse, orders, peer, lasting: Mutex::new(None) });
    if http2 {
        Box::pin(speak_http2(connection, watched)).await;
    } else {
        let (shared, orders) = (Arc::clone(&connection.shared), connection.orders.clone());
        // In a box, to be rid of what hyper needs while an answer goes on without it.
        if let Some((watched, lasting)) = Box::pin(speak_http1(connection, watched)).await {
            lasting::send(shared, watched, lasting, orders).await;
        }
    }
}

/// Makes the handshake and finds out what is spoken.
async fn open<H>(
    shared: &Shared<H>,
    socket: TcpStream,
    address: std::net::SocketAddr,
    since: Instant,
) -> Result<Option<(Watched, bool, Peer)>, Refused> {
    let mut peer = Peer { address, certificate: None, leaf: None };
    let (io, http2, seen) = if let Some(tls) = &shared.tls {
        let accepted = tls.accept(socket).await.map_err(|_| Refused::Handshake)?;
        peer.certificate = accepted.name;
        peer.leaf = accepted.leaf;
        (Io::Tls(Box::new(accepted.stream)), accepted.http2, Seen::default())
    } else {
        let mut io = Io::Plain(socket);
        match io.look().await {
            Ok(Some((http2, seen))) => (io, http2, seen),
            // Nothing was asked, so nothing is refused.
            Ok(None) | Err(_) => return Ok(None),
        }
    };
    let pulse = Arc::new(Pulse::new(since, http2));
    Ok(Some((Watched { io, seen, pulse }, http2, peer)))
}

/// Returns when a connection on which nothing was asked yet has had its time, or the gateway stops.
async fn overdue<H>(shared: &Shared<H>, mut orders: watch::Receiver<Order>, since: Instant) {
    loop {
        let order = *orders.borrow_and_update();
        let due = since + order.limits(&shared.limits).head_time;
        if order.stops() {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep_until(due.into()) => return,
            changed = orders.changed() => if changed.is_err() { return },
        }
    }
}

/// Returns what goes on without hyper, if anything does.
async fn speak_http1<H: Handler>(
    connection: Arc<Connection<H>>,
    watched: Watched,
) -> Option<(Watched, Lasting)> {
    let shared = Arc::clone(&connection.shared);
    let mut orders = connection.orders.clone();
    let served = Arc::clone(&connection);
    let service = service_fn(move |request| serve(Arc::clone(&served), request));
    let mut conversation = http1::Builder::new()
        .header_read_timeout(None)
        .max_header_size(shared.limits.head)
        .max_buf_size(shared.limits.head.max(64 << 10))
        .serve_connection(TokioIo::new(watched), service);
    let mut limits = orders.borrow().limits(&shared.limits);
    let mut due = pin!(tokio::time::sleep(step(&limits)));
    let mut ending = false;
    let ended = loop {
        let next = poll_fn(|context| match pin::Pin::new(&mut conversation).poll(context) {
            Poll::Ready(ended) => Poll::Ready(Err(ended)),
            Poll::Pending => {
                connection.take_lasting().map_or(Poll::Pending, |it| Poll::Ready(Ok(it)))
            }
        });
        tokio::select! {
            biased;
            // First, so that an answer that is given after the order says that it is the last.
            changed = orders.changed(), if !ending => {
                let order = *orders.borrow_and_update();
                limits = order.limits(&shared.limits);
                due.as_mut().reset(Instant::now().into());
                if changed.is_err() || order.stops() {
                    ending = true;
                    pin::Pin::new(&mut conversation).graceful_shutdown();
                }
            }
            next = next => match next {
                Ok(lasting) => {
                    return Some((conversation.into_parts().io.into_inner(), lasting));
                }
                Err(ended) => break ended,
            },
            () = due.as_mut() => match connection.pulse.verdict(&limits, Instant::now()) {
                Verdict::Until(next) => due.as_mut().reset(next.into()),
                Verdict::Idle => break Ok(()),
                Verdict::Overdue(refused) => {
                    shared.counts.add(refused);
                    return None;
                }
            }
        }
    };
    if let Err(error) = ended {
        note(&shared, &error);
    }
    let watched = conversation.into_parts().io.into_inner();
    // An error here says that the client has gone before us.
    drop(close(watched, connection.pulse.leaves_a_body()).await);
    None
}

async fn speak_http2<H: Handler>(connection: Arc<Connection<H>>, watched: Watched) {
    let shared = Arc::clone(&connection.shared);
    let pulse = Arc::clone(&connection.pulse);
    let mut orders = connection.orders.clone();
    let service = service_fn(move |request| serve(Arc::clone(&connection), request));
    let conversation = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .max_concurrent_streams(shared.limits.streams)
        .max_header_list_size(u32::try_from(shared.limits.head).unwrap_or(u32::MAX))
        .keep_alive_interval(PING.0)
        .keep_alive_timeout(PING.1)
        .max_send_buf_size(64 << 10)
        .serve_connection(TokioIo::new(watched), service);
    let mut conversation = pin!(conversation);
    let mut limits = orders.borrow().limits(&shared.limits);
    let mut due = pin!(tokio::time::sleep(step(&limits)));
    let mut ending = false;
    loop {
        tokio::select! {
            biased;
            changed = orders.changed(), if !ending => {
                let order = *orders.borrow_and_update();
                limits = order.limits(&shared.limits);
                due.as_mut().reset(Instant::now().into());
                if changed.is_err() || order.stops() {
                    ending = true;
                    conversation.as_mut().graceful_shutdown();
                }
            }
            ended = conversation.as_mut() => {
                return ended.unwrap_or_else(|error| note(&shared, &error));
            }
            () = due.as_mut() => match pulse.verdict(&limits, Instant::now()) {
                Verdict::Until(next) => due.as_mut().reset(next.into()),
                Verdict::Idle if ending => return,
                Verdict::Idle => {
                    ending = true;
                    conversation.as_mut().graceful_shutdown();
                    due.as_mut().reset((Instant::now() + LINGER.1).into());
                }
                Verdict::Overdue(refused) => return shared.counts.add(refused),
            }
        }
    }
}

/// Counts what hyper has refused by itself.
fn note<H>(shared: &Shared<H>, error: &hyper::Error) {
    if error.is_parse_too_large() {
        shared.counts.add(Refused::HeadLong);
    } else if error.is_parse() {
        shared.counts.add(Refused::HeadMalformed);
    }
}

/// Closes so that the last answer arrives. A socket that is closed while the client still sends
/// is reset, and the client then throws away what it has not read; so what it sends is taken for
/// a while.
async fn close(mut watched: Watched, body_left: bool) -> io::Result<()> {
    let linger = async {
        watched.io.shutdown().await?;
        if body_left {
            let mut rest = watched.io.take(LINGER.0);
            tokio::io::copy(&mut rest, &mut tokio::io::sink()).await?;
        }
        Ok(())
    };
    tokio::time::timeout(LINGER.1, linger).await.unwrap_or(Ok(()))
}
