import { expect, test } from "vitest";
import { compileTexts, declared } from "../../../test/compiled.ts";
import { cpuTime } from "../../../test/cpu-time.ts";
import { defaultEmitOptions } from "../backend.ts";
import { Program } from "./program.ts";
import { Targets } from "./targets.ts";

test("modules import each other in a chain of any length", () => {
  const last = 4000;
  const texts = Array.from({ length: last + 1 }, (_, i) =>
    i === last
      ? `module m${i}; version 1; version 2; state S${i} { a @1 : u8; b @2 : u8 = 0 since 2; }`
      : `module m${i}; import m${i + 1}; version 1; state S${i} { a @1 : S${i + 1}?; }`,
  );
  const program = new Program(compileTexts(...texts).modules, defaultEmitOptions);
  const targets = new Targets(program);
  expect(targets.varies("m0", declared(program.view("m0"), "state", "S0"))).toBe(true);
  expect(targets.varies("m9", declared(program.view("m9"), "state", "S9"))).toBe(true);
  const start = cpuTime();
  for (const name of program.modules.keys()) expect(program.worldAt(name, 0x1_0000).get(name)?.version).toBe(0x1_0000);
  // Fifty times as long, and in ever more memory, with a copy of all modules for each of them.
  expect(cpuTime() - start).toBeLessThan(2000);
});
