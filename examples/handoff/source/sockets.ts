import { readFileSync } from "node:fs";

/** A socket as /proc/net lists it; found by its inode. */
export type SocketEntry =
  | {
      readonly family: "tcp";
      /** `TCP_ESTABLISHED` and so on. */
      readonly state: number;
      readonly local: Endpoint;
      readonly remote: Endpoint;
    }
  | { readonly family: "unix"; readonly type: number; readonly listening: boolean; readonly path: Uint8Array };

/** 4 or 16 bytes in network order, and a port. */
export interface Endpoint {
  readonly address: Uint8Array;
  readonly port: number;
}

/** All TCP and Unix sockets of this network namespace, by inode. */
export function readSockets(): ReadonlyMap<bigint, SocketEntry> {
  return new Map([...parseTcp(procNet("tcp")), ...parseTcp(procNet("tcp6")), ...parseUnix(procNet("unix"))]);
}

function procNet(name: string): string {
  try {
    return readFileSync(`/proc/self/net/${name}`, "latin1");
  } catch {
    return ""; // Without IPv6 there is no tcp6.
  }
}

/** Columns `sl local_address rem_address st … inode`; inode 0 is a connection that no descriptor holds any more. */
export function parseTcp(text: string): readonly [bigint, SocketEntry][] {
  return text
    .split("\n")
    .slice(1)
    .flatMap((line): [bigint, SocketEntry][] => {
      const [, local, remote, state, , , , , , inode] = line.trim().split(/\s+/);
      const from = parseEndpoint(local);
      const to = parseEndpoint(remote);
      if (inode === undefined || inode === "0" || state === undefined || from === null || to === null) return [];
      return [[BigInt(inode), { family: "tcp", state: Number.parseInt(state, 16), local: from, remote: to }]];
    });
}

/** `0100007F:1F90`: the address in 32-bit words of the machine's byte order (little-endian here), the port as a number. */
function parseEndpoint(text: string | undefined): Endpoint | null {
  const parts = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(text ?? "");
  if (parts === null) return null;
  const address = Uint8Array.from(Buffer.from(parts[1] ?? "", "hex"));
  for (let word = 0; word < address.length; word += 4) address.subarray(word, word + 4).reverse();
  return { address, port: Number.parseInt(parts[2] ?? "", 16) };
}

const ACCEPTS_CONNECTIONS = 0x1_0000;

/** Columns `Num RefCount Protocol Flags Type St Inode Path`; a leading `@` of the path is the zero byte of an abstract name. */
export function parseUnix(text: string): readonly [bigint, SocketEntry][] {
  return text
    .split("\n")
    .slice(1)
    .flatMap((line): [bigint, SocketEntry][] => {
      const parts = /^\S+ \S+ \S+ ([0-9A-F]{8}) ([0-9A-F]{4}) \S+\s+(\d+)(?: (.*))?$/.exec(line);
      if (parts === null) return [];
      const [, flags = "", type = "", inode = "", path = ""] = parts;
      const entry: SocketEntry = {
        family: "unix",
        type: Number.parseInt(type, 16),
        listening: (Number.parseInt(flags, 16) & ACCEPTS_CONNECTIONS) !== 0,
        path: Uint8Array.from(Buffer.from(path.replace(/^@/, "\0"), "latin1")),
      };
      return [[BigInt(inode), entry]];
    });
}

/** `127.0.0.1:8080`, `[::1]:8080`. */
export function formatEndpoint({ address, port }: Endpoint): string {
  if (address.length === 4) return `${address.join(".")}:${port}`;
  const words = Array.from({ length: 8 }, (_, i) =>
    (((address[2 * i] ?? 0) << 8) | (address[2 * i + 1] ?? 0)).toString(16),
  );
  return `[${words.join(":").replace(/(^|:)0(:0)+(:|$)/, "::")}]:${port}`;
}
