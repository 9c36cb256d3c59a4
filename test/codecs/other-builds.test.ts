import { describe, expect, test } from "vitest";
import { BatonError, DumpWriter, openDump, type ModuleDescriptor, type StateCodec } from "../../runtime/index.ts";
import { compileTexts } from "../compiled.ts";
import { Generated } from "../property/generated.ts";

type Values = Record<string, unknown>;

interface Exports {
  readonly module: ModuleDescriptor;
  readonly Device: StateCodec<Values, Values>;
}

function load(text: string): Exports {
  // Every text of this test declares a Device.
  return new Generated(compileTexts(text)).exports("demo") as unknown as Exports;
}

const ours = load("module demo; version 1; state Device @1 { bdf @1 : u16; slot @2 : u8 = 0; }");
const again = load("module demo; version 1; state Device @1 { bdf @1 : u16; slot @2 : u8 = 0; }");
const fork = load("module demo; version 1; state Device @1 { slot @1 : u16; bdf @2 : u8 = 0; }");
const other = load("module demo; version 1; state Device @2 { bdf @1 : u16; slot @2 : u8 = 0; }");
const modules = [ours.module];
const dump = new DumpWriter().add(ours.Device, { bdf: 5 }).add(ours.Device, { bdf: 6 }, { instance: 1 }).finish();

/** A dump as it comes from a socket. */
async function* chunksOf(bytes: Uint8Array, size = 13): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

/** The code of the error that a call ends with. */
async function refusal(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    if (error instanceof BatonError) return error.code;
    throw error;
  }
  return "taken";
}

async function listed<T>(all: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const one of all) values.push(one);
  return values;
}

describe("a dump that was judged for one build is not read by another's codecs", () => {
  test.each([
    ["a fork's", fork],
    ["another state's", other],
  ])("%s", async (_, { Device }) => {
    const opened = openDump(dump, { modules });
    expect(await refusal(() => opened.all(Device))).toBe("B8307");
    expect(await refusal(() => opened.one(Device))).toBe("B8307");
    for (const record of opened.records()) {
      expect(await refusal(() => record.decode(Device))).toMatch(/^B830[78]$/);
      expect(await refusal(() => record.view(Device))).toMatch(/^B830[78]$/);
    }
    const stream = await openDump(chunksOf(dump), { modules });
    expect(await refusal(() => listed(stream.all(Device)))).toBe("B8307");
    expect(await refusal(() => stream.one(Device))).toBe("B8307");
    for await (const record of stream.records())
      expect(await refusal(() => record.decode(Device))).toMatch(/^B830[78]$/);
  });

  test("unless the schema is the same", async () => {
    expect(openDump(dump, { modules }).all(again.Device)).toEqual([
      { bdf: 5, slot: 0 },
      { bdf: 6, slot: 0 },
    ]);
    expect(await listed((await openDump(chunksOf(dump), { modules })).all(again.Device))).toHaveLength(2);
  });

  test("not even with `keepUnknown`, where its records are unknown", async () => {
    for (const record of openDump(dump, { modules: [], keepUnknown: true }).records()) {
      expect(await refusal(() => record.decode(ours.Device))).toBe("B8307");
    }
  });
});

describe("records of a stream", () => {
  test("are given up when the walk goes on", async () => {
    const stream = await openDump(chunksOf(dump), { modules });
    const records = await listed(stream.records());
    expect(records).toHaveLength(2);
    for (const record of records) expect(await refusal(() => record.body())).toBe("B8308");
  });

  test("stay where their bodies were asked for in time", async () => {
    const stream = await openDump(chunksOf(dump, 1), { modules });
    const bodies: Promise<Uint8Array>[] = [];
    for await (const record of stream.records()) bodies.push(record.body(), record.body());
    const decoded = (await Promise.all(bodies)).map((body) => ours.Device.decode(body)["bdf"]);
    expect(decoded).toEqual([5, 5, 6, 6]);
  });

  test("are walked once", async () => {
    const stream = await openDump(chunksOf(dump), { modules });
    await listed(stream.records());
    expect(await refusal(() => listed(stream.records()))).toBe("B8308");
  });
});
