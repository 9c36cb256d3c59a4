import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dumpOf, recordsOf } from "./fuzz/frame.ts";
import { baton, folderWith, type Called } from "./terminal.ts";

const schema = `/// Rigs.
module ops.rig;

/// A level.
enum Level : u8 { low = 0; mid = 1; }

/// Switches.
bits Switches : u16 { on = 0; level = 4..6 : Level; step = 8..9; }

/// A kind.
union Kind { nothing @1 : none; number @2 : u32; vendor @0x8001 : u32; }

/// A rig.
state Rig @0x10 { id @1 : u16 key; switches @2 : Switches; more @3 : Switches?; kind @4 : Kind; acme @0x8001 : u32 = 0; }
`;

let folder: { readonly path: string; readonly remove: () => void };
let body: Uint8Array;
let dump: Buffer;
beforeAll(async () => {
  folder = folderWith({ "s/ops/rig.baton": schema });
  const input = JSON.stringify({ id: 1, switches: ["on"], more: ["on"], kind: { number: 5 }, acme: 7 });
  const words = ["encode", "-", "--type", "Rig", "--schema", "s", "-o", "a.dump"];
  const { status, messages } = await baton(folder.path, words, { input });
  if (status !== 0) throw new Error(messages);
  dump = readFileSync(join(folder.path, "a.dump"));
  body = recordsOf(dump).find(({ id }) => id === 0x10)?.body ?? new Uint8Array();
});
afterAll(() => folder.remove());

/** Calls the program on the dump with some words of the record's body changed, and every checksum right. */
async function call(words: Readonly<Record<number, number>>, ...call: string[]): Promise<Called> {
  const records = recordsOf(dump).map((one) => {
    if (one.id !== 0x10) return one;
    const changed = Uint8Array.from(body);
    for (const [at, word] of Object.entries(words)) new DataView(changed.buffer).setUint32(Number(at), word, true);
    return { ...one, body: changed };
  });
  return await baton(folder.path, [...call, "-", "--schema", "s"], { input: dumpOf(records) });
}

const at = { switches: 8, more: 16, kind: 24, acme: 40 };

describe("bits of which one range is wrong", () => {
  test("show the others, and what is wrong with it", async () => {
    for (const [name, word] of [
      ["switches", at.switches],
      ["more", at.more],
    ] as const) {
      const { status, output } = await call({ [word + 4]: 0x8321 }, "decode", "--path", `Rig#0.${name}`);
      expect(status).toBe(1);
      expect(output.split("\n").map((line) => line.trim())).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^\.\.\.\. \.\.\.\. \.\.\.\. \.\.\.1 +on$/),
          expect.stringMatching(/^\.\.\.\. \.\.\.\. \.010 \.\.\.\. +level = 2, no Level$/),
          expect.stringMatching(/^\.\.\.\. \.\.11 \.\.\.\. \.\.\.\. +step = 3$/),
          expect.stringMatching(/^1\.\.\. \.\.\.\. \.\.\.\. \.\.\.\. +no name$/),
        ]),
      );
    }
  });
});

describe("a union whose alternative cannot be read", () => {
  test.each([
    ["one that nobody has", 0x0100_0009, "@9"],
    ["one of a form that does not exist", 0x0109_0002, "number"],
    ["one of another form", 0x0102_0002, "number"],
  ])("says which it is: %s", async (_, word, name) => {
    const { output } = await call({ [at.kind + 8]: word }, "decode");
    expect(output).toMatch(new RegExp(`^[\\da-f]{8} .* {4}kind +${name} +@4`, "m"));
  });
});

describe("ids of vendors", () => {
  test("are written as schemas write them, and read in either form", async () => {
    for (const path of ["Rig#0.@0x8001", "Rig#0.@32769", "Rig#0.acme"]) {
      expect((await call({}, "decode", "--path", path)).output, path).toMatch(/ acme +7 {2}@0x8001$/m);
    }
    const raw = await call({}, "decode", "--raw", "--path", "Rig#0.@0x8001");
    expect(raw.output).toMatch(/ @0x8001 +7 \(word of 4 bytes\)/);
    const unknown = await call({ [at.acme]: 0x0100_8005 }, "verify");
    expect(unknown.output).toContain("ops.rig.Rig#0.@0x8005: unknown member @0x8005 = 7 must be understood [B8209]");
    const { output } = await baton(folder.path, ["info", "s"]);
    expect(output).toMatch(/acme +@0x8001 +: u32/);
  });
});
