// Makes the .vsix for this system, with the program inside: MONTUNO_BINARY names it, else the release build is taken.
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

const name = process.platform === "win32" ? "montuno.exe" : "montuno";
const root = join(import.meta.dirname, "../..");
const built = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "release", name);
const program = process.env.MONTUNO_BINARY ?? built;
if (!existsSync(program)) {
  console.error(`${program} is not there: build it with \`cargo build --release\`, or name it in MONTUNO_BINARY.`);
  process.exit(1);
}
const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "package.json"), "utf8"));
const said = execFileSync(program, ["--version"], { encoding: "utf8" }).trim();
if (said !== `montuno ${version}`) {
  console.error(`${program} says "${said}", and this is the extension ${version}: build it again.`);
  process.exit(1);
}
const folder = join(import.meta.dirname, "bin");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
copyFileSync(program, join(folder, name));
chmodSync(join(folder, name), 0o755);
for (const licence of ["LICENSE-MIT", "LICENSE-APACHE"]) {
  copyFileSync(join(root, licence), join(import.meta.dirname, licence));
}

for (const old of readdirSync(import.meta.dirname).filter((name) => name.endsWith(".vsix"))) {
  rmSync(join(import.meta.dirname, old));
}
const target = `${process.platform}-${process.arch}`;
const file = `montuno-${target}-${version}.vsix`;
const vsce = join(import.meta.dirname, "node_modules/@vscode/vsce/vsce");
const options = ["package", "--target", target, "--no-dependencies", "--allow-missing-repository", "--skip-license", "--out", file];
execFileSync(process.execPath, [vsce, ...options], { cwd: import.meta.dirname, stdio: "inherit" });
console.log(`code --install-extension ${file}`);
