//! The operator, by its chart.

use anyhow::{Result, bail, ensure};

use crate::scenario::{KAVKA, LOGS, Stage};
use crate::steps::note;

const NAMESPACES: &str = include_str!("../../manifests/namespaces.yaml");

/// Namespaces with their pod security levels.
pub(crate) fn namespaces(stage: &Stage) -> Result<()> {
    stage.kubectl.apply("default", NAMESPACES)?;
    Ok(())
}

/// A misspelt value is refused by name before anything is installed.
pub(crate) fn misspelt(stage: &Stage) -> Result<()> {
    let chart = stage.root.join("charts/kavka");
    let chart = chart.to_string_lossy();
    let arguments = [
        "install",
        "kavka",
        &chart,
        "-n",
        KAVKA,
        "--set",
        "wachNamespaces={a}",
    ];
    match stage.kubectl.helm(&arguments) {
        Ok(_) => bail!("helm took the value wachNamespaces"),
        Err(error) => {
            let said = format!("{error:#}");
            ensure!(
                said.contains("wachNamespaces"),
                "helm does not name the value: {said}"
            );
            Ok(())
        }
    }
}

/// `helm install`, finished when the operator is ready.
pub(crate) fn install(stage: &Stage) -> Result<()> {
    let chart = stage.root.join("charts/kavka");
    let chart = chart.to_string_lossy();
    let namespaces = format!("watchNamespaces={{{KAVKA},{LOGS}}}");
    let arguments = [
        "install",
        "kavka",
        &chart,
        "-n",
        KAVKA,
        "--set",
        &namespaces,
    ];
    let notes = stage
        .kubectl
        .helm(&[&arguments[..], &["--wait", "--timeout", "90s"]].concat())?;
    note(format!(
        "helm says {} lines, last: {}",
        notes.lines().count(),
        last_line(&notes)
    ));
    Ok(())
}

fn last_line(text: &str) -> &str {
    text.lines()
        .rfind(|line| !line.trim().is_empty())
        .unwrap_or_default()
}
