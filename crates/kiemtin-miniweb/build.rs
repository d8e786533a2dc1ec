//! Which page files are embedded? Every `web/*.toml`, in order of name: a new file needs no line of code.

use std::{env, error::Error, fmt::Write, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=web");
    let mut names = Vec::new();
    for entry in fs::read_dir("web")? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".toml") {
            names.push(name);
        }
    }
    names.sort();
    let mut code = String::from("/// Name and text of every page file.\npub(crate) const FILES: &[(&str, &str)] = &[\n");
    for name in names {
        writeln!(code, "    ({name:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/web/\", {name:?}))),")?;
    }
    code.push_str("];\n");
    let out = env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?;
    fs::write(Path::new(&out).join("files.rs"), code)?;
    Ok(())
}
