import { createHash } from "node:crypto";
import { canonicalParts } from "./canonical.ts";
import type { Module } from "./ir.ts";

/** SHA-256 of a view's canonical text as 64 lower-case hexadecimal digits: what readers and writers of dumps compare instead of version numbers. */
export function fingerprint(view: Module): string {
  const hash = createHash("sha256");
  let waiting = "";
  for (const part of canonicalParts(view)) {
    waiting += part;
    if (waiting.length < 65_536) continue;
    hash.update(waiting, "utf8");
    waiting = "";
  }
  return hash.update(waiting, "utf8").digest("hex");
}
