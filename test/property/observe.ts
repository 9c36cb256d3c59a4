/** What the codecs of two schemas really do with drawn values: taken, refused, or taken with another meaning. */
import type { State, World } from "../../compiler/schema/ir.ts";
import { recordMeaning } from "./meaning.ts";
import type { Random } from "./random.ts";
import { ToolCodec } from "./tool-codec.ts";
import { Values } from "./values.ts";

/** One value that a writer held, and what came of it. */
export interface Observation {
  /** The record state by the writer's names. */
  readonly module: string;
  readonly state: string;
  readonly value: Record<string, unknown>;
  readonly outcome: "taken" | "refused by writer" | "refused by reader" | "misread";
  /** Codes and paths of a refusal, or where the meaning differs. */
  readonly why: string;
}

interface RecordState {
  readonly module: string;
  readonly state: State;
}

function recordsIn(world: World): Map<number, RecordState> {
  const records = new Map<number, RecordState>();
  for (const [module, { declarations }] of world) {
    for (const state of declarations)
      if (state.kind === "state" && state.id !== null) records.set(state.id, { module, state });
  }
  return records;
}

/** Old dumps at the new reader: what the old writer writes natively. */
export function observeUpgrade(random: Random, old: World, now: World, perState: number): Observation[] {
  return observe(random, old, now, perState, (writer, value) => writer.encode(value));
}

/** New dumps at the old reader, written for its version. */
export function observeRollback(random: Random, old: World, now: World, perState: number): Observation[] {
  return observe(random, now, old, perState, (writer, value, reader) => writer.encodeFor(reader, value));
}

function observe(
  random: Random,
  from: World,
  to: World,
  perState: number,
  write: (writer: ToolCodec, value: unknown, reader: ToolCodec) => ReturnType<ToolCodec["encode"]>,
): Observation[] {
  const readers = recordsIn(to);
  const values = new Values(random, from);
  const seen: Observation[] = [];
  for (const [id, { module, state }] of recordsIn(from)) {
    const reading = readers.get(id);
    // A record that only the writer has is judged by its id and flag alone.
    if (reading === undefined) continue;
    const type = { kind: "named", module, name: state.name } as const;
    const readType = { kind: "named", module: reading.module, name: reading.state.name } as const;
    const writer = new ToolCodec(from, module, state);
    const reader = new ToolCodec(to, reading.module, reading.state);
    for (let i = 0; i < perState; i++) {
      const { value, satisfies } = values.draw(type);
      if (!satisfies) continue;
      const found = (outcome: Observation["outcome"], why: string): number =>
        seen.push({ module, state: state.name, value, outcome, why });
      const written = write(writer, value, reader);
      if (!written.ok) {
        found("refused by writer", written.reasons.map(({ code, path }) => `${code} ${path}`).join(", "));
        continue;
      }
      const read = reader.decode(written.result);
      if (!read.ok) {
        found("refused by reader", read.reasons.map(({ code, path }) => `${code} ${path}`).join(", "));
        continue;
      }
      const differs = recordMeaning({ world: from, type }, value, { world: to, type: readType }, read.result.value);
      found(differs === null ? "taken" : "misread", differs ?? "");
    }
  }
  return seen;
}
