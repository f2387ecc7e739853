//! How a receiver knows that a message is ours, new and whole: an HMAC-SHA256 over the time of sending and the body.

use hmac::{Hmac, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

/// Shortest secret to sign with, in bytes.
pub(super) const MIN_SECRET: usize = 16;

/// The value of the header `Resync-Signature` for a body sent at this second: `v1=` and the code in hexadecimal, over
/// the second in decimal, a full stop, and the body.
pub(super) fn sign(secret: &SecretString, second: i64, body: &[u8]) -> String {
    let Ok(mut code) = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()) else {
        // HMAC takes keys of every length.
        return String::new();
    };
    code.update(second.to_string().as_bytes());
    code.update(b".");
    code.update(body);
    let bytes = code.finalize().into_bytes();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("v1={hex}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_what_other_tools_compute() {
        // printf '1800000000.{"a":1}' | openssl dgst -sha256 -hmac 'a secret of sixteen bytes'
        let signature = sign(&"a secret of sixteen bytes".to_owned().into(), 1_800_000_000, br#"{"a":1}"#);
        assert_eq!(signature, "v1=9921d116914c4c63a5a734700064f7b125d36a8386b9661a4f2a78756c2ed3ce");
    }
}
