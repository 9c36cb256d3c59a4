import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { Ajv } from "ajv";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import infoSchema from "../compiler/cli/info.schema.json" with { type: "json" };
import decodeSchema from "../compiler/dump/decode.schema.json" with { type: "json" };
import lintSchema from "../compiler/cli/lint.schema.json" with { type: "json" };
import { commands } from "../compiler/cli/commands.ts";
import packageJson from "../package.json" with { type: "json" };
import { buildPackage, type Built } from "./built.ts";
import { baton, folderWith } from "./terminal.ts";

const ajv = new Ajv({ allowUnionTypes: true });

let folder: ReturnType<typeof folderWith>;
beforeEach(() => void (folder = folderWith({})));
afterEach(() => folder.remove());

const write = (name: string, content: string | Uint8Array): void => {
  mkdirSync(join(folder.path, name, ".."), { recursive: true });
  writeFileSync(join(folder.path, name), content);
};

const timer = `/// Timers.
module linux.timer;

version 1;
version 2;

/// A timer.
state Timer @0x10 {
  id      @1 : u32 key;
  expires @2 : u64 unit "ns";
  slack   @3 : u32 = 0 unit "ns" since 2;
}
`;

describe("help and usage", () => {
  test.each(commands.map(({ name }) => name))("%s has a page with an example", async (name) => {
    const { status, output, messages } = await baton(folder.path, [name, "--help"]);
    expect(status).toBe(0);
    expect(messages).toBe("");
    expect(output).toMatch(/^Usage: baton /);
    expect(output).toContain(`  $ baton ${name} `);
  });

  test("the version is that of the package", async () => {
    expect(await baton(folder.path, ["--version"])).toMatchObject({ status: 0, output: `${packageJson.version}\n` });
  });

  test("a call without a command shows the commands, and is wrong", async () => {
    const { status, output, messages } = await baton(folder.path, []);
    expect([status, output]).toEqual([2, ""]);
    for (const { name } of commands) expect(messages).toContain(`  ${name} `);
  });

  test("a bug is 3, says so, and shows no stack unless asked", async () => {
    const print = (): never => {
      throw new TypeError("nothing is undefined");
    };
    const bug = await baton(folder.path, ["explain"], { print });
    expect(bug.status).toBe(3);
    expect(bug.messages).toMatch(
      /^error\[B9999\]: internal error: TypeError: nothing is undefined\n {2}= help: this is our bug, please report it/,
    );
    expect(bug.messages).not.toContain("    at ");
    const traced = await baton(folder.path, ["explain"], { print, environment: { BATON_DEBUG: "1" } });
    expect(traced.messages).toContain("    at ");
  });

  test("colour is for terminals, NO_COLOR and the options", async () => {
    const escape = "\u001b[";
    const told = async (words: string[], interactive: boolean, environment = {}): Promise<boolean> =>
      (await baton(folder.path, ["lint", "gone", ...words], { interactive, environment })).messages.includes(escape);
    expect(await told([], true)).toBe(true);
    expect(await told([], false)).toBe(false);
    expect(await told([], true, { NO_COLOR: "1" })).toBe(false);
    expect(await told([], true, { NO_COLOR: "" })).toBe(true);
    expect(await told(["--color"], false)).toBe(true);
    expect(await told(["--no-color"], true)).toBe(false);
  });
});

describe("init", () => {
  test("shows what a folder's name would do to a terminal", async () => {
    const { messages } = await baton(folder.path, ["init", "a\u001b[31mb"]);
    expect(messages).toContain("wrote a\\u{1b}[31mb/baton.json");
  });

  test("makes a project that lints, is in the style and compiles", async () => {
    expect((await baton(folder.path, ["init", "new project"])).status).toBe(0);
    const project = join(folder.path, "new project");
    expect(await baton(project, ["lint"])).toMatchObject({ status: 0, messages: "no errors in 1 schema\n" });
    expect(await baton(project, ["format", "--check"])).toMatchObject({ status: 0, output: "", messages: "" });
    expect((await baton(project, ["compile"])).status).toBe(0);
    expect(await baton(project, ["compile", "--check"])).toMatchObject({ status: 0, output: "", messages: "" });
  });
});

describe("format", () => {
  test("rewrites files, and says with --check which it would", async () => {
    write("a.baton", "module a;state X@0x1{n@1:u8;}");
    write("b.baton", "module b;\n");
    const check = await baton(folder.path, ["format", "--check", "."]);
    expect(check).toMatchObject({ status: 1, output: "a.baton\n" });
    expect(readFileSync(join(folder.path, "a.baton"), "utf8")).toBe("module a;state X@0x1{n@1:u8;}");
    expect(await baton(folder.path, ["format", "."])).toMatchObject({
      status: 0,
      output: "",
      messages: "formatted a.baton\n",
    });
    expect(readFileSync(join(folder.path, "a.baton"), "utf8")).toBe("module a;\nstate X @0x1 { n @1 : u8; }\n");
    expect(await baton(folder.path, ["format", "--check", "."])).toMatchObject({ status: 0, output: "" });
  });

  test("standard input goes to standard output", async () => {
    const called = await baton(folder.path, ["format", "-"], { input: "\ufeffmodule   a ;" });
    expect(called).toEqual(expect.objectContaining({ status: 0, output: "module a;\n", messages: "" }));
  });

  test("leaves alone what does not parse, and does the rest", async () => {
    write("a.baton", "module a");
    write("b.baton", "module   b;");
    const { status, messages } = await baton(folder.path, ["format", "."]);
    expect(status).toBe(2);
    expect(messages).toContain("error[B1001]");
    expect(readFileSync(join(folder.path, "a.baton"), "utf8")).toBe("module a");
    expect(readFileSync(join(folder.path, "b.baton"), "utf8")).toBe("module b;\n");
  });
});

describe("lint", () => {
  test("errors are 1, warnings 0, a file that cannot be read 2", async () => {
    write("linux/timer.baton", timer);
    expect((await baton(folder.path, ["lint", "linux/timer.baton"])).status).toBe(0);
    write("linux/timer.baton", timer.replace("/// A timer.\n", ""));
    expect(await baton(folder.path, ["lint", "."])).toMatchObject({ status: 0, output: "" });
    write("linux/timer.baton", timer.replace("@2", "@1"));
    expect((await baton(folder.path, ["lint", "."])).status).toBe(1);
    expect((await baton(folder.path, ["lint", ".", "gone"])).status).toBe(2);
  });

  test("formats for programs go to standard output", async () => {
    write("linux/a%b,c.baton", timer.replace("@2", "@1"));
    const json = await baton(folder.path, ["lint", "--format", "json", "."]);
    expect(json.messages).toBe("");
    const parsed: unknown = JSON.parse(json.output);
    expect(ajv.validate(lintSchema, parsed) || ajv.errors).toBe(true);
    expect(parsed).toMatchObject({
      diagnostics: [{ code: "B3001", file: "linux/a%b,c.baton", line: 10 }],
      summary: { files: 1, errors: 1, warnings: 0 },
    });
    const github = await baton(folder.path, ["lint", "--format", "github", "."]);
    expect(github.output).toMatch(
      /^::error file=linux\/a%25b%2Cc\.baton,line=10,endLine=10,col=\d+,endColumn=\d+,title=B3001::/,
    );
    const line = await baton(folder.path, ["lint", "--format", "line", "."]);
    expect(line.output).toMatch(/^linux\/a%b,c\.baton:10:\d+: error\[B3001\]: /);
    const gone = await baton(folder.path, ["lint", "--format", "json", "gone"]);
    expect(ajv.validate(lintSchema, JSON.parse(gone.output)) || ajv.errors).toBe(true);
    expect(gone.status).toBe(2);
  });
});

describe("explain", () => {
  test("--out writes a page, a rule or the list to a file, without colours", async () => {
    for (const given of [["B3001"], ["DEFAULT_CHANGED"], []]) {
      const printed = await baton(folder.path, ["explain", ...given]);
      const written = await baton(folder.path, ["explain", ...given, "-o", "page.txt", "--color"]);
      expect([printed.status, written.status, written.output]).toEqual([0, 0, ""]);
      expect(readFileSync(join(folder.path, "page.txt"), "utf8")).toBe(printed.output);
    }
  });
});

describe("info", () => {
  test("JSON fits its schema, of schemas and of dumps", async () => {
    const validate = ajv.compile(infoSchema);
    const schemas = await baton(join(import.meta.dirname, ".."), ["info", "schemas", "--format", "json"]);
    expect(schemas.status).toBe(0);
    expect(validate(JSON.parse(schemas.output)) || validate.errors).toBe(true);
    write("linux/timer.baton", timer);
    const words = ["encode", "--type", "Timer", "--schema", ".", "-o", "state.dump"];
    expect(await baton(folder.path, words, { input: '{"id": 1, "expires": "0x10"}' })).toMatchObject({
      status: 0,
      messages: "",
    });
    const dump = await baton(folder.path, ["info", "state.dump", "--format", "json"]);
    expect([dump.status, dump.messages]).toEqual([2, expect.stringContaining("B9202")]);
    const parsed: unknown = JSON.parse(dump.output);
    expect(validate(parsed) || validate.errors).toBe(true);
    expect(parsed).toMatchObject({
      dump: {
        header: { format: "1.0", flags: 0 },
        ...{ manifest: [{ module: "linux.timer", version: 2, known: false }], records: [{ records: 1 }] },
      },
    });
  });

  test("JSON of a dump that is cut off anywhere fits its schema too", async () => {
    const validate = ajv.compile(infoSchema);
    write("linux/timer.baton", timer);
    const { bytes } = await baton(folder.path, ["encode", "--type", "Timer", "--schema", "."], {
      input: '{"id": 1, "expires": 1}',
    });
    for (let length = 8; length < bytes.length; length += 8) {
      write("cut.dump", bytes.subarray(0, length));
      const { status, output } = await baton(folder.path, ["info", "cut.dump", "--schema", ".", "--format", "json"]);
      expect([length, status, validate(JSON.parse(output)) || validate.errors]).toEqual([length, 1, true]);
    }
  });

  test("the header of a dump is told: the version of its format, and flags where there are some", async () => {
    write("linux/timer.baton", timer);
    const { bytes } = await baton(folder.path, ["encode", "--type", "Timer", "--schema", "."], {
      input: '{"id": 1, "expires": 1}',
    });
    const told = async (change: (dump: Buffer) => void): Promise<readonly [string | undefined, unknown]> => {
      const input = Buffer.from(bytes);
      change(input);
      const words = ["info", "-", "--schema", "."];
      const { output } = await baton(folder.path, words, { input });
      const json = await baton(folder.path, [...words, "--format", "json"], { input });
      return [output.split("\n")[1], JSON.parse(json.output).dump.header];
    };
    const sealed =
      (change: (dump: Buffer) => void) =>
      (dump: Buffer): void => {
        change(dump);
        dump.writeUInt32LE(crc32(dump.subarray(0, 60)), 60);
      };
    expect(await told(() => {})).toEqual(["format 1.0", { format: "1.0", flags: 0, status: "sound" }]);
    const flagged = sealed((dump) => dump.writeUInt32LE(0x11, 16));
    expect(await told(flagged)).toEqual(["format 1.0, flags 0x11", { format: "1.0", flags: 0x11, status: "sound" }]);
    // What a damaged header says is told, and not believed.
    expect(await told((dump) => dump.writeUInt8(1, 16))).toEqual([
      "format 1.0, flags 0x1, by a header that is not believed: its checksum does not fit",
      { format: "1.0", flags: 1, status: "damaged" },
    ]);
    expect(await told((dump) => dump.writeUInt8(1, 1))).toEqual([
      "format not known: this does not begin as a dump",
      null,
    ]);
    const cutAt = async (length: number): Promise<unknown> => {
      const input = bytes.subarray(0, length);
      const { output } = await baton(folder.path, ["info", "-", "--schema", "."], { input });
      return output.split("\n")[1];
    };
    expect(await cutAt(30)).toBe("format 1.0, by a header that is not believed: it is cut");
    expect(await cutAt(11)).toBe("format not known: the header is cut before it");
  });

  test("a dump may come through standard input, as a schema may", async () => {
    write("linux/timer.baton", timer);
    const { bytes } = await baton(folder.path, ["encode", "--type", "Timer", "--schema", "."], {
      input: '{"id": 1, "expires": 1}',
    });
    expect((await baton(folder.path, ["info", "-"], { input: bytes })).output).toMatch(
      /^dump of \d+ bytes, 1 record\n/,
    );
    expect((await baton(folder.path, ["info", "-"], { input: timer })).output).toMatch(
      /^module linux\.timer version 2/,
    );
  });

  test("a dump is known by its bytes, whatever its name is", async () => {
    write("linux/timer.baton", timer);
    const words = ["encode", "--type", "Timer", "--schema", ".", "-o", "state.baton"];
    await baton(folder.path, words, { input: '{"id": 1, "expires": 1}' });
    const { output } = await baton(folder.path, ["info", "state.baton"]);
    expect(output).toMatch(/^dump of \d+ bytes, 1 record\n/);
  });

  test("text shows versions, offsets and ids", async () => {
    write("linux/timer.baton", `${timer}\n/// Two.\nstruct Pair {\n  a @1 : u8;\n  b @2 : u32;\n}\n`);
    const { output } = await baton(folder.path, ["info", "linux/timer.baton"]);
    expect(output).toContain("module linux.timer version 2 (draft), linux/timer.baton\n");
    expect(output).toMatch(
      /struct Pair size 8, align 4, end 8\n +a +@1 +: u8 +offset 0, size 1\n +b +@2 +: u32 +offset 4, size 4\n/,
    );
    expect(output).toContain("state Timer @0x10\n");
  });

  test("text shows types, defaults and what members are computed from as the schema writes them", async () => {
    write(
      "linux/written.baton",
      `/// An example.
module linux.written;
version 1; version 2;
/// One.
const MASK = 0xff_ff;
/// Two.
type Address = u64 in 0..0xf_ffff unit "byte" hex;
/// Three.
open enum Kind : u8 { disk = 0x1; tape = 0b10 since 2; }
/// Four.
state Disk @0x0000_0007 ignorable {
  at   @1 : Address key;
  peer @2 : Address = 0 // nothing
                      in 0..MASK -> Disk.at;
  ms   @3 : u32 until 1 from us / 1_000;
  us   @4 : u32 unit "a  b" since 2 from ms * 1_000;
}
`,
    );
    const { output } = await baton(folder.path, ["info", "linux/written.baton"]);
    expect(output.slice(output.indexOf("\n\n"))).toMatchInlineSnapshot(`
      "

        type Address : u64 in 0..0xf_ffff unit "byte" hex

        state Disk @0x0000_0007 ignorable
          at    @1  : Address key
          peer  @2  : Address = 0 in 0..MASK -> Disk.at
          ms    @3  : u32 from us / 1_000                until 1
          us    @4  : u32 unit "a  b" from ms * 1_000    since 2

        open enum Kind : u8
          disk  = 0x1
          tape  = 0b10  since 2

        const MASK = 0xff_ff
      "
    `);
  });
});

describe("encode and decode", () => {
  const value = '[{"id": 1, "expires": "18446744073709551615"}, {"id": 2, "expires": 5, "slack": 7}]';

  beforeEach(() => write("linux/timer.baton", timer));

  test("decoding and encoding gives the same bytes", async () => {
    const first = await baton(folder.path, ["encode", "--type", "Timer", "--schema", "linux/timer.baton"], {
      input: value,
    });
    expect(first.status).toBe(0);
    write("state.dump", first.bytes);
    const json = await baton(folder.path, ["decode", "state.dump", "--schema", ".", "--format", "json"]);
    expect(json).toMatchObject({ status: 0, messages: "" });
    expect(ajv.validate(decodeSchema, JSON.parse(json.output)) || ajv.errors).toBe(true);
    expect(JSON.parse(json.output)).toMatchObject({
      records: [
        { type: "linux.timer.Timer", instance: 0, version: 2, value: { expires: "18446744073709551615", slack: 0 } },
        { instance: 1, value: { slack: 7 } },
      ],
      problems: [],
    });
    const again = await baton(folder.path, ["encode", "--schema", ".", "-"], { input: json.output });
    expect(Buffer.from(again.bytes).equals(first.bytes)).toBe(true);
  });

  test("--out never names what is read", async () => {
    const json = '{"id": 1, "expires": 5}';
    write("in.json", json);
    expect((await baton(folder.path, ["encode", "in.json", "--type", "Timer", "-o", "a.dump"])).status).toBe(2);
    expect(
      (await baton(folder.path, ["encode", "in.json", "--type", "Timer", "--schema", ".", "-o", "a.dump"])).status,
    ).toBe(0);
    const dump = readFileSync(join(folder.path, "a.dump"));
    symlinkSync("a.dump", join(folder.path, "link.dump"));
    const calls = [
      ["decode", "a.dump", "-o", "a.dump"],
      ["decode", "a.dump", "-o", "link.dump"],
      ["info", "./link.dump", "-o", "a.dump"],
      ["encode", "in.json", "--type", "Timer", "--schema", ".", "-o", "in.json"],
      ["encode", "in.json", "--type", "Timer", "--schema", "linux/timer.baton", "-o", "linux/timer.baton"],
      ["lint", "linux/timer.baton", "-o", "linux/timer.baton"],
    ];
    for (const words of calls) {
      const { status, output, messages } = await baton(folder.path, words);
      expect([words, status, output]).toEqual([words, 2, ""]);
      expect(messages).toMatch(
        /^error\[B9001\]: `--out` would overwrite `[^`]+`, which is read\n {2}= help: name another file\n$/,
      );
    }
    expect(readFileSync(join(folder.path, "a.dump")).equals(dump)).toBe(true);
    expect(readFileSync(join(folder.path, "in.json"), "utf8")).toBe(json);
    expect(readFileSync(join(folder.path, "linux/timer.baton"), "utf8")).toBe(timer);
  });

  test("JSON that is no dump says what it could be", async () => {
    const words = ["encode", "--schema", "."];
    const bare = await baton(folder.path, words, { input: '{"id": 1, "expires": 5}' });
    expect([bare.status, bare.output]).toEqual([2, ""]);
    expect(bare.messages).toMatch(/^error\[B8404\]: expected an object with "records", found none\n[^]*`--type`\n$/);
    expect(bare.messages).not.toContain("B8403");
    const dump = await baton(folder.path, ["encode", "--type", "Timer", "--schema", "."], { input: value });
    write("a.dump", dump.bytes);
    const { output } = await baton(folder.path, ["decode", "a.dump", "--schema", ".", "--format", "json"]);
    const misspelt = await baton(folder.path, words, {
      input: output.replace('"linux.timer.Timer"', '"linux.timer.Timr"'),
    });
    expect(misspelt.messages).toContain('unknown name "linux.timer.Timr"');
    expect(misspelt.messages).toContain('did you mean "linux.timer.Timer"?');
    const twice = await baton(folder.path, words, { input: output.replace('"instance": 1', '"instance": 0') });
    expect(twice.messages).toContain("record linux.timer.Timer#0 is added twice\n");
    expect([misspelt.status, twice.status]).toEqual([2, 1]);
  });

  test("an empty input is no dump without records: what made it may have failed", async () => {
    const words = ["encode", "--type", "Timer", "--schema", "."];
    const nothing = await baton(folder.path, words, { input: "\n" });
    expect([nothing.status, nothing.output]).toEqual([2, ""]);
    expect(nothing.messages).toMatch(/^error\[B8404\]: expected values, found nothing\n[^]*`\[\]`\n$/);
    expect((await baton(folder.path, words, { input: "[]" })).status).toBe(0);
  });

  test("--for refuses what the reader could not take, and says which member", async () => {
    const words = ["encode", "--type", "Timer", "--schema", ".", "--for", "1"];
    const refused = await baton(folder.path, words, { input: value });
    expect([refused.status, refused.output]).toEqual([1, ""]);
    expect(refused.messages).toMatch(/error\[B8303\]: linux\.timer\.Timer#1\.slack: /);
    expect((await baton(folder.path, words, { input: '{"id": 1, "expires": 5}' })).status).toBe(0);
    const several = ["encode", "--type", "Timer", "--schema", ".", "--for", "linux.timer=1"];
    expect((await baton(folder.path, several, { input: '{"id": 1, "expires": 5}' })).status).toBe(0);
  });

  test("the schema is found in the dump, in baton.json and in BATON_SCHEMA_PATH, by fingerprint", async () => {
    const words = ["encode", "--type", "Timer", "--schema", "linux", "-o"];
    await baton(folder.path, [...words, "bare.dump"], { input: value });
    await baton(folder.path, [...words, "full.dump", "--embed-schema"], { input: value });
    const other = folderWith({ "linux/timer.baton": timer.replace('"ns" since', '"us" since') });
    try {
      const decode = (name: string, environment = {}): Promise<{ status: number; messages: string; output: string }> =>
        baton(other.path, ["decode", join(folder.path, name)], { environment });
      expect((await decode("full.dump")).status).toBe(0);
      const unknown = await decode("bare.dump", { BATON_SCHEMA_PATH: "linux" });
      expect(unknown.status).toBe(2);
      expect(unknown.messages).toContain("error[B9202]");
      expect((await decode("bare.dump", { BATON_SCHEMA_PATH: `gone:${folder.path}/linux` })).status).toBe(0);
      const inside = await baton(other.path, [
        "decode",
        join(folder.path, "bare.dump"),
        "--schema",
        `dump:${folder.path}/full.dump`,
      ]);
      expect(inside.status).toBe(0);
    } finally {
      other.remove();
    }
    write("baton.json", "{}");
    expect((await baton(folder.path, ["decode", "bare.dump"])).status).toBe(0);
  });

  test("a damaged dump is shown as far as it goes, and is 1; what is no dump is 2", async () => {
    const { bytes } = await baton(folder.path, ["encode", "--type", "Timer", "--schema", ".", "--embed-schema"], {
      input: value,
    });
    const whole = await baton(folder.path, ["decode", "-"], { input: bytes });
    expect(whole.status).toBe(0);
    const cut = await baton(folder.path, ["decode", "-"], { input: bytes.subarray(0, bytes.length - 70) });
    expect(cut.status).toBe(1);
    const lines = whole.output.split("\n");
    expect(cut.output.split("\n").slice(0, 12)).toEqual(lines.slice(0, 12));
    expect(cut.output).toMatch(/^! 0x[0-9a-f]+ /m);
    const strict = await baton(folder.path, ["decode", "--strict", "-"], {
      input: bytes.subarray(0, bytes.length - 70),
    });
    expect(strict.status).toBe(1);
    const foreign = await baton(folder.path, ["decode", "linux/timer.baton"]);
    expect([foreign.status, foreign.output]).toEqual([2, ""]);
    expect(foreign.messages).toContain("error[B8001]");
  });
});

describe("compile", () => {
  const using =
    "/// Uses.\nmodule linux.user;\n\nimport linux.timer;\n\n/// A use.\nstate Use @0x20 { timer @1 : Timer; }\n";

  beforeEach(() => {
    write("s/linux/timer.baton", timer);
    write("s/linux/user.baton", using);
  });

  const files = (): string[] => readdirSync(join(folder.path, "out"), { recursive: true, encoding: "utf8" }).sort();

  test("generates what is named and what it imports, and touches only what changes", async () => {
    const first = await baton(folder.path, ["compile", "s/linux/user.baton", "--out", "out"]);
    expect(first).toMatchObject({
      status: 0,
      output: "",
      messages: "wrote out/linux/timer.ts\nwrote out/linux/user.ts\n",
    });
    expect(files()).toEqual(["linux", "linux/timer.ts", "linux/user.ts"]);
    expect(await baton(folder.path, ["compile", "s", "-o", "out"])).toMatchObject({
      status: 0,
      output: "",
      messages: "",
    });
    write("s/linux/user.baton", using.replace("A use", "One use"));
    expect((await baton(folder.path, ["compile", "s", "-o", "out"])).messages).toBe("wrote out/linux/user.ts\n");
    expect(readFileSync(join(folder.path, "out/linux/timer.ts"), "utf8")).toMatch(
      /^\/\/ Code generated by baton\. DO NOT EDIT\.\n/,
    );
  });

  test("--check writes nothing, and lists what differs, is missing or is left over", async () => {
    const check = (...words: string[]): Promise<{ status: number; output: string }> =>
      baton(folder.path, ["compile", ...words, "--out", "out", "--check"]);
    expect(await check("s")).toMatchObject({ status: 1, output: "out/linux/timer.ts\nout/linux/user.ts\n" });
    expect(existsSync(join(folder.path, "out"))).toBe(false);
    await baton(folder.path, ["compile", "s", "--out", "out"]);
    expect(await check("s")).toMatchObject({ status: 0, output: "", messages: "" });
    write("out/linux/gone.ts", "// Code generated by baton. DO NOT EDIT.\n");
    write("out/linux/own.ts", "// Written by hand.\n");
    expect(await check("s")).toMatchObject({ status: 1, output: "out/linux/gone.ts\n" });
    expect(await check("s/linux/user.baton")).toMatchObject({ status: 0 });
    expect((await baton(folder.path, ["compile", "s", "--out", "out"])).messages).toContain(
      "out/linux/gone.ts is not generated any more",
    );
  });

  test("only files are left over whose module is nowhere, and would be in what was named", async () => {
    write("baton.json", '{"roots": ["s"], "out": {"ts": "out"}}');
    write("s/acme/own.baton", timer.replace("linux.timer", "acme.own").replace("0x10", "0x11"));
    expect((await baton(folder.path, ["compile"])).status).toBe(0);
    write("out/linux/gone.ts", "// Code generated by baton. DO NOT EDIT.\n");
    const check = (place: string, ...words: string[]): Promise<{ status: number; output: string }> =>
      baton(join(folder.path, place), ["compile", "--check", ...words]);
    expect(await check(".", "s/acme")).toMatchObject({ status: 0, output: "", messages: "" });
    expect(await check("s/acme", ".")).toMatchObject({ status: 0, output: "", messages: "" });
    expect(await baton(folder.path, ["compile", "s/acme"])).toMatchObject({ status: 0, output: "", messages: "" });
    for (const words of [[], ["s"], ["s/linux", "s/acme"]])
      expect(await check(".", ...words)).toMatchObject({ status: 1, output: "out/linux/gone.ts\n" });
    write("baton.json", '{"roots": ["s"], "include": ["s/acme"], "out": {"ts": "out"}}');
    expect(await check(".")).toMatchObject({ status: 1, output: "out/linux/gone.ts\n" });
  });

  test("overwrites what it generated, and nothing else", async () => {
    write("out/linux/timer.ts", "");
    write("out/linux/user.ts", "export const own = 1;\n");
    const refused = await baton(folder.path, ["compile", "s", "--out", "out"]);
    expect(refused).toMatchObject({ status: 2, output: "" });
    expect(refused.messages).toMatch(/^error\[B9011\]: `out\/linux\/user\.ts` is in the place of a generated file/);
    expect(readFileSync(join(folder.path, "out/linux/user.ts"), "utf8")).toBe("export const own = 1;\n");
    expect(readFileSync(join(folder.path, "out/linux/timer.ts"), "utf8")).toBe("");
    write("out/linux/user.ts", "// Code generated by baton. DO NOT EDIT.\nedited\n");
    expect(await baton(folder.path, ["compile", "s", "--out", "out"])).toMatchObject({
      status: 0,
      messages: "wrote out/linux/timer.ts\nwrote out/linux/user.ts\n",
    });
  });

  test("a chain of states may be as long as a schema", async () => {
    const links = Array.from(
      { length: 3000 },
      (_, i) => `/// A link.\nstate S${i} { next @1 : S${i + 1}${i % 2 === 0 ? "?" : "[..2]"}; }\n`,
    );
    const last = "/// The last.\nstate S3000 { end @1 : u8; }\n/// What holds it.\nstate R @0x1 { first @1 : S0?; }\n";
    write("chain.baton", `/// A chain.\nmodule t.chain;\n${links.join("")}${last}`);
    expect(await baton(folder.path, ["compile", "chain.baton", "--out", "out"])).toMatchObject({ status: 0 });
    const words = ["encode", "--type", "R", "-", "--schema", "chain.baton", "-o", "chain.dump"];
    const input = '{"first": {"next": {"next": []}}}';
    expect(await baton(folder.path, words, { input })).toMatchObject({ status: 0, messages: "" });
    expect(await baton(folder.path, ["verify", "chain.dump", "--schema", "chain.baton"])).toMatchObject({ status: 0 });
  });

  test("how generated files name each other and the runtime is the caller's choice", async () => {
    const imports = async (...words: string[]): Promise<string[]> => {
      await baton(folder.path, ["compile", "s", "--out", "out", ...words]);
      const text = readFileSync(join(folder.path, "out/linux/user.ts"), "utf8");
      return [...text.matchAll(/ from "([^"]+)"/g)].map((match) => match[1] ?? "");
    };
    expect(await imports()).toEqual(["@baton/compiler/runtime", "./timer.js"]);
    expect(await imports("--import-extension", "ts", "--runtime", "#runtime")).toEqual(["#runtime", "./timer.ts"]);
    expect(await imports("--import-extension", "none")).toEqual(["@baton/compiler/runtime", "./timer"]);
    // Relative to the output folder, wherever in it a file lies.
    expect(await imports("--runtime", "./runtime.js")).toEqual(["../runtime.js", "./timer.js"]);
    expect(await imports("--runtime", "../lib/runtime.js")).toEqual(["../../lib/runtime.js", "./timer.js"]);
  });

  test("a schema that does not compile, a wrong call and a folder that cannot be written are 2, and nothing is written", async () => {
    write("s/linux/timer.baton", timer.replace("@2", "@1"));
    expect(await baton(folder.path, ["compile", "s", "--out", "out"])).toMatchObject({ status: 2, output: "" });
    expect(existsSync(join(folder.path, "out"))).toBe(false);
    write("s/linux/timer.baton", timer);
    expect((await baton(folder.path, ["compile", "s"])).messages).toContain("error[B9001]: no folder to write to");
    const refused = await baton(folder.path, ["compile", "s", "--out", "/sys/baton"]);
    expect(refused.status).toBe(2);
    expect(refused.messages).toMatch(/^error\[B9003\]: cannot write `\/sys\/baton`: /);
    write("file", "");
    expect((await baton(folder.path, ["compile", "s", "--out", "file/below"])).status).toBe(2);
  });

  test("standard input is a schema, too", async () => {
    const words = ["compile", "-", "-I", "s", "--out", "out"];
    expect((await baton(folder.path, words, { input: using })).status).toBe(0);
    expect(files()).toEqual(["linux", "linux/timer.ts", "linux/user.ts"]);
  });
});

describe("SOURCEs", () => {
  const value = '{"id": 1, "expires": 5}';
  const git = (...words: string[]): void => {
    const names = ["-c", "user.name=a", "-c", "user.email=a@b"];
    const { status, stderr } = spawnSync("git", ["-C", folder.path, ...names, ...words], { encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
  };
  const encode = async (source: string): Promise<{ status: number; bytes: Uint8Array; messages: string }> =>
    await baton(folder.path, ["encode", "--type", "Timer", "--schema", source], { input: value });

  beforeEach(() => {
    git("init", "-q", "-b", "main");
    write(
      "baton.json",
      '{"roots": ["s"], "profiles": {"old": {"linux.timer": 1}, "tagged": "git:v1", "again": "profile:tagged"}}',
    );
    write("s/linux/timer.baton", timer);
    git("add", ".");
    git("commit", "-q", "-m", "first");
    git("tag", "v1");
    write("s/linux/timer.baton", timer.replace("version 2;", "version 2;\nversion 3;"));
  });

  test("a revision, a folder of one, a profile and a chain of profiles give the schemas of their time", async () => {
    const now = await encode("s");
    const then = await encode("git:v1");
    expect([now.status, then.status]).toEqual([0, 0]);
    expect(now.bytes).not.toEqual(then.bytes);
    for (const source of [
      "git:v1:s",
      "git:v1:s/linux/timer.baton",
      `git:${folder.path}#v1`,
      "profile:tagged",
      "profile:again",
    ]) {
      const same = await encode(source);
      expect(same.messages, source).toBe("");
      expect(same.bytes, source).toEqual(then.bytes);
    }
    write("old.dump", (await encode("profile:old")).bytes);
    const { output } = await baton(folder.path, ["info", "old.dump", "--format", "json"]);
    expect(JSON.parse(output)).toMatchObject({ dump: { manifest: [{ version: 1, known: true }] } });
  });

  test("what is not there is told with exit status 2", async () => {
    const whole = (await encode("git:v1")).bytes;
    write("cut.dump", whole.subarray(0, 100));
    for (const [source, words] of [
      ["dump:cut.dump", "the dump is damaged: "],
      ["git:gone#v1", "the repository has no revision `gone#v1`, and there is no folder `gone`"],
      ["git:v9", "the repository has no revision `v9`"],
      ["git:v1:gone", "the revision has no `gone`"],
      ["git:-x", "a revision does not start with `-`"],
      ["git:", "the revision is empty"],
      ["profile:nwo", "no profile `nwo`"],
      ["dump:s/linux/timer.baton", "not a Baton dump"],
      ["gone", "no such file or folder"],
    ] as const) {
      const { status, messages } = await encode(source);
      expect(status, source).toBe(2);
      expect(messages, source).toContain(words);
    }
  });
});

describe("the built program", () => {
  let built: Built;
  beforeAll(async () => void (built = await buildPackage()));
  afterAll(() => built.remove());

  const shell = (script: string): { status: number | null; output: string; messages: string } => {
    const environment = { ...process.env, PATH: `${built.programs}:${process.env["PATH"] ?? ""}` };
    const run = spawnSync("bash", ["-c", script], { cwd: folder.path, encoding: "utf8", env: environment });
    return { status: run.status, output: run.stdout, messages: run.stderr };
  };

  test("starts, and runs a command from a pipe", () => {
    expect(shell("baton --version")).toEqual({ status: 0, output: `${packageJson.version}\n`, messages: "" });
    expect(shell("echo 'module   a;' | baton format -")).toEqual({ status: 0, output: "module a;\n", messages: "" });
  });

  test("a closed pipe ends quietly, and a full disk is told", () => {
    expect(shell("set -o pipefail; baton explain | head -n 1 > /dev/null")).toEqual({
      status: 0,
      output: "",
      messages: "",
    });
    expect(shell("baton explain >&-").status).toBe(0);
    const full = shell("baton explain > /dev/full");
    expect(full.status).toBe(2);
    expect(full.messages).toBe("error[B9003]: cannot write `<stdout>`: no space is left\n");
  });

  test("the package is complete: library, runtime, plugin, types and JSON Schemas", () => {
    const home = join(built.modules, "@baton", "compiler");
    const paths = Object.values(packageJson.exports).flatMap((entry) =>
      typeof entry === "string" ? [entry] : Object.values(entry),
    );
    for (const path of paths) expect(readFileSync(join(home, path)).length, path).toBeGreaterThan(0);
    write("node_modules/x", "");
    const script = [
      'import { compile } from "@baton/compiler";',
      'import * as runtime from "@baton/compiler/runtime";',
      'const { ok } = compile([{ path: "a.baton", text: "module a;" }]);',
      "console.log(ok, typeof runtime.BatonError);",
    ].join("\n");
    write("use.mjs", script);
    expect(shell(`ln -s ${join(built.modules, "@baton")} node_modules/ && node use.mjs`)).toMatchObject({
      output: "true function\n",
    });
  });
});
