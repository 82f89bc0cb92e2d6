//! Names the shared library as the loader is to look for it.

/// Raised with `BOCPD_ABI_VERSION`, which a test holds to this.
const SONAME: u32 = 1;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-env=BOCPD_SONAME={SONAME}");
    match std::env::var("CARGO_CFG_TARGET_OS").as_deref() {
        Ok("macos" | "ios") => println!(
            "cargo::rustc-cdylib-link-arg=-Wl,-install_name,@rpath/libbocpd.{SONAME}.dylib"
        ),
        Ok("windows") => {}
        _ => println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libbocpd.so.{SONAME}"),
    }
}
