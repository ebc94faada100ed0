//! The baseline: what a reverse proxy costs that looks at nothing.

use std::path::{Path, PathBuf};

use super::cells::Upstream;
use super::contenders::Setup;
use super::programs::{Prepared, free_port};
use xtask::shell::{self, Failure};

/// Where Debian puts it, which is not on everybody's search path.
const PLACES: &[&str] = &["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"];

/// Where it is.
pub(super) fn program() -> Result<PathBuf, Failure> {
    let found = PLACES.iter().map(PathBuf::from).find(|path| path.is_file());
    found.ok_or_else(|| Failure("nginx is missing: `apt-get install nginx-light`".into()))
}

/// Writes its configuration into a folder of its own.
pub(super) fn prepare(setup: &Setup, upstream: Upstream) -> Result<Prepared, Failure> {
    let server = setup.server(upstream).and_then(|url| url.strip_prefix("http://"));
    let server = server.and_then(|rest| rest.strip_suffix("/mcp"));
    let server = server.ok_or_else(|| Failure("nginx stands before HTTP servers only".into()))?;
    let folder = setup.folder.join(format!("nginx-{}", upstream.name()));
    let file = folder.join("nginx.conf");
    let port = free_port()?;
    // One answer is best put together first; events have to pass as they come.
    let buffering = if upstream == Upstream::Sse { "off" } else { "on" };
    shell::write(&file, &configuration(&folder, port, (server, buffering)))?;
    let arguments = ["-p".into(), folder.into(), "-c".into(), file.into()];
    Ok(Prepared {
        program: program()?,
        arguments: arguments.into_iter().collect(),
        environment: Vec::new(),
        port,
    })
}

fn configuration(folder: &Path, port: u16, (server, buffering): (&str, &str)) -> String {
    let folder = folder.display();
    format!(
        "daemon off;
worker_processes auto;
worker_rlimit_nofile 65536;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 24576; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    tcp_nodelay on;
    keepalive_requests 100000000;
    keepalive_timeout 1h;
    upstream server {{
        server {server};
        keepalive 64;
        keepalive_requests 100000000;
        keepalive_timeout 1h;
    }}
    server {{
        listen 127.0.0.1:{port} backlog=16384;
        location / {{
            proxy_pass http://server;
            proxy_http_version 1.1;
            proxy_set_header Connection \"\";
            proxy_buffering {buffering};
            proxy_buffer_size 16k;
            proxy_buffers 16 16k;
            proxy_max_temp_file_size 0;
            proxy_read_timeout 1h;
        }}
    }}
}}
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_are_kept_and_nothing_is_written_elsewhere() {
        let text = configuration(Path::new("/own"), 1234, ("127.0.0.1:80", "off"));
        assert!(text.contains("keepalive 64;") && text.contains("proxy_buffering off;"));
        let paths = text.lines().filter(|line| line.contains("_path") || line.contains("_log /"));
        assert!(paths.into_iter().all(|line| line.contains(" /own/")));
    }
}
