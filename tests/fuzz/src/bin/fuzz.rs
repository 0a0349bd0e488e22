//! The one fuzzing program; `KAVKA_FUZZ_TARGET` names the target. Started by run.sh.
#![no_main]

use std::sync::OnceLock;
use std::{env, fs, path::Path, process};

use kavka_test_fuzz::Target;
use libfuzzer_sys::fuzz_target;

static TARGET: OnceLock<Target> = OnceLock::new();

fuzz_target!(init: {
    let name = env::var("KAVKA_FUZZ_TARGET").unwrap_or_default();
    let Some(target) = Target::from_name(&name) else {
        let names = Target::ALL.map(Target::name).join(", ");
        eprintln!("KAVKA_FUZZ_TARGET={name:?}: the targets are {names}");
        process::exit(2);
    };
    if let Some(folder) = env::var_os("KAVKA_FUZZ_SEEDS") {
        for (number, seed) in target.seeds().into_iter().enumerate() {
            let path = Path::new(&folder).join(format!("seed-{number}"));
            if let Err(error) = fs::write(&path, seed) {
                eprintln!("{}: {error}", path.display());
                process::exit(2);
            }
        }
    }
    let _ = TARGET.set(target);
}, |data: &[u8]| {
    if let Some(target) = TARGET.get() {
        target.run(data);
    }
});
