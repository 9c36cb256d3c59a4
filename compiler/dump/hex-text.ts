import type { Item } from "./inspect.ts";
import type { Node } from "./nodes.ts";
import { valueText } from "./value-text.ts";

/**
 * Bytes as text that people read and `bytesOfHex` takes back: eight to a line, and behind `;` which member they are of and what they hold. The
 * items must have been made with all their nodes.
 */
export function annotatedHex(bytes: Uint8Array, items: readonly Item[]): string {
  const leaves = items.flatMap((item) => (item.kind === "finish" || item.node === null ? [] : leavesOf(item.node)));
  const lines = leaves.filter((leaf) => leaf.length > 0).flatMap((leaf) => linesOf(bytes, leaf));
  return `${lines.join("\n")}\n`;
}

/** The bytes of such a text. */
export function bytesOfHex(text: string): Uint8Array {
  const digits = text.replaceAll(/;.*$/gm, "").match(/[\da-f]{2}/g) ?? [];
  return Uint8Array.from(digits, (pair) => Number.parseInt(pair, 16));
}

function leavesOf(node: Node): readonly Node[] {
  return node.children.length === 0 ? [node] : node.children.flatMap(leavesOf);
}

function linesOf(bytes: Uint8Array, leaf: Node): readonly string[] {
  const lines: string[] = [];
  for (let at = leaf.offset; at < leaf.offset + leaf.length; at += 8) {
    const some = bytes.subarray(at, Math.min(at + 8, leaf.offset + leaf.length));
    const digits = Array.from(some, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    lines.push(at === leaf.offset ? `${digits.padEnd(23)}  ; ${commentOf(leaf)}` : digits);
  }
  return lines;
}

function commentOf(leaf: Node): string {
  const path = leaf.path === "" ? "dump" : leaf.path;
  if (leaf.part === "padding") return `${path}: padding`;
  const value = valueText(leaf.wire, leaf.value);
  const what = leaf.part === "frame" || leaf.part === "unknown" ? String(leaf.name) : "value";
  return value === "" ? `${path}: ${what}` : `${path}: ${what} ${value}`;
}
