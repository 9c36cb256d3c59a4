import type { Struct, Version, World } from "../../schema/ir.ts";
import { layoutOf } from "../../schema/layout.ts";
import { elementOf, findDeclaration, shapeOf } from "../../schema/lookup.ts";
import { ReplacedWorld } from "../../schema/replaced.ts";
import { typesIn, type Context } from "./program.ts";

/** Versions of other modules at which the rows of a struct are laid out otherwise, since types of theirs stand in them: none can be written for those. */
export function otherLayouts(
  c: Context,
  world: World,
  struct: Struct,
): readonly { readonly module: string; readonly versions: readonly Version[] }[] {
  const { program, name } = c;
  const own = layoutText(world, struct);
  return [...modulesIn(world, struct)]
    .filter((module) => module !== name && c.canName(module))
    .flatMap((module) => {
      const versions = program.module(module).module.writes.filter((version) => {
        const view = program.worldAt(module, version).get(module);
        return view !== undefined && layoutText(new ReplacedWorld(world, view), struct) !== own;
      });
      return versions.length === 0 ? [] : [{ module, versions }];
    });
}

/** Where everything in a row lies, members of nested structs too; no text where a type is not there. */
function layoutText(world: World, struct: Struct): string {
  if ([...namedIn(world, struct)].some((one) => findDeclaration(world, one) === undefined)) return "";
  return layoutOf(world, struct)
    .members.map(({ member, offset, size }) => {
      const shape = shapeOf(world, elementOf(member.type));
      const inner = shape.kind === "struct" ? `{${layoutText(world, shape.declaration)}}` : shape.kind;
      return `${member.id}@${offset}+${size}:${inner}`;
    })
    .join();
}

function modulesIn(world: World, struct: Struct): ReadonlySet<string> {
  return new Set([...namedIn(world, struct)].map(({ module }) => module));
}

type Named = { readonly module: string; readonly name: string };

/** The types that a row is made of, those of nested structs and under aliases too. */
function namedIn(world: World, struct: Struct): Iterable<Named> {
  const found = new Map<string, Named>();
  const waiting = [...typesIn(struct)];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    const type = one.type === null ? null : elementOf(one.type);
    if (type?.kind !== "named" || found.has(`${type.module}.${type.name}`)) continue;
    found.set(`${type.module}.${type.name}`, type);
    const declaration = findDeclaration(world, type);
    if (declaration?.kind === "struct" || declaration?.kind === "type") waiting.push(...typesIn(declaration));
  }
  return found.values();
}
