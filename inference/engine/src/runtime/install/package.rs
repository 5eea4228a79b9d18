//! The packages that ONNX Runtime comes in: which one is for which machine, and what its file must be.

use crate::load::Provider;

/// What a package of ONNX Runtime can compute with, besides the processor.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Flavour {
    /// Nothing else; on Apple's machines CoreML as well.
    #[default]
    Cpu,
    /// NVIDIA's graphics processors.
    Cuda,
    /// Graphics processors on Windows.
    DirectMl,
    /// Graphics processors by WebGPU.
    WebGpu,
}

impl Flavour {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Cpu, Self::Cuda, Self::DirectMl, Self::WebGpu];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        self.provider().name()
    }

    /// The flavour of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|flavour| flavour.name() == name)
    }

    /// The provider that it is installed for.
    pub fn provider(self) -> Provider {
        match self {
            Self::Cpu => Provider::Cpu,
            Self::Cuda => Provider::Cuda,
            Self::DirectMl => Provider::DirectMl,
            Self::WebGpu => Provider::WebGpu,
        }
    }
}

/// Whose package it is, and so which program gets it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// Python's: a wheel for this platform.
    Pip {
        /// The platform as pip names it.
        platform: &'static str,
    },
    /// Node's.
    Npm,
}

/// A package of ONNX Runtime.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Package {
    /// What it can compute with.
    pub flavour: Flavour,
    /// Whose it is.
    pub source: Source,
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// The systems that it is for, as [`std::env::consts::OS`] names them; none: all.
    pub systems: &'static [&'static str],
    /// The machines that it is for, as [`std::env::consts::ARCH`] names them.
    pub machines: &'static [&'static str],
    /// The size of its file in bytes.
    pub size: u64,
    /// What its file must be.
    pub sha256: &'static str,
}

/// The Python whose wheels are taken: the library in them is the same for all.
pub(super) const PYTHON: &str = "3.12";

const fn wheel(
    flavour: Flavour,
    [name, version]: [&'static str; 2],
    (systems, machines): (&'static [&'static str], &'static [&'static str]),
    platform: &'static str,
    size: u64,
    sha256: &'static str,
) -> Package {
    Package { flavour, source: Source::Pip { platform }, name, version, systems, machines, size, sha256 }
}

const X86: &[&str] = &["x86_64"];
const ARM: &[&str] = &["aarch64"];
const LINUX: &[&str] = &["linux"];
const WINDOWS: &[&str] = &["windows"];
const MACOS: &[&str] = &["macos"];
const CPU: [&str; 2] = ["onnxruntime", "1.32.0"];
const CUDA: [&str; 2] = ["onnxruntime-gpu", "1.31.1"];
const DIRECT_ML: [&str; 2] = ["onnxruntime-directml", "1.24.4"];
const WEB_GPU: [&str; 2] = ["onnxruntime-webgpu", "1.27.0"];

/// Every package that is known, pinned. Those of pip come first: they are smaller.
#[rustfmt::skip]
pub const PACKAGES: &[Package] = &[
    wheel(Flavour::Cpu, CPU, (LINUX, X86), "manylinux_2_28_x86_64", 27_780_211,
        "99e1074c4b2197accd5073052a465361be17b89c093b8ffb6e6bd8f986c52df8"),
    wheel(Flavour::Cpu, CPU, (LINUX, ARM), "manylinux_2_28_aarch64", 23_196_724,
        "e36c187006e7a7c8b8d6d57f1a209dd63f52430dca6c282b177718ad6b841054"),
    wheel(Flavour::Cpu, CPU, (WINDOWS, X86), "win_amd64", 16_698_767,
        "efe7456952c243a05a53d5b8732953625144642c2f3989094277f6217f0c0c40"),
    wheel(Flavour::Cpu, CPU, (WINDOWS, ARM), "win_arm64", 16_030_610,
        "64d394c69d561af3efd4d4f49dcac8f11d0ce135a20701c16d53b74056cd4cf8"),
    wheel(Flavour::Cpu, CPU, (MACOS, ARM), "macosx_14_0_arm64", 22_519_308,
        "d52510bbbcc880c13b826f7d75cdf33ac5cf0bb864d960000fc29ce73f0cb83e"),
    wheel(Flavour::Cuda, CUDA, (LINUX, X86), "manylinux_2_28_x86_64", 255_569_273,
        "05d548956197b9d01f59b625de740e0d6be3593f874e241a12dc0362650ecdf7"),
    wheel(Flavour::Cuda, CUDA, (WINDOWS, X86), "win_amd64", 168_098_228,
        "2bb1e9373baba88f6415257f5b6a589d23e23c16004f7d89adf4344eada5749e"),
    wheel(Flavour::DirectMl, DIRECT_ML, (WINDOWS, X86), "win_amd64", 25_111_930,
        "f2ecb68b7b7b259d2ef3112ae760149f9b5a1e7c0fbb73d539da6250a648a614"),
    wheel(Flavour::WebGpu, WEB_GPU, (LINUX, X86), "manylinux_2_28_x86_64", 25_163_729,
        "fe5e49e00ad71bc667316d57670bfbf525438783d4a3468e0d337314ec985cbe"),
    wheel(Flavour::WebGpu, WEB_GPU, (WINDOWS, X86), "win_amd64", 27_226_899,
        "7ef99275b13e8cb9584bd0db7a6f00ebf76095601eeccf7d34749b89ee991c19"),
    wheel(Flavour::WebGpu, WEB_GPU, (MACOS, ARM), "macosx_14_0_arm64", 24_081_620,
        "8e6c43281318283a31977ebe752e7b0454db9b2dc42c768ac88641952357196a"),
    Package {
        flavour: Flavour::Cpu,
        source: Source::Npm,
        name: "onnxruntime-node",
        version: "1.30.0",
        systems: &["linux", "windows", "macos"],
        machines: &["x86_64", "aarch64"],
        size: 113_507_888,
        sha256: "6e3390d6b783e7be946fad629292799da28d0b42f84856e50d2c1b0383291e75",
    },
];

impl Package {
    /// Those of a flavour that are for this machine.
    pub fn for_this_machine(flavour: Flavour) -> impl Iterator<Item = &'static Self> {
        let (system, machine) = (std::env::consts::OS, std::env::consts::ARCH);
        // A library that was linked with another C library cannot be loaded.
        let has_its_c_library = !cfg!(target_env = "musl");
        PACKAGES
            .iter()
            .filter(move |package| package.flavour == flavour && package.is_for(system, machine) && has_its_c_library)
    }

    fn is_for(&self, system: &str, machine: &str) -> bool {
        self.systems.contains(&system) && self.machines.contains(&machine)
            // Node's package has nothing for Apple's older machines.
            && !(self.source == Source::Npm && system == "macos" && machine == "x86_64")
    }

    /// The file names in its archive that are libraries of this machine, told from everything else: the name under
    /// which one is kept, or `None`.
    pub(super) fn library_name<'a>(&self, path: &'a str) -> Option<&'a str> {
        let (folder, name) = path.rsplit_once('/')?;
        let is_library =
            name.ends_with(".dll") || name.ends_with(".dylib") || name.ends_with(".so") || name.contains(".so.");
        let belongs = match self.source {
            Source::Pip { .. } => folder == "onnxruntime/capi" && !name.contains("pybind11"),
            Source::Npm => folder.ends_with(&node_folder(std::env::consts::OS, std::env::consts::ARCH)),
        };
        (is_library && belongs).then_some(name)
    }

    /// Whether a file of its archive says under which terms it is given.
    pub(super) fn is_licence(path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        ["LICENSE", "LICENSE.txt", "ThirdPartyNotices.txt"].contains(&name) && path.matches('/').count() == 1
    }
}

/// Where Node's package keeps the library of a machine.
fn node_folder(system: &str, machine: &str) -> String {
    let system = match system {
        "windows" => "win32",
        "macos" => "darwin",
        other => other,
    };
    let machine = match machine {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("/{system}/{machine}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_package_is_pinned_and_none_is_there_twice() {
        let mut seen = std::collections::BTreeSet::new();
        for package in PACKAGES {
            assert!(package.sha256.len() == 64 && package.sha256.bytes().all(|byte| byte.is_ascii_hexdigit()));
            assert!(seen.insert(package.sha256), "{}", package.name);
            assert!(package.size > 1_000_000);
        }
        for machine in ["x86_64", "aarch64"] {
            assert!(PACKAGES.iter().any(|package| package.is_for("linux", machine)));
        }
        assert!(PACKAGES.iter().all(|package| !package.is_for("freebsd", "x86_64")));
    }

    #[test]
    fn libraries_are_told_from_what_lies_beside_them() {
        let pip = &PACKAGES[0];
        assert_eq!(pip.library_name("onnxruntime/capi/libonnxruntime.so.1.32.0"), Some("libonnxruntime.so.1.32.0"));
        assert_eq!(pip.library_name("onnxruntime/capi/onnxruntime.dll"), Some("onnxruntime.dll"));
        for other in [
            "onnxruntime/capi/onnxruntime_pybind11_state.cpython-312-x86_64-linux-gnu.so",
            "onnxruntime/tools/libonnxruntime.so",
            "../onnxruntime/capi/libonnxruntime.so",
            "onnxruntime/capi/__init__.py",
        ] {
            assert_eq!(pip.library_name(other), None, "{other}");
        }
        assert!(Package::is_licence("onnxruntime/LICENSE") && !Package::is_licence("onnxruntime/a/LICENSE"));
        assert_eq!(node_folder("windows", "aarch64"), "/win32/arm64");
    }
}
