import { describe, expect, test } from "vitest";
import { BatonError, DumpWriter, openDump, type ModuleDescriptor, type StateCodec } from "../../../runtime/index.ts";
import { Generated } from "../../../test/property/generated.ts";
import { releasedAs } from "../../../test/released.ts";

interface Exports {
  readonly module: ModuleDescriptor;
  readonly [name: string]: unknown;
}

const versions = { old: "module demo; version 1; ", now: "module demo; version 1; version 2; " };
const other = "state Other @9 { z @1 : u8 = 0; }";

/** What becomes of one record that is written for a released version: what that reads, or why it is not written. */
function handedBack(old: string, now: string, name: string, value: object): unknown {
  const { before, after } = releasedAs([versions.old + old + other], [versions.now + now + other]);
  // The exports of a module with these texts.
  const [reader, writer] = [before, after].map((one) => new Generated(one).exports("demo") as Exports);
  if (reader === undefined || writer === undefined) throw new Error("nothing was generated");
  const dropped: string[] = [];
  let dump: Uint8Array;
  try {
    const to = new DumpWriter({ for: 1, dropped: (path) => dropped.push(path) });
    dump = to.add(writer[name] as StateCodec<object>, value).finish();
  } catch (error) {
    if (error instanceof BatonError) return error.message;
    throw error;
  }
  const opened = openDump(dump, { modules: [reader.module] });
  const records = [...opened.records()].map((record) => {
    const codec = reader[record.type?.slice("demo.".length) ?? ""] as StateCodec<object>;
    return [record.type, record.decode(codec)];
  });
  return dropped.length > 0 ? { dropped } : records;
}

describe("a record that is written for a released version is one that it has by the same id", () => {
  const r = (id: string, more = ""): string => `state R ${id} ${more} { a @1 : u8; }`;
  const refused = "B8303: demo.R#0: cannot be written for version 1: holds state `R`, which that version does not have";

  test.each([
    ["with another id", r("@0x11"), r("@0x12"), refused],
    ["nested alone", `state Holder @3 { r @1 : R; } ${r("")}`, `state Holder @3 { r @1 : R; } ${r("@0x12")}`, refused],
    ["without it", "", r("@0x12", "since 2"), refused],
    ["without it, harmlessly", "", r("@0x12", "since 2 ignorable"), { dropped: ["demo.R#0"] }],
    ["another id, harmlessly", r("@0x11", "ignorable"), r("@0x12", "ignorable"), { dropped: ["demo.R#0"] }],
    ["by another name", r("@0x11").replace("R", "Q"), r("@0x11"), [["demo.Q", { a: 5 }]]],
    [
      "by another name, and another state by that name",
      `${r("@0x11").replace("R", "Q")} state Holder @3 { r @1 : R; } state R { a @1 : u8 in 0..3; }`,
      `${r("@0x11")} state Holder @3 { r @1 : N; } state N { a @1 : u8 in 0..3; }`,
      [["demo.Q", { a: 5 }]],
    ],
  ])("%s", (_, old, now, expected) => {
    expect(handedBack(old, now, "R", { a: 5 })).toEqual(expected);
  });
});
