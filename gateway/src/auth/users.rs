//! The accounts of this gateway, from its settings, and the local user of the machine it runs on.

use super::password::{PasswordError, StoredPassword};
use super::roles::Role;
use resync_service_kit::identity::{Principal, PrincipalKind};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use subtle::ConstantTimeEq;

/// The user name with which the local CLI logs in; its password is the token file of the data folder.
pub const LOCAL_USER: &str = "local";

/// An account in the settings.
#[derive(Debug, Clone)]
pub struct UserAccount {
    /// Unique name.
    pub name: String,
    /// In clear; hashed before anything else happens.
    pub password: SecretString,
    /// What it is for.
    pub role: Role,
    /// Engines it may see; none: all.
    pub engines: Vec<String>,
}

/// Accounts, ready to be checked.
pub(crate) struct Users {
    accounts: HashMap<String, Account>,
    local: Option<LocalUser>,
}

struct Account {
    password: StoredPassword,
    principal: Arc<Principal>,
}

/// The local user's token is random, so a plain hash is enough, and its check is quick.
struct LocalUser {
    token: [u8; 32],
    principal: Arc<Principal>,
}

impl fmt::Debug for Users {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Users").field("accounts", &self.accounts.len()).finish_non_exhaustive()
    }
}

impl Users {
    /// Accounts with hashed passwords, and a password that nobody has.
    pub(crate) fn new(
        accounts: Vec<UserAccount>,
        local_token: Option<SecretString>,
    ) -> Result<(Self, StoredPassword), PasswordError> {
        let nobody = StoredPassword::hash("nobody", &uuid::Uuid::new_v4().to_string().into())?;
        let accounts = accounts
            .into_iter()
            .map(|account| {
                let password = StoredPassword::hash(&account.name, &account.password)?;
                let principal = person(&account.name, account.role, &account.engines);
                Ok((account.name, Account { password, principal }))
            })
            .collect::<Result<_, PasswordError>>()?;
        let local = local_token.map(|token| LocalUser {
            token: digest(&token),
            principal: person(LOCAL_USER, Role::Admin, &[]),
        });
        Ok((Self { accounts, local }, nobody))
    }

    /// The stored password of a user.
    pub(crate) fn password(&self, user: &str) -> Option<&StoredPassword> {
        self.accounts.get(user).map(|account| &account.password)
    }

    /// Who a user is.
    pub(crate) fn principal(&self, user: &str) -> Option<&Arc<Principal>> {
        if user == LOCAL_USER {
            return self.local.as_ref().map(|local| &local.principal);
        }
        self.accounts.get(user).map(|account| &account.principal)
    }

    /// Whether this is the local user's token, presented on this machine.
    pub(crate) fn is_local_token(&self, token: &SecretString, address: IpAddr) -> bool {
        let right = self.local.as_ref().is_some_and(|local| local.token.ct_eq(&digest(token)).into());
        right && address.is_loopback()
    }
}

fn person(name: &str, role: Role, engines: &[String]) -> Arc<Principal> {
    Arc::new(Principal {
        subject: name.to_owned(),
        display: name.to_owned(),
        kind: PrincipalKind::Person,
        permissions: role.permissions(engines),
    })
}

fn digest(token: &SecretString) -> [u8; 32] {
    Sha256::digest(token.expose_secret().trim().as_bytes()).into()
}
