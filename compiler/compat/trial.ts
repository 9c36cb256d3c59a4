import { complete } from "../dump/complete.ts";
import { decodeState } from "../dump/decode.ts";
import { encodeState } from "../dump/encode.ts";
import { encodeStateFor } from "../dump/lower.ts";
import { problemText, type Problem } from "../dump/problem.ts";
import type { Value } from "../dump/value.ts";
import type { WireState } from "../dump/wire-type.ts";
import type { Direction } from "./finding.ts";
import { misreadingOf, type Misreading } from "./meaning.ts";

/** What became of one value on its way from a writer to a reader. */
export type Trial =
  /** The writer's own version refuses it: it can be in no dump. */
  | { readonly kind: "impossible" }
  | {
      readonly kind: "refused";
      readonly by: "writer" | "reader";
      readonly reason: string;
      /** Everything that it is refused for; empty where the record as a whole is. */
      readonly problems: readonly Problem[];
    }
  | { readonly kind: "misread"; readonly misreading: Misreading; readonly read: Value }
  | { readonly kind: "taken"; readonly read: Value };

/**
 * Sends a record's value through the codecs of both sides. On upgrade the writer writes its own version; on rollback it writes for the reader's.
 * `reader` is null where the reader has no such record.
 */
export function tryOut(direction: Direction, writer: WireState, reader: WireState | null, value: Value): Trial {
  const native = encodeState(writer, value);
  if (!native.ok) return { kind: "impossible" };
  if (reader === null) {
    const by = direction === "upgrade" ? "reader" : "writer";
    return { kind: "refused", by, reason: `${writer.name} is no record that the reader's version knows`, problems: [] };
  }
  const encoded = direction === "upgrade" ? native : encodeStateFor(writer, reader, value, writer.name);
  if (!encoded.ok) return refused("writer", encoded.problems);
  const decoded = decodeState(reader, encoded.bytes, reader.name);
  if (!decoded.ok) return refused("reader", decoded.problems);
  const misreading = misreadingOf(writer, reader, complete(writer, value), decoded.value);
  return misreading === null
    ? { kind: "taken", read: decoded.value }
    : { kind: "misread", misreading, read: decoded.value };
}

function refused(by: "writer" | "reader", problems: readonly Problem[]): Trial {
  const [first] = problems;
  return { kind: "refused", by, reason: first === undefined ? "refused" : problemText(first), problems };
}
