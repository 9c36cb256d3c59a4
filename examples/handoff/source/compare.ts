import type { FilePayload, PreservedFile, SocketAddress } from "../out/v3/linux/fds.ts";
import type { Descriptor, DeviceNumber } from "./descriptors.ts";
import { type Endpoint, formatEndpoint, type SocketEntry } from "./sockets.ts";

/** What is held under one number, set against what the dump says of it. */
export interface Finding {
  readonly fd: number;
  /** One word for its kind, and what identifies it. */
  readonly kind: string;
  readonly what: string;
  /** What differs; empty if this is the file that the dump names. */
  readonly differences: readonly string[];
}

/** Every descriptor that the dump names and every one that is held, each checked once, ascending. */
export function compareAll(files: readonly PreservedFile[], held: ReadonlyMap<number, Descriptor>): readonly Finding[] {
  const named = new Set(files.map((file) => Number(file.token)));
  const findings = files.map((file) => compare(file, held.get(Number(file.token))));
  for (const descriptor of held.values()) {
    if (named.has(descriptor.fd)) continue;
    findings.push({
      fd: descriptor.fd,
      kind: descriptor.object.kind,
      what: descriptor.link,
      differences: ["is held, but the dump does not name it"],
    });
  }
  return findings.sort((a, b) => a.fd - b.fd);
}

function compare(file: PreservedFile, held: Descriptor | undefined): Finding {
  const { kind } = file.payload;
  const what = describe(file.payload);
  const fd = Number(file.token);
  if (held === undefined) return { fd, kind, what, differences: ["is in the dump, but nobody holds it"] };
  const same = new Differences();
  same.expect("inode", file.identity?.inode, held.inode);
  same.expect(
    "device",
    file.identity && number(file.identity.device_major, file.identity.device_minor),
    node(held.device),
  );
  same.expect("mode", file.identity && file.identity.mode.toString(8), held.mode.toString(8));
  same.expect("flags", flags(file.flags), flags(held.flags));
  same.expect("position", file.position, held.position);
  comparePayload(same, file.payload, held);
  return { fd, kind, what, differences: same.found };
}

/** Collects what differs; what the dump does not say is not compared. */
class Differences {
  readonly found: string[] = [];

  expect<T extends bigint | number | string | boolean>(name: string, expected: T | undefined, actual: T): void {
    if (expected !== undefined && expected !== actual) {
      this.found.push(`has ${name} ${actual}, the dump says ${expected}`);
    }
  }
}

/** Close-on-exec is the descriptor's, not the file's: the jump itself sets and clears it. */
const CLOSE_ON_EXEC = 1 << 19;

function flags(value: number): string {
  return `0${(value & ~CLOSE_ON_EXEC).toString(8)}`;
}

function number(major: number, minor: number): string {
  return `${major}:${minor}`;
}

function node(device: DeviceNumber): string {
  return number(device.major, device.minor);
}

function comparePayload(same: Differences, payload: FilePayload, held: Descriptor): void {
  const { object } = held;
  const kindOf = object.kind === "socket" ? `${object.entry.family}_socket` : object.kind;
  same.expect<string>("kind", payload.kind, kindOf);
  switch (payload.kind) {
    case "regular":
      same.expect("size", payload.value.size, held.size);
      same.expect("unlinked", payload.value.unlinked, held.links === 0n);
      return;
    case "memfd":
      same.expect("size", payload.value.size, held.size);
      return;
    case "pipe":
      same.expect("pipe", payload.value.pipe, held.inode);
      return;
    case "device":
    case "tty":
      if (object.kind === "device" || object.kind === "tty") {
        same.expect("node", number(payload.value.major, payload.value.minor), node(object.node));
      }
      return;
    case "eventfd":
      // The count may move at any time; the id is of the counter for as long as it lives.
      if (object.kind === "eventfd") same.expect("id", payload.value.id, object.id);
      return;
    case "tcp_socket":
      if (object.kind !== "socket" || object.entry.family !== "tcp") return;
      same.expect<number>("state", payload.value.state, object.entry.state);
      same.expect("local address", endpoint(payload.value.local), formatEndpoint(object.entry.local));
      if (payload.value.remote !== undefined) {
        same.expect("remote address", endpoint(payload.value.remote), formatEndpoint(object.entry.remote));
      }
      return;
    case "unix_socket":
      if (object.kind === "socket" && object.entry.family === "unix") compareUnix(same, payload.value, object.entry);
      return;
    case "vfio_device":
    case "iommufd":
    case "kvm_vm":
    case "guest_memfd":
    case "timerfd":
    case "epoll":
      same.found.push("is of a kind that this process cannot take over");
      return;
  }
}

function compareUnix(
  same: Differences,
  expected: Extract<FilePayload, { kind: "unix_socket" }>["value"],
  actual: Extract<SocketEntry, { family: "unix" }>,
): void {
  same.expect<number>("type", expected.kind, actual.type);
  same.expect("listening", expected.listening, actual.listening);
  same.expect("path", text(expected.path), text(actual.path));
}

function text(bytes: Uint8Array): string {
  return JSON.stringify(Buffer.from(bytes).toString("latin1"));
}

function endpoint(address: SocketAddress): string {
  const { address: bytes, port }: Endpoint = address.value;
  return formatEndpoint({ address: bytes, port });
}

function describe(payload: FilePayload): string {
  switch (payload.kind) {
    case "regular":
      return `${payload.value.unlinked ? "unlinked " : ""}${payload.value.path}, ${payload.value.size} bytes`;
    case "memfd":
      return `${payload.value.name}, ${payload.value.size} bytes`;
    case "pipe":
      return `inode ${payload.value.pipe}`;
    case "device":
    case "tty":
      return `${payload.value.path} (${number(payload.value.major, payload.value.minor)})`;
    case "eventfd":
      return `id ${payload.value.id}, count ${payload.value.count}`;
    case "tcp_socket": {
      const { local, remote } = payload.value;
      return remote === undefined ? `listens on ${endpoint(local)}` : `${endpoint(local)} to ${endpoint(remote)}`;
    }
    case "unix_socket":
      return payload.value.path.length === 0 ? `unnamed, type ${payload.value.kind}` : text(payload.value.path);
    case "vfio_device":
    case "iommufd":
    case "kvm_vm":
    case "guest_memfd":
    case "timerfd":
    case "epoll":
      return "";
  }
}
