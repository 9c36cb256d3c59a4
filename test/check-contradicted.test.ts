import { expect, test, vi } from "vitest";
import type { PairVerdict } from "../compiler/compat/judge.ts";
import { check, eachInItsProject, first, schema, second, write } from "./check-project.ts";

// A verdict that a value contradicts is a bug, of which none is known: this one is made up.
vi.mock("../compiler/compat/witness.ts", () => ({
  witnessOf: ({ verdict }: PairVerdict) => {
    const witness = { type: "linux.device.Device", value: {}, record: null, bytes: null, outcome: "taken" };
    return verdict === "always" ? { kind: "none" } : { kind: "contradicted", witness };
  },
}));

eachInItsProject();

test("a verdict that its witness contradicts fails the gate as our own bug, after what else there is to say", async () => {
  write("old/linux/device.baton", first);
  schema(second);
  const { status, output, messages } = await check("schemas", "--against", "old");
  expect([status, output]).toEqual([3, expect.stringContaining("conditional: 0 errors, 1 warning")]);
  expect(messages).toContain(
    "the witness of MEMBER_ADDED for linux.device.Device.pasid (rollback new -> old) does not reproduce",
  );
});

test("without witnesses nothing contradicts", async () => {
  write("old/linux/device.baton", first);
  schema(second);
  expect(await check("schemas", "--against", "old", "--no-witness")).toMatchObject({ status: 0, messages: "" });
});
