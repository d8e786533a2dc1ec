//! How does a client of the bench ask? HTTP/1.1 on one connection that is kept.

use anyhow::Context;
use std::net::SocketAddr;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// Largest answer, in bytes.
const MOST_BYTES: usize = 64 << 20;

/// Asks the service.
pub struct Client {
    address: SocketAddr,
    token: String,
    open: Option<BufReader<TcpStream>>,
}

impl Client {
    /// Connects with its first request.
    pub fn new(address: SocketAddr, token: &str) -> Self {
        Self { address, token: token.to_owned(), open: None }
    }

    /// Searches with these parameters. Anything but the status 200 is an error.
    pub async fn search(&mut self, parameters: &[(&str, &str)]) -> anyhow::Result<serde_json::Value> {
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
        let headers = format!("Authorization: Bearer {}\r\nAccept: application/json\r\n", self.token);
        let (status, _, body) = self.get(&format!("/api/v1/search?{query}"), &headers).await?;
        anyhow::ensure!(status == 200, "HTTP {status}: {}", String::from_utf8_lossy(&body));
        Ok(serde_json::from_slice(&body)?)
    }

    /// Asks for an address with these headers, each with its line end, and gives status, headers (names in lower case) and body.
    pub async fn get(&mut self, path: &str, headers: &str) -> anyhow::Result<(u16, Vec<String>, Vec<u8>)> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n{headers}\r\n", self.address);
        if let Some(mut open) = self.open.take()
            && open.write_all(request.as_bytes()).await.is_ok()
            && !open.fill_buf().await.unwrap_or_default().is_empty()
        {
            return self.answer(open).await;
        }
        // None was kept, or the service closed it while nothing was asked: then a client asks again (RFC 9112, 9.3.1).
        let mut open = BufReader::new(TcpStream::connect(self.address).await?);
        open.write_all(request.as_bytes()).await?;
        self.answer(open).await
    }

    async fn answer(&mut self, mut open: BufReader<TcpStream>) -> anyhow::Result<(u16, Vec<String>, Vec<u8>)> {
        let answer = read(&mut open).await?;
        self.open = Some(open);
        Ok(answer)
    }
}

/// Status, headers and body of the next answer.
async fn read(open: &mut BufReader<TcpStream>) -> anyhow::Result<(u16, Vec<String>, Vec<u8>)> {
    let mut line = String::new();
    open.read_line(&mut line).await?;
    let status = line.split(' ').nth(1).and_then(|s| s.parse().ok()).with_context(|| format!("no answer of HTTP: {line:?}"))?;
    let (mut length, mut headers) = (None, vec![]);
    loop {
        line.clear();
        open.read_line(&mut line).await?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = Some(value.trim().parse::<usize>()?);
        }
        headers.push(format!("{}: {}", name.to_ascii_lowercase(), value.trim()));
    }
    let length = length.filter(|n| *n <= MOST_BYTES).context("an answer without its length, or too long")?;
    let mut body = vec![0; length];
    open.read_exact(&mut body).await?;
    Ok((status, headers, body))
}
