/** Smaller schemas of a schema: what fast-check and the long runs try when something failed. */
import { cloneModel } from "./model.ts";
import type { DeclarationModel, SchemaModel } from "./model.ts";

/** Arrays and nullable parts that may be left out, and flags that may be off, of anything in a model. */
const droppable = new Set([
  "reads",
  "writes",
  "default",
  "range",
  "unit",
  "reference",
  "from",
  "since",
  "until",
  "deprecated",
  "label",
]);
const flags = new Set(["hex", "key", "sorted", "handle", "ignorable", "single", "open"]);
const lists = new Set([
  "declarations",
  "members",
  "alternatives",
  "values",
  "fields",
  "checks",
  "reserved",
  "imports",
  "versions",
]);

/** Candidates, boldest first. Some do not compile; whoever shrinks skips those. */
export function* shrinkSchema(model: SchemaModel): Generator<SchemaModel> {
  for (let i = model.modules.length - 1; i >= 0; i--) {
    if (model.modules.length === 1) break;
    const smaller = cloneModel(model);
    const [gone] = smaller.modules.splice(i, 1);
    for (const module of smaller.modules) module.imports = module.imports.filter((name) => name !== gone?.name);
    yield smaller;
  }
  for (const [i, module] of model.modules.entries()) {
    for (let j = module.declarations.length - 1; j >= 0; j--) {
      const declaration = module.declarations[j];
      if (declaration === undefined || isUsed(model, module.name, declaration)) continue;
      const smaller = cloneModel(model);
      smaller.modules[i]?.declarations.splice(j, 1);
      yield smaller;
    }
    if (module.spelling !== 0) {
      const smaller = cloneModel(model);
      const plain = smaller.modules[i];
      if (plain !== undefined) plain.spelling = 0;
      yield smaller;
    }
  }
  for (const path of changes(model, [])) {
    const smaller = cloneModel(model);
    apply(smaller, path);
    yield smaller;
  }
}

type Path = readonly (string | number)[];

/** Paths of what can be removed: an element of a list (the last step is its index), or a nullable part or flag. */
function* changes(node: unknown, at: Path): Generator<Path> {
  if (Array.isArray(node)) {
    const name = at.at(-1);
    if (typeof name === "string" && lists.has(name)) for (let i = node.length - 1; i >= 0; i--) yield [...at, i];
    for (const [i, item] of node.entries()) yield* changes(item, [...at, i]);
    return;
  }
  if (typeof node !== "object" || node === null) return;
  for (const [name, value] of Object.entries(node)) {
    if ((droppable.has(name) && value !== null) || (flags.has(name) && value === true)) yield [...at, name];
    if (name === "type" && typeof value === "object" && value !== null && (value as { kind: unknown }).kind !== "int")
      yield [...at, name];
    if (name !== "type") yield* changes(value, [...at, name]);
  }
}

function apply(model: SchemaModel, path: Path): void {
  // The path was found in this very structure, so every step leads to an object or array until the last.
  let node = model as unknown as Record<string | number, unknown>;
  for (const step of path.slice(0, -1)) node = node[step] as Record<string | number, unknown>;
  const last = path.at(-1);
  if (last === undefined) return;
  if (Array.isArray(node) && typeof last === "number") node.splice(last, 1);
  else if (last === "type") node[last] = { kind: "int", width: 8, signed: false };
  else node[last] = flags.has(String(last)) ? false : null;
}

function isUsed(model: SchemaModel, module: string, declaration: DeclarationModel): boolean {
  const text = JSON.stringify(model, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
  return text.includes(JSON.stringify({ kind: "named", module, name: declaration.name }));
}
