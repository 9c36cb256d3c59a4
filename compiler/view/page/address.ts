import type { Side } from "../../dump/diff/content.ts";

/** What the address of the page selects. */
export interface Address {
  readonly side: Side;
  readonly offset: number | null;
  readonly path: string;
}

/** An address as somebody wrote it: `unread` is what means nothing in it. */
export interface ReadAddress extends Address {
  readonly unread: readonly string[];
}

/** `#at=0x1d8&path=linux.pci.PciDevice%230.command&dump=b`. */
export function addressText({ side, offset, path }: Address): string {
  const words = new URLSearchParams();
  if (side === "b") words.set("dump", "b");
  if (offset !== null) words.set("at", `0x${offset.toString(16)}`);
  if (path !== "") words.set("path", path);
  return `#${words.toString()}`;
}

export function readAddress(hash: string): ReadAddress {
  const words = new URLSearchParams(hash.replace(/^#/, ""));
  const at = words.get("at");
  const isOffset = at !== null && /^(?:0x[\da-fA-F]{1,13}|\d{1,15})$/.test(at);
  const unread = [...words].flatMap(([name, value]) => {
    if (name === "path" || (name === "at" && isOffset)) return [];
    if (name === "dump" && (value === "a" || value === "b")) return [];
    return [value === "" ? name : `${name}=${value}`];
  });
  const side = words.get("dump") === "b" ? "b" : "a";
  return { side, offset: isOffset ? Number(at) : null, path: words.get("path") ?? "", unread };
}

/** Keeps the address of the page, without a step back for each selection. Browsers allow few changes a second. */
export class AddressBar {
  #written = "";
  #wanted: string | null = null;

  constructor(changed: (address: ReadAddress) => void) {
    addEventListener("hashchange", () => {
      if (location.hash === this.#written || location.hash === "") return;
      this.#written = location.hash;
      changed(readAddress(location.hash));
    });
  }

  write(address: Address): void {
    const scheduled = this.#wanted !== null;
    this.#wanted = addressText(address);
    if (scheduled) return;
    setTimeout(() => {
      const text = this.#wanted ?? "";
      this.#wanted = null;
      if (text === location.hash) return;
      this.#written = text;
      location.replace(text);
      // The browser may write some characters its own way.
      this.#written = location.hash;
    }, 150);
  }
}
