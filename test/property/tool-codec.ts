/** The schema-driven codec of the tools, for one state of a world. */
import { decodeState } from "../../compiler/dump/decode.ts";
import { encodeState } from "../../compiler/dump/encode.ts";
import { fromJson } from "../../compiler/dump/json-read.ts";
import { readJson } from "../../compiler/dump/json-reader.ts";
import { toJson } from "../../compiler/dump/json-write.ts";
import { encodeStateFor } from "../../compiler/dump/lower.ts";
import type { Problem } from "../../compiler/dump/problem.ts";
import type { Value } from "../../compiler/dump/value.ts";
import type { WireState } from "../../compiler/dump/wire-type.ts";
import { wireState } from "../../compiler/dump/wire-types.ts";
import type { State, World } from "../../compiler/schema/ir.ts";
import type { Decoded, Outcome, Refusal } from "./outcome.ts";
import { success } from "./outcome.ts";

function refusal(problems: readonly Problem[]): Refusal {
  return { ok: false, reasons: problems.map(({ code, path }) => ({ code, path })) };
}

export class ToolCodec {
  readonly type: WireState;

  constructor(world: World, module: string, state: State) {
    this.type = wireState(world, module, state);
  }

  // The value model is the tools' own; what is drawn follows it.
  encode(value: unknown): Outcome<Uint8Array> {
    const encoded = encodeState(this.type, value as Value, "");
    return encoded.ok ? success(encoded.bytes) : refusal(encoded.problems);
  }

  encodeFor(target: ToolCodec, value: unknown): Outcome<Uint8Array> {
    const encoded = encodeStateFor(this.type, target.type, value as Value, "");
    return encoded.ok ? success(encoded.bytes) : refusal(encoded.problems);
  }

  decode(bytes: Uint8Array): Outcome<Decoded> {
    const decoded = decodeState(this.type, bytes, "");
    if (!decoded.ok) return refusal(decoded.problems);
    const dropped = decoded.dropped.map(({ path, id }) => ({ path, id }));
    // A state decodes to an object.
    return success({ value: decoded.value as Record<string, unknown>, dropped });
  }

  /** The value as JSON text. */
  json(value: unknown): string {
    return JSON.stringify(toJson(this.type, value as Value));
  }

  /** The value that JSON text stands for; throws with what is wrong with it. */
  fromJson(text: string): unknown {
    const read = readJson({ path: "value.json", text });
    if (!read.ok) throw new Error(`no JSON: ${JSON.stringify(read)}`);
    const { value, diagnostics } = fromJson(this.type, read.value);
    if (diagnostics.length > 0)
      throw new Error(diagnostics.map(({ code, message }) => `${code} ${message}`).join("; "));
    return value;
  }
}
