/** What must hold of values whose tables are given as views: they are the values with the rows as objects. */
import { BatonError, Table } from "../../runtime/index.ts";
import type { Described } from "../../runtime/description.ts";
import { describe } from "../../runtime/description.ts";
import type { Version } from "../../compiler/schema/ir.ts";
import type { GeneratedCodec } from "./generated.ts";
import { outcomeOf } from "./generated.ts";
import { outcomeText } from "./outcome.ts";
import type { Outcome } from "./outcome.ts";
import { same, shown } from "./same.ts";

type Members = Record<string, unknown>;

/** A value with the tables of a view in place of its lists of structs. */
class Replaced {
  readonly tables: Table[] = [];

  value(described: Described, value: unknown, view: unknown): unknown {
    if (value === undefined || view === undefined) return value;
    const type = describe(described);
    switch (type.kind) {
      case "state": {
        const object: Members = {};
        for (const { name, type: of } of type.members) {
          const held = Object.getOwnPropertyDescriptor(value, name)?.value as unknown;
          // A member of what was damaged may not be readable.
          const seen = readable(() => (view as Members)[name]);
          const entry = { value: this.value(of, held, seen), enumerable: true, writable: true, configurable: true };
          Object.defineProperty(object, name, entry);
        }
        return object;
      }
      case "union": {
        const [{ kind, value: held }, seen] = [value as Members, view as Members];
        const alternative = type.alternatives.find(({ name }) => name === kind);
        if (alternative === undefined || alternative.type === null || seen["kind"] !== kind) return value;
        return { kind, value: this.value(alternative.type, held, seen["value"]) };
      }
      case "list": {
        if (view instanceof Table) {
          this.tables.push(view);
          return view;
        }
        const element = describe(type.element);
        if (element.kind !== "state" && element.kind !== "union") return value;
        const elements = view as { readonly length: number; at(i: number): unknown };
        return (value as unknown[]).map((one, i) =>
          i < elements.length
            ? this.value(
                element,
                one,
                readable(() => elements.at(i)),
              )
            : one,
        );
      }
      default:
        return value;
    }
  }
}

function readable(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof BatonError) return undefined;
    throw error;
  }
}

/** The value with the rows of each table as objects; throws what decoding them throws. */
function asObjects(value: unknown): unknown {
  if (value instanceof Table) return value.toArray();
  if (Array.isArray(value)) return value.map(asObjects);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  const object: Members = {};
  for (const [name, held] of Object.entries(value)) {
    const entry = { value: asObjects(held), enumerable: true, writable: true, configurable: true };
    Object.defineProperty(object, name, entry);
  }
  return object;
}

/** Encodes a value with the tables of some bytes, which may be damaged, at the working version and at others. Gives how many tables there were. */
export function checkTables(
  generated: GeneratedCodec,
  value: unknown,
  bytes: Uint8Array,
  targets: readonly Version[],
): number {
  const view = outcomeOf(() => generated.codec.view(bytes));
  if (!view.ok) return 0;
  const replaced = new Replaced();
  const given = replaced.value(generated.codec.inner.describe, value, view.result);
  if (replaced.tables.length === 0) return 0;
  const objects = outcomeOf(() => asObjects(given));
  for (const target of [undefined, ...targets]) {
    const found = generated.encode(given, target);
    const what = `tables as views, of ${Buffer.from(bytes).toString("hex")}`;
    if (objects.ok) expectSame(found, generated.encode(objects.result, target), what);
    else if (found.ok) throw new Error(`${what}: taken, though rows are ${outcomeText(objects)}`);
  }
  const problems = generated.codec.validate(given as object).map(({ message }) => message);
  if (!objects.ok && problems.length === 0) throw new Error("validate finds nothing wrong with rows that are damaged");
  if (!objects.ok) return replaced.tables.length;
  const wanted = generated.codec.validate(objects.result as object).map(({ message }) => message);
  if (!same(problems, wanted)) throw new Error(`validate: ${shown(problems)}, not ${shown(wanted)}`);
  return replaced.tables.length;
}

function expectSame(found: Outcome<Uint8Array>, wanted: Outcome<Uint8Array>, what: string): void {
  if (found.ok && wanted.ok && same(found.result, wanted.result)) return;
  if (!found.ok && !wanted.ok && outcomeText(found) === outcomeText(wanted)) return;
  const texts = [found, wanted].map((one) => (one.ok ? shown(one.result) : outcomeText(one)));
  throw new Error(`${what}: ${texts.join(", not ")}`);
}
