//! The gateway under measurement: as in production, with limits nobody reaches, and somebody who has logged in.

use crate::load;
use resync_api::channel::Channel;
use resync_gateway::{Clients, Config, Dependencies, Gateway, Quotas, Role, TWS_SERVICE, UserAccount};
use resync_service_kit::identity::RootKey;
use resync_service_kit::vitals::Vitals;
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

const PASSWORD: &str = "correct horse battery staple";

/// A gateway before the bridge behind `channel`.
pub(crate) async fn gateway(channel: Channel) -> Gateway {
    let plenty = NonZeroU32::new(1_000_000_000).unwrap();
    let config = Config {
        listen: ([127, 0, 0, 1], 0).into(),
        quotas: Quotas { address: plenty, principal: plenty, login: plenty },
        ..Config::default()
    };
    let root = RootKey::from_secret(&SecretString::from("k".repeat(32))).unwrap();
    let account = UserAccount {
        name: "admin".to_owned(),
        password: PASSWORD.into(),
        role: Role::Admin,
        engines: Vec::new(),
    };
    let dependencies = Dependencies {
        clients: Clients::new(BTreeMap::from([(TWS_SERVICE.to_owned(), channel)])),
        accounts: vec![account],
        local_token: None,
        access_key: root.signing_key("access").unwrap(),
        vitals: Vitals::new(),
        instance: "bench".to_owned(),
        roles: vec!["gateway".to_owned()],
        metrics_text: Arc::new(String::new),
        events_file: std::env::temp_dir().join(format!("resync-bench-{}.events", std::process::id())),
    };
    config.build(dependencies).await.unwrap()
}

/// The administrator's token.
pub(crate) async fn login(address: SocketAddr) -> String {
    let form = format!("grant_type=password&username=admin&password={}", PASSWORD.replace(' ', "+"));
    let request = format!(
        "POST /token HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\n\r\n{form}",
        form.len()
    );
    let answer: serde_json::Value = serde_json::from_slice(&load::body(address, &request).await).unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}
