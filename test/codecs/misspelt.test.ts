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

const { module, Device } = new Generated(
  compileTexts(`module demo; version 1; version 2;
    state Device @1 { bdf @1 : u16; driver @2 : string[..8] = ""; inner @3 : Inner?; rows @4 : Row[..4] = []; one @5 : One?; }
    state Inner { deep @1 : Deep?; }
    state Deep { label @1 : u8 = 0; deep @2 : Deep?; }
    struct Row { a @1 : u8; }
    union One { row @1 : Row; none @2 : none; }`),
).exports("demo") as unknown as { readonly module: ModuleDescriptor; readonly Device: StateCodec<Values, Values> };
const modules = [module];
const dump = new DumpWriter().add(Device, { bdf: 1 }).finish();

/** What a JavaScript program may give where it has to be something else. */
function wrong<T>(value: unknown): T {
  return value as T;
}

/** What a call is refused with; anything but one of ours gets out. */
async function refusal(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    if (error instanceof BatonError) return error.message;
    throw error;
  }
  return "taken";
}

async function* chunks(): AsyncGenerator<Uint8Array> {
  yield dump;
}

describe("`validate` reports what is no member", () => {
  const messages = (value: Values): readonly string[] => Device.validate(value).map(({ message }) => message);

  test("with the member that is meant", () => {
    expect(messages({ bdf: 1, drivr: "x" })).toEqual([
      'B8403: demo.Device: unknown member "drivr" (did you mean "driver"?)',
    ]);
    expect(messages({ bdf: 1, inner: { deep: { lable: 1 } }, rows: [{ a: 1 }, { a: 1, zzzzz: 1 }] })).toEqual([
      'B8403: demo.Device.inner.deep: unknown member "lable" (did you mean "label"?)',
      'B8403: demo.Device.rows[1]: unknown member "zzzzz"',
    ]);
    expect(messages({ bdf: 1, one: { kind: "row", value: { a: 1 }, vlaue: 1 } })).toHaveLength(1);
    expect(messages({ bdf: 1, one: { kind: "row", value: { a: 1, b: 1 } } })).toHaveLength(1);
    expect(messages(JSON.parse('{"bdf": 1, "__proto__": {"driver": "x"}}') as Values)).toHaveLength(1);
  });

  test("and nothing of what was decoded, viewed or is of a class", () => {
    const value = { bdf: 1, inner: { deep: {} }, rows: [{ a: 1 }], one: { kind: "none", value: null } };
    const body = Device.encode(value);
    for (const one of [
      value,
      Device.decode(body),
      Device.decode(body, { keepUnknown: true }),
      { bdf: 1, x: undefined },
    ])
      expect(messages(one)).toEqual([]);
    class Held {
      readonly bdf = 1;
      readonly cache = new Map();
    }
    expect(Device.validate(wrong(new Held()))).toEqual([]);
    // `encode` does not look for them.
    expect(Device.encode({ bdf: 1, drivr: "x" })).toEqual(Device.encode({ bdf: 1 }));
  });
});

describe("options", () => {
  const writers = "`producer`, `for`, `dropped`, `schema`";
  test.each<[string, () => unknown, string]>([
    [
      "DumpWriter",
      () => new DumpWriter(wrong({ fro: 1 })),
      `an option of ${writers}, found "fro"; did you mean \`for\`?`,
    ],
    [
      "DumpStream",
      () => new DumpStream(() => {}, wrong({ modules, fro: 1 })),
      `an option of \`modules\`, ${writers}, found "fro"; did you mean \`for\`?`,
    ],
    [
      "openDump",
      () => openDump(dump, wrong({ modules, droped() {} })),
      'an option of `modules`, `dropped`, `keepUnknown`, found "droped"; did you mean `dropped`?',
    ],
    [
      "a stream",
      () => openDump(chunks(), wrong({ modules, droped() {} })),
      'an option of `modules`, `dropped`, `keepUnknown`, found "droped"; did you mean `dropped`?',
    ],
    [
      "encode",
      () => Device.encode({ bdf: 1 }, wrong({ fro: 1 })),
      'an option of `for`, `dropped`, found "fro"; did you mean `for`?',
    ],
    [
      "decode",
      () => Device.decode(new Uint8Array(8), wrong({ keepUnkown: true })),
      'an option of `dropped`, `keepUnknown`, `writer`, found "keepUnkown"; did you mean `keepUnknown`?',
    ],
    [
      "add",
      () => new DumpWriter().add(Device, { bdf: 1 }, wrong({ instnace: 1 })),
      'an option of `instance`, found "instnace"; did you mean `instance`?',
    ],
    ["add, a number", () => new DumpWriter().add(Device, { bdf: 1 }, wrong(1)), "an object of options, found 1"],
    [
      "all",
      () => openDump(dump, { modules }).all(Device, wrong({ x: 1 })),
      'an option of `dropped`, `keepUnknown`, `writer`, found "x"',
    ],
    ["one", () => openDump(dump, { modules }).one(Device, 0, wrong(null)), "an object of options, found null"],
    ["null", () => new DumpWriter(wrong(null)), "an object of options, found null"],
    ["dropped", () => openDump(dump, { modules, dropped: wrong(5) }), "the option `dropped`, a function, found 5"],
    [
      "keepUnknown",
      () => openDump(dump, { modules, keepUnknown: wrong("yes") }),
      'the option `keepUnknown`, a boolean, found the string "yes"',
    ],
    ["producer", () => new DumpWriter({ producer: wrong(7) }), "the option `producer`, a string, found 7"],
    [
      "writer",
      () => Device.decode(new Uint8Array(8), { keepUnknown: true, writer: "x" }),
      'the option `writer`, a version, found the string "x"',
    ],
  ])("that nobody knows, or of another sort, are refused by %s", async (_, call, expected) => {
    expect(await refusal(call)).toBe(`B8308: expected ${expected}`);
  });

  test("that are given as nothing are left out", () => {
    expect(openDump(dump, wrong({ modules, dropped: undefined })).all(Device, undefined)).toHaveLength(1);
    expect(new DumpWriter(wrong({ for: undefined, producer: undefined })).add(Device, { bdf: 1 }).finish()).toEqual(
      dump,
    );
  });
});

describe("what is no codec, record or sink", () => {
  const [record] = openDump(dump, { modules }).records();
  const stream = new DumpStream(() => {}, { modules });
  const codec = "the codec of a state, found";
  test.each<[string, () => unknown, string]>([
    ["record.decode", () => record?.decode(wrong(undefined)), `${codec} nothing`],
    ["record.view", () => record?.view(wrong<typeof Device>(null)), `${codec} null`],
    ["dump.all", () => openDump(dump, { modules }).all(wrong<typeof Device>(undefined)), `${codec} nothing`],
    ["dump.one", () => openDump(dump, { modules }).one(wrong<typeof Device>(module)), `${codec} "demo"`],
    [
      "a streamed dump's all",
      async () => (await openDump(chunks(), { modules })).all(wrong<typeof Device>(undefined)).next(),
      `${codec} nothing`,
    ],
    [
      "a streamed dump's one",
      async () => (await openDump(chunks(), { modules })).one(wrong<typeof Device>(undefined)),
      `${codec} nothing`,
    ],
    ["DumpWriter.add", () => new DumpWriter().add(wrong<typeof Device>(undefined), {}), `${codec} nothing`],
    ["DumpStream.add", () => stream.add(wrong<typeof Device>("Device"), {}), `${codec} the string "Device"`],
    ["DumpWriter.copy", () => new DumpWriter().copy(wrong(undefined)), "a record of a dump, found nothing"],
    ["DumpWriter.copy", () => new DumpWriter().copy(wrong(Device)), "a record of a dump, found an object"],
    ["DumpStream", () => new DumpStream(wrong(null), { modules }), "a sink, a function that takes chunks, found null"],
  ])("is refused by %s", async (_, call, expected) => {
    expect(await refusal(call)).toBe(`B8308: expected ${expected}`);
  });
});
