import { describe, expect, test } from "vitest";
import { compileTexts } from "../../test/compiled.ts";
import { worldAt } from "../compile.ts";
import type { Module } from "../schema/ir.ts";
import { encodeDump, writerModules, type RecordInput } from "./encode-dump.ts";
import { inspect } from "./inspect.ts";
import { sourceOf } from "./source.ts";

const compiled = compileTexts(`module demo;
  version 1; version 2; version 2.1;
  state Device @1 { a @1 : u8; }
  state Header @2 single since 2 until 2 { b @1 : u8; }`);

const device: RecordInput = { type: "demo.Device", instance: 0, value: { a: 1 } };
const header: RecordInput = { type: "demo.Header", instance: 0, value: { b: 1 } };

/** A dump at a version. `careless`: by a writer that does not know that there must be one record of some states. */
function dump(version: number, records: readonly RecordInput[], careless = false): ReturnType<typeof encodeDump> {
  const modules = new Map(
    [...writerModules(compiled.modules, new Map([["demo", version]]))].map(([name, one]) => {
      const plural = one.view.declarations.map((each) => (each.kind === "state" ? { ...each, single: false } : each));
      const view: Module = careless ? { ...one.view, declarations: plural } : one.view;
      return [name, { ...one, view }] as const;
    }),
  );
  return encodeDump({ producer: "", modules, working: null, records, embedSchema: false });
}

function bytesOf(version: number, records: readonly RecordInput[]): Uint8Array {
  const encoded = dump(version, records, true);
  if (!encoded.ok) throw new Error(JSON.stringify(encoded.problems));
  return encoded.bytes;
}

function problemsOf(version: number, records: readonly RecordInput[]): readonly string[] {
  return problemsIn(bytesOf(version, records));
}

function problemsIn(bytes: Uint8Array): readonly string[] {
  const world = worldAt(compiled);
  const items = inspect(sourceOf(bytes), { schemas: () => ({ world, missing: [], problems: [] }) });
  return [...items].flatMap(({ kind, problems }) =>
    problems.map(({ code, found, offset }) => `${kind} ${code} ${found} at ${offset === null ? "nothing" : "the end"}`),
  );
}

describe("a dump without the record of a `single` state", () => {
  test.each([0x2_0000, 0x2_0001])("is refused at its end, and not written, at version %i", (version) => {
    expect(problemsOf(version, [device])).toEqual(["end B8020 demo.Header at the end"]);
    expect(dump(version, [device])).toMatchObject({ ok: false, problems: [{ code: "B8020", found: "demo.Header" }] });
  });

  test("is taken where the version that wrote it has no such state, or it has no record of the module", () => {
    expect(problemsOf(0x1_0000, [device])).toEqual([]);
    expect(problemsOf(0x2_0000, [device, header])).toEqual([]);
    expect(problemsOf(0x2_0000, [])).toEqual([]);
  });

  test("is not said to be one where a header that cannot be believed may be that of the record", () => {
    const bytes = bytesOf(0x2_0000, [device, header]);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const at = bytes.length - 48 - 32 - 8;
    expect([view.getUint32(at, true), problemsIn(bytes)]).toEqual([2, []]);
    // The state id: now one that nobody has.
    view.setUint32(at, 3, true);
    expect(problemsIn(bytes)).toEqual([expect.stringMatching(/^record B8006 /)]);
  });

  test("is not said to be one where two records of the state are the fault", () => {
    expect(problemsOf(0x2_0000, [device, header, { ...header, instance: 1 }])).toEqual([
      "record B8019 demo.Header at the end",
    ]);
  });

  test("is not said to be one where the record stands behind an early end", () => {
    const whole = bytesOf(0x2_0000, [device, header]);
    const endBytes = 32 + 24;
    // One member of 8 bytes in each record.
    const behind = whole.length - endBytes - 40;
    const early = Buffer.concat([
      whole.subarray(0, behind),
      whole.subarray(-endBytes),
      whole.subarray(behind, -endBytes),
    ]);
    const told = problemsIn(early).join("\n");
    expect(told).toMatch(/B8012|B8010/);
    expect(told).not.toContain("B8020");
    const without = bytesOf(0x2_0000, [device]);
    // What stands behind is of another dump, or says nothing.
    expect(problemsIn(Buffer.concat([without, whole]))).toContainEqual("finish B8020 demo.Header at the end");
    expect(problemsIn(Buffer.concat([without, Buffer.alloc(24, 7)])).join("\n")).not.toContain("B8020");
  });
});
