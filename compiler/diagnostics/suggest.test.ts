import { expect, test } from "vitest";
import { closest } from "./suggest.ts";
import { cpuTime } from "../../test/cpu-time.ts";

test.each([
  ["sinc", ["since", "until", "single"], "since"],
  ["PCIDevice", ["PciDevice", "PciBridge"], "PciDevice"],
  ["adress", ["address", "base"], "address"],
  ["vendro", ["vendor"], "vendor"],
  ["x", ["y", "ab"], undefined],
  ["u16", ["u64", "u8"], undefined],
  ["entirely", ["different"], undefined],
  ["same", ["same"], undefined],
  ["", ["a"], undefined],
])("for %s among %j: %s", (word, candidates, expected) => expect(closest(word, candidates)).toBe(expected));

test("takes no time over long words", () => {
  const start = cpuTime();
  expect(closest("a".repeat(1_000_000), ["b".repeat(1_000_000)])).toBeUndefined();
  expect(cpuTime() - start).toBeLessThan(100);
});
