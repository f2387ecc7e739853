//! The console: a page, a script, a style sheet, embedded in the binary and prepared once.
//!
//! File names carry no hash, so browsers revalidate by ETag. The page itself gets a fresh nonce each time, and with it
//! the one policy under which scripts run.

use axum::body::Body;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use rand::RngCore;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

#[derive(RustEmbed)]
#[folder = "ui/dist"]
#[allow_missing = true]
struct Bundle;

const PAGE: &str = "index.html";
const NONCE: &str = "{{nonce}}";
const NONCE_BYTES: usize = 18;

/// The embedded files, ready to send.
#[derive(Debug)]
pub(crate) struct Console {
    files: HashMap<String, Asset>,
    /// The page, cut where the nonce goes.
    page: Vec<String>,
}

#[derive(Debug)]
struct Asset {
    body: Bytes,
    content_type: HeaderValue,
    etag: HeaderValue,
}

impl Console {
    /// What was embedded at build time.
    pub(crate) fn embedded() -> Self {
        let mut files = HashMap::new();
        let mut page = Vec::new();
        for path in Bundle::iter() {
            let Some(file) = Bundle::get(&path) else { continue };
            if path == PAGE {
                page = String::from_utf8_lossy(&file.data).split(NONCE).map(str::to_owned).collect();
            } else {
                files.insert(path.into_owned(), Asset::new(file.metadata.mimetype(), &file.data));
            }
        }
        Self { files, page }
    }

    /// The page with a fresh nonce; unset when the binary was built without the console.
    pub(crate) fn page(&self) -> Option<Response> {
        if self.page.is_empty() {
            return None;
        }
        let mut random = [0_u8; NONCE_BYTES];
        rand::rng().fill_bytes(&mut random);
        let nonce = STANDARD.encode(random);
        let mut response = Response::new(Body::from(self.page.join(&nonce)));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Ok(policy) = HeaderValue::try_from(page_policy(&nonce)) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        Some(response)
    }

    /// The file at this path below `/`, or that the browser's copy of it is current; unset when there is none.
    pub(crate) fn file(&self, path: &str, request: &HeaderMap) -> Option<Response> {
        let asset = self.files.get(path)?;
        let current =
            request.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).is_some_and(|tags| {
                tags == "*" || tags.split(',').any(|tag| tag.trim().trim_start_matches("W/") == asset.etag)
            });
        let mut response =
            Response::new(if current { Body::empty() } else { Body::from(asset.body.clone()) });
        if current {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        }
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, asset.content_type.clone());
        headers.insert(header::ETAG, asset.etag.clone());
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        Some(response)
    }
}

impl Asset {
    fn new(mime: &str, data: &[u8]) -> Self {
        let digest = Sha256::digest(data);
        let text = if mime.starts_with("text/") { format!("{mime}; charset=utf-8") } else { mime.to_owned() };
        Self {
            body: Bytes::copy_from_slice(data),
            content_type: HeaderValue::try_from(text)
                .unwrap_or(HeaderValue::from_static("application/octet-stream")),
            etag: HeaderValue::try_from(format!("\"{}\"", STANDARD.encode(&digest[..12])))
                .unwrap_or(HeaderValue::from_static("\"\"")),
        }
    }
}

fn page_policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'; img-src 'self' data:; \
         connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; \
         require-trusted-types-for 'script'; report-uri /csp-violation-report"
    )
}
