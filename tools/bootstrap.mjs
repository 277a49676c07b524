// Brings the workspace up on a machine that has only Node >= 18 and npm, then runs a command under Node 24.
//   node tools/bootstrap.mjs [--build] COMMAND [ARG ...]
// Everything this script prints goes to stderr: the command's own output is nobody else's.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const PNPM = "pnpm@12.21.0";
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const windows = process.platform === "win32";
const env = { ...process.env, npm_config_loglevel: "error" };

const args = process.argv.slice(2);
const build = args[0] === "--build";
if (build) args.shift();
const [command, ...commandArgs] = args;
if (command === undefined) fail("usage: node tools/bootstrap.mjs [--build] COMMAND [ARG ...]");

withLock(() => {
  oncePer(
    join(root, "node_modules/.omla-install"),
    digest(["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml", ...packageManifests()]),
    "installing",
    () => run("npx", ["--yes", PNPM, "install", "--frozen-lockfile", "--reporter=append-only"]),
  );
  env.PATH = join(root, "node_modules/.bin") + delimiter + (process.env.PATH ?? "");
  if (build) {
    const stamp = join(root, "node_modules/.omla-build");
    if (!isBuilt()) rmSync(stamp, { force: true });
    oncePer(stamp, digest(buildInputs()), "building", () => run("node", ["tools/build.mjs"]));
  }
});

const child = spawn(command, commandArgs, { cwd: root, stdio: "inherit", env, shell: windows });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => fail(`cannot run ${command}: ${error.message}`));
child.on("exit", (code, signal) => process.exit(code ?? (signal ? 1 : 0)));

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function run(file, fileArgs) {
  // fd 2 for the child's stdout as well, so that `npm run --silent omla -- … | jq` sees only the command.
  const done = spawnSync(file, fileArgs, { cwd: root, stdio: ["ignore", 2, 2], env, shell: windows });
  if (done.status !== 0) fail(`${file} ${fileArgs.join(" ")} failed (${done.error?.message ?? `exit ${done.status}`})`);
}

function oncePer(stamp, want, doing, work) {
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === want) return;
  process.stderr.write(`${doing} …\n`);
  rmSync(stamp, { force: true });
  work();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, want);
}

function digest(files) {
  const hash = createHash("sha256");
  for (const file of files)
    hash
      .update(file)
      .update("\0")
      .update(readFileSync(join(root, file)))
      .update("\0");
  return hash.digest("hex");
}

function packageManifests() {
  return ["packages", "examples"]
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}/package.json`))
    .concat("bench/package.json")
    .filter((file) => existsSync(join(root, file)))
    .sort();
}

/** A build that somebody removed by hand is not there, whatever the stamp says. */
function isBuilt() {
  return readdirSync(join(root, "packages")).every((name) => existsSync(join(root, "packages", name, "dist")));
}

function buildInputs() {
  const inputs = ["tools/build.mjs", "tools/rollup-package.mjs", "tsconfig.base.json", "pnpm-lock.yaml"];
  for (const name of readdirSync(join(root, "packages")).sort()) {
    const folder = `packages/${name}`;
    for (const file of ["package.json", "rollup.config.mjs"]) if (existsSync(join(root, folder, file))) inputs.push(`${folder}/${file}`);
    for (const sub of ["src", "console", "migrations"]) inputs.push(...filesBelow(`${folder}/${sub}`));
  }
  return inputs;
}

function filesBelow(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`]));
}

/** Two commands started at once must not install or build into each other; a lock left by a dead process is taken over. */
function withLock(work) {
  const lock = join(root, "node_modules/.omla-lock");
  mkdirSync(dirname(lock), { recursive: true });
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      if (!holderLives(lock)) rmSync(lock, { force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
  process.on("exit", () => ownsLock(lock) && rmSync(lock, { force: true }));
  work();
  rmSync(lock, { force: true });
}

function ownsLock(lock) {
  try {
    return readFileSync(lock, "utf8") === String(process.pid);
  } catch {
    return false;
  }
}

function holderLives(lock) {
  try {
    const pid = Number(readFileSync(lock, "utf8"));
    if (pid === 0) return Date.now() - statSync(lock).mtimeMs < 5_000;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
