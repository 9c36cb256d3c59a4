/** What must hold of decoding any bytes as a state's body with the schema-driven codec. */
import { decodeState } from "../../compiler/dump/decode.ts";
import { encodeState } from "../../compiler/dump/encode.ts";
import type { WireState } from "../../compiler/dump/wire-type.ts";
import { same, shown } from "../property/same.ts";
import { allowedMilliseconds, checkProblem, size } from "./tools-case.ts";
import { cpuTime } from "../cpu-time.ts";

/** Decodes a body; what is accepted must encode again, to bytes that decode to the same. True if it was accepted. */
export function decodeBody(type: WireState, body: Uint8Array): boolean {
  const start = cpuTime();
  const decoded = decodeState(type, body);
  const took = cpuTime() - start;
  if (took > allowedMilliseconds(body.length)) throw new Error(`took ${took.toFixed(0)} ms for ${body.length} bytes`);
  if (!decoded.ok) {
    if (decoded.problems.length === 0) throw new Error("refused for no reason");
    for (const one of decoded.problems) checkProblem(one, body.length);
    return false;
  }
  if (size(decoded.value) > 200 + body.length * 4) throw new Error(`the value has ${size(decoded.value)} parts`);
  const encoded = encodeState(type, decoded.value);
  if (!encoded.ok)
    throw new Error(
      `decoded, but does not encode: ${encoded.problems.map(({ message, path }) => `${path} ${message}`).join("; ")}`,
    );
  const again = decodeState(type, encoded.bytes);
  if (!again.ok || !same(again.value, decoded.value)) {
    throw new Error(
      `decodes to something else again: ${shown(decoded.value)}, then ${again.ok ? shown(again.value) : "refused"}`,
    );
  }
  return true;
}
