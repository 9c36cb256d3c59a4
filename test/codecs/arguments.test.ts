import { createReadStream } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  BatonError,
  DumpStream,
  DumpWriter,
  openDump,
  type ModuleDescriptor,
  type StateCodec,
} from "../../runtime/index.ts";
import { compileTexts } from "../compiled.ts";
import { Generated } from "../property/generated.ts";

type Values = Record<string, unknown>;

const generated = new Generated(
  compileTexts(
    "module base; version 1; version 2; enum Kind : u8 { a = 0; b = 1 since 2; }",
    `module demo; import base; version 1; version 2;
      state Device @1 { bdf @1 : u16; kind @2 : base.Kind = a; late @3 : u8 = 0 since 2; }
      state Defaults @2 { a @1 : u8 = 0; b @2 : string[..8] = ""; inner @3 : Inner?; }
      state Inner { length @1 : u32; }
      struct Point { x @1 : u8 = 0; }
      state Points @3 { points @1 : Point[] = []; }`,
    "module other; version 1; version 2; state Other @9 { a @1 : u8; }",
  ),
);

interface Exports {
  readonly module: ModuleDescriptor;
  readonly [name: string]: StateCodec<Values, Values> | ModuleDescriptor;
}

function exportsOf(
  module: string,
): Exports & Record<"Device" | "Defaults" | "Points" | "Other", StateCodec<Values, Values>> {
  // The schemas above declare them.
  return generated.exports(module) as never;
}

const { module, Device, Defaults, Points } = exportsOf("demo");
const { module: other, Other } = exportsOf("other");
const modules = [module];
const dump = new DumpWriter().add(Device, { bdf: 1 }).finish();

/** What a JavaScript program may give where it has to be something else. */
function wrong<T>(value: unknown): T {
  return value as T;
}

/** The error that a call ends with, which is one of ours. */
async function refusal(call: () => unknown): Promise<BatonError> {
  try {
    await call();
  } catch (error) {
    if (error instanceof BatonError) return error;
    throw error;
  }
  throw new Error("it is taken");
}

async function* chunks(...of: readonly unknown[]): AsyncGenerator<Uint8Array> {
  for (const one of of) yield wrong(one);
}

const notBytes = [
  "x",
  5,
  null,
  undefined,
  [1],
  {},
  new ArrayBuffer(8),
  new Uint16Array(4),
  new DataView(new ArrayBuffer(8)),
];

describe("what is no `Uint8Array` is refused", () => {
  test.each(notBytes)("%o", async (bytes) => {
    Device.decode(Device.encode({ bdf: 1 }));
    for (const call of [
      () => Device.decode(wrong(bytes)),
      () => Device.decode(wrong(bytes), { keepUnknown: true }),
      () => Device.view(wrong(bytes)),
      () => Device.encodeInto({ bdf: 1 }, wrong(bytes), 0),
      () => Device.encodeInto({ bdf: 1 }, wrong(bytes), 0, { for: 1 }),
    ]) {
      expect((await refusal(call)).message).toMatch(/^B8308: expected a Uint8Array, found \w/);
    }
    expect((await refusal(() => openDump(wrong(bytes), { modules }))).message).toMatch(
      /^B8308: expected a Uint8Array, a Blob/,
    );
    const stream = await refusal(() => openDump(chunks(dump.slice(0, 10), bytes), { modules }));
    expect(stream.message).toMatch(/^B8308: expected chunks that are Uint8Arrays, found \w/);
  });

  test("memory that was read a moment ago, as other arrays", async () => {
    const body = Device.encode({ bdf: 1 }).slice();
    Device.decode(body);
    expect((await refusal(() => Device.decode(wrong(new DataView(body.buffer))))).code).toBe("B8308");
  });
});

describe("a dump is not opened", () => {
  test.each([undefined, null, {}, { modules: module }, { modules: [Device] }, { modules: [null] }])(
    "with %o",
    async (options) => {
      for (const source of [dump, chunks(dump)]) {
        const { message } = await refusal(() => openDump(wrong(source), wrong(options)));
        expect(message).toMatch(/^B8308: expected the option `modules`, a list of modules that were generated, found/);
      }
      expect((await refusal(() => new DumpStream(() => {}, wrong(options)))).code).toBe("B8308");
    },
  );

  test("from a source that fails, which stays the cause", async () => {
    const error = await refusal(() => openDump(createReadStream("/nowhere/missing"), { modules }));
    expect(error.message).toMatch(/^B8025: the source of the dump failed: ENOENT/);
    expect(error.cause).toMatchObject({ code: "ENOENT" });
    const late = async (): Promise<void> => {
      async function* failing(): AsyncGenerator<Uint8Array> {
        yield dump.slice(0, dump.length - 70);
        throw "torn";
      }
      for await (const record of (await openDump(failing(), { modules })).records()) await record.body();
    };
    expect(await refusal(late)).toMatchObject({ code: "B8025", cause: "torn" });
  });
});

describe("a version to write for", () => {
  test.each([null, true, [1], new Map(), () => 1, Symbol("a"), 0, "x", 3])("is not %o", async (choice) => {
    const error = await refusal(() => Device.encode({ bdf: 1 }, { for: wrong(choice) }));
    expect(error).toMatchObject({ code: "B8304", expected: "1, 2" });
    const added = await refusal(() => new DumpWriter({ for: wrong(choice) }).add(Device, { bdf: 1 }));
    expect(added).toMatchObject({ code: "B8304", path: error.path });
  });

  test("is asked for by the names of modules that are there", async () => {
    expect(Device.encode({ bdf: 1 }, { for: { demo: 1, base: 1 } })).toEqual(Device.encode({ bdf: 1 }, { for: 1 }));
    for (const map of [{ dmeo: 1 }, { demo: 1, bsae: 1 }, { demo: 1, other: 1 }]) {
      const error = await refusal(() => Device.encode({ bdf: 1 }, { for: map }));
      expect(error).toMatchObject({ code: "B8308", path: "for", expected: "modules of what is written (base, demo)" });
    }
    expect((await refusal(() => new DumpStream(() => {}, { modules, for: { demo: 1, other: 1 } }))).code).toBe("B8308");
    const both = { demo: 1, base: 1, other: 1 };
    expect(new DumpWriter({ for: both }).add(Device, { bdf: 1 }).add(Other, { a: 1 }).finish()).toBeInstanceOf(
      Uint8Array,
    );
    // There may be no record of a module that day.
    expect(new DumpWriter({ for: both }).add(Device, { bdf: 1 }).finish()).toBeInstanceOf(Uint8Array);
    for (const map of [{ demo: 1, bsae: 1 }, { dmeo: 1, base: 1 }, { demo: 1, other: 1 }, { dmeo: 1 }]) {
      const writer = new DumpWriter({ for: map }).add(Device, { bdf: 1 });
      expect(await refusal(() => writer.finish())).toMatchObject({ code: "B8308", path: "for" });
    }
    expect(other.name).toBe("other");
  });
});

test("a record is added once", async () => {
  const writer = new DumpWriter().add(Device, { bdf: 1 }, { instance: 3 });
  const twice = await refusal(() => writer.add(Device, { bdf: 2 }, { instance: 3 }));
  expect(twice.message).toMatch(/^B8306: demo\.Device#3: record 0x1#3 is added twice$/);
  const [record] = openDump(writer.finish(), { modules }).records();
  const copied = new DumpWriter().copy(wrong(record));
  expect((await refusal(() => copied.copy(wrong(record)))).code).toBe("B8306");
  expect((await refusal(() => copied.add(Device, { bdf: 1 }, { instance: 3 }))).code).toBe("B8306");
  // What was refused was not added.
  const { module: _, ...rest } = { module, bdf: 70_000 };
  expect((await refusal(() => copied.add(Device, rest, { instance: 4 }))).code).toBe("B8201");
  expect(openDump(copied.add(Device, { bdf: 1 }, { instance: 4 }).finish(), { modules }).all(Device)).toHaveLength(2);
});

describe("what holds no members is no value", () => {
  const holders = [
    5,
    "abcdefgh",
    true,
    5n,
    Symbol("a"),
    [],
    [1],
    () => 1,
    new Map(),
    new Set(),
    new Date(0),
    /a/,
    new Error("a"),
    new Uint8Array(8),
  ];

  test.each(holders)("%o", async (value) => {
    for (const call of [
      () => Defaults.encode(wrong(value)),
      () => Defaults.encodeInto(wrong(value), new Uint8Array(64), 0),
      () => Defaults.encode({ inner: value }),
      () => Points.encode({ points: [value] }),
    ]) {
      expect((await refusal(call)).message).toMatch(/^B8301: .*expected demo\.\w+, found /);
    }
  });

  test("but an object of a class is one, its getters members", () => {
    class Held {
      get a(): number {
        return 7;
      }
      b = "x";
    }
    class Further extends Held {}
    const plain = Defaults.encode({ a: 7, b: "x" });
    for (const value of [new Held(), new Further(), Object.create(null, { a: { value: 7 }, b: { value: "x" } })]) {
      expect(Defaults.encode(wrong(value))).toEqual(plain);
      expect(Defaults.validate(wrong(value))).toEqual([]);
    }
    expect(Device.validate(wrong(Device.view(Device.encode({ bdf: 5 }))))).toEqual([]);
  });
});
