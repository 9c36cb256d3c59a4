/** Schemas that travel in dumps, broken on purpose: whoever opens the dump reads it by what they say. */
import { deflateRawSync } from "node:zlib";
import { embeddedReader } from "../../compiler/dump/embedded.ts";
import type { Embedded } from "../../compiler/dump/embedded.ts";
import type { Module, World } from "../../compiler/schema/ir.ts";
import { moduleToJson } from "../../compiler/schema/json.ts";
import type { Random } from "../property/random.ts";

const read: (body: Uint8Array) => Embedded = await embeddedReader();

/** The world of a schema record whose JSON was mutated; null where the record is refused. */
export function hostileWorld(random: Random, world: World): World | null {
  // The JSON of a view is a tree of plain data.
  const modules = [...world.values()].map((view) => JSON.parse(JSON.stringify(moduleToJson(view))) as Json);
  const count = random.weighted([
    [6, 1],
    [2, random.between(2, 5)],
  ]);
  for (let i = 0; i < count; i++) mutateJson(random, modules);
  const text = new TextEncoder().encode(JSON.stringify({ format: 1, modules }));
  const body = new Uint8Array([1, 0, 0, 0, 0, 0, 0, 0, ...deflateRawSync(text, { level: 1 })]);
  new DataView(body.buffer).setUint32(4, text.length, true);
  const found = read(body);
  if (!found.ok) {
    if (found.expected === "" || found.found === "") throw new Error("refused for no reason");
    return null;
  }
  return new Map(found.modules.map(({ module }): [string, Module] => [module.name, module]));
}

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

interface Spot {
  readonly holder: Json[] | { [name: string]: Json };
  readonly key: string | number;
}

function spots(node: Json, found: Spot[] = []): Spot[] {
  if (typeof node !== "object" || node === null) return found;
  for (const [key, value] of Array.isArray(node) ? node.entries() : Object.entries(node)) {
    found.push({ holder: node, key });
    spots(value as Json, found);
  }
  return found;
}

const strange: readonly Json[] = [
  null,
  true,
  false,
  0,
  1,
  -1,
  7,
  8,
  64,
  255,
  65535,
  65536,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  1e300,
  1.5,
  "",
  "0",
  "1",
  "-1",
  "18446744073709551615",
  "99999999999999999999",
  "u8",
  "i64",
  "bool",
  "__proto__",
  "constructor",
  [],
  {},
  [0],
  "member",
  "\u202e",
];

function mutateJson(random: Random, root: Json): void {
  const all = spots(root);
  if (all.length === 0) return;
  const spot = random.pick(all);
  const { holder, key } = spot;
  // A spot is a place of the tree: its key is of its holder's kind.
  const at = holder as { [name: string]: Json };
  switch (random.below(6)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete holder[key];
      break;
    case 1:
      at[key] = random.pick(strange);
      break;
    case 2: {
      const other = random.pick(all);
      at[key] = structuredClone((other.holder as { [name: string]: Json })[other.key] ?? null);
      break;
    }
    case 3: {
      const value = at[key];
      if (typeof value === "number") at[key] = value + random.pick([-1, 1, 8, 1000]);
      else if (typeof value === "string") at[key] = random.chance(50) ? `${value}x` : String(BigInt(random.bits()));
      else if (typeof value === "boolean") at[key] = !value;
      break;
    }
    case 4:
      if (Array.isArray(holder)) holder.push(structuredClone(at[key] ?? null));
      else holder[`${key}_`] = structuredClone(at[key] ?? null);
      break;
    case 5: {
      // Names that name something else, so that types refer in circles.
      const names = all
        .filter((one) => one.key === "name")
        .map((one) => (one.holder as { [name: string]: Json })["name"] ?? "");
      const named = all.filter((one) => one.key === "name");
      if (named.length > 0) (random.pick(named).holder as { [name: string]: Json })["name"] = random.pick(names);
      break;
    }
  }
}
