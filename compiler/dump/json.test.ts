import { describe, expect, test } from "vitest";
import { compile, worldAt, type Compiled } from "../compile.ts";
import { jsonText } from "../printable.ts";
import { fancy } from "../report.ts";
import { ByteText } from "./byte-text.ts";
import { dumpFromJson, dumpToJson, nodeAtPath, valuesFromJson } from "./dump-json.ts";
import { manifestFromJson } from "./manifest-json.ts";
import decodeSchema from "./decode.schema.json" with { type: "json" };
import { encodeDump, writerModules } from "./encode-dump.ts";
import { findSchemas } from "./find.ts";
import { inspect, type InspectOptions } from "./inspect.ts";
import { noKnowers } from "./knowers.ts";
import { fromJson } from "./json-read.ts";
import { readJson, readJsonSequence, type JsonNode } from "./json-reader.ts";
import { DumpPrinter, LinesPrinter, type Printer } from "./print-json.ts";
import { toJson } from "./json-write.ts";
import { sourceOf } from "./source.ts";
import type { Value } from "./value.ts";
import type { WireState } from "./wire-type.ts";
import { findState } from "./wire-types.ts";

const schema = `module demo.json;
  enum Header : u8 { endpoint = 0; bridge = 1; }
  open enum Vendor : u16 { intel = 0x8086; }
  enum Aspm : u8 { off = 0; l1 = 2; }
  open bits Command : u16 { io = 0; memory = 1; aspm = 4..5 : Aspm; level = 8..10; }
  type Address = u64 in 0..0xf_ffff_ffff_ffff hex;
  struct Bar { base @1 : u64; size @2 : u32; }
  union Kind { number @1 : u32; bar @2 : Bar; none_of_them @3 : none; }
  state Device @0x10 {
    small   @1 : u8;
    large   @2 : u64;
    signed  @3 : i64;
    address @4 : Address;
    header  @5 : Header;
    vendor  @6 : Vendor;
    command @7 : Command = io | memory;
    kind    @8 : Kind;
    bars    @9 : Bar[..6] = [];
    id      @10 : uuid;
    data    @11 : bytes[..16];
    label   @12 : string[..16]?;
    flag    @13 : bool = false;
  }`;

const compiled: Compiled = compile([{ path: "demo/json.baton", text: schema }]);
const device = stateOf(compiled, "Device");

function stateOf(one: Compiled, name: string): WireState {
  const state = findState(worldAt(one), name);
  if (state === null) throw new Error(`no state ${name}`);
  return state;
}

function nodeOf(text: string): JsonNode {
  const read = readJson({ path: "value.json", text });
  if (!read.ok) throw new Error(`expected ${read.mistake.expected}`);
  return read.value;
}

const good = {
  small: 255,
  large: "18446744073709551615",
  signed: "-9223372036854775808",
  address: 4503599627370495,
  header: "bridge",
  vendor: "intel",
  command: ["io", "aspm=l1", "level=7", "0x8000"],
  kind: { bar: { base: "1", size: 2 } },
  bars: [{ base: "4096", size: 1 }],
  id: "00112233-4455-6677-8899-aabbccddeeff",
  data: "00ff",
  label: "größe",
  flag: true,
};

/** What is wrong with a device whose one member is another. */
function mistakesOf(change: object): readonly string[] {
  return fromJson(device, nodeOf(JSON.stringify({ ...good, ...change }))).diagnostics.map(
    ({ code, message, help, span }) => {
      const place = span === null ? "" : ` at ${span.source.text.slice(span.start, span.end)}`;
      return `${code} ${message}${help === undefined ? "" : ` (${help})`}${place}`;
    },
  );
}

describe("JSON of a value", () => {
  test("is fixed by the type, and read back", () => {
    const { value, diagnostics } = fromJson(device, nodeOf(JSON.stringify(good)));
    expect(diagnostics).toEqual([]);
    expect(toJson(device, value)).toEqual(good);
    expect(value).toMatchObject({
      small: 255,
      large: 2n ** 64n - 1n,
      address: 4503599627370495,
      header: 1,
      command: 0x8721,
    });
  });

  test("takes numbers, decimal and 0x strings", () => {
    const read = (large: unknown): Value => {
      const { value, diagnostics } = fromJson(device, nodeOf(JSON.stringify({ ...good, large })));
      expect(diagnostics).toEqual([]);
      return (value as { readonly large: Value }).large;
    };
    expect([read(7), read("7"), read("0x7"), read(Number.MAX_SAFE_INTEGER)]).toEqual([7n, 7n, 7n, 2n ** 53n - 1n]);
    expect(mistakesOf({ small: "0xff", vendor: "0x1234", command: 3, header: 1, signed: "-0x1" })).toEqual([]);
  });

  test("leaves an absent optional out, and prints defaults", () => {
    const { label, command, bars, flag, ...rest } = good;
    expect([label, command, bars, flag]).toHaveLength(4);
    const { value } = fromJson(device, nodeOf(JSON.stringify(rest)));
    const encoded = encodeDump({
      ...{ producer: "", modules: writerModules(compiled.modules), working: null, embedSchema: false },
      records: [{ type: "Device", instance: 0, value }],
    });
    if (!encoded.ok) throw new Error(JSON.stringify(encoded.problems));
    const json = dumpToJson(inspect(sourceOf(encoded.bytes), { schemas: schemasOf(compiled) }));
    expect(json.records).toEqual([
      {
        type: "demo.json.Device",
        instance: 0,
        version: 1,
        value: { ...rest, command: ["io", "memory"], bars: [], flag: false },
      },
    ]);
  });

  test("says what is wrong, where, and what was meant", () => {
    expect(mistakesOf({ small: 1.5 })).toEqual([
      expect.stringMatching(/^B8404 expected an integer \(.*\) without exponent or fraction, found 1\.5 at 1\.5$/),
    ]);
    expect(mistakesOf({ large: "12x" })).toEqual(['B8406 "12x" is no integer, decimal or 0x at "12x"']);
    expect(mistakesOf({ header: "brigde" })).toEqual([
      'B8407 unknown name "brigde" (did you mean "bridge"?) at "brigde"',
    ]);
    expect(mistakesOf({ smal: 1 })).toEqual(['B8403 unknown member "smal" (did you mean "small"?) at "smal"']);
    expect(mistakesOf({ other: 1 })[0]).toMatch(/^B8403 unknown member "other" \(Device has small, .* and \d+ more\)/);
    expect(mistakesOf({ small: undefined })).toEqual(['B8404 expected member "small" of Device, found none at {']);
    expect(mistakesOf({ header: 1.5 })).toEqual([
      "B8404 expected a name of Header, or an integer without exponent or fraction, found 1.5 at 1.5",
    ]);
    expect(mistakesOf({ flag: 1 })).toEqual(["B8404 expected true or false, found 1 at 1"]);
    expect(mistakesOf({ label: null })).toEqual([expect.stringMatching(/^B8404 .*leave the member out/)]);
    expect(mistakesOf({ id: "0011" })).toEqual([expect.stringContaining("B8406")]);
    expect(mistakesOf({ data: "0" })).toEqual([expect.stringContaining("even number of hex digits: it has 1")]);
    expect(mistakesOf({ data: "0zz" })).toEqual(['B8406 "0zz" is no string of hex digits: "z" is none at "0zz"']);
    expect(mistakesOf({ large: 1e300 })).toEqual([
      expect.stringContaining("without exponent or fraction, found 1e+300"),
    ]);
    expect(mistakesOf({ kind: {} })).toEqual([expect.stringContaining("one alternative")]);
    expect(mistakesOf({ kind: { number: 1, bar: {} } })).toEqual([expect.stringContaining("one alternative")]);
    expect(mistakesOf({ kind: { none_of_them: 1 } })).toEqual(["B8404 expected null, found 1 at 1"]);
    expect(mistakesOf({ kind: { nmber: 1 } })).toEqual([expect.stringContaining('did you mean "number"?')]);
    expect(mistakesOf({ command: ["io", "io"] })).toEqual(['B8402 bit "io" is given twice at "io"']);
    expect(mistakesOf({ command: ["io", "0x1"] })).toEqual([expect.stringContaining("without a name")]);
    expect(mistakesOf({ command: "io" })).toEqual([
      expect.stringMatching(/expected an array of names of \w+, found "io"/),
    ]);
    expect(mistakesOf({ command: ["aspm"] })).toEqual([expect.stringContaining('range of bits, "aspm=value"')]);
    expect(mistakesOf({ command: ["io=1"] })).toEqual([expect.stringContaining("bit on its own")]);
    expect(mistakesOf({ command: ["level=8"] })).toEqual(['B8406 "8" is no value of level at "level=8"']);
    expect(mistakesOf({ command: ["menory"] })).toEqual([expect.stringContaining('did you mean "memory"?')]);
    expect(mistakesOf({ bars: [{ base: "1", size: 1, x: 1 }, 2] })).toHaveLength(2);
  });

  test("numbers keep their digits", () => {
    const exact = (text: string): unknown => {
      const json = JSON.stringify({ ...good, large: 0 }).replace('"large":0', `"large":${text}`);
      const { value, diagnostics } = fromJson(device, nodeOf(json));
      return diagnostics.length > 0 ? diagnostics[0]?.code : (value as { readonly large: Value }).large;
    };
    expect(exact("9007199254740991")).toBe(2n ** 53n - 1n);
    for (const text of ["9007199254740992", "9007199254740993", "18446744073709551615"]) {
      expect(exact(text), text).toBe("B8405");
    }
    for (const text of ["1e3", "1.0", "1E-2", "0.5", "-1.5e3"]) expect(exact(text), text).toBe("B8404");
  });

  test("a mistake is shown in the text", () => {
    const source = { path: "value.json", text: '{\n  "small": 256.5\n}\n' };
    const read = readJson(source);
    const mistakes = read.ok ? fromJson(device, read.value).diagnostics : [];
    expect(fancy(mistakes.slice(0, 1))).toContain("value.json:2:12");
  });
});

describe("the JSON reader", () => {
  const mistake = (text: string): string => {
    const read = readJson({ path: "x.json", text });
    if (read.ok) return "none";
    const { code, expected, found, span } = read.mistake;
    return `${code} ${expected}, ${found} at ${span.start}`;
  };

  test("reads what RFC 8259 has", () => {
    const text = ' {"a": [1, -0.5e+3, true, false, null, "\\u00e4\\n\\/\\ud83e\\udded"], "__proto__": {}} ';
    const node = nodeOf(text);
    expect(node.kind === "object" && node.members.map((member) => member.name)).toEqual(["a", "__proto__"]);
    expect(mistake("\ufeff1")).toBe("none");
  });

  test("refuses everything else, with the place", () => {
    expect(mistake("")).toBe("B8401 a value, the end of the text at 0");
    expect(mistake("{")).toBe("B8401 a member name or `}`, the end of the text at 1");
    expect(mistake('{"a":1,}')).toBe("B8401 a member name, `}` at 7");
    expect(mistake("[1,]")).toBe("B8401 a value, `]` at 3");
    expect(mistake("[1 2]")).toBe("B8401 `,` or `]`, `2` at 3");
    expect(mistake("01")).toBe("B8401 the end of the number, `1` at 1");
    expect(mistake("nul")).toBe("B8401 a value, `nul` at 0");
    expect(mistake('"a')).toBe("B8401 the end of the string, the end of the text at 2");
    expect(mistake('"\\x"')).toBe("B8401 an escape, `x` at 2");
    expect(mistake('"\n"')).toContain("the end of the string");
    expect(mistake('"\\ud800"')).toContain("half a surrogate pair");
    expect(mistake('{"a":1,"a":2}')).toBe('B8402 member, "a" at 7');
    expect(mistake("1 2")).toBe("B8401 the end of the text, `2` at 2");
    expect(mistake("[".repeat(100_000))).toContain("at most 512 levels");
  });

  test("reads values one after the other", () => {
    const read = readJsonSequence({ path: "x.ndjson", text: '{"a":1}\n{"a":2}\n\n' });
    expect(read.ok && read.value.length).toBe(2);
  });
});

function schemasOf(one: Compiled): InspectOptions["schemas"] {
  return (manifest, body) => findSchemas(manifest, body, { candidates: [one.modules.values()] });
}

describe("JSON of a dump", () => {
  const records = [
    { type: "Device", instance: 5, value: fromJson(device, nodeOf(JSON.stringify(good))).value },
    { type: "demo.json.Device", instance: 2, value: fromJson(device, nodeOf(JSON.stringify(good))).value },
  ];
  const input = { producer: "Linux 7.0", modules: writerModules(compiled.modules), working: null, embedSchema: false };
  const encoded = encodeDump({ ...input, records });
  const bytes = encoded.ok ? encoded.bytes : new Uint8Array(0);
  const json = dumpToJson(inspect(sourceOf(bytes), { schemas: schemasOf(compiled) }));

  test("fits its JSON Schema, healthy and damaged", async () => {
    const { Ajv } = (await import("ajv")).default;
    const ajv = new Ajv();
    const valid = ajv.compile(decodeSchema);
    const validLine = ajv.compile({ ...decodeSchema.definitions.line, definitions: decodeSchema.definitions });
    const none: InspectOptions["schemas"] = (manifest) => findSchemas(manifest, null, { candidates: [] });
    for (const cut of [bytes.length, bytes.length - 10, bytes.length - 100, 300, 70, 10, 0]) {
      for (const schemas of [schemasOf(compiled), none]) {
        const one: unknown = JSON.parse(
          JSON.stringify(dumpToJson(inspect(sourceOf(bytes.subarray(0, cut)), { schemas }))),
        );
        expect(valid(one), JSON.stringify(valid.errors)).toBe(true);
        const printed = (make: (out: ByteText) => Printer): string => {
          const blocks: Uint8Array[] = [];
          const out = new ByteText((block) => void blocks.push(block.slice()));
          const printer = make(out);
          for (const item of inspect(sourceOf(bytes.subarray(0, cut)), { schemas })) printer.item(item);
          printer.end();
          out.flush();
          return Buffer.concat(blocks).toString();
        };
        const options = { paths: [], full: false, strict: false, knows: noKnowers };
        expect(printed((out) => new DumpPrinter(out, options))).toBe(`${jsonText(one, 2)}\n`);
        const full: unknown = JSON.parse(printed((out) => new DumpPrinter(out, { ...options, full: true })));
        expect(valid(full), JSON.stringify(valid.errors)).toBe(true);
        for (const each of [options, { ...options, full: true }]) {
          const lines = printed((out) => new LinesPrinter(out, each))
            .trimEnd()
            .split("\n");
          for (const line of lines)
            expect(validLine(JSON.parse(line)), line + JSON.stringify(validLine.errors)).toBe(true);
        }
      }
    }
  });

  test("encodes to the same bytes again", () => {
    expect(json.problems).toEqual([]);
    const node = nodeOf(JSON.stringify(json));
    const again = dumpFromJson(node, worldAt(compiled));
    expect(again.diagnostics).toEqual([]);
    expect(encodeDump({ ...input, producer: again.producer, records: again.records })).toEqual({ ok: true, bytes });
    const manifest = manifestFromJson(node);
    expect(manifest?.diagnostics).toEqual([]);
    const fingerprint = compiled.modules.get("demo.json")?.fingerprints.get(0x10000);
    expect(manifest?.modules[0]?.fingerprint).toBe(fingerprint);
  });

  test("says what is wrong with it", () => {
    const mistakes = (value: unknown): readonly string[] =>
      dumpFromJson(nodeOf(JSON.stringify(value)), worldAt(compiled)).diagnostics.map((one) => one.code);
    expect(mistakes(1)).toEqual(["B8404"]);
    expect(mistakes({ records: [1, {}, { type: "Device" }] })).toEqual(["B8404", "B8404", "B8404"]);
    expect(mistakes({ records: [{ type: "Devise", instance: 0, value: {} }] })).toEqual(["B8407"]);
    expect(mistakes({ records: [{ type: "Device", instance: -1, value: good }] })).toEqual(["B8404"]);
    expect(mistakes({ records: [{ type: "Device", instance: 0, version: 9, value: good }] })).toEqual(["B8404"]);
    expect(mistakes({ records: [], record: [] })).toEqual(["B8403"]);
    expect(mistakes({ records: [], producer: 5, embedSchema: "yes" })).toEqual(["B8404", "B8404"]);
    const told = (value: unknown): readonly string[] =>
      dumpFromJson(nodeOf(JSON.stringify(value)), worldAt(compiled)).diagnostics.map((one) => one.message);
    expect(told({ records: {} })).toEqual(['expected an array of "records", found an object']);
    const record = { type: "Device", instance: 0, value: good };
    for (const [name, expected] of [
      ["type", 'a "type", the name of a state'],
      ["instance", 'an "instance" of 0 to 4294967295'],
      ["value", 'a "value"'],
    ] as const) {
      expect(told({ records: [{ ...record, [name]: undefined }] })).toEqual([`expected ${expected}, found none`]);
    }
  });

  test("says what is wrong with its manifest", () => {
    const digits = "0123456789abcdef".repeat(4);
    const one = { version: 1, fingerprint: digits };
    const other = { version: 2, fingerprint: digits.replace("0", "1") };
    const mistakes = (...manifest: readonly unknown[]): readonly string[] | undefined =>
      manifestFromJson(nodeOf(JSON.stringify({ manifest })))?.diagnostics.map(
        ({ code, message }) => `${code} ${message}`,
      );
    const m = { module: "m", ...one };
    const versionItself = 'B8404 expected version 1 itself with its fingerprint in "writes", found none';
    expect(manifestFromJson(nodeOf("{}"))).toBeNull();
    expect(mistakes({ ...m, writes: [one, other] }, { module: "n", ...other })).toEqual([]);
    for (const fingerprint of ["zz", "", "00", digits.toUpperCase(), `${digits}0`])
      expect(mistakes({ ...m, fingerprint })).toEqual([
        expect.stringMatching(/^B8406 ".*" is no fingerprint of 64 lower-case hex digits$/),
      ]);
    expect(mistakes({ ...m, writes: [{ ...one, fingerprint: "11" }, other] })).toEqual([
      'B8406 "11" is no fingerprint of 64 lower-case hex digits',
    ]);
    expect(mistakes({ ...m, writes: [] })).toEqual([versionItself]);
    expect(mistakes({ ...m, writes: [other] })).toEqual([versionItself]);
    expect(mistakes({ ...m, writes: [{ ...one, fingerprint: other.fingerprint }] })).toEqual([versionItself]);
    expect(mistakes({ ...m, writes: [one, one] })).toEqual(["B8404 expected versions in ascending order, found 1"]);
    expect(mistakes({ ...m, writes: 1 })).toEqual(["B8404 expected an array of versions, found 1"]);
    expect(mistakes(m, m)).toEqual(['B8404 expected each module once, found "m"']);
    expect(mistakes(1, {}, { module: "m" }, { module: "n", version: "x" }, { module: "o", version: 1 })).toEqual([
      'B8404 expected a module with its name, "module", found none',
      'B8404 expected a module with its name, "module", found none',
      'B8404 expected a "version", as in 2 or "2.1", found none',
      'B8404 expected a "version", as in 2 or "2.1", found "x"',
      'B8404 expected a "fingerprint" of 64 hex digits, found none',
    ]);
    expect(mistakes({ ...m, draft: 1 })).toEqual(['B8404 expected true or false as "draft", found 1']);
  });

  test("values of one type are records, counted from 0", () => {
    const one = JSON.stringify(good);
    for (const text of [`[${one},${one}]`, `${one}\n${one}`]) {
      const nodes = readJsonSequence({ path: "x", text });
      const values = valuesFromJson(nodes.ok ? nodes.value : [], device);
      expect(values.records.map((record) => record.instance)).toEqual([0, 1]);
    }
  });

  test("a path leads to the place in the text", () => {
    const text = JSON.stringify(good);
    const at = (path: string): string => {
      const { span } = nodeAtPath(nodeOf(text), path);
      return text.slice(span.start, span.end);
    };
    expect(at("demo.json.Device#3.bars[0].size")).toBe("1");
    expect(at("Device.kind.bar.base")).toBe('"1"');
    expect(at("Device.command.aspm")).toBe(JSON.stringify(good.command));
    expect(at("Device.none")).toBe(text);
  });
});
