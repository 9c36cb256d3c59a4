import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A page that is being served. */
export interface Served {
  readonly url: string;
  /** Ends when the server does. */
  readonly ended: Promise<void>;
  readonly close: () => void;
}

/**
 * Serves one page on the loopback address and nothing else. A request by another name than the address's is refused: a page of the internet whose
 * name was made to point here would bring that name. Port 0 is a free one.
 */
export async function servePage(page: string, port: number, policy: string): Promise<Served> {
  const bytes = Buffer.from(page);
  const hosts = new Set<string>();
  const server = createServer((request, response) => {
    const refuse = (status: number): void => {
      response.writeHead(status, { "content-type": "text/plain; charset=utf-8", connection: "close" });
      response.end(`${status}\n`);
    };
    if (!hosts.has(request.headers.host ?? "")) return refuse(421);
    if (request.method !== "GET" && request.method !== "HEAD") return refuse(405);
    if (request.url !== "/") return refuse(404);
    response.writeHead(200, {
      "content-type": "text/html; charset=utf-8",
      "content-length": bytes.length,
      "content-security-policy": policy,
      "cache-control": "no-store",
      "cross-origin-resource-policy": "same-origin",
      "cross-origin-opener-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    });
    response.end(request.method === "HEAD" ? undefined : bytes);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  // A server that listens on a port has such an address.
  const { port: taken } = server.address() as AddressInfo;
  for (const name of ["127.0.0.1", "localhost"]) hosts.add(taken === 80 ? name : `${name}:${taken}`);
  const ended = new Promise<void>((resolve) => server.once("close", resolve));
  return {
    url: `http://127.0.0.1:${taken}/`,
    ended,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
