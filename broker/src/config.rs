//! Where a broker's settings come from: files, overrides, the process environment.

use std::path::{Path, PathBuf};

use kavka_core::config::{
    BrokerSettings, Properties, PropertiesError, SettingError, SettingWarning,
};

/// A broker's settings, checked.
#[derive(Debug, Clone)]
pub struct BrokerConfig {
    pub(crate) settings: BrokerSettings,
    pub(crate) warnings: Vec<SettingWarning>,
}

/// Why a broker cannot be configured.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file cannot be read.
    #[error("cannot read {}: {error}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// A file is no `.properties` text.
    #[error("{}: {error}", .path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: PropertiesError,
    },
    /// Settings are wrong.
    #[error("{}", list(.0))]
    Settings(Vec<SettingError>),
}

fn list(errors: &[SettingError]) -> String {
    errors
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}

impl BrokerConfig {
    /// Reads settings under Kafka's property names; later pairs win. `environment` gives the values
    /// of `${env:NAME}`, which only `advertised.listeners` may hold.
    pub fn from_pairs(
        pairs: impl IntoIterator<Item = (String, String)>,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigError> {
        let mut properties = Properties::default();
        for (name, value) in pairs {
            properties.set(name, value);
        }
        Self::from_properties(&properties, &environment)
    }

    /// Reads `.properties` files, later ones winning, and then `overrides`, with the variables of
    /// the process environment.
    pub fn from_files(
        files: &[PathBuf],
        overrides: &[(String, String)],
    ) -> Result<Self, ConfigError> {
        let mut properties = Properties::default();
        for path in files {
            properties.merge(read(path)?);
        }
        for (name, value) in overrides {
            properties.set(name.clone(), value.clone());
        }
        Self::from_properties(&properties, &|name| std::env::var(name).ok())
    }

    fn from_properties(
        properties: &Properties,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigError> {
        let (settings, warnings) = BrokerSettings::from_properties(properties, environment)
            .map_err(ConfigError::Settings)?;
        Ok(Self { settings, warnings })
    }

    /// The folder that the broker keeps its data in.
    pub fn data_dir(&self) -> &Path {
        Path::new(&self.settings.log_dir)
    }
}

fn read(path: &Path) -> Result<Properties, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|error| ConfigError::Unreadable {
        path: path.to_owned(),
        error,
    })?;
    Properties::parse(&text).map_err(|error| ConfigError::Syntax {
        path: path.to_owned(),
        error,
    })
}
