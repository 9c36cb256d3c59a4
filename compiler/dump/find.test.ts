import { describe, expect, test } from "vitest";
import { compile } from "../compile.ts";
import { findSchemas } from "./find.ts";

const types = `/// T.
module types;
version 1;
version 2;
/// F.
open bits Flags : u8 since 2 { dma = 0; }
/// D.
state Device @0x1 { number @1 : u8 key; flags @2 : Flags = dma since 2; }
`;

const user = `/// U.
module user;
import types;
version 1;
/// U.
state User @0x2 { needs @1 : Flags; }
`;

const compiled = compile([
  { path: "types.baton", text: types },
  { path: "user.baton", text: user },
]);

const one = 0x1_0000;
const versions = (at: number) =>
  [...compiled.modules.entries()].map(([name, { fingerprints, module }]) => {
    const version = name === "types" ? at : module.version;
    const fingerprint = fingerprints.get(version) ?? "";
    return { name, version, fingerprint, draft: true, writes: [{ version, fingerprint }] };
  });

describe("the schemas of a dump", () => {
  test("are there for a module whose imports have what it holds", () => {
    const found = findSchemas({ producer: "", modules: versions(2 * one) }, null, {
      candidates: [compiled.modules.values()],
    });
    expect([[...found.world.keys()], found.missing, found.problems]).toEqual([["types", "user"], [], []]);
  });

  test("are not, where an import is of a version before what is held", () => {
    const found = findSchemas({ producer: "", modules: versions(one) }, null, {
      candidates: [compiled.modules.values()],
    });
    expect([[...found.world.keys()], found.missing]).toEqual([["types"], ["user"]]);
    expect(found.problems.map(({ code }) => code)).toEqual(["B8021"]);
  });
});
