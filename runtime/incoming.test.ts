import { describe, expect, test } from "vitest";
import { compileTexts } from "../test/compiled.ts";
import { Generated } from "../test/property/generated.ts";
import { DumpWriter, openDump, type BatonError, type ModuleDescriptor, type StateCodec } from "./index.ts";

type Region = { readonly data: Uint8Array };

/** What the schema below exports. */
interface Exports {
  readonly module: ModuleDescriptor;
  readonly Region: StateCodec<Region, Region, Region>;
}

const schema = "module demo; state Region @1 { data @1 : bytes[..0x1000_0000]; }";
const generated = new Generated(compileTexts(schema)).exports("demo") as unknown as Exports;
const { module } = generated;

/** Small ones, ones about the sizes where reading changes its way, one that must grow as its bytes come. */
const sizes = [0, 1, 200, 8100, 8190, 8300, 70_000, 3_000_000, 40_000_000];
const regions = sizes.map((size, i) => ({ data: Uint8Array.from({ length: size }, (_, at) => at * 31 + i) }));

const writer = new DumpWriter();
for (const [instance, region] of regions.entries()) writer.add(generated.Region, region, { instance });
const bytes = writer.finish();

/** Gives every chunk in the same memory, as a socket may. */
async function* inSameMemory(dump: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  const memory = new Uint8Array(size);
  for (let at = 0; at < dump.length; at += size) {
    const part = dump.subarray(at, at + size);
    memory.fill(0xee);
    memory.set(part);
    yield memory.subarray(0, part.length);
  }
}

async function bodiesOf(source: Blob | AsyncIterable<Uint8Array>): Promise<readonly Region[]> {
  const taken: Region[] = [];
  for await (const record of (await openDump(source, { modules: [module] })).records()) {
    taken.push(await record.decode(generated.Region));
  }
  return taken;
}

function expectAll(taken: readonly Region[]): void {
  expect(taken.map(({ data }) => data.length)).toEqual(sizes);
  for (const [i, { data }] of taken.entries()) {
    expect(Buffer.compare(data, regions[i]?.data ?? new Uint8Array()), `region ${i}`).toBe(0);
  }
}

describe("bodies of a stream", () => {
  test.each([4093, 1 << 16, 1 << 20, 64 << 20])("are the caller's own, in chunks of %i bytes", async (size) => {
    expectAll(await bodiesOf(inSameMemory(bytes, size)));
  });

  test("come from a Blob in any size", async () => {
    expectAll(await bodiesOf(new Blob([new Uint8Array(bytes)])));
  });

  test("are stepped over where nobody asks for them, and past one that is refused", async () => {
    const damaged = bytes.slice();
    // A byte of the data of the region of 70,000 bytes: all that follows it is longer.
    const at = bytes.length - 43_000_000 - 40_000;
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    for (const source of [inSameMemory(damaged, 1 << 16), new Blob([damaged])]) {
      const taken: string[] = [];
      for await (const record of (await openDump(source, { modules: [module] })).records()) {
        if (record.instance % 2 === 1) continue;
        const body = await record.body().catch((error: BatonError) => error.code);
        taken.push(typeof body === "string" ? body : `${record.instance}`);
      }
      expect(taken).toEqual(["0", "2", "4", "B8007", "8"]);
    }
  });

  test("are told from what is cut short, however long they say that they are", async () => {
    for (const length of [bytes.length - 50, bytes.length - 39_000_000]) {
      const walk = bodiesOf(inSameMemory(bytes.subarray(0, length), 1 << 20));
      await expect(walk).rejects.toMatchObject({ code: length > 50_000_000 ? "B8011" : "B8005" });
    }
  });
});
