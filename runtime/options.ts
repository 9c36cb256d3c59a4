import { closest } from "./closest.ts";
import { BatonError, quoted } from "./errors.ts";
import { isPlain, own, valueText } from "./values.ts";
import { packVersion } from "./versions.ts";

/** What every option is; null where whoever uses it tells what is wrong with it. */
const kinds = {
  dropped: "function",
  for: null,
  instance: null,
  keepUnknown: "boolean",
  modules: null,
  producer: "string",
  schema: "string",
  writer: null,
} as const;

type Option = keyof typeof kinds;

/** Refuses options that nobody knows, such as a misspelt one, which would change nothing, and those that are of another sort. */
export function checkOptions(options: unknown, known: readonly Option[]): void {
  if (options === undefined) return;
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new BatonError("B8308", { expected: "an object of options", found: valueText(options) });
  }
  for (const name in options) {
    const option = known.find((one) => one === name);
    const value = own(options, name);
    if (option === undefined) {
      const near = closest(name, known);
      const hint = near === undefined ? "" : `; did you mean \`${near}\`?`;
      const names = known.map((one) => `\`${one}\``).join(", ");
      throw new BatonError("B8308", { expected: `an option of ${names}`, found: `${quoted(name)}${hint}` });
    }
    const kind = kinds[option];
    if (kind === null || value === undefined || typeof value === kind) continue;
    throw new BatonError("B8308", { expected: `the option \`${option}\`, a ${kind}`, found: valueText(value) });
  }
}

/** The options of every `decode`. */
export function checkDecodeOptions(options: unknown): void {
  checkOptions(options, ["dropped", "keepUnknown", "writer"]);
  const writer: unknown = isPlain(options) ? own(options, "writer") : undefined;
  if (writer === undefined || packVersion(writer) !== null) return;
  throw new BatonError("B8308", { expected: "the option `writer`, a version", found: valueText(writer) });
}

/** Refuses what is no codec: a state that has ended has none, and a program without types may name it all the same. */
export function checkIsCodec(codec: unknown): void {
  if (isPlain(codec) && isPlain(own(codec, "inner")) && isPlain(own(codec, "module"))) return;
  const name = isPlain(codec) ? own(codec, "name") : undefined;
  const found = typeof name === "string" ? quoted(name) : valueText(codec);
  throw new BatonError("B8308", { expected: "the codec of a state", found });
}
