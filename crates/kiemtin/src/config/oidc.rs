//! `[oidc]`: the identity provider by which the staff may sign in.

use anyhow::Context;
use kiemtin_analyze::{ConfigFile, Fault};
use kiemtin_web::OidcSettings;
use kiemtin_web::oidc::may_be_asked;
use serde::Deserialize;
use std::path::Path;

/// `[oidc]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Oidc {
    /// Address of the provider, exactly as it names itself. Empty: there is none.
    pub issuer: String,
    /// Our name there.
    pub client_id: String,
    /// File with our secret there, from the folder of the configuration. Empty: a public client.
    pub client_secret_file: String,
    /// What the provider is called on the sign-in page.
    pub name: String,
}

impl Oidc {
    /// Whether there is a provider.
    pub fn is_on(&self) -> bool {
        !self.issuer.is_empty()
    }

    /// What is wrong with the section, when `public_url` is the address of this service.
    pub fn check(&self, file: &ConfigFile, public_url: &str, faults: &mut Vec<Fault>) {
        if !self.is_on() {
            return;
        }
        let table = file.text.find("[oidc]").unwrap_or(0);
        let mut fault = |key: &str, message: String| {
            let place = file.text.get(table..).and_then(|t| t.find(&format!("\n{key}")));
            faults.push(file.fault(place.map_or(table, |place| table + place + 1), &format!("oidc.{key}"), message));
        };
        if !may_be_asked(&self.issuer) {
            fault("issuer", format!("got \"{}\", expected an https address like https://id.example.vn/realms/bct", self.issuer));
        }
        if self.client_id.is_empty() {
            fault("client_id", "got nothing, expected the name of this service at the provider".into());
        }
        if public_url.is_empty() {
            fault("issuer", "needs service.public_url: the provider sends browsers back to that address".into());
        }
    }

    /// How the provider is asked; none without one. `folder` is that of the configuration.
    pub fn settings(&self, folder: &Path, public_url: &str) -> anyhow::Result<Option<OidcSettings>> {
        if !self.is_on() {
            return Ok(None);
        }
        let secret = match self.client_secret_file.as_str() {
            "" => None,
            name => {
                let path = folder.join(name);
                let text = std::fs::read_to_string(&path)
                    .with_context(|| format!("cannot read {}, which oidc.client_secret_file names", path.display()))?;
                Some(text.trim_end_matches(['\r', '\n']).to_owned())
            }
        };
        Ok(Some(OidcSettings {
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            client_secret: secret,
            name: if self.name.is_empty() { "tài khoản cơ quan".into() } else { self.name.clone() },
            redirect: format!("{}{}", public_url.trim_end_matches('/'), OidcSettings::BACK),
        }))
    }
}
