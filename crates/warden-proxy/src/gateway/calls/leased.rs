//! A connection for a request.

use super::held::NotYet;
use crate::{
    Refusal,
    gateway::{Core, asked::Request, caller::Caller, route::Route, server::Lease},
    limits::Entered,
};

impl Core {
    /// A connection to the server of a request that came in. One that cannot be had costs nothing.
    pub(super) async fn leased(
        &self,
        caller: &Caller,
        request: &Request,
        route: &Route,
        entered: Entered,
    ) -> Result<(Lease, Entered), NotYet> {
        match self.lease(caller, request, route).await {
            Ok(lease) => Ok((lease, entered)),
            Err(not) => {
                entered.unspent();
                Err(not)
            }
        }
    }

    /// A connection to the server of a request, which is as loud as its client wants.
    async fn lease(
        &self,
        caller: &Caller,
        request: &Request,
        route: &Route,
    ) -> Result<Lease, NotYet> {
        let server = &route.server;
        let key = caller.key(server);
        // What seldom takes long does not make the rest larger.
        if let Err(why) = request.seen.server(Box::pin(server.can_show(&key))).await {
            return Err(self.unshown(caller, request, route, &why).into());
        }
        let lease = match server.take_now(&key) {
            Some(lease) => lease,
            None => match request.seen.server(Box::pin(server.lease(&key))).await {
                Ok(lease) => lease,
                Err(away) => {
                    let refusal = Refusal::Upstream(away.code());
                    return Err(self.refuse(caller, request, route, refusal).into());
                }
            },
        };
        request.seen.meets(lease.connection.link.introduction().revision.era());
        if let Some(level) = caller.level() {
            let quick = server.settings.deadlines.quick;
            let wanted = tokio::time::timeout(quick, lease.connection.want_level(level));
            // One that does not say whether it will is as loud as it likes.
            request.seen.server(Box::pin(wanted)).await.ok();
        }
        Ok(lease)
    }
}
