import type { FilePayload, PreservedFileInit, SocketAddress } from "../out/v2/linux/fds.ts";
import type { Descriptor } from "./descriptors.ts";
import type { Endpoint, SocketEntry } from "./sockets.ts";

/** What the old process adds to what the kernel says, because only it knows. */
export interface Extra {
  /** The number under which the new process will hold the descriptor. */
  readonly token: bigint;
  readonly comm: string;
  /** Bytes received and not yet answered; sockets alone have some. */
  readonly received?: Uint8Array;
}

/** A descriptor as version 2 of `linux.fds` describes it; the reason, if it has no words for it. */
export function preserve(descriptor: Descriptor, extra: Extra): PreservedFileInit | { readonly refused: string } {
  const payload = payloadOf(descriptor, extra.received ?? new Uint8Array(0));
  if (typeof payload === "string") return { refused: `descriptor ${descriptor.fd} (${descriptor.link}) ${payload}` };
  return {
    token: extra.token,
    flags: descriptor.flags,
    position: descriptor.position,
    payload,
    comm: extra.comm.slice(0, 15),
    identity: {
      inode: descriptor.inode,
      device_major: descriptor.device.major,
      device_minor: descriptor.device.minor,
      mode: descriptor.mode,
    },
  };
}

function payloadOf(descriptor: Descriptor, received: Uint8Array): FilePayload | string {
  const { object, link, size } = descriptor;
  switch (object.kind) {
    case "regular":
      return {
        kind: "regular",
        value: { path: link.replace(/ \(deleted\)$/, ""), size, unlinked: descriptor.links === 0n },
      };
    case "memfd":
      return { kind: "memfd", value: { name: object.name, size, seals: 0, folios: [], huge_shift: 0 } };
    case "pipe":
      return {
        kind: "pipe",
        value: { pipe: descriptor.inode, capacity: 0x1_0000, contents: new Uint8Array(0), packets: false },
      };
    case "device":
      return { kind: "device", value: { path: link, ...object.node } };
    case "tty":
      return { kind: "tty", value: { path: link, ...object.node, settings: undefined, rows: 0, columns: 0 } };
    case "eventfd":
      return { kind: "eventfd", value: { count: object.count, semaphore: object.semaphore, id: object.id } };
    case "socket":
      return socketPayload(object.entry, received);
    case "directory":
    case "other":
      return "is of a kind that version 2 cannot describe";
  }
}

/** Without `TCP_ESTABLISHED` .. the connection is being set up or torn down, and the kernel keeps it. */
const lastingTcpStates = [1, 4, 5, 7, 8, 10] as const;
const TCP_LISTEN = 10;

function socketPayload(entry: SocketEntry, received: Uint8Array): FilePayload | string {
  if (entry.family === "tcp") {
    const state = lastingTcpStates.find((each) => each === entry.state);
    if (state === undefined) return `is in TCP state ${entry.state}, which does not last`;
    return {
      kind: "tcp_socket",
      value: {
        state,
        local: addressOf(entry.local),
        remote: state === TCP_LISTEN ? undefined : addressOf(entry.remote),
        backlog: 0,
        received,
        repair: undefined,
        no_delay: false,
      },
    };
  }
  const kind = ([1, 2, 5] as const).find((each) => each === entry.type);
  if (kind === undefined) return `is a Unix socket of type ${entry.type}`;
  return {
    kind: "unix_socket",
    value: { kind, listening: entry.listening, path: entry.path, peer: 0n, received },
  };
}

function addressOf({ address, port }: Endpoint): SocketAddress {
  return address.length === 4
    ? { kind: "ipv4", value: { address, port } }
    : { kind: "ipv6", value: { address, port, scope: 0 } };
}
