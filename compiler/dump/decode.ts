import type { Problem } from "./problem.ts";
import { FAILED, Reading, type Dropped } from "./reading.ts";
import type { Value } from "./value.ts";
import { readState } from "./state.ts";
import type { WireState } from "./wire-type.ts";

/** A value, or everything for which the generated decoder would refuse the bytes. */
export type Decoded =
  | { readonly ok: true; readonly value: Value; readonly dropped: readonly Dropped[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads the body of a state as the generated decoder of the same version does, and refuses what it refuses. `bytes` members are views of the
 * input. `head` starts the paths, offsets count from the start of `bytes`.
 */
export function decodeState(type: WireState, bytes: Uint8Array, head: string = type.name): Decoded {
  const reading = new Reading(bytes, 0, head, null);
  const value = readState(reading, type, 0, bytes.length);
  const { problems, dropped } = reading;
  return value === FAILED || problems.length > 0 ? { ok: false, problems } : { ok: true, value, dropped };
}
