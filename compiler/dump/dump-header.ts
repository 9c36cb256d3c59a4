import { crc32 } from "../../runtime/crc.ts";
import type { Code, Facts } from "../../runtime/errors.ts";
import { FORMAT_MAJOR, FORMAT_MINOR, HEADER_BYTES, MAGIC } from "./format.ts";
import { hex } from "./integers.ts";
import { problem, type Problem } from "./problem.ts";
import { need, viewOf, type Need } from "./source.ts";

/** The first bytes of a dump. */
export interface HeaderFrame {
  readonly kind: "header";
  readonly bytes: Uint8Array;
  readonly problems: readonly Problem[];
}

/** Reads the header of a dump, as much of it as is there. */
export function* readHeader(): Generator<Need, HeaderFrame, Uint8Array> {
  const bytes = yield* need(0, HEADER_BYTES);
  const problems: Problem[] = [];
  const fail = (code: Code, facts: Facts, offset: number): void => {
    problems.push(problem(code, facts, { path: "", offset }));
  };
  const present = Math.min(bytes.length, MAGIC.length);
  if (bytes.length === 0 || MAGIC.some((byte, i) => i < present && bytes[i] !== byte)) {
    const found = bytes.length === 0 ? "it is empty" : `it starts with ${hexBytes(bytes.subarray(0, present))}`;
    fail("B8001", { found }, 0);
  } else if (bytes.length < HEADER_BYTES) {
    fail("B8005", { expected: String(HEADER_BYTES), found: String(bytes.length) }, 0);
  } else {
    checkHeader(bytes, fail);
  }
  return { kind: "header", bytes, problems };
}

function checkHeader(bytes: Uint8Array, fail: (code: Code, facts: Facts, offset: number) => void): void {
  const view = viewOf(bytes);
  const stated = view.getUint32(60, true);
  const computed = crc32(bytes.subarray(0, 60));
  if (stated !== computed) {
    // The fields of a damaged header say nothing.
    fail("B8003", { expected: hex(BigInt(computed)), found: hex(BigInt(stated)) }, 60);
    return;
  }
  const version = `${view.getUint16(8, true)}.${view.getUint16(10, true)}`;
  const known = `${FORMAT_MAJOR}.${FORMAT_MINOR}`;
  if (version !== known) return fail("B8002", { expected: known, found: version }, 8);
  const size = view.getUint32(12, true);
  if (size !== HEADER_BYTES) fail("B8004", { expected: `${HEADER_BYTES} bytes`, found: `${size} bytes` }, 12);
  const flags = view.getUint32(16, true);
  if (flags !== 0) fail("B8004", { expected: "flags 0", found: `flags ${hex(BigInt(flags))}` }, 16);
  const stain = bytes.subarray(20, 60).findIndex((byte) => byte !== 0);
  if (stain >= 0) fail("B8004", { expected: "zero", found: String(bytes[20 + stain]) }, 20 + stain);
}

function hexBytes(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
