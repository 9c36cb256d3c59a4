import { createReadStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compileTexts } from "../test/compiled.ts";
import { Generated } from "../test/property/generated.ts";
import type { StreamedDump, StreamedRecord } from "./dump-stream.ts";
import { DumpWriter, openDump, type ModuleDescriptor, type StateCodec } from "./index.ts";

interface Port {
  readonly line: number;
}

/** What the schema below exports. */
interface Exports {
  readonly module: ModuleDescriptor;
  readonly Port: StateCodec<Port, Port, Port>;
}

const { module, Port } = new Generated(compileTexts("module demo; state Port @1 { line @1 : u32; }")).exports(
  "demo",
) as unknown as Exports;

const writer = new DumpWriter();
for (let line = 0; line < 100; line++) writer.add(Port, { line }, { instance: line });
const bytes = writer.finish();

/** Chunks that say whether whoever took them is done with them. */
function watched(dump: Uint8Array, size = 256): { chunks: AsyncIterable<Uint8Array>; closed: () => boolean } {
  let closed = false;
  async function* give(): AsyncGenerator<Uint8Array> {
    try {
      for (let at = 0; at < dump.length; at += size) yield dump.subarray(at, at + size);
    } finally {
      closed = true;
    }
  }
  return { chunks: give(), closed: () => closed };
}

async function errorOf(call: () => Promise<unknown>): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was refused");
}

describe("a stream that is not read to its end is closed", () => {
  test("where the walk is left", async () => {
    for (const walk of ["records", "all"] as const) {
      const { chunks, closed } = watched(bytes);
      const dump = await openDump(chunks, { modules: [module] });
      expect(closed()).toBe(false);
      for await (const _ of walk === "all" ? dump.all(Port) : dump.records()) break;
      expect(closed()).toBe(true);
    }
  });

  test("where the loop throws, whose error stays", async () => {
    const { chunks, closed } = watched(bytes);
    const dump = await openDump(chunks, { modules: [module] });
    const mine = new Error("mine");
    const error = await errorOf(async () => {
      for await (const _ of dump.all(Port)) throw mine;
    });
    expect([error, closed()]).toEqual([mine, true]);
  });

  test("where a record is refused", async () => {
    const hit = bytes.slice();
    hit[hit.length - 200]! ^= 1;
    const { chunks, closed } = watched(hit);
    const dump = await openDump(chunks, { modules: [module] });
    expect(await errorOf(() => dump.one(Port, 3))).toMatchObject({ code: "B8006" });
    expect(closed()).toBe(true);
  });

  test("where the dump is refused as a whole", async () => {
    const hit = bytes.slice();
    hit[3]! ^= 1;
    const { chunks, closed } = watched(hit);
    expect(await errorOf(() => openDump(chunks, { modules: [module] }))).toMatchObject({ code: "B8001" });
    expect(closed()).toBe(true);
  });

  test("and what it fails with then hides nothing", async () => {
    const source: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false, value: Uint8Array.of(1, 2, 3) }),
        return: async () => Promise.reject(new Error("late")),
      }),
    };
    expect(await errorOf(() => openDump(source, { modules: [module] }))).toMatchObject({ code: "B8001" });
  });

  test("so that files stay open no longer than they are read", async () => {
    const folder = mkdtempSync(join(tmpdir(), "baton-stream-"));
    try {
      const file = join(folder, "ports.dump");
      writeFileSync(file, bytes);
      const stream = createReadStream(file, { highWaterMark: 512 });
      for await (const { line } of (await openDump(stream, { modules: [module] })).all(Port)) if (line === 3) break;
      expect(stream.destroyed).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test("a body that nobody asked for is not there once the walk was left", async () => {
  const { chunks } = watched(bytes);
  const dump = await openDump(chunks, { modules: [module] });
  const record = await first(dump);
  expect(await errorOf(() => record.body())).toMatchObject({ code: "B8308" });
  expect(await errorOf(() => record.decode(Port))).toMatchObject({ code: "B8308" });
});

test("one that was asked for comes though the walk is left meanwhile", async () => {
  const { chunks, closed } = watched(bytes, 16);
  const dump = await openDump(chunks, { modules: [module] });
  let body: Promise<Uint8Array> | null = null;
  for await (const record of dump.records()) {
    body = record.body();
    break;
  }
  expect((await body)?.length).toBe(8);
  expect(closed()).toBe(true);
});

async function first(dump: StreamedDump): Promise<StreamedRecord> {
  for await (const record of dump.records()) return record;
  throw new Error("no record");
}
