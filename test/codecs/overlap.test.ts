import fc from "fast-check";
import { expect, test } from "vitest";
import type { StateCodec } from "../../runtime/index.ts";
import { compileTexts } from "../compiled.ts";
import { Generated } from "../property/generated.ts";

interface Held {
  readonly size: bigint;
  readonly text: string;
  readonly uuid: Uint8Array;
  readonly exact: Uint8Array;
  readonly data: Uint8Array;
  readonly marked: Uint8Array;
  readonly uuids: readonly Uint8Array[];
  readonly keys: readonly Uint8Array[];
  readonly blobs: readonly Uint8Array[];
  readonly rows: readonly { readonly n: number; readonly id: Uint8Array; readonly mac: readonly Uint8Array[] }[];
  readonly parts: readonly { readonly n: bigint; readonly data?: Uint8Array | undefined }[];
  readonly kind: { readonly kind: "raw"; readonly value: Uint8Array } | { readonly kind: "none"; readonly value: null };
}

const generated = new Generated(
  compileTexts(`module demo;
    state Held {
      size   @1  : u64;
      text   @2  : string[..64];
      uuid   @3  : uuid;
      exact  @4  : bytes[4];
      data   @5  : bytes[..64];
      marked @6  : bytes[..8] = "00ff";
      uuids  @7  : uuid[];
      keys   @8  : bytes[6][];
      blobs  @9  : bytes[..64][];
      rows   @10 : Row[];
      parts  @11 : Part[];
      kind   @12 : Kind;
    }
    struct Row { n @1 : u8; id @2 : uuid; mac @3 : bytes[6][2]; }
    state Part { n @1 : u64; data @2 : bytes[..64]?; }
    union Kind { raw @1 : bytes[..40]; none @2 : none; }
    state Plain { size @1 : u64; more @2 : u32; last @3 : u64; }`),
);
const { Held, Plain } = generated.exports("demo") as Record<"Plain", StateCodec<object, object>> &
  Record<"Held", StateCodec<Held, Held>>;

const bytesOf = (min: number, max: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: min, maxLength: max });
const long = fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));
const held: fc.Arbitrary<Held> = fc.record({
  size: long,
  text: fc.string({ maxLength: 20, unit: "grapheme-ascii" }),
  uuid: bytesOf(16, 16),
  exact: bytesOf(4, 4),
  data: fc.oneof(bytesOf(0, 64), bytesOf(0, 4)),
  marked: fc.oneof(bytesOf(0, 8), fc.constant(Uint8Array.of(0, 0xff))),
  uuids: fc.array(bytesOf(16, 16), { maxLength: 3 }),
  keys: fc.array(bytesOf(6, 6), { maxLength: 5 }),
  blobs: fc.array(bytesOf(0, 64), { maxLength: 4 }),
  rows: fc.array(fc.record({ n: fc.nat(255), id: bytesOf(16, 16), mac: fc.tuple(bytesOf(6, 6), bytesOf(6, 6)) }), {
    maxLength: 3,
  }),
  parts: fc.array(fc.record({ n: long, data: fc.option(bytesOf(0, 64), { nil: undefined }) }), { maxLength: 3 }),
  kind: fc.oneof(
    bytesOf(0, 40).map((value) => ({ kind: "raw", value }) as const),
    fc.constant({ kind: "none", value: null } as const),
  ),
});

/** What is changed of a value that was decoded where it lies: what stands before its bytes grows or shrinks, elements leave or change places. */
const changes: Record<string, (value: Held) => Held> = {
  nothing: (value) => value,
  larger: (value) => ({ ...value, size: 2n ** 63n }),
  smaller: (value) => ({ ...value, size: 1n }),
  longer: (value) => ({ ...value, text: `${value.text} and some more of it` }),
  shorter: (value) => ({ ...value, text: "" }),
  "one row less": (value) => ({ ...value, rows: value.rows.slice(1) }),
  "rows the other way": (value) => ({ ...value, rows: value.rows.toReversed() }),
  "one key less": (value) => ({ ...value, keys: value.keys.slice(1) }),
  "lists the other way": (value) => ({ ...value, uuids: value.uuids.toReversed(), blobs: value.blobs.toReversed() }),
  "one part less": (value) => ({ ...value, parts: value.parts.slice(1) }),
  "the same bytes twice": (value) => ({ ...value, data: value.uuid, blobs: [...value.blobs, value.data, value.exact] }),
  "bytes at their default": (value) => ({ ...value, marked: value.exact }),
};

const places = fc.record({ from: fc.nat(40), to: fc.nat(40), shift: fc.constantFrom(0, 0, 0, 4) });

test("a decoded value is written over the very memory that it lies over", () => {
  let over = 0;
  fc.assert(
    fc.property(held, fc.constantFrom(...Object.keys(changes)), places, (value, change, { from, to, shift }) => {
      const body = Held.encode(value);
      const memory = new Uint8Array(body.length + 2048).fill(0xee);
      memory.set(body, from * 8);
      // Written to before it is read, as a buffer that serves for all is.
      Held.encodeInto(empty, memory, 0);
      memory.set(body, from * 8);
      const there = changes[change]!(Held.decode(memory.subarray(from * 8, from * 8 + body.length)));
      const expected = Held.encode(structuredClone(there)).slice();
      const at = to * 8 + shift;
      const end = Held.encodeInto(there, memory, at);
      expect(memory.slice(at, end)).toEqual(expected);
      if (at < from * 8 + body.length && end > from * 8) over++;
    }),
    { numRuns: 3000 },
  );
  expect(over).toBeGreaterThan(1000);
});

test("so is a view, and what a value took from one", () => {
  const body = Plain.encode({ size: 1n, more: 2, last: 3n });
  const parts = Held.encode({ ...empty, parts: [{ n: 1n, data: Uint8Array.of(5, 6, 7) }, { n: 2n }] });
  for (const at of [0, 8, 16, 24]) {
    const memory = new Uint8Array(512);
    memory.set(body, 0);
    expect(Plain.encodeInto(Plain.view(memory.subarray(0, body.length)), memory, at)).toBe(at + body.length);
    expect(memory.slice(at, at + body.length)).toEqual(body);
    memory.set(parts, 64);
    const { parts: list } = Held.view(memory.subarray(64, 64 + parts.length)) as unknown as { parts: Iterable<never> };
    const end = Held.encodeInto({ ...empty, parts: [...list] }, memory, 64 + at);
    expect(memory.slice(64 + at, end)).toEqual(parts);
  }
});

const empty: Held = {
  size: 0n,
  text: "",
  uuid: new Uint8Array(16),
  exact: new Uint8Array(4),
  data: new Uint8Array(),
  marked: new Uint8Array(),
  uuids: [],
  keys: [],
  blobs: [],
  rows: [],
  parts: [],
  kind: { kind: "none", value: null },
};

test("so is a value over a buffer that has another size since it was read", () => {
  const value = { ...empty, size: 1n, data: Uint8Array.of(1, 2, 3, 4), uuid: new Uint8Array(16).fill(7) };
  const body = Held.encode(value);
  // The library of 2022 does not know that there is such memory.
  const buffer = new (ArrayBuffer as unknown as new (length: number, options: object) => ArrayBuffer)(1024, {
    maxByteLength: 4096,
  }) as ArrayBuffer & { readonly resize: (length: number) => void };
  new Uint8Array(buffer).set(body);
  const decoded = Held.decode(new Uint8Array(buffer, 0, body.length));
  buffer.resize(2056);
  const expected = Held.encode({ ...value, size: 2n ** 40n });
  const end = Held.encodeInto({ ...decoded, size: 2n ** 40n }, new Uint8Array(buffer), 0);
  expect(new Uint8Array(buffer, 0, end)).toEqual(expected);
});
