import { describe, expect, test } from "vitest";
import { compileTexts } from "../test/compiled.ts";
import { Generated } from "../test/property/generated.ts";
import {
  BatonError,
  DumpStream,
  DumpWriter,
  openDump,
  type DumpOptions,
  type ModuleDescriptor,
  type StateCodec,
} from "./index.ts";

type Values = Record<string, unknown>;
type Codec = StateCodec<Values, Values, Values>;

/** What a generated module exports, as far as these tests name it. */
interface Exports {
  readonly module: ModuleDescriptor;
  readonly Device: Codec;
  readonly Session: Codec;
  readonly Note: Codec;
  readonly Inner: Codec;
}

function load(module: string, ...texts: readonly string[]): Exports {
  // The schemas of these tests have what they use.
  return new Generated(compileTexts(...texts)).exports(module) as unknown as Exports;
}

const text = `module demo; version 1; version 2;
  state Device @0x20 { bdf @1 : u16 key; config @2 : bytes[..64] = ""; ats @3 : u8? since 2; }
  state Note @0x30 ignorable { text @1 : string[..32]; }
  state Inner { a @1 : u8; }`;
const { module, Device, Note, Inner } = load("demo", text);
const modules = [module];

function errorOf(call: () => unknown): BatonError {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(BatonError);
    // It was just seen to be one.
    return error as BatonError;
  }
  throw new Error("nothing was thrown");
}

async function rejectionOf(promise: Promise<unknown>): Promise<BatonError> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(BatonError);
  // It was just seen to be one.
  return error as BatonError;
}

const device = (bdf: number): Values => ({ bdf, config: Uint8Array.of(bdf, 1, 2), ats: undefined });

function sample(): Uint8Array {
  return new DumpWriter({ producer: "test 1" })
    .add(Note, { text: "hello" })
    .add(Device, device(2), { instance: 7 })
    .add(Device, device(1), { instance: 3 })
    .finish();
}

/** Takes everything that is in a dump. */
function take(bytes: Uint8Array, options: DumpOptions = { modules }): unknown[] {
  const dump = openDump(bytes, options);
  const taken: unknown[] = [];
  for (const record of dump.records()) taken.push(record.id === 0x20 ? record.decode(Device) : record.body());
  return taken;
}

describe("a dump in memory", () => {
  const bytes = sample();

  test("gives back what was added, in order", () => {
    const dump = openDump(bytes, { modules });
    expect(dump.manifest).toEqual({
      producer: "test 1",
      modules: [{ name: "demo", version: 2, fingerprint: module.fingerprint, draft: true, writes: module.writes }],
    });
    expect([...dump.records()].map(({ type, instance, version }) => [type, instance, version])).toEqual([
      ["demo.Device", 3, 2],
      ["demo.Device", 7, 2],
      ["demo.Note", 0, 2],
    ]);
    expect(dump.all(Device)).toEqual([device(1), device(2)]);
    expect(dump.one(Device, 7)).toEqual(device(2));
    expect(dump.one(Note)).toEqual({ text: "hello" });
    expect(dump.record(Device, 3).view(Device)["bdf"]).toBe(1);
    expect(errorOf(() => dump.one(Device, 4))).toMatchObject({ code: "B8020" });
  });

  test("is the same whatever the order, and wherever it lies", () => {
    const writer = new DumpWriter({ producer: "test 1" });
    writer.add(Device, device(1), { instance: 3 }).add(Device, device(2), { instance: 7 }).add(Note, { text: "hello" });
    expect(writer.finish()).toEqual(bytes);
    for (const shift of [1, 4, 8]) {
      const moved = new Uint8Array(bytes.length + 16);
      moved.set(bytes, shift);
      expect(take(moved.subarray(shift, shift + bytes.length))).toHaveLength(3);
    }
  });

  test("every prefix is refused", () => {
    for (let length = 0; length < bytes.length; length++) {
      const error = errorOf(() => take(bytes.subarray(0, length)));
      expect(error.offset, `${length} bytes`).toBeTypeOf("number");
      expect(error.offset).toBeLessThanOrEqual(length);
      expect(errorOf(() => openDump(bytes.slice(0, length), { modules }).all(Device)).code).toMatch(/^B80/);
    }
  });

  test("every flipped bit is refused", () => {
    for (let at = 0; at < bytes.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const flipped = bytes.slice();
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
        const error = errorOf(() => take(flipped));
        expect(error.offset, `bit ${bit} of byte ${at}`).toBeTypeOf("number");
        expect(error.message).not.toContain("\n");
      }
    }
  });

  test("what follows the end is refused", () => {
    const longer = new Uint8Array(bytes.length + 8);
    longer.set(bytes);
    expect(errorOf(() => take(longer))).toMatchObject({ code: "B8013", offset: bytes.length });
  });

  test("records that are swapped, dropped or repeated are refused", () => {
    const starts = [...openDump(bytes, { modules }).records()].map(({ offset }) => offset);
    const [first = 0, second = 0, third = 0] = starts;
    const part = (from: number, to: number): Uint8Array => bytes.subarray(from, to);
    const join = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((one) => [...one]));
    const [head, one, two, rest] = [
      part(0, first),
      part(first, second),
      part(second, third),
      part(third, bytes.length),
    ];
    expect(take(join(head, one, two, rest))).toHaveLength(3);
    expect(errorOf(() => take(join(head, two, one, rest))).code).toBe("B8009");
    expect(errorOf(() => take(join(head, one, one, rest))).code).toBe("B8009");
    expect(errorOf(() => take(join(head, one, rest))).code).toBe("B8012");
    expect(errorOf(() => take(join(head, two, rest))).code).toBe("B8012");
    const shorter = errorOf(() => take(join(head, one, rest)));
    expect(shorter.message).toBe("B8012: at 0x1d8: the end record says 4 records, the dump has 3 records");
  });

  test("a record of another dump, as long and with the same id, is refused", () => {
    const of = (bdf: number): Uint8Array =>
      new DumpWriter().add(Device, device(1)).add(Device, device(bdf), { instance: 1 }).finish();
    const [a, b] = [of(2), of(3)];
    expect(a.length).toBe(b.length);
    const at = [...openDump(a, { modules }).records()][1]?.offset ?? 0;
    const spliced = a.slice();
    spliced.set(b.subarray(at, b.length - 56), at);
    expect(errorOf(() => take(spliced))).toMatchObject({ code: "B8012", offset: a.length - 8 });
  });

  test("a decode that fails says of which record", () => {
    // A reader that somebody judged to read the dump, and wrongly.
    const other = load("demo", text.replace("u16 key", "u16 in 0..1 key"));
    const reads = [...module.reads, ...other.module.reads];
    const error = errorOf(() => openDump(bytes, { modules: [{ ...other.module, reads }] }).one(other.Device, 7));
    expect(error).toMatchObject({ code: "B8201", path: "bdf", id: 1, found: "2", expected: "0..1" });
    expect(error.record).toEqual({ type: "demo.Device", instance: 7, id: 0x20 });
    expect(error.message).toMatch(/^B8201: demo\.Device#7\.bdf @1 at 0x[0-9a-f]+: 2 is outside 0\.\.1$/);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    expect(view.getUint32(error.offset ?? 0, true)).toBe(0x100_0001);
  });
});

describe("writing refuses", () => {
  test("the same record twice, a state without an id, an instance that is none", () => {
    expect(errorOf(() => new DumpWriter().add(Device, device(1)).add(Device, device(2)).finish()).code).toBe("B8306");
    expect(errorOf(() => new DumpWriter().add(Inner, { a: 1 })).code).toBe("B8308");
    for (const instance of [-1, 1.5, 2 ** 32, 1n as never, "1" as never]) {
      expect(errorOf(() => new DumpWriter().add(Device, device(1), { instance })).code).toBe("B8308");
    }
  });

  test("a value, with the record in the error", () => {
    const error = errorOf(() => new DumpWriter().add(Device, { bdf: 70000 }, { instance: 5 }));
    expect(error.message).toBe("B8201: demo.Device#5.bdf @1: 70000 is outside 0..65535");
  });

  test("to go on after the end", () => {
    const writer = new DumpWriter();
    writer.finish();
    expect(errorOf(() => writer.add(Device, device(1))).code).toBe("B8308");
  });

  test("a second record of a `single` state, and a dump without one", () => {
    const {
      Session,
      Device: other,
      module: own,
    } = load("one", "module one; state Session @1 single { a @1 : u8; } state Device @2 { b @1 : u8; }");
    const writer = new DumpWriter().add(Session, { a: 1 });
    expect(errorOf(() => writer.add(Session, { a: 2 }, { instance: 1 }))).toMatchObject({ code: "B8019" });
    const without = new DumpWriter().add(other, { b: 1 });
    expect(errorOf(() => without.finish())).toMatchObject({ code: "B8020", found: "one.Session" });
    const whole = openDump(without.add(Session, { a: 1 }).finish(), { modules: [own] });
    const part = new DumpWriter();
    for (const record of whole.records()) if (record.id === 2) part.copy(record);
    expect(errorOf(() => openDump(part.finish(), { modules: [own] }).all(other))).toMatchObject({
      code: "B8020",
      found: "one.Session",
    });
  });

  test("to end a stream of records without a `single` one", async () => {
    const { Device: other, module: own } = load(
      "one",
      "module one; state Session @1 single { a @1 : u8; } state Device @2 { b @1 : u8; }",
    );
    const chunks: Uint8Array[] = [];
    const stream = new DumpStream((chunk) => void chunks.push(chunk), { modules: [own] });
    await stream.add(other, { b: 1 });
    await expect(stream.finish()).rejects.toMatchObject({ code: "B8020", found: "one.Session" });
  });

  test("a dump without a `single` state only if the version that is written has it", () => {
    const text = `module one; version 1; version 2; version 2.1;
      state Session @1 single since 2 until 2 { a @1 : u8; } state Device @2 { b @1 : u8; }`;
    const { Device: other } = load("one", text);
    expect(new DumpWriter({ for: 1 }).add(other, { b: 1 }).finish().length).toBeGreaterThan(0);
    for (const version of [2, "2.1"]) {
      const writer = new DumpWriter({ for: version }).add(other, { b: 1 });
      expect(errorOf(() => writer.finish())).toMatchObject({ code: "B8020", found: "one.Session" });
    }
  });
});

describe("a dump for older readers", () => {
  const one = load(
    "demo",
    `module demo; version 1;
      state Device @0x20 { bdf @1 : u16 key; config @2 : bytes[..64] = ""; }
      state Note @0x30 ignorable { text @1 : string[..32]; }
      state Inner { a @1 : u8; }`,
  );

  test("is taken by them, and is in every byte theirs", () => {
    const bytes = new DumpWriter({ for: 1 }).add(Device, device(5)).finish();
    expect(openDump(bytes, { modules: [one.module] }).all(one.Device)).toEqual([
      { bdf: 5, config: Uint8Array.of(5, 1, 2) },
    ]);
    expect(new DumpWriter().add(one.Device, { bdf: 5, config: Uint8Array.of(5, 1, 2) }).finish()).toEqual(bytes);
    expect(openDump(bytes, { modules }).all(Device)).toEqual([device(5)]);
  });

  test("a native dump is judged by its fingerprints, either way", () => {
    const newer = new DumpWriter().add(Device, device(5)).finish();
    expect(openDump(newer, { modules: [one.module] }).all(one.Device)).toHaveLength(1);
    const older = new DumpWriter().add(one.Device, { bdf: 5 }).finish();
    expect(openDump(older, { modules }).all(Device)).toHaveLength(1);
    const fork = load("demo", text.replace("bdf", "address"));
    const error = errorOf(() => openDump(newer, { modules: [fork.module] }));
    expect(error.code).toBe("B8016");
    expect(error.message).toContain("demo 2 (draft)");
  });

  test("a number is for one module", () => {
    const other = load("other", "module other; version 1; version 2; state Device @0x40 { b @1 : u8; }");
    const writer = new DumpWriter({ for: 1 }).add(Device, device(1));
    expect(errorOf(() => writer.add(other.Device, { b: 1 })).code).toBe("B8308");
    const both = new DumpWriter({ for: { demo: 1, other: 2 } }).add(Device, device(1)).add(other.Device, { b: 1 });
    const { manifest } = openDump(both.finish(), { modules: [module, other.module] });
    expect(manifest.modules.map(({ name, version }) => [name, version])).toEqual([
      ["demo", 1],
      ["other", 2],
    ]);
  });
});

describe("records that a reader does not know", () => {
  const less = load(
    "demo",
    `module demo; version 1; version 2;
      state Device @0x20 { bdf @1 : u16 key; config @2 : bytes[..64] = ""; ats @3 : u8? since 2; }`,
  );
  const known = { ...less.module, reads: [...less.module.reads, { version: 2, fingerprint: module.fingerprint }] };

  test("are left out and told where they need not be understood", () => {
    const dropped: [string, number][] = [];
    const options = { modules: [known], dropped: (path: string, id: number) => dropped.push([path, id]) };
    expect([...openDump(sample(), options).records()]).toHaveLength(2);
    expect(dropped).toEqual([["0x30#0", 0x30]]);
    expect(openDump(sample(), { modules: [known] }).all(less.Device)).toHaveLength(2);
  });

  test("refuse the dump where they must be", () => {
    const other = load("other", "module other; state Device @0x40 { b @1 : u8; }");
    const bytes = new DumpWriter().add(Device, device(1)).add(other.Device, { b: 1 }).finish();
    expect(errorOf(() => take(bytes))).toMatchObject({ code: "B8015", id: 0x40 });
    expect(errorOf(() => openDump(bytes, { modules }).one(Device)).code).toBe("B8015");
    expect(errorOf(() => openDump(bytes, { modules: [other.module] }).one(other.Device)).code).toBe("B8015");
    expect(openDump(bytes, { modules: [module, other.module] }).one(other.Device)).toEqual({ b: 1 });
  });

  test("pass through a tool with `keepUnknown`, and so does their manifest", () => {
    const bytes = new DumpWriter({ producer: "test" })
      .add(Device, { ...device(1), ats: 9 })
      .add(Note, { text: "kept" })
      .finish();
    const narrow = load("demo", "module demo; version 1; state Device @0x20 { bdf @1 : u16 key; }");
    const reads = [{ version: 2, fingerprint: module.fingerprint }];
    const dump = openDump(bytes, { modules: [{ ...narrow.module, reads }], keepUnknown: true });
    const writer = new DumpWriter();
    for (const record of dump.records()) {
      if (record.type === null) writer.copy(record);
      else writer.add(narrow.Device, record.decode(narrow.Device), { instance: record.instance });
    }
    expect(writer.finish()).toEqual(bytes);
    const own = new DumpWriter({ producer: "tool" });
    for (const record of dump.records()) own.copy(record);
    expect(
      openDump(own.finish(), { modules: [{ ...narrow.module, reads }], keepUnknown: true }).manifest.producer,
    ).toBe("tool");
    expect(errorOf(() => own.add(narrow.Device, { bdf: 2 }, { instance: 9 })).code).toBe("B8308");
  });
});

describe("streams", () => {
  async function streamed(): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    const stream = new DumpStream((chunk) => void chunks.push(chunk.slice()), { modules, producer: "test 1" });
    await stream.add(Device, device(1), { instance: 3 });
    await stream.add(Device, device(2), { instance: 7 });
    await stream.add(Note, { text: "hello" });
    await stream.finish();
    return Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
  }

  async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }

  test("write what the writer in memory writes", async () => {
    expect(await streamed()).toEqual(sample());
  });

  test("refuse disorder and modules that were not named", async () => {
    const stream = new DumpStream(() => {}, { modules });
    await stream.add(Device, device(1), { instance: 3 });
    expect((await rejectionOf(stream.add(Device, device(1), { instance: 3 }))).code).toBe("B8306");
    const other = load("other", "module other; state Device @0x40 { b @1 : u8; }");
    expect((await rejectionOf(stream.add(other.Device, { b: 1 }))).code).toBe("B8307");
  });

  test.each([1, 7, 64, 100_000])("are read in chunks of %i", async (size) => {
    const dump = await openDump(inChunks(sample(), size), { modules });
    const taken: unknown[] = [];
    for await (const record of dump.records()) {
      taken.push(record.type === "demo.Device" ? await record.decode(Device) : record.type);
    }
    expect(taken).toEqual([device(1), device(2), "demo.Note"]);
  });

  test("a Blob is one, too", async () => {
    const blob = new Blob([new Uint8Array(sample())]);
    const dump = await openDump(blob, { modules });
    expect(dump.manifest.producer).toBe("test 1");
    expect(await dump.one(Note)).toEqual({ text: "hello" });
    const all: Values[] = [];
    for await (const value of (await openDump(blob, { modules })).all(Device)) all.push(value);
    expect(all).toEqual([device(1), device(2)]);
  });

  test("are refused at the byte where they break off or lie", async () => {
    const bytes = sample();
    const walk = async (part: Uint8Array, decode: boolean): Promise<void> => {
      const dump = await openDump(inChunks(part, 50), { modules });
      for await (const record of dump.records()) if (decode) await record.body();
    };
    for (let length = 0; length < bytes.length; length += 3) {
      expect((await rejectionOf(walk(bytes.subarray(0, length), length % 2 === 0))).offset).toBeTypeOf("number");
    }
    for (let at = 0; at < bytes.length; at++) {
      const flipped = bytes.slice();
      flipped[at] = (flipped[at] ?? 0) ^ 0x10;
      expect((await rejectionOf(walk(flipped, true))).offset, `byte ${at}`).toBeTypeOf("number");
    }
  });
});

describe("the schema of a dump", () => {
  test("travels compressed", async () => {
    const schema = JSON.stringify({ format: 1, modules: Array.from({ length: 200 }, () => ({ module: "demo" })) });
    const bytes = new DumpWriter({ schema }).add(Device, device(1)).finish();
    expect(bytes.length).toBeLessThan(schema.length);
    expect(await openDump(bytes, { modules }).schema()).toBe(schema);
    expect(await openDump(sample(), { modules }).schema()).toBeNull();
    expect((await openDump(new Blob([new Uint8Array(bytes)]), { modules })).schema).toBe(schema);
    expect(take(bytes)).toHaveLength(1);
  });

  test("is not inflated past what it says", async () => {
    const bytes = new DumpWriter({ schema: "x".repeat(100_000) }).finish();
    const dump = openDump(bytes, { modules });
    // The inflated size stands in the body's second word, 72 bytes after the manifest's end; its checksum is made new.
    const { encodeSchema, decodeSchema } = await import("./schema-record.ts");
    const body = encodeSchema("x".repeat(100_000));
    new DataView(body.buffer).setUint32(4, 99_999, true);
    expect((await rejectionOf(decodeSchema(body, 0))).code).toBe("B8018");
    new DataView(body.buffer).setUint32(4, 0xffff_ffff, true);
    expect((await rejectionOf(decodeSchema(body, 0))).code).toBe("B8018");
    expect(await dump.schema()).toHaveLength(100_000);
  });
});
