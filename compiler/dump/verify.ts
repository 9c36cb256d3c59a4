import { CanonicalSink, DifferenceSink } from "./canonical.ts";
import { Constraints } from "./constraints.ts";
import { embeddedProblems } from "./embedded-problem.ts";
import type { Embedded } from "./embedded.ts";
import { encodeWhole } from "./encode.ts";
import { RECORD_HEADER_BYTES, RECORD_MUST } from "./format.ts";
import { hex } from "./integers.ts";
import { held } from "./held.ts";
import type { InspectOptions, Item, RecordItem } from "./inspect.ts";
import { manifestType, manifestValue, type Manifest } from "./manifest.ts";
import { problem, type Problem } from "./problem.ts";
import { viewOf } from "./source.ts";
import type { Value } from "./value.ts";
import { formatVersion } from "../schema/version.ts";
import type { WireState } from "./wire-type.ts";

/**
 * Holds a dump against everything that is said of one: its frame and checksums, the canonical form of the version that wrote it, values, checks,
 * keys, order and references. It is given the pieces in their order, walked by the schemas that wrote them, without nodes.
 */
export class Verifier {
  readonly #constraints = new Constraints();
  readonly #embedded: (body: Uint8Array) => Embedded;
  #manifest: Manifest = { producer: "", modules: [] };
  /** Whether the manifest is sound, and there is a schema for each of its modules: then a state that none of them has is no state of the writer's. */
  #sound = false;
  #known = false;
  /** Whether a record may be there that could not be read. */
  #damaged = false;
  /** Records of states. */
  records = 0;

  /** `embedded` reads the body of a schema record. */
  constructor(embedded: (body: Uint8Array) => Embedded) {
    this.#embedded = embedded;
  }

  /** The way in which schemas are chosen, watched. */
  choosing(choose: InspectOptions["schemas"]): InspectOptions["schemas"] {
    return (manifest, schema, damaged) => {
      const chosen = choose(manifest, schema, damaged);
      this.#known = chosen.missing.length === 0;
      return chosen;
    };
  }

  /** What is wrong with a piece. */
  take(item: Item): readonly Problem[] {
    const holdsRecords = item.kind === "record" || item.kind === "end";
    if (item.kind === "damaged" || (holdsRecords && item.problems.length > 0)) this.#damaged = true;
    switch (item.kind) {
      case "header":
      case "damaged":
      case "end":
        return item.problems;
      case "finish":
        if (item.problems.length > 0) this.#damaged = true;
        return [...this.#constraints.finish().map((one) => (this.#damaged ? unfound(one) : one)), ...item.problems];
      case "manifest": {
        this.#manifest = item.manifest;
        if (item.problems.length > 0) return item.problems;
        this.#sound = true;
        return canonical(
          item,
          item.offset + RECORD_HEADER_BYTES,
          manifestType(),
          manifestValue(item.manifest),
          "manifest",
        );
      }
      case "schema":
        return item.problems.length > 0 ? item.problems : this.#schema(item.body, item.offset);
      case "record":
        this.records++;
        return item.problems.length > 0
          ? [...item.problems, ...held(this.#constraints, item)]
          : [...this.#record(item), ...held(this.#constraints, item)];
    }
  }

  /** The schemas that travel are those of the manifest, in its order. */
  #schema(body: Uint8Array, offset: number): readonly Problem[] {
    const embedded = this.#embedded(body);
    const at = { path: "schema", offset: offset + RECORD_HEADER_BYTES };
    if (!embedded.ok) return embeddedProblems(embedded, at.offset);
    const text = (modules: readonly { readonly name: string; readonly fingerprint: string }[]): string =>
      modules.map(({ name, fingerprint }) => `${name} ${fingerprint.slice(0, 16)}…`).join(", ") || "none";
    const expected = text(this.#manifest.modules);
    const found = text(embedded.modules.map(({ module, fingerprint }) => ({ name: module.name, fingerprint })));
    return expected === found ? [] : [problem("B8018", { expected, found }, at)];
  }

  #record(item: RecordItem): readonly Problem[] {
    const { type, value, offset, header, name } = item;
    if (type === null) return this.#sound && this.#known ? [this.#foreign(item)] : [];
    const flags = type.ignorable ? 0 : RECORD_MUST;
    const at = { path: name, offset: offset + 12, id: header.id };
    const flagged =
      header.flags === flags
        ? []
        : [problem("B8501", { expected: `record flags ${flags}`, found: String(header.flags) }, at)];
    return [...flagged, ...canonical(item, offset + RECORD_HEADER_BYTES, type, value, name)];
  }

  /** A record that may be dropped and that no version which wrote this dump has. */
  #foreign({ name, offset, header }: RecordItem): Problem {
    const modules = this.#manifest.modules.map((one) => `${one.name} ${formatVersion(one.version)}`).join(", ");
    const words = { expected: `a state of ${modules || "a module"}`, found: `state ${hex(BigInt(header.id))}` };
    return problem("B8501", words, { path: name, offset, id: header.id });
  }
}

/** Of a damaged dump: what is referred to may be in what could not be read. */
function unfound(one: Problem): Problem {
  return problem("B8504", { expected: `${one.expected} that could be read`, found: one.found ?? "" }, one);
}

/**
 * A larger body is held against the rules of the canonical form alone and not against what an encoder writes, which would take twenty times as
 * long: nearly all of it is rows that were checked where they lie.
 */
const largestEncoded = 1 << 20;

/** What differs from the one form that a value has. */
function canonical(
  item: Pick<RecordItem, "peek" | "replay">,
  start: number,
  type: WireState,
  value: Value,
  head: string,
): readonly Problem[] {
  const body = item.peek(start, Number(viewOf(item.peek(start - 16, 8)).getBigUint64(0, true)));
  if (body.length > largestEncoded) {
    const rules = new CanonicalSink(item.peek, type);
    item.replay(rules);
    return rules.problems;
  }
  const encoded = encodeWhole(type, value, head);
  if (!encoded.ok) return encoded.problems;
  const at = firstDifference(encoded.bytes, body);
  if (at === null) return [];
  const sink = new CanonicalSink(item.peek, type);
  item.replay(sink);
  if (sink.problems.length > 0) return sink.problems;
  const difference = new DifferenceSink(start + at);
  item.replay(difference);
  const words = { expected: byteText(encoded.bytes[at]), found: byteText(body[at]) };
  return [problem("B8501", words, { path: difference.place?.path ?? head, offset: start + at })];
}

function firstDifference(a: Uint8Array, b: Uint8Array): number | null {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return i;
  return a.length === b.length ? null : shared;
}

function byteText(byte: number | undefined): string {
  return byte === undefined ? "the end" : `0x${byte.toString(16).padStart(2, "0")}`;
}
