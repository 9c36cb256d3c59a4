import { describe, expect, test } from "vitest";
import { BatonError, DumpStream, DumpWriter, openDump, type ModuleDescriptor } from "../../runtime/index.ts";
import type { StateCodec } from "../../runtime/index.ts";
import { compileTexts } from "../compiled.ts";
import { Generated } from "../property/generated.ts";

type Values = Record<string, unknown>;

const { module, Record, Only } = new Generated(
  compileTexts(
    `module demo; state Record @1 { a @1 : u32; data @2 : bytes[..4096] = ""; } state Only @2 single { b @1 : u8; }`,
  ),
).exports("demo") as unknown as {
  readonly module: ModuleDescriptor;
  readonly Record: StateCodec<Values, Values>;
  readonly Only: StateCodec<Values, Values>;
};
const modules = [module];

/** A sink that takes its time, and longest for the first chunks. */
function slowSink(): { readonly sink: (chunk: Uint8Array) => Promise<void>; readonly bytes: () => Uint8Array } {
  const chunks: Uint8Array[] = [];
  let busy = 0;
  return {
    sink: async (chunk) => {
      expect(busy++, "chunks at once").toBe(0);
      for (let i = chunks.length; i < 9; i++) await Promise.resolve();
      chunks.push(chunk.slice());
      busy--;
    },
    bytes: () => Uint8Array.from(chunks.flatMap((chunk) => [...chunk])),
  };
}

async function rejection(call: Promise<unknown>): Promise<BatonError> {
  const error = await call.then(
    () => null,
    (one: unknown) => one,
  );
  if (!(error instanceof BatonError)) throw new Error(`${String(error)} is no refusal`);
  return error;
}

function written(count: number): Uint8Array {
  const writer = new DumpWriter();
  for (let instance = 0; instance < count; instance++) writer.add(Record, { a: instance }, { instance });
  return writer.add(Only, { b: 1 }).finish();
}

describe("calls that overlap", () => {
  test("are served in order", async () => {
    const { sink, bytes } = slowSink();
    const stream = new DumpStream(sink, { modules });
    const value = { a: 0 };
    const calls: Promise<void>[] = [];
    for (let instance = 0; instance < 5; instance++) {
      value.a = instance;
      calls.push(stream.add(Record, value, { instance }));
    }
    calls.push(stream.add(Only, { b: 1 }));
    await stream.finish();
    expect(bytes()).toEqual(written(5));
    await Promise.all(calls);
    expect(openDump(bytes(), { modules }).all(Record)).toHaveLength(5);
  });

  test("are judged when they are made", async () => {
    const { sink, bytes } = slowSink();
    const stream = new DumpStream(sink, { modules });
    const first = stream.add(Record, { a: 0 });
    const twice = rejection(stream.add(Record, { a: 1 }));
    const ill = rejection(stream.add(Record, { a: -1 }, { instance: 1 }));
    const early = rejection(stream.finish());
    const only = stream.add(Only, { b: 1 });
    const finished = stream.finish();
    const late = rejection(stream.add(Record, { a: 1 }, { instance: 2 }));
    expect((await twice).code).toBe("B8306");
    expect((await ill).code).toBe("B8201");
    expect((await early).code).toBe("B8020");
    expect((await late).code).toBe("B8308");
    await Promise.all([first, only, finished]);
    expect(bytes()).toEqual(written(1));
  });
});

test("a record that was refused does not count as one that was written", async () => {
  const stream = new DumpStream(() => {}, { modules });
  await stream.add(Only, { b: 1 }, { instance: 5 });
  expect((await rejection(stream.add(Record, { a: 1 }))).code).toBe("B8306");
  const other = new DumpStream(() => {}, { modules });
  expect((await rejection(other.add(Only, { b: -1 }))).code).toBe("B8201");
  await other.add(Record, { a: 1 });
  expect((await rejection(other.finish())).code).toBe("B8020");
});

describe("after a sink that failed", () => {
  const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });

  /** Fails once, at a chunk, and would go on as if nothing were missing. */
  function failing(
    at: number,
    how: (error: Error) => void | Promise<void>,
  ): (chunk: Uint8Array) => void | Promise<void> {
    let chunks = 0;
    return () => (chunks++ === at ? how(full) : undefined);
  }

  test.each([0, 1, 3, 4, 5])("chunk %i, nothing more is taken", async (at) => {
    for (const how of [
      (error: Error) => Promise.reject(error),
      (error: Error): void => {
        throw error;
      },
    ]) {
      const stream = new DumpStream(failing(at, how), { modules });
      const calls = [
        stream.add(Record, { a: 1, data: new Uint8Array(9) }),
        stream.add(Record, { a: 2 }, { instance: 1 }),
        stream.add(Only, { b: 1 }),
      ].map((call) =>
        call.then(
          () => "sent",
          (error: unknown) => error,
        ),
      );
      const outcomes = await Promise.all(calls);
      const failed = outcomes.findIndex((one) => one !== "sent");
      expect(failed).toBeGreaterThanOrEqual(0);
      for (const call of [stream.add(Only, { b: 1 }, { instance: 1 }), stream.finish(), stream.finish()]) {
        expect(await rejection(call)).toMatchObject({ code: "B8026", cause: full });
      }
      for (const outcome of outcomes.slice(failed)) {
        expect(outcome).toBeInstanceOf(BatonError);
        expect(outcome).toMatchObject({
          code: "B8026",
          cause: full,
          message: `B8026: the sink of the dump failed, and what it was given is no dump: ${full.message}`,
        });
      }
    }
  });

  test("at the end, it is not finished", async () => {
    const stream = new DumpStream(
      failing(8, (error) => Promise.reject(error)),
      { modules },
    );
    await stream.add(Record, { a: 1 });
    await stream.add(Only, { b: 1 });
    expect((await rejection(stream.finish())).code).toBe("B8026");
    expect((await rejection(stream.finish())).code).toBe("B8026");
  });
});
