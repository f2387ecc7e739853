//! How the roles of one process are guarded, and how each reaches the others: directly, or at the address in the settings.

use super::Role;
use crate::failure::Result;
use crate::host::Host;
use crate::settings;
use resync_api::channel::Channel;
use resync_api::policy;
use resync_gateway::Clients;
use resync_service_kit::channel::{self, LocalServices};
use resync_service_kit::identity::{Caller, MESH, Minter, Principal, SigningKey, Verifier};
use resync_service_kit::policy::{Exposure, PolicyTable, RpcPolicy};
use resync_service_kit::server;
use resync_service_kit::shutdown::Drain;
use resync_service_kit::tasks::Tasks;
use resync_service_kit::vitals::Vitals;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What the roles of this process share for calling each other.
#[derive(Debug)]
pub(super) struct Mesh {
    pub(super) services: LocalServices,
    pub(super) settings: settings::Mesh,
    local: BTreeSet<Role>,
    policies: PolicyTable,
    key: SigningKey,
    tasks: Tasks,
    drain: Drain,
    reflection: bool,
    vitals: Vitals,
}

impl Mesh {
    pub(super) fn new(host: &Host, roles: &BTreeSet<Role>) -> Result<Self> {
        Ok(Self {
            services: LocalServices::new(),
            settings: settings::Mesh::read(&host.settings)?,
            local: roles.clone(),
            policies: contract(),
            key: host.root_key.signing_key("mesh signing v1")?,
            tasks: host.tasks.clone(),
            drain: host.tasks.drain(),
            reflection: !host.process.production,
            vitals: host.vitals.clone(),
        })
    }

    /// The server of this process's roles.
    pub(super) fn server(&self) -> server::Config {
        let mut only = self.local.iter().filter(|role| role.service().is_some());
        let name = match (only.next(), only.next()) {
            (Some(role), None) => role.name(),
            _ => "mesh",
        };
        server::Config {
            verifier: Some(Arc::new(Verifier::new(self.key.clone(), MESH))),
            reflection: if self.reflection {
                vec![resync_api::proto::FILE_DESCRIPTOR_SET]
            } else {
                Vec::new()
            },
            vitals: self.vitals.clone(),
            ..server::Config::new(name, self.policies.clone(), self.drain.clone())
        }
    }

    /// Whether a role runs here or has an address.
    pub(super) fn reaches(&self, role: Role) -> bool {
        self.local.contains(&role) || self.settings.addresses.contains_key(role.name())
    }

    /// The way from one role to another.
    pub(super) fn channel(&self, to: Role, from: Role) -> Result<Channel> {
        let own = Caller::new(Principal::role(from.name()));
        let config = channel::Config {
            minter: Some(Minter::new(self.key.clone())),
            timeout: self.settings.call_timeout,
            ..channel::Config::new(own, self.policies.clone())
        };
        let address = self.settings.addresses.get(to.name()).filter(|_| !self.local.contains(&to));
        Ok(Channel::new(match address {
            Some(address) => config.dial(address, &self.settings.client_tls, &self.tasks)?,
            // A role that is neither here nor configured answers that it is not running.
            None => config.local(&self.services),
        }))
    }

    /// What the gateway can reach.
    pub(super) fn clients(&self) -> Result<Clients> {
        let mut services = std::collections::BTreeMap::new();
        for role in Role::all() {
            if let Some(name) = role.service() {
                services.insert(name.to_owned(), self.channel(role, Role::Gateway)?);
            }
        }
        Ok(Clients::new(services))
    }
}

/// The contract's rows in the form the service kit enforces.
fn contract() -> PolicyTable {
    policy::RPCS
        .iter()
        .map(|rpc| {
            let policy::RpcPolicy { path, permission, scope_field, exposure, idempotent } = *rpc;
            let exposure = match exposure {
                policy::Exposure::Public => Exposure::Public,
                policy::Exposure::Internal => Exposure::Internal,
            };
            RpcPolicy { path, permission, scope_field, exposure, idempotent }
        })
        .collect()
}
