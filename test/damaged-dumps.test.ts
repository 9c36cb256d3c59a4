import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dumpOf, recordsOf } from "./fuzz/frame.ts";
import { baton, folderWith, type Called } from "./terminal.ts";

const schema = `/// Machines.
module ops.vm;

version 1;
version 2;

/// A machine.
state Machine @0x10 single { name @1 : string[..64]; }

/// A processor.
state Cpu @0x20 { index @1 : u16 key; mode @2 : u8 = 0; kind @3 : u16; note @4 : string[..16] = ""; buddy @5 : u16 = 0xffff -> Cpu.index; extra @6 : u8 = 0 ignorable since 2; }
`;

const input = {
  records: [
    { type: "ops.vm.Machine", instance: 0, value: { name: "m" } },
    { type: "ops.vm.Cpu", instance: 0, value: { index: 0, mode: 1, kind: 3, note: "abcdefghijk" } },
    { type: "ops.vm.Cpu", instance: 7, value: { index: 1, kind: 3, note: "x", buddy: 0 } },
  ],
};

let folder: { readonly path: string; readonly remove: () => void };
let dump: Buffer;
beforeAll(async () => {
  folder = folderWith({ "s/ops/vm.baton": schema, "other/ops/vm.baton": schema.replace("name @1", "title @1") });
  const words = ["encode", "-", "--schema", "s", "-o", "a.dump"];
  const { status, messages } = await baton(folder.path, words, { input: JSON.stringify(input) });
  if (status !== 0) throw new Error(messages);
  dump = readFileSync(join(folder.path, "a.dump"));
});
afterAll(() => folder.remove());

/** Of bytes, read from standard input. */
const call = (bytes: Uint8Array, ...words: string[]): Promise<Called> => baton(folder.path, words, { input: bytes });

/** The dump with a byte turned at the first place of some bytes, checksums as they were. */
function hit(text: string | Uint8Array, further: number = 0): Buffer {
  const bytes = Buffer.from(dump);
  const at = bytes.indexOf(text) + further;
  expect(at).toBeGreaterThan(64);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
}

describe("a damaged manifest", () => {
  const inFingerprint = async (): Promise<Buffer> => {
    const { output } = await call(dump, "decode", "-", "--schema", "s", "--format", "json");
    const digits = String(JSON.parse(output).manifest[0].fingerprint);
    return hit(Buffer.from(digits, "hex"), 3);
  };

  test("is read by the fingerprint that is left of it, and says so", async () => {
    const bytes = await inFingerprint();
    const { status, output, messages } = await call(bytes, "decode", "-", "--schema", "s");
    expect(output).toMatch(
      /^! 0x[\da-f]+ manifest\.modules\[0\]\.fingerprint: no schema for ops\.vm .*; the manifest is damaged, so it is read by the fingerprint .* in `writes` \[B8021\]$/m,
    );
    expect(output).toContain("ops.vm.Cpu#7");
    expect([status, messages]).toEqual([1, ""]);
    expect(output).toMatch(/\[B8007\]/);
  });

  test("whose name is hit is read by its fingerprint", async () => {
    const { status, output } = await call(hit("ops.vm", 2), "decode", "-", "--schema", "s");
    expect(output).toContain("the manifest is damaged, so it is read by ops.vm, which has this fingerprint [B8021]");
    expect(output).toContain("ops.vm.Cpu#7");
    expect(output).not.toContain("B8014");
    expect(status).toBe(1);
  });

  test("is read by the name and version of what was given, and by nothing that was not", async () => {
    const bytes = await inFingerprint();
    const given = await call(bytes, "decode", "-", "--schema", "other");
    expect(given.output).toContain("so it is read by the schema given of that name and version [B8021]");
    expect([given.status, given.output.includes("title")]).toEqual([1, true]);
    const environment = { BATON_SCHEMA_PATH: join(folder.path, "other") };
    const found = await baton(folder.path, ["decode", "-"], { input: bytes, environment });
    expect(found.status).toBe(2);
    expect(found.messages).toContain(
      "the checksum of the manifest fails, so its fingerprints and names may be what is damaged",
    );
  });

  test("whose checksum holds is believed", async () => {
    const records = recordsOf(await inFingerprint());
    const { status, output } = await call(dumpOf(records), "decode", "-", "--schema", "s");
    expect([status, output.includes("is read by")]).toEqual([2, false]);
  });
});

describe("problems of the choice of schemas", () => {
  test("have the places of what they are about", async () => {
    const offsets = async (bytes: Uint8Array, ...words: string[]): Promise<readonly unknown[]> => {
      const { output } = await call(bytes, "decode", "-", "--format", "json", ...words);
      const problems: readonly { offset: number | null; path: string; code: string }[] = JSON.parse(output).problems;
      return problems.map(({ code, path, offset }) => [code, path, typeof offset]);
    };
    const place = "manifest.modules[0].fingerprint";
    expect(await offsets(dump)).toEqual([["B8021", place, "number"]]);
    expect(await offsets(dump, "--reader", "other", "--schema", "s")).toContainEqual(["B8016", place, "number"]);
    const without = dumpOf(recordsOf(dump).toSpliced(1, 1));
    expect(await offsets(without, "--schema", "s")).toEqual([["B8020", "end", "number"]]);
  });
});

describe("--raw", () => {
  test("goes by ids and forms alone, and misses no schema", async () => {
    const { status, output, messages } = await call(dump, "decode", "-", "--raw");
    expect([status, messages]).toEqual([0, ""]);
    expect(output).not.toContain("!");
  });
});

describe("JSON of a damaged dump", () => {
  test("has null for what could not be read, and is refused once, with the path", async () => {
    const { output } = await call(
      dump.subarray(0, dump.indexOf("hijk")),
      "decode",
      "-",
      "--schema",
      "s",
      "--format",
      "json",
    );
    expect(JSON.parse(output).records[1].value).toMatchObject({ kind: 3, note: null, buddy: null });
    const { status, messages } = await call(Buffer.from(output), "encode", "-", "--schema", "s");
    expect(status).toBe(2);
    expect(messages.match(/error\[/g)).toHaveLength(1);
    expect(messages).toContain("error[B9306]: this JSON is of a dump with 2 problems: ops.vm.Cpu#0.note: needs");
    expect(messages).toMatch(/write values for the \d+ nulls \(the first is ops\.vm\.Cpu#0\.note\)/);
  });

  test("whose problems were accepted is refused for each null, in the order of the text", async () => {
    const cut = dump.subarray(0, dump.indexOf("hijk"));
    const { output } = await call(cut, "decode", "-", "--schema", "s", "--format", "json");
    const accepted = JSON.stringify({ ...JSON.parse(output), problems: [] });
    const { status, messages } = await call(Buffer.from(accepted), "encode", "-", "--schema", "s");
    expect([status, messages.match(/error\[(\w+)\]/)?.[1]]).toEqual([2, "B8404"]);
    const places = [...messages.matchAll(/<stdin>:1:(\d+)/g)].map(([, column]) => Number(column));
    expect(places.length).toBeGreaterThan(1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  test("makes nothing up where the header of a member is lost, and is encoded only if that is accepted", async () => {
    const bytes = Buffer.from(dump);
    // The id of `mode`.
    const at = bytes.indexOf(Uint8Array.of(2, 0, 0, 1, 1, 0, 0, 0));
    bytes[at] = 0x62;
    const words = ["decode", "-", "--schema", "s", "--format", "json"];
    const { status, output } = await call(bytes, ...words);
    expect(status).toBe(1);
    const json = JSON.parse(output);
    expect(json.records[1].value).toEqual({
      ...{ index: 0, mode: null, kind: 3, note: "abcdefghijk" },
      // Their ids are not where the one that is lost was.
      ...{ buddy: 0xffff, extra: 0 },
    });
    // Records that are whole have their defaults.
    expect(json.records[2].value).toMatchObject({ mode: 0, buddy: 0 });
    const refused = await call(Buffer.from(output), "encode", "-", "--schema", "s", "-o", "b.dump");
    expect([refused.status, existsSync(join(folder.path, "b.dump"))]).toEqual([2, false]);
    expect(refused.messages).toContain("error[B9306]: this JSON is of a dump with");
    // Written back from elsewhere, and the rest of the problems accepted.
    const [, record] = json.records;
    record.value.mode = 1;
    const mended = await call(Buffer.from(JSON.stringify({ ...json, problems: [] })), "encode", "-", "--schema", "s");
    expect([mended.status, mended.messages, Buffer.from(mended.bytes).equals(dump)]).toEqual([0, "", true]);
    const compared = join(folder.path, "hurt.dump");
    writeFileSync(compared, bytes);
    const { output: told } = await baton(folder.path, ["diff", "a.dump", "hurt.dump", "--schema", "s"]);
    expect(told).toMatch(/^\? .* mode +could not be read in b {2}@2$/m);
  });

  test("as another version reads it names what was dropped when it is encoded", async () => {
    const apart = { index: 0, kind: 3, extra: 7 };
    const records = [input.records[0], { ...input.records[1], value: apart }];
    const made = await call(Buffer.from(JSON.stringify({ records })), "encode", "-", "--schema", "s");
    const lacking = folderWith({ "ops/vm.baton": schema.replace(" extra @6 : u8 = 0 ignorable since 2;", "") });
    try {
      const read = await call(made.bytes, "decode", "-", "--schema", "s", "--reader", lacking.path, "--format", "json");
      expect(JSON.parse(read.output).records[1].dropped).toHaveLength(1);
      const accepted = JSON.stringify({ ...JSON.parse(read.output), problems: [] });
      const { status, messages } = await call(Buffer.from(accepted), "encode", "-", "--schema", "s");
      expect([status, messages]).toEqual([0, "not in this JSON: ops.vm.Cpu#0.@6 (dropped, ignorable)\n"]);
    } finally {
      lacking.remove();
    }
  });

  test("as another version reads it is encoded only if what was refused is given up", async () => {
    const lacking = folderWith({ "ops/vm.baton": schema.replace('note @4 : string[..16] = ""; ', "") });
    try {
      const words = ["decode", "a.dump", "--schema", "s", "--reader", lacking.path, "--format", "json"];
      const { status, output } = await baton(folder.path, words);
      expect([status, output.includes("B8209")]).toEqual([1, true]);
      const refused = await call(Buffer.from(output), "encode", "-", "--schema", "s");
      expect([refused.status, refused.messages.includes("error[B9306]")]).toEqual([2, true]);
    } finally {
      lacking.remove();
    }
  });
});

describe("an output that cannot be written", () => {
  test("is told as that, and not as an input", async () => {
    const print = (): void => {
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC", syscall: "write" });
    };
    for (const format of ["tree", "json", "ndjson", "hex"]) {
      const words = ["decode", "a.dump", "--schema", "s", "--format", format];
      const { status, messages } = await baton(folder.path, words, { print });
      expect([status, messages]).toEqual([
        2,
        expect.stringContaining("error[B9003]: cannot write `<stdout>`: no space is left"),
      ]);
    }
  });
});

describe("--strict", () => {
  test("counts what it has read", async () => {
    const hurt = hit("abcdefghijk", 1);
    const strict = await call(hurt, "decode", "-", "--schema", "s", "--format", "json", "--strict");
    const { problems, coverage } = JSON.parse(strict.output);
    expect(problems).toHaveLength(1);
    expect(coverage.described).toBeGreaterThan(300);
    const lines = await call(hurt, "decode", "-", "--schema", "s", "--format", "ndjson", "--strict");
    const [problem = "", counted = ""] = lines.output.trimEnd().split("\n").slice(-2);
    expect(JSON.parse(problem).problem.code).toBe("B8007");
    expect(JSON.parse(counted)).toEqual({ coverage });
    const tree = await call(hurt, "decode", "-", "--schema", "s", "--strict");
    const { described, padding, unknown } = coverage;
    const [told = "", last] = tree.output.trimEnd().split("\n").slice(-2);
    expect(told).toContain("[B8007]");
    expect(last).toBe(
      `coverage of the first ${described + padding + unknown} bytes: ${described} described, ${padding} padding, ${unknown} unknown, 0 missing`,
    );
  });

  test("counts what is missing of the record in which it stops", async () => {
    const cut = dump.subarray(0, dump.indexOf("abcdefghijk") + 4);
    const whole = await call(cut, "decode", "-", "--schema", "s", "--format", "json");
    const { missing } = JSON.parse(whole.output).coverage;
    expect(missing).toBeGreaterThan(0);
    for (const format of ["tree", "json", "ndjson"]) {
      const { output } = await call(cut, "decode", "-", "--schema", "s", "--strict", "--format", format);
      expect(output.match(format === "tree" ? /(\d+) missing/ : /"missing": ?(\d+)/)?.[1], format).toBe(
        String(missing),
      );
    }
  });
});

describe("the first of several problems", () => {
  test("is where --strict stops in every format, and hex behind no more than that", async () => {
    // The header of a member and its text: two problems in the record, and the checksum of its body.
    const hurt = hit("abcdefghijk", 1);
    hurt[hurt.indexOf("hijk") - 8] = 0xff;
    const first: (string | undefined)[] = [];
    for (const format of ["tree", "json", "ndjson", "hex"]) {
      const { status, output, messages } = await call(
        hurt,
        "decode",
        "-",
        "--schema",
        "s",
        "--strict",
        "--format",
        format,
      );
      expect(status).toBe(1);
      first.push(/B8\d{3}/.exec(format === "hex" ? messages : output)?.[0]);
      if (format !== "hex") continue;
      const last = output.trimEnd().split("\n").at(-1) ?? "";
      const [, offset = ""] = /^! 0x([0-9a-f]+) /.exec(messages) ?? [];
      expect(Number.parseInt(last, 16)).toBeLessThanOrEqual(Number.parseInt(offset, 16));
    }
    expect(new Set(first).size, first.join()).toBe(1);
  });

  test("is the same in every format, and the others follow in one order", async () => {
    // A form that does not exist, and within that member padding that is not zero.
    const both = hit("abcdefghijk", 11);
    both[both.indexOf("abcdefghijk") - 6] = 9;
    for (const hurt of [hit("abcdefghijk", 1), both]) {
      const codesOf = (text: string): readonly string[] => text.match(/B8\d{3}/g) ?? [];
      const tree = await call(hurt, "decode", "-", "--schema", "s");
      const calls = [
        ["decode", "--format", "ndjson"],
        ["decode", "--format", "json"],
        ["decode", "--path", "Cpu#0"],
        ["verify"],
      ];
      for (const words of calls) {
        const { output } = await call(hurt, ...words, "-", "--schema", "s");
        expect(codesOf(output), words.join(" ")).toEqual(codesOf(tree.output));
      }
    }
  });
});

describe("what --strict did not come to", () => {
  test.each([
    ["--path", "Cpu#7", "B9304"],
    ["--path", "Cpu#9", "B9304"],
    ["--at", "0x1d0", "B9305"],
  ])("is not said to be missing: %s %s", async (option, value, code) => {
    const hurt = hit("abcdefghijk", 1);
    for (const format of ["tree", "json"]) {
      const words = ["decode", "-", "--schema", "s", "--strict", "--format", format, option, value];
      const { status, messages } = await call(hurt, ...words);
      expect([status, messages.match(/error\[(\w+)\]/)?.[1]], messages).toEqual([1, code]);
      expect(messages).toMatch(
        /reading stopped at the first problem, before anything|reading stopped at the first problem, before 0x/,
      );
      expect(messages).toContain("leave out `--strict` to read on");
    }
  });
});

describe("references of a damaged dump", () => {
  test("are told as what could not be found, and not as what is not there", async () => {
    const bytes = dump.subarray(0, dump.length);
    const records = recordsOf(bytes);
    const lost = dumpOf(records.toSpliced(2, 1));
    const sound = await call(lost, "verify", "-", "--schema", "s");
    expect(sound.output).toContain("refers to 0, and no ops.vm.Cpu has that key [B8504]");
    const hurt = Buffer.from(bytes);
    const at = hurt.indexOf("abcdefghijk") - 8;
    hurt.fill(0xff, at - 40, at);
    const { output } = await call(hurt, "verify", "-", "--schema", "s");
    expect(output).toContain("refers to 0, and no ops.vm.Cpu that could be read has that key [B8504]");
  });
});

describe("what is no dump", () => {
  test("is refused by its first bytes, though it never ends", async () => {
    for (const words of [
      ["info", "/dev/zero"],
      ["diff", "/dev/zero", "a.dump", "--schema", "s"],
      ["view", "/dev/zero", "-o", "x.html"],
    ]) {
      const { status, messages } = await baton(folder.path, words);
      expect([status, messages]).toEqual([2, expect.stringContaining("error[B8001]: `/dev/zero`: not a Baton dump")]);
    }
  });

  test("or is more than a pipe may bring, says that a file may be of any size", async () => {
    for (const words of [
      ["diff", "-", "a.dump", "--schema", "s"],
      ["view", "-", "-o", "x.html", "--schema", "s"],
    ]) {
      const { status, output, messages } = await baton(folder.path, words, { tooLarge: true });
      expect([words[0], status]).toEqual([words[0], 2]);
      expect(output + messages).toContain("`<stdin>` has more than 2147483647 bytes, the most that is read");
      expect(output + messages).toContain("write it to a file and name that: a dump in a file may be of any size");
    }
  });

  test("because it is compressed says what unpacks it", async () => {
    const { status, messages } = await call(gzipSync(dump), "decode", "-");
    expect([status, messages]).toEqual([2, expect.stringContaining("it is compressed by gzip: `gunzip -c FILE`")]);
  });

  test("behind a dump is told, and so is another dump", async () => {
    const joined = await call(Buffer.concat([dump, dump]), "decode", "-", "--schema", "s");
    expect(joined.output).toMatch(/bytes follow the end record, and another dump starts there \[B8013\]/);
    const more = await call(Buffer.concat([dump, Buffer.alloc(16)]), "decode", "-", "--schema", "s");
    expect(more.output).toMatch(/16 bytes follow the end record \[B8013\]/);
  });
});

describe("a dump without a schema", () => {
  test("is 2 for info, too, which says where nothing could be looked into", async () => {
    const environment = { BATON_SCHEMA_PATH: "/nowhere" };
    for (const command of ["info", "verify", "decode"]) {
      const { status, messages } = await baton(folder.path, [command, "a.dump"], { environment });
      expect(status).toBe(2);
      expect(messages).toContain("cannot read `/nowhere`");
      expect(messages).toContain("error[B9202]");
    }
    expect((await baton(folder.path, ["diff", "a.dump", "a.dump"], { environment })).messages).toContain(
      "has the fingerprint",
    );
  });
});

describe("diff", () => {
  test("counts records that one side lacks as differences", async () => {
    const records = recordsOf(dump);
    const { output } = await call(dumpOf(records.toSpliced(3, 1)), "diff", "a.dump", "-", "--schema", "s");
    expect(output).toMatch(/^1 only in a, 2 equal$/m);
    expect(output).toMatch(/^1 difference, /m);
  });

  test("says which --ignore names nothing", async () => {
    const words = ["--ignore", "Nope.x", "--ignore", "Cpu.mode", "--ignore", "Machine"];
    const { status, messages } = await baton(folder.path, ["diff", "a.dump", "a.dump", "--schema", "s", ...words]);
    expect([status, messages]).toEqual([0, "note: `--ignore Nope.x` names nothing that was compared\n"]);
  });
});
