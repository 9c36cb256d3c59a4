import { type BigIntStats, fstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { isatty } from "node:tty";
import { readSockets, type SocketEntry } from "./sockets.ts";

/** What the kernel says about one open descriptor of this process. */
export interface Descriptor {
  readonly fd: number;
  /** Target of /proc/self/fd/N: a path, or `pipe:[123]`, `anon_inode:[eventfd]`. */
  readonly link: string;
  readonly inode: bigint;
  readonly device: DeviceNumber;
  readonly mode: number;
  readonly size: bigint;
  readonly links: bigint;
  /** `f_flags`. */
  readonly flags: number;
  readonly position: bigint;
  readonly object: OpenObject;
}

export interface DeviceNumber {
  readonly major: number;
  readonly minor: number;
}

/** What is open, as far as fstat, fdinfo and /proc/net tell. */
export type OpenObject =
  | { readonly kind: "regular" }
  | { readonly kind: "directory" }
  | { readonly kind: "memfd"; readonly name: string }
  | { readonly kind: "pipe" }
  | { readonly kind: "device" | "tty"; readonly node: DeviceNumber }
  | { readonly kind: "eventfd"; readonly count: bigint; readonly semaphore: boolean; readonly id: number }
  | { readonly kind: "socket"; readonly entry: SocketEntry }
  | { readonly kind: "other" };

const FILE_TYPE = 0o170000;
const REGULAR = 0o100000;
const DIRECTORY = 0o040000;
const CHARACTER = 0o020000;
const FIFO = 0o010000;
const SOCKET = 0o140000;

/** Numbers of all descriptors that this process has open now, the one used for asking left out. */
export function openDescriptors(): readonly number[] {
  const isOpen = (fd: number): boolean => {
    try {
      readlinkSync(`/proc/self/fd/${fd}`);
      return true;
    } catch {
      return false; // The directory's own descriptor, closed by now.
    }
  };
  return readdirSync("/proc/self/fd")
    .map(Number)
    .filter(isOpen)
    .sort((a, b) => a - b);
}

/** Describes descriptors; one that is not open is missing from the result. */
export function readDescriptors(fds: readonly number[]): ReadonlyMap<number, Descriptor> {
  const sockets = readSockets();
  return new Map(
    fds.flatMap((fd) => {
      const descriptor = readDescriptor(fd, sockets);
      return descriptor === null ? [] : [[fd, descriptor]];
    }),
  );
}

function readDescriptor(fd: number, sockets: ReadonlyMap<bigint, SocketEntry>): Descriptor | null {
  let link: string;
  let information: ReadonlyMap<string, string>;
  let stats: BigIntStats;
  try {
    link = readlinkSync(`/proc/self/fd/${fd}`);
    information = parseInformation(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"));
    stats = fstatSync(fd, { bigint: true });
  } catch {
    return null;
  }
  return {
    fd,
    link,
    inode: stats.ino,
    device: deviceNumber(stats.dev),
    mode: Number(stats.mode),
    size: stats.size,
    links: stats.nlink,
    flags: Number.parseInt(information.get("flags") ?? "0", 8),
    position: BigInt(information.get("pos") ?? "0"),
    object: objectOf(fd, link, stats, information, sockets),
  };
}

function objectOf(
  fd: number,
  link: string,
  stats: BigIntStats,
  information: ReadonlyMap<string, string>,
  sockets: ReadonlyMap<bigint, SocketEntry>,
): OpenObject {
  switch (Number(stats.mode) & FILE_TYPE) {
    case REGULAR: {
      const memfd = /^\/memfd:(.*) \(deleted\)$/.exec(link);
      return memfd === null ? { kind: "regular" } : { kind: "memfd", name: memfd[1] ?? "" };
    }
    case DIRECTORY:
      return { kind: "directory" };
    case FIFO:
      return { kind: "pipe" };
    case CHARACTER:
      return { kind: isatty(fd) ? "tty" : "device", node: deviceNumber(stats.rdev) };
    case SOCKET: {
      const entry = sockets.get(stats.ino);
      return entry === undefined ? { kind: "other" } : { kind: "socket", entry };
    }
    default:
      return link === "anon_inode:[eventfd]" ? eventFd(information) : { kind: "other" };
  }
}

function eventFd(information: ReadonlyMap<string, string>): OpenObject {
  return {
    kind: "eventfd",
    count: BigInt(`0x${information.get("eventfd-count") ?? "0"}`),
    semaphore: information.get("eventfd-semaphore") === "1",
    id: Number(information.get("eventfd-id") ?? "0"),
  };
}

/** Lines of `name:\tvalue`; of a name that repeats, as in an epoll's, the first. */
function parseInformation(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split("\n")) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon);
    if (colon > 0 && !values.has(name)) values.set(name, line.slice(colon + 1).trim());
  }
  return values;
}

/** `dev_t` as glibc packs it. */
function deviceNumber(dev: bigint): DeviceNumber {
  return {
    major: Number(((dev >> 8n) & 0xfffn) | ((dev >> 32n) & 0xffff_f000n)),
    minor: Number((dev & 0xffn) | ((dev >> 12n) & 0xffff_ff00n)),
  };
}
