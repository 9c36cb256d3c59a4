import { spawn, spawnSync } from "node:child_process";
import { closeSync, constants, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { release } from "node:os";
import { join } from "node:path";
import { DumpWriter } from "@baton/compiler/runtime";
import { Handover, type PreservedFileInit, Session } from "../out/v2/linux/fds.ts";
import { PciDevice } from "../out/v2/linux/pci.ts";
import { type Descriptor, openDescriptors, readDescriptors } from "./descriptors.ts";
import { answer, emit, Lines, now } from "./events.ts";
import { machine, recorded, type Recording } from "./function-source.ts";
import { functionLine } from "./function-line.ts";
import { readFunctions } from "./pci.ts";
import { preserve } from "./preserve.ts";

// The old side: version 2 of the schemas. It captures, serves a client, rehearses the handoff while it serves, and then, in one go and
// without waiting for anything, writes one dump, starts the new side with the descriptors, and is gone.

const [outDirectory = ".", newProgram = "", recordingPath = ""] = process.argv.slice(2);
const REHEARSE_AFTER = 9;
setTimeout(() => process.exit(3), 60_000).unref();

const { functions, problems, from } = captureFunctions();
emit({ event: "captured", from, functions: functions.map(functionLine), problems });
const things = openThings(outDirectory);
const server = await listen();
const port = portOf(server);
emit({ event: "listening", pid: process.pid, port });

let answered = 0;
let rehearsed: "not yet" | "running" | "done" = "not yet";
let received: string | null = null;
server.on("connection", serve);

function serve(socket: Socket): void {
  const lines = new Lines();
  socket.setNoDelay(true);
  socket.setEncoding("utf8");
  socket.on("error", () => process.exit(1));
  socket.on("data", (chunk: string) => {
    if (received !== null) return void (received += chunk);
    const waiting = [...lines.push(chunk)];
    while (waiting.length > 0) {
      const last = rehearsed === "done" && waiting.length === 2;
      const text = answer(waiting.shift() ?? "", "old");
      answered++;
      if (!last) {
        socket.write(text);
        continue;
      }
      // One request of this burst stays unanswered: it was received by the program, so no kernel can hand it over. The dump does.
      received = [...waiting, ""].join("\n") + lines.rest;
      socket.write(text, () => handOver(now()));
      return;
    }
    if (rehearsed === "not yet" && answered >= REHEARSE_AFTER) void rehearse();
  });
}

/** From here on nothing waits: capture, encode, write, start the other side, end. */
function handOver(lastAnswer: bigint): void {
  const handed = descriptorsToHand();
  const start = now();
  const bytes = encodeDump(filesOf(handed, received ?? ""));
  const encoded = now();
  const path = join(outDirectory, "handoff.dump");
  writeFileSync(path, bytes);
  emit({
    event: "frozen",
    pid: process.pid,
    answered,
    lastAnswer: String(lastAnswer),
    received: received?.length ?? 0,
    bytes: bytes.length,
    encodedIn: Number(encoded - start),
    writtenIn: Number(now() - encoded),
  });
  const at = String(now());
  const child = spawnNew(
    "handoff",
    path,
    handed.map((descriptor) => descriptor.fd),
  );
  emit({ event: "spawned", pid: child.pid ?? 0, at });
  process.exit(0);
}

/** The same steps with everything right, with a descriptor too many, and with one too few; the new side checks and goes away. */
async function rehearse(): Promise<void> {
  rehearsed = "running";
  const handed = descriptorsToHand();
  emit({
    event: "held",
    descriptors: handed.map((descriptor, fd) => `${fd} ${descriptor.link}`),
    others: openDescriptors().length - handed.length,
  });
  const path = join(outDirectory, "rehearsal.dump");
  writeFileSync(path, encodeDump(filesOf(handed, "")));
  const fds = handed.map((descriptor) => descriptor.fd);
  const extra = openSync("/dev/zero", "r");
  const casts: readonly (readonly [string, readonly number[]])[] = [
    ["as it will be", fds],
    ["with one descriptor more", [...fds, extra]],
    ["with one descriptor less", fds.slice(0, -1)],
  ];
  for (const [name, cast] of casts) {
    await new Promise((resolve) => spawnNew(name, path, cast).on("exit", resolve));
  }
  closeSync(extra);
  rmSync(path);
  rehearsed = "done";
}

/** The shell lists what it was given before Node opens anything of its own. */
const LIST_HELD = 'for d in /proc/self/fd/*; do [ -e "$d" ] && HELD="$HELD ${d##*/}"; done; export HELD; exec "$@"';

function spawnNew(mode: string, dumpPath: string, fds: readonly number[]): ReturnType<typeof spawn> {
  return spawn("/bin/sh", ["-c", LIST_HELD, "sh", process.execPath, newProgram, mode, dumpPath], { stdio: [...fds] });
}

function encodeDump(files: readonly PreservedFileInit[]): Uint8Array {
  const dump = new DumpWriter({ producer: `examples/handoff, Linux ${release()}` });
  dump.add(Handover, { number: 1, release: release(), boot_id: bootId(), frozen_at: BigInt(Date.now()) * 1_000_000n });
  dump.add(Session, { name: "handoff", files });
  functions.forEach((each, instance) => dump.add(PciDevice, each, { instance }));
  return dump.finish();
}

function filesOf(handed: readonly Descriptor[], pending: string): readonly PreservedFileInit[] {
  return handed.map((descriptor, fd) => {
    const isClient = descriptor.object.kind === "socket" && tcpStateOf(descriptor) === ESTABLISHED;
    const file = preserve(descriptor, {
      token: BigInt(fd),
      comm: "node",
      ...(isClient ? { received: new TextEncoder().encode(pending) } : {}),
    });
    if (!("refused" in file)) return file;
    emit({ event: "refused", rehearsal: null, message: file.refused });
    return process.exit(1);
  });
}

const ESTABLISHED = 1;
const LISTEN = 10;

function tcpStateOf({ object }: Descriptor): number {
  if (object.kind !== "socket" || object.entry.family !== "tcp" || object.entry.local.port !== port) return 0;
  return object.entry.state;
}

/** Standard streams, both sockets and what `openThings` opened; the rest is the runtime's and ends with it. Order is the new number. */
function descriptorsToHand(): readonly Descriptor[] {
  const all = readDescriptors(openDescriptors());
  const find = (which: (descriptor: Descriptor) => boolean): number => [...all.values()].find(which)?.fd ?? -1;
  const wanted = [
    0,
    1,
    2,
    find((each) => tcpStateOf(each) === LISTEN),
    find((each) => tcpStateOf(each) === ESTABLISHED),
    things.journal,
    things.unlinked,
    things.pipe,
    find((each) => each.object.kind === "eventfd"),
  ];
  return wanted.flatMap((fd) => all.get(fd) ?? []);
}

interface Things {
  readonly journal: number;
  readonly unlinked: number;
  readonly pipe: number;
}

/** A file with a position, a file that only its descriptor keeps, and a pipe with bytes in it. */
function openThings(directory: string): Things {
  const journalPath = join(directory, "journal.txt");
  rmSync(journalPath, { force: true });
  const journal = openSync(journalPath, constants.O_RDWR | constants.O_CREAT);
  writeSync(journal, `written by the old process, ${process.pid}\n`);

  const unlinkedPath = join(directory, "unlinked");
  const unlinked = openSync(unlinkedPath, constants.O_RDWR | constants.O_CREAT);
  writeSync(unlinked, "no directory names this file\n");
  rmSync(unlinkedPath);

  const pipePath = join(directory, "pipe");
  rmSync(pipePath, { force: true });
  spawnSync("mkfifo", [pipePath]);
  const pipe = openSync(pipePath, constants.O_RDWR | constants.O_NONBLOCK);
  rmSync(pipePath);
  writeSync(pipe, "written before the jump");
  return { journal, unlinked, pipe };
}

function captureFunctions(): ReturnType<typeof readFunctions> & { readonly from: string } {
  const here = readFunctions(machine());
  const asked = process.env["HANDOFF_RECORDED"] !== undefined;
  if (here.functions.length > 0 && !asked) return { ...here, from: machine().description };
  // The file is ours, made by `record`.
  const recording = JSON.parse(readFileSync(recordingPath, "utf8")) as Recording;
  return {
    ...readFunctions(recorded(recording)),
    from: `a recording of ${recording.machine}${asked ? "" : "; this machine has none"}`,
  };
}

function bootId(): Uint8Array | undefined {
  try {
    return Uint8Array.from(
      Buffer.from(readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim().replaceAll("-", ""), "hex"),
    );
  } catch {
    return undefined;
  }
}

function listen(): Promise<Server> {
  const made = createServer();
  return new Promise((resolve) => made.listen(0, "127.0.0.1", () => resolve(made)));
}

function portOf(made: Server): number {
  const address = made.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}
