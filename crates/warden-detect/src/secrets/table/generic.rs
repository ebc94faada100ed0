//! What only its place gives away.

use crate::secrets::kind::table;

table! {
    "database-url" "any" MUTE Password: ServiceUrl["://"];
    "url-credential" "any" MUTE Password: WebUrl["://"];
    "bearer-token" "any" MUTE Generic: Scheme["bearer", "basic "];
    "credential" "any" MUTE Generic: Assigned["token", "secret", "passw", "pwd", "passphrase", "api_key", "apikey", "api-key", "access_key", "accesskey", "access-key", "private_key", "auth_key", "authkey"];
}
