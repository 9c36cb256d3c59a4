import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import verifySchema from "../compiler/cli/verify.schema.json" with { type: "json" };
import decodeSchema from "../compiler/dump/decode.schema.json" with { type: "json" };
import { dumpOf, recordsOf } from "./fuzz/frame.ts";
import { baton, folderWith, type Called } from "./terminal.ts";

const ajv = new Ajv();
const validDump = ajv.compile(decodeSchema);
const validLine = ajv.compile({ ...decodeSchema.definitions.line, definitions: decodeSchema.definitions });
const validVerified = ajv.compile(verifySchema);

const older = `/// Timers.
module linux.timer;

version 1;

/// A timer.
state Timer @0x10 { id @1 : u32 key; expires @2 : u64 unit "ns"; }
`;
const newer = older
  .replace("version 1;", "version 1;\nversion 2;")
  .replace('unit "ns";', 'unit "ns"; slack @3 : u32 = 50 since 2; hint @4 : u32 = 0 ignorable since 2;');

let folder: { readonly path: string; readonly remove: () => void };
let dump: Buffer;

beforeEach(async () => {
  folder = folderWith({ "old/linux/timer.baton": older, "new/linux/timer.baton": newer });
  const input = '[{"id": 1, "expires": "18446744073709551615", "slack": 7, "hint": 2}, {"id": 2, "expires": 5}]';
  await baton(folder.path, ["encode", "--type", "Timer", "--schema", "new", "-o", "a.dump"], {
    input,
  });
  dump = readFileSync(join(folder.path, "a.dump"));
});
afterEach(() => folder.remove());

const decode = (...words: string[]): Promise<Called> => baton(folder.path, ["decode", "--schema", "new", ...words]);

describe("--path", () => {
  test("says of a member that is absent that it is, and of one that nobody has that nothing is named", async () => {
    const schema = `module demo.rig;
      state Rig @0x1 { maybe @1 : u8?; part @2 : Part?; kind @3 : Kind; parts @4 : Part[]; flags @5 : Flags = 0; }
      state Part { size @1 : u8; note @2 : string?; }
      bits Flags : u8 { on = 0; level = 1..3; }
      union Kind { none_of_them @1 : none; part @2 : Part; }`;
    const own = folderWith({ "demo/rig.baton": schema });
    try {
      const input = JSON.stringify({ kind: { none_of_them: null }, parts: [{ size: 1 }, { size: 2, note: "x" }] });
      const made = await baton(own.path, ["encode", "--type", "Rig", "--schema", ".", "-o", "rig.dump"], { input });
      expect([made.status, made.messages]).toEqual([0, ""]);
      const asked = async (path: string, format = "tree"): Promise<readonly [number, string]> => {
        const words = ["decode", "rig.dump", "--schema", ".", "--format", format, "--path", path];
        const { status, messages } = await baton(own.path, words);
        return [status, messages.split("\n")[0] ?? ""];
      };
      for (const path of ["Rig#0.maybe", "Rig.part", "Rig.part.size", "Rig.kind.part.size", "Rig.parts[0].note"]) {
        for (const format of ["tree", "json", "ndjson", "hex"])
          expect(await asked(path, format)).toEqual([
            1,
            `error[B9304]: what \`${path}\` names is absent in \`rig.dump\``,
          ]);
      }
      for (const path of ["Rig#0.mayb", "Rig#1.maybe", "Rig.parts[2].note", "Rig.part.weight", "Rig.flags.levels"])
        expect(await asked(path)).toEqual([1, `error[B9304]: nothing in \`rig.dump\` is named by \`${path}\``]);
      expect(await asked("Rig.parts[*].note")).toEqual([0, ""]);
    } finally {
      own.remove();
    }
  });
});

describe("--path to a named bit or range", () => {
  const schema = `module demo.rig;
    enum Mode : u8 { off = 0; on = 1; full = 2; }
    bits Flags : u16 { up = 0; level = 1..3; mode = 4..5 : Mode; }
    bits Wide : u64 { low = 0..54; top = 60..63; }
    struct Row { flags @1 : Flags; }
    state Rig @0x1 { flags @1 : Flags = 0; wide @2 : Wide = 0; maybe @3 : Flags?; rows @4 : Row[]; list @5 : Flags[]; }`;
  const value = {
    ...{ flags: ["up", "level=5", "mode=full"], wide: ["low=3", "top=9"] },
    ...{ rows: [{ flags: ["level=1"] }, { flags: [] }], list: [["up"], []] },
  };
  let bytes: Uint8Array;
  let rig: typeof folder;
  beforeEach(async () => {
    rig = folderWith({ "demo/rig.baton": schema });
    const words = ["encode", "--type", "Rig", "--schema", "."];
    ({ bytes } = await baton(rig.path, words, { input: JSON.stringify(value) }));
  });
  afterEach(() => rig.remove());
  const at = (path: string, format: string, input = bytes): Promise<Called> =>
    baton(rig.path, ["decode", "-", "--schema", ".", "--format", format, "--path", path], { input });
  const values = async (path: string, input = bytes): Promise<unknown> => {
    const { output } = await at(path, "json", input);
    const { records } = JSON.parse(output);
    return records.map((one: { readonly path: string; readonly value: unknown }) => [one.path, one.value]);
  };

  test("gives its value, and in a tree the row of the whole with its bits", async () => {
    expect(await values("Rig.flags.level")).toEqual([["demo.rig.Rig#0.flags.level", 5]]);
    expect(await values("Rig.flags.up")).toEqual([["demo.rig.Rig#0.flags.up", true]]);
    expect(await values("Rig.flags.mode")).toEqual([["demo.rig.Rig#0.flags.mode", "full"]]);
    expect(await values("Rig.wide.top")).toEqual([["demo.rig.Rig#0.wide.top", 9]]);
    expect(await values("Rig.wide.low")).toEqual([["demo.rig.Rig#0.wide.low", "3"]]);
    expect(await values("Rig.rows[*].flags.level")).toEqual([
      ["demo.rig.Rig#0.rows[0].flags.level", 1],
      ["demo.rig.Rig#0.rows[1].flags.level", 0],
    ]);
    expect(await values("Rig.list[1].up")).toEqual([["demo.rig.Rig#0.list[1].up", false]]);
    for (const [path, name] of [
      ["Rig.flags.level", "flags"],
      ["Rig.wide.top", "wide"],
      ["Rig.rows[0].flags.level", "rows[0].flags"],
      ["Rig.list[0].up", "list[0]"],
    ] as const) {
      for (const format of ["tree", "hex", "ndjson"]) {
        const range = await at(path, format);
        expect([path, format, range.status, range.messages]).toEqual([path, format, 0, ""]);
        if (format !== "ndjson") expect(range.output).toBe((await at(`Rig.${name}`, format)).output);
      }
    }
    expect((await at("Rig.flags.level", "tree")).output).toMatch(/ \.\.\.\. \.\.\.\. \.\.\.\. 101\. +level = 5$/m);
    expect((await at("Rig.maybe.up", "tree")).messages).toContain("is absent in");
    for (const path of ["Rig.flags.lvl", "Rig.flags.level.up", "Rig.flags.level[0]", "Rig.flags.@1"])
      expect((await at(path, "tree")).messages, path).toContain("nothing in");
  });

  test("is what a problem of that range is printed with", async () => {
    const records = recordsOf(bytes);
    const body = records[1]?.body;
    if (body !== undefined) body[4] = 0x3b;
    const hurt = dumpOf(records);
    const whole = await baton(rig.path, ["decode", "-", "--schema", "."], { input: hurt });
    expect(whole.output).toContain("demo.rig.Rig#0.flags.mode: 3 is no value of");
    const { status, output } = await at("demo.rig.Rig#0.flags.mode", "tree", hurt);
    expect([status, output]).toEqual([
      1,
      expect.stringMatching(/ flags +@1 {2}damaged\n(?: +[.\d].*\n)+! .*flags\.mode/),
    ]);
    expect(await values("demo.rig.Rig#0.flags.mode", hurt)).toEqual([["demo.rig.Rig#0.flags.mode", null]]);
  });
});

describe("rows of a newer writer", () => {
  test("drop what they hold that the reader does not know, and where that is zero nothing", async () => {
    const row = "module demo.rows;\nversion 1;\nstruct Row { a @1 : u64; }\nstate S @0x1 { rows @1 : Row[]; }";
    const grown = row.replace("1;\n", "1;\nversion 2;\n").replace("u64;", "u64; hint @2 : u64 = 0 ignorable since 2;");
    const own = folderWith({ "old/demo/rows.baton": row, "new/demo/rows.baton": grown });
    try {
      const input = '{"rows": [{"a": 1, "hint": 0}, {"a": 2, "hint": 7}]}';
      await baton(own.path, ["encode", "--type", "S", "--schema", "new", "-o", "s.dump"], { input });
      const words = ["decode", "s.dump", "--schema", "new", "--reader", "old"];
      const { status, output } = await baton(own.path, words);
      expect(status).toBe(0);
      expect(output.match(/newer members .*$/gm)).toEqual([
        expect.stringMatching(/ 0000000000000000 {2}unknown$/),
        expect.stringMatching(/ 0700000000000000 {2}unknown, dropped$/),
      ]);
    } finally {
      own.remove();
    }
  });
});

describe("decode", () => {
  test("gives JSON and lines that fit their schema, values and nodes", async () => {
    for (const words of [
      [],
      ["--full"],
      ["--raw"],
      ["--path", "Timer#0.slack"],
      ["--reader", "old"],
      ["--raw", "--full"],
    ]) {
      const json = await decode("a.dump", "--format", "json", ...words);
      expect(validDump(JSON.parse(json.output)), `${words.join(" ")}: ${JSON.stringify(validDump.errors)}`).toBe(true);
      const lines = await decode("a.dump", "--format", "ndjson", ...words);
      for (const line of lines.output.trimEnd().split("\n")) {
        expect(validLine(JSON.parse(line)), `${line}: ${JSON.stringify(validLine.errors)}`).toBe(true);
      }
      expect(json.status).toBe(words.includes("--reader") ? 1 : 0);
    }
    const at = await decode("a.dump", "--at", "0", "--format", "json");
    expect(validDump(JSON.parse(at.output)), JSON.stringify(validDump.errors)).toBe(true);
    expect(validLine(JSON.parse(at.output))).toBe(true);
  });

  test("goes by ids with --raw, whether there is a schema or not, and nothing is lost on the way back", async () => {
    const value = { "@1": 1, "@2": "18446744073709551615", "@3": 7, "@4": 2 };
    for (const known of [["--schema", "new"], []]) {
      const words = ["decode", ...known, "--raw", "a.dump"];
      const { output } = await baton(folder.path, [...words, "--format", "json"]);
      expect(JSON.parse(output).records[0].value).toEqual(value);
      const lines = await baton(folder.path, [...words, "--format", "ndjson"]);
      expect(JSON.parse(lines.output.split("\n")[1] ?? "").value).toEqual(value);
    }
    const tree = await decode("--raw", "a.dump");
    const rows = [...tree.output.matchAll(/ (@\d) +(\d+ \(\w+ of \d+ bytes\) .*?)  linux\.timer/g)].map(
      ([, id, row]) => `${id}  ${row}`,
    );
    expect(rows).toEqual([
      "@1  1 (word of 4 bytes)  must be understood",
      "@2  18446744073709551615 (long of 8 bytes)  must be understood",
      "@3  7 (word of 4 bytes)  must be understood",
      "@4  2 (word of 4 bytes)  may be dropped",
      ...["@1  2 (word of 4 bytes)  must be understood", "@2  5 (word of 4 bytes)  must be understood"],
    ]);
    const part = await decode("--raw", "a.dump", "--format", "json", "--path", "Timer#0.@3");
    expect(JSON.parse(part.output).records).toMatchObject([{ path: "linux.timer.Timer#0.@3", value: 7 }]);
    const raw = await decode("--raw", "a.dump", "--format", "json");
    const back = await baton(folder.path, ["encode", "--schema", "new", "-", "-o", "b.dump"], { input: raw.output });
    expect([back.status, back.messages]).toEqual([2, expect.stringContaining('unknown member "@1"')]);
  });

  test("tells a schema in the dump that cannot be used, though there is another to read it by", async () => {
    const again = ["encode", "--schema", "new", "--embed-schema", "--type", "Timer", "-o", "e.dump"];
    await baton(folder.path, again, { input: '{"id": 1, "expires": 5}' });
    const records = recordsOf(readFileSync(join(folder.path, "e.dump")));
    expect(records[1]?.flags).toBe(4);
    records[1]?.body.fill(0xff, 12, 20);
    const hurt = dumpOf(records);
    const bare = dumpOf(records.filter(({ id }) => id === 0));
    const empty = dumpOf(records.map((one) => (one.flags === 4 ? { ...one, body: one.body.subarray(0, 0) } : one)));
    const problem = /! 0x[0-9a-f]+ schema: embedded schema: .* \[B8018\]/g;
    for (const [input, more] of [
      [hurt, []],
      [bare, []],
      [empty, []],
      [hurt, ["--raw"]],
      [hurt, ["--reader", "new"]],
    ] as const) {
      const tree = await baton(folder.path, ["decode", "--schema", "new", "-", ...more], { input });
      expect([tree.status, tree.output.match(problem)?.length], more.join()).toEqual([1, 1]);
      const json = await baton(folder.path, ["decode", "--schema", "new", "-", ...more, "--format", "json"], { input });
      expect([json.status, JSON.parse(json.output).problems]).toEqual([
        1,
        [expect.objectContaining({ code: "B8018" })],
      ]);
    }
    const info = await baton(folder.path, ["info", "--schema", "new", "-"], { input: hurt });
    expect([info.status, info.messages.match(problem)?.length]).toEqual([1, 1]);
    const diff = await baton(folder.path, ["diff", "e.dump", "-", "--schema", "new"], { input: hurt });
    expect([diff.status, diff.output.match(/! b 0x[0-9a-f]+ schema: .* \[B8018\]/g)?.length]).toEqual([1, 1]);
    const alone = await baton(folder.path, ["decode", "-"], { input: hurt });
    expect([alone.status, alone.output.match(problem)?.length]).toEqual([2, 1]);
    expect((await decode("e.dump")).status).toBe(0);
  });

  test("encode says which module the manifest lacks, and takes those at hand without one", async () => {
    const json = JSON.parse((await decode("a.dump", "--format", "json")).output);
    const encode = (change: object): Promise<Called> => {
      const input = JSON.stringify({ ...json, ...change });
      return baton(folder.path, ["encode", "--schema", "new", "-", "-o", "f.dump"], { input });
    };
    const none = await encode({ manifest: [] });
    expect([none.status, none.messages]).toEqual([
      2,
      expect.stringContaining('error[B8404]: expected "linux.timer" in "manifest", found no module there'),
    ]);
    expect(none.messages).toContain('without "manifest" those of the schemas at hand are taken');
    const bare = await encode({ manifest: [], records: [{ ...json.records[0], type: "Timer" }] });
    expect(bare.messages).toContain('expected the module of this state in "manifest", found no module there');
    const other = await encode({ records: [{ ...json.records[0], type: "linux.clock.Timer" }] });
    expect(other.messages).toContain('expected "linux.clock" in "manifest", found linux.timer there');
    const unknown = await encode({ records: [{ ...json.records[0], type: "linux.timer.Timr" }] });
    expect(unknown.messages).toContain('unknown name "linux.timer.Timr"');
    expect(await encode({ manifest: undefined })).toMatchObject({ status: 0, messages: "" });
    expect(await encode({ manifest: [], records: [] })).toMatchObject({ status: 0, messages: "" });
  });

  test("refuses what does not go together, before it reads anything", async () => {
    const calls: readonly (readonly [readonly string[], string])[] = [
      [[], "which dump?"],
      [["gone", "--full"], "`--full` is not for `--format tree`"],
      [["gone", "--all", "--format", "json"], "`--all` is not for `--format json`"],
      [["gone", "--depth", "1", "--format", "hex"], "`--depth` is not for `--format hex`"],
      [["gone", "--at", "1", "--format", "hex"], "`--at` is not for `--format hex`"],
      [["gone", "--at", "1", "--path", "Timer"], "`--at` and `--path` both choose what is shown"],
      [["gone", "--raw", "--reader", "old"], "`--raw` goes by no schema"],
      [["gone", "--path", "Timer..id"], "`Timer..id` is no path: expected the name of a member at `.id`"],
      [["gone", "--path", "Timer[id=1"], "expected `]` at its end"],
    ];
    for (const [words, message] of calls) {
      const { status, output, messages } = await decode(...words);
      expect([words, status, output]).toEqual([words, 2, ""]);
      expect(messages).toContain(
        `error[B9001]: ${message.startsWith("expected") ? "`Timer[id=1` is no path: " : ""}${message}`,
      );
    }
    expect((await decode("a.dump", "--at", "1.5")).messages).toContain("whole number");
  });

  test("reads a pipe as it reads a file, and a pipe that is named", async () => {
    for (const format of ["tree", "json", "ndjson", "hex"]) {
      const file = await decode("a.dump", "--format", format);
      const pipe = await baton(folder.path, ["decode", "--schema", "new", "--format", format, "-"], { input: dump });
      expect(pipe.output).toBe(file.output);
      expect(file.status).toBe(0);
    }
    const fifo = join(folder.path, "fifo");
    expect(spawnSync("mkfifo", [fifo]).status).toBe(0);
    const feed = spawnSync("sh", ["-c", `cat a.dump > fifo & sleep 0`], { cwd: folder.path, stdio: "ignore" });
    expect(feed.status).toBe(0);
    expect((await decode("fifo")).output).toBe((await decode("a.dump")).output);
    expect((await decode("new")).messages).toContain("it is a folder");
    expect((await decode("gone")).messages).toContain("no such file");
  });

  test("writes a file whole or not at all", async () => {
    expect(await decode("a.dump", "-o", "out.txt")).toMatchObject({ status: 0, output: "" });
    expect(readFileSync(join(folder.path, "out.txt"), "utf8")).toBe((await decode("a.dump")).output);
    const before = readdirSync(folder.path).sort();
    expect((await decode("a.dump", "-o", "new")).messages).toContain("it is a folder");
    expect((await decode("a.dump", "-o", "gone/out.txt")).status).toBe(2);
    expect((await decode("a.dump", "-o", "/dev/full")).messages).toContain("no space is left");
    expect(readdirSync(folder.path).sort()).toEqual(before);
  });

  test("tells a reader's view: refused, dropped, defaulted, and who would know", async () => {
    const { status, output } = await decode("a.dump", "--reader", "old");
    expect(status).toBe(1);
    expect(output).toMatch(
      /@3 +7 \(word of 4 bytes\) {2}unknown, must be understood {2}linux\.timer 2 has it as slack/,
    );
    expect(output).toMatch(/@4 +2 \(word of 4 bytes\) {2}unknown, dropped {2}linux\.timer 2 has it as hint/);
    const json = await decode("a.dump", "--format", "json");
    const again = ["encode", "--schema", "new", "--embed-schema", "-o", "c.dump"];
    await baton(folder.path, again, { input: json.output });
    const alone = await baton(folder.path, ["decode", "c.dump", "--reader", "old", "--path", "Timer#0.@3"]);
    expect(alone.output).toContain("linux.timer 2 has it as slack");
    const words = ["encode", "--type", "Timer", "--schema", "old", "-o", "b.dump"];
    await baton(folder.path, words, { input: '{"id": 1, "expires": 5}' });
    const upgrade = await baton(folder.path, ["decode", "b.dump", "--schema", "old", "--reader", "new"]);
    expect(upgrade.status).toBe(0);
    expect(upgrade.output).toMatch(/slack +50 {2}@3 {2}default/);
    const foreign = folderWith({ "linux/timer.baton": older.replace('"ns"', '"us"') });
    try {
      const refused = await decode("a.dump", "--reader", foreign.path);
      expect(refused.status).toBe(1);
      expect(refused.output).toMatch(
        /^! 0x[\da-f]+ manifest\.modules\[0\]\.fingerprint: written by linux\.timer version 2 .*\[B8016\]$/m,
      );
      const empty = await baton(folder.path, ["encode", "--schema", "new"], {
        input: JSON.stringify({ ...JSON.parse((await decode("a.dump", "--format", "json")).output), records: [] }),
      });
      const without = await baton(folder.path, ["decode", "-", "--schema", "new", "--reader", foreign.path], {
        input: empty.bytes,
      });
      expect([without.status, without.output.includes("[B8016]")]).toEqual([1, true]);
    } finally {
      foreign.remove();
    }
  });

  test("says which fingerprint is missing, and what is known of the module", async () => {
    const { status, output, messages } = await baton(folder.path, ["decode", "a.dump", "--schema", "old"]);
    expect(status).toBe(2);
    expect(output).toMatch(
      /^[0-9a-f]+ .* {2}0x10#0 +version 2, no schema, must be understood {2}linux\.timer 1 has it as Timer$/m,
    );
    expect(messages).toMatch(
      /note: linux\.timer version 2 has the fingerprint [0-9a-f]{64}; known here by other fingerprints: 1$/m,
    );
    const fork = folderWith({
      "linux/timer.baton": newer.replace('"ns"', '"us"').replace("version 2;", "version 2;\nversion 3;"),
    });
    try {
      const told = await baton(folder.path, ["decode", "a.dump", "--schema", fork.path]);
      expect(told.messages).toMatch(/known here by other fingerprints: 1, 2, 3; newer than it: 3$/m);
    } finally {
      fork.remove();
    }
    const nothing = await baton(folder.path, ["decode", "a.dump"]);
    expect(nothing.messages).toContain("no schema of this module is known here");
  });

  test("colours on a terminal alone, and not with NO_COLOR or --no-color", async () => {
    const coloured = async (
      interactive: boolean,
      environment: Record<string, string>,
      ...words: string[]
    ): Promise<boolean> => {
      const { output } = await baton(folder.path, ["decode", "--schema", "new", "a.dump", ...words], {
        interactive,
        environment,
      });
      return output.includes("\u001b[");
    };
    expect(await coloured(true, {})).toBe(true);
    expect(await coloured(true, { NO_COLOR: "1" })).toBe(false);
    expect(await coloured(true, {}, "--no-color")).toBe(false);
    expect(await coloured(false, {})).toBe(false);
    expect(await coloured(false, {}, "--color")).toBe(true);
    for (const columns of [40, 80, 160]) {
      const { output } = await baton(folder.path, ["decode", "--schema", "new", "a.dump"], {
        interactive: true,
        columns,
        environment: { NO_COLOR: "1" },
      });
      for (const line of output.split("\n").filter((each) => /^[0-9a-f ]{8} /.test(each)))
        expect(line.length).toBeLessThanOrEqual(Math.max(columns, 60));
    }
  });
});

describe("verify", () => {
  test("tells text and JSON of several dumps, and the highest status", async () => {
    const sound = await baton(folder.path, ["verify", "a.dump", "--schema", "new"]);
    expect(sound).toMatchObject({
      status: 0,
      output: `a.dump: 2 records, ${dump.length} bytes, no problems\n`,
      messages: "",
    });
    const words = ["verify", "a.dump", "-", "--schema", "new", "--format", "json"];
    const mixed = await baton(folder.path, words, { input: dump.subarray(0, dump.length - 1) });
    expect(mixed.status).toBe(1);
    expect(validVerified(JSON.parse(mixed.output)), JSON.stringify(validVerified.errors)).toBe(true);
    expect(JSON.parse(mixed.output).dumps.map(({ count }: { count: number }) => count > 0)).toEqual([false, true]);
    const wrong = await baton(folder.path, [
      "verify",
      "a.dump",
      "gone",
      "new/linux/timer.baton",
      "--schema",
      "new",
      "--format",
      "json",
    ]);
    expect(wrong.status).toBe(2);
    expect(validVerified(JSON.parse(wrong.output)), JSON.stringify(validVerified.errors)).toBe(true);
    const text = await baton(folder.path, ["verify", "a.dump", "-", "--schema", "new"], {
      input: dump.subarray(0, dump.length - 1),
    });
    expect(text.output).toMatch(/^<stdin>: ! 0x[0-9a-f]+ end: dump ends early: .*\[B8005\]$/m);
    const coloured = { input: dump.subarray(0, dump.length - 1), interactive: true };
    const red = await baton(folder.path, ["verify", "-", "--schema", "new"], coloured);
    expect(red.output).toMatch(/^\u001b\[31m! 0x[0-9a-f]+ end: dump ends early: .*\[B8005\]\u001b\[0m$/m);
    const info = await baton(folder.path, ["info", "-", "--schema", "new"], coloured);
    expect(info.messages).toMatch(/^\u001b\[31m! 0x/m);
    expect((await baton(folder.path, ["verify"])).status).toBe(2);
    expect((await baton(folder.path, ["verify", "a.dump", "--schema", "old"])).messages).toContain("error[B9202]");
  });
});
