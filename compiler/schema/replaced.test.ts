import { expect, test } from "vitest";
import { compileTexts } from "../../test/compiled.ts";
import { worldAt } from "../compile.ts";
import { ReplacedWorld } from "./replaced.ts";

test("a world with a module in another version is a map like any other", () => {
  const base = worldAt(compileTexts("module a; version 1;", "module b; version 1;", "module c; version 1;"));
  const [other] = worldAt(compileTexts("module b; version 1; version 2;")).values();
  if (other === undefined) throw new Error("nothing was compiled");
  const world = new ReplacedWorld(base, other);
  const copy = new Map(base).set("b", other);
  expect([...world]).toEqual([...copy]);
  expect([[...world.entries()], [...world.keys()], [...world.values()]]).toEqual([
    [...copy],
    [...copy.keys()],
    [...copy.values()],
  ]);
  const visited: string[] = [];
  world.forEach((module, name) => visited.push(`${name} ${module.version >> 16}`));
  expect(visited).toEqual(["a 1", "b 2", "c 1"]);
  expect([world.size, world.has("b"), world.has("d"), world.get("d")]).toEqual([3, true, false, undefined]);
  expect(base.get("b")?.version).toBe(0x1_0000);
  expect(() => new ReplacedWorld(new Map(), other)).toThrow("no module b in this world");
});
