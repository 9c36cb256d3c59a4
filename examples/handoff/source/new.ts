import { readFileSync, readSync, writeSync } from "node:fs";
import { Server, Socket } from "node:net";
import { openDump } from "@baton/compiler/runtime";
import { module as fds, type PreservedFile, Session } from "../out/v3/linux/fds.ts";
import { module as pci, PciDevice } from "../out/v3/linux/pci.ts";
import { compareAll } from "./compare.ts";
import { readDescriptors } from "./descriptors.ts";
import { answer, emit, Lines, now } from "./events.ts";
import { formatAddress } from "./pci.ts";

// The new side: version 3 of the schemas, the dump of version 2, and the descriptors it was given. It takes all of them or none.

const [mode = "", dumpPath = ""] = process.argv.slice(2);
const rehearsal = mode === "handoff" ? null : mode;
const started = process.hrtime.bigint() - BigInt(Math.round(process.uptime() * 1e9));
setTimeout(() => process.exit(3), 60_000).unref();

const numbers = (name: string): readonly number[] => (process.env[name] ?? "").split(" ").filter(Boolean).map(Number);
const strangers = new Set(numbers("STRANGERS"));
const held = readDescriptors(numbers("HELD").filter((fd) => !strangers.has(fd)));
const bytes = readFileSync(dumpPath);
const read = now();
const dropped = new Map<string, number>();
const dump = openDump(bytes, {
  modules: [fds, pci],
  dropped: (path) => {
    const general = path.replace(/\[\d+\]/g, "[*]");
    dropped.set(general, (dropped.get(general) ?? 0) + 1);
  },
});
const functions = dump.all(PciDevice);
const { files } = dump.one(Session);
const opened = now();
const findings = compareAll(files, held);
const checked = now();
const sizes = new Map<string, { records: number; bytes: number }>();
for (const { type, bytes: size } of dump.records()) {
  const sum = sizes.get(type ?? "") ?? { records: 0, bytes: 0 };
  sizes.set(type ?? "", { records: sum.records + 1, bytes: sum.bytes + size });
}

emit({
  event: "checked",
  pid: process.pid,
  rehearsal,
  started: String(started),
  read: String(read),
  opened: String(opened),
  checked: String(checked),
  findings,
  functions: functions.map((each) => formatAddress(each.address)),
  dropped: [...dropped],
  sizes: Object.fromEntries(sizes),
});
const wrong = findings.filter((finding) => finding.differences.length > 0);
if (wrong.length > 0) {
  const message = wrong
    .map((each) => `descriptor ${each.fd} (${each.kind}) ${each.differences.join(" and ")}`)
    .join("; ");
  emit({ event: "refused", rehearsal, message });
  process.exit(1);
}
if (rehearsal !== null) process.exit(0);

const connections = new Set<Socket>();
let first: bigint | null = null;
for (const file of files) takeOver(file);

function takeOver(file: PreservedFile): void {
  if (file.payload.kind !== "tcp_socket") return;
  const { remote, received } = file.payload.value;
  const fd = Number(file.token);
  if (remote === undefined) new Server((socket) => serve(socket, "")).on("connection", stayWhileServing).listen({ fd });
  else {
    const socket = new Socket({ fd, readable: true, writable: true });
    stayWhileServing(socket);
    serve(socket, new TextDecoder().decode(received));
  }
}

/** Goes on where the other side stopped, with what that one had received and not answered. */
function serve(socket: Socket, pending: string): void {
  const lines = new Lines();
  const reply = (chunk: string): void => {
    for (const line of lines.push(chunk)) {
      socket.write(answer(line, "new"));
      if (first === null) tell((first = now()));
    }
  };
  socket.setNoDelay(true);
  socket.setEncoding("utf8");
  socket.on("error", () => socket.destroy());
  socket.on("data", reply);
  reply(pending);
}

function stayWhileServing(socket: Socket): void {
  connections.add(socket);
  socket.on("close", () => {
    connections.delete(socket);
    if (connections.size === 0) process.exit(0);
  });
}

/** After the first answer there is time for the rest: the pipe still holds what was written, the journal goes on at its position. */
function tell(firstAnswer: bigint): void {
  const tokenOf = (kind: string): number => Number(files.find((file) => file.payload.kind === kind)?.token ?? -1n);
  const buffer = Buffer.alloc(100);
  const fromPipe = buffer.toString("utf8", 0, readSync(tokenOf("pipe"), buffer));
  writeSync(tokenOf("regular"), `continued by the new process, ${process.pid}\n`);
  const length = readSync(tokenOf("regular"), buffer, 0, buffer.length, 0);
  emit({
    event: "answered",
    firstAnswer: String(firstAnswer),
    fromPipe,
    fromJournal: buffer.toString("utf8", 0, length),
  });
}
