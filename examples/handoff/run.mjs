// The demo: `npm run demo`. Every step is a child process with a time limit; any that fails makes the whole fail, and none is left behind.
//
//   --recorded   use the recording of PCI functions even if this machine has some

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import * as print from "./print.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const repository = join(here, "../..");
const out = join(here, "out");
const baton = join(repository, "dist/baton.js");
const recording = join(here, "recording.json");
const options = new Set(process.argv.slice(2));
const LIMIT = 30_000;

const children = new Set();
const orphans = new Set();
process.on("exit", () => {
  for (const child of children) child.kill("SIGKILL");
  for (const pid of orphans) killIfOurs(pid);
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(130));
setTimeout(() => fail("the demo took longer than thirty seconds"), LIMIT).unref();

print.title("A handoff", "schema version 2 hands over to version 3, and a client must not notice");
if (!existsSync(baton)) fail("dist/baton.js is not there; `npm install` builds it");
compile();
await bundle();
const { events, client } = await handOver().catch((error) => fail(error.message));
print.report(events, client);
print.tree(decode(), events);
print.refusals((await import(pathToFileURL(join(out, "refusals.mjs")))).refusals());
judge(events, client);
print.done();
process.exit(0);

/** Codecs for both sides: the old one from the schemas cut back to version 2, the new one from the schemas as they are. */
function compile() {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const started = performance.now();
  for (const [version, schemas] of [
    ["v2", join(here, "v2")],
    ["v3", join(repository, "schemas")],
  ]) {
    run([baton, "compile", schemas, "--out", join(out, version), "--import-extension", "ts"]);
  }
  print.step(
    "compile",
    `codecs of version 2 from examples/handoff/v2, of version 3 from schemas, in ${print.milliseconds(performance.now() - started)}`,
  );
}

/** As any user would: the generated TypeScript is compiled and bundled with the program that uses it. */
async function bundle() {
  const entry = (name) => join(here, "source", `${name}.ts`);
  await build({
    entryPoints: ["old", "new", "client", "refusals"].map(entry),
    outdir: out,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "warning",
  });
}

/** Starts the old side and the client and follows what both say until the client is content. */
async function handOver() {
  const events = [];
  const environment = { ...process.env, STRANGERS: strangers().join(" ") };
  if (options.has("--recorded")) environment.HANDOFF_RECORDED = "1";
  const old = start(["old.mjs", out, join(out, "new.mjs"), recording], environment);
  const client = await new Promise((resolve, reject) => {
    const lines = new print.LineReader((line) => {
      const event = JSON.parse(line);
      events.push(event);
      if (event.event === "spawned") orphans.add(event.pid);
      if (event.event === "listening") follow(start(["client.mjs", String(event.port)]), resolve, reject);
      if (event.event === "refused" && event.rehearsal === null) reject(new Error(event.message));
    });
    old.stdout.on("data", (chunk) => lines.push(chunk));
    old.stderr.pipe(process.stderr);
    old.on("exit", (status) => {
      if (status !== 0) reject(new Error(`the old process ended with status ${status}`));
    });
  });
  const taker = events.find((event) => event.event === "spawned")?.pid;
  await gone(taker);
  orphans.delete(taker);
  return { events, client };
}

/** Descriptors that whoever started the demo left open for all processes below: they are nobody's state. */
function strangers() {
  const closeOnExec = 0o2000000;
  return readdirSync("/proc/self/fd").filter((fd) => {
    if (Number(fd) <= 2) return false;
    try {
      const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))?.[1];
      return flags !== undefined && (Number.parseInt(flags, 8) & closeOnExec) === 0;
    } catch {
      return false; // The directory's own descriptor, closed by now.
    }
  });
}

/** The client's one line is its report. */
function follow(child, resolve, reject) {
  const lines = new print.LineReader((line) => {
    const report = JSON.parse(line);
    if (report.ok) resolve(report);
    else reject(new Error(`the client says: ${report.reason}`));
  });
  child.stdout.on("data", (chunk) => lines.push(chunk));
  child.stderr.pipe(process.stderr);
  child.on("exit", (status) => {
    if (status !== 0) reject(new Error(`the client ended with status ${status}`));
  });
}

function start([program, ...rest], env = process.env) {
  const child = spawn(process.execPath, [join(out, program), ...rest], { stdio: ["ignore", "pipe", "pipe"], env });
  children.add(child);
  child.on("exit", () => children.delete(child));
  return child;
}

/** The dump as `baton decode` shows it. */
function decode() {
  const dump = join(out, "handoff.dump");
  return run([baton, "decode", dump, "--schema", join(repository, "schemas"), "--depth", "2"]);
}

function run(command) {
  const result = spawnSync(process.execPath, command, { encoding: "utf8", timeout: LIMIT });
  if (result.status === 0) return result.stdout;
  process.stderr.write(result.stderr);
  const shown = command.map((word) => (word.startsWith(repository) ? relative(repository, word) : word)).join(" ");
  return fail(`node ${shown} ended with status ${result.status}`);
}

/** Waits until a process that is not our child has ended. */
async function gone(pid) {
  for (let waited = 0; isAlive(pid) && waited < 5000; waited += 10)
    await new Promise((resolve) => setTimeout(resolve, 10));
  if (isAlive(pid)) fail(`the new process ${pid} did not end with its last connection`);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function killIfOurs(pid) {
  if (isAlive(pid)) process.kill(pid, "SIGKILL");
}

/** What must have happened; the report has shown it, this makes it count. */
function judge(events, client) {
  const checked = events.filter((event) => event.event === "checked");
  const refused = events.filter((event) => event.event === "refused");
  const expectations = [
    [client.byOld > 0 && client.byNew >= 30, "both sides answered the client"],
    [client.second.startsWith("answer 1 from new"), "the listening socket changed hands"],
    [checked.length === 4, "the descriptors were checked in three rehearsals and in the handoff"],
    [refused.length === 2, "a descriptor too many and one too few were refused, and nothing else"],
    [
      events.some((event) => event.event === "answered" && event.fromPipe === "written before the jump"),
      "the pipe kept its bytes",
    ],
  ];
  for (const [met, what] of expectations) if (!met) fail(`expected: ${what}`);
}

function fail(message) {
  process.stderr.write(`demo: ${message}\n`);
  return process.exit(1);
}
