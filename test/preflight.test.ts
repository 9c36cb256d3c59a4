import { spawnSync } from "node:child_process";
import { mkdirSync, openSync, closeSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import preflightSchema from "../compiler/cli/preflight.schema.json" with { type: "json" };
import { DumpWriter, openDump } from "../runtime/index.ts";
import { buildPackage, type Built } from "./built.ts";
import { baton, folderWith, type Called } from "./terminal.ts";

const older = `/// Devices.
module linux.device;

version 1 "6.18";
version 2 "6.19";

/// A device.
state Device @0x10 {
  id     @1 : u32 key;
  domain @2 : u32 = 0 -> Domain.id;
  token  @3 : u32 = 0 handle;
  parts  @4 : Part[..64] sorted = [];
  check id != 99 : "99 is taken";
}

/// A part of one.
state Part { id @1 : u16 key; next @2 : u16 = 0 -> Part.id; }

/// A domain.
state Domain @0x11 { id @1 : u32 key; }

/// The machine.
state Machine @0x12 single { cores @1 : u16 = 1; }
`;

const newer = older
  .replace('version 2 "6.19";', 'version 2 "6.19";\nversion 3 "7.0";')
  .replace("  check", '  pasid  @5 : u32 = 0 since 3;\n  label  @6 : string[..8] = "" since 3 ignorable;\n  check')
  .replace("-> Part.id; }", "-> Part.id; speed @3 : u8 = 0 since 3; }");

let folder: ReturnType<typeof folderWith>;
beforeEach(() => void (folder = folderWith({ "v2/linux/device.baton": older, "v3/linux/device.baton": newer })));
afterEach(() => folder.remove());

interface RecordJson {
  readonly type: string;
  readonly instance?: number;
  readonly value: object;
}

async function dump(
  name: string,
  devices: readonly object[],
  others: readonly RecordJson[] = [],
  embed?: readonly string[],
): Promise<void> {
  const machine = { type: "linux.device.Machine", instance: 0, value: {} };
  const records = devices.map((value, instance) => ({ type: "linux.device.Device", instance, value }));
  const text = JSON.stringify({ manifest: [], records: [...records, ...others, machine] });
  await encoded(name, text, embed);
}

async function encoded(name: string, text: string, embed: readonly string[] = ["--embed-schema"]): Promise<void> {
  const { fingerprint } = JSON.parse(
    (await baton(folder.path, ["info", "v3", "--format", "json"])).output,
  ).modules[0].versions.at(-1);
  const entry = { module: "linux.device", version: 3, fingerprint, draft: true, writes: await writes() };
  const json = JSON.stringify({ ...JSON.parse(text), manifest: [entry] });
  const call = await baton(folder.path, ["encode", "--schema", "v3", ...embed, "-o", name], { input: json });
  expect(call.messages).toBe("");
}

async function writes(): Promise<readonly object[]> {
  const { versions } = JSON.parse((await baton(folder.path, ["info", "v3", "--format", "json"])).output).modules[0];
  return versions.map(({ version, fingerprint }: { version: number; fingerprint: string }) => ({
    version,
    fingerprint,
  }));
}

const call = async (...words: readonly string[]): Promise<Called> => await baton(folder.path, ["preflight", ...words]);

interface Line {
  readonly dump: string;
  readonly reader: string | null;
  readonly verdict: string;
  readonly reasons: readonly {
    readonly code: string;
    readonly path: string;
    readonly instance: number | null;
    readonly offset: number;
    readonly found: string | null;
    readonly message: string;
  }[];
  readonly dropped: readonly { readonly path: string }[];
  readonly fds: { readonly missing: readonly object[]; readonly unclaimed: readonly object[] } | null;
}

async function results(
  ...words: readonly string[]
): Promise<{ readonly status: number; readonly lines: readonly Line[] }> {
  const { status, output } = await call(...words, "--format", "json");
  const json = JSON.parse(output);
  const valid = new Ajv({ allowUnionTypes: true }).compile(preflightSchema);
  expect(valid(json), JSON.stringify(valid.errors)).toBe(true);
  return { status, lines: json.results };
}

/** Where `decode --format json --full` has a path. */
function offsetIn(full: string, path: string): number | undefined {
  interface Node {
    readonly path: string;
    readonly offset: number;
    readonly children?: readonly Node[];
  }
  const find = (nodes: readonly Node[]): Node | undefined =>
    nodes.map((node) => (node.path === path ? node : find(node.children ?? []))).find((node) => node !== undefined);
  return find(JSON.parse(full).nodes)?.offset;
}

const told = (line: Line | undefined): readonly string[] =>
  line?.reasons.map(({ code, path }) => `${code} ${path}`) ?? [];

describe("a native dump at an older reader", () => {
  test("is taken as long as it holds nothing that the reader does not know", async () => {
    await dump("a.dump", [{ id: 1 }, { id: 2, label: "spare" }]);
    const { status, lines } = await results("a.dump", "--reader", "v2");
    expect([status, lines[0]?.verdict]).toEqual([0, "taken"]);
    expect(lines[0]?.dropped).toMatchObject([{ path: "linux.device.Device#1.label" }]);
    expect(await call("a.dump", "--reader", "v2")).toMatchObject({
      status: 0,
      output: "a.dump: taken by v2 (3 records, drops 1 ignorable)\n",
      messages: "",
    });
  });

  test("is refused for members, also deep ones, which are named as their writer names them", async () => {
    await dump("a.dump", [{ id: 1 }, { id: 2, pasid: 5, parts: [{ id: 1 }, { id: 2, speed: 9 }] }]);
    const { status, lines } = await results("a.dump", "--reader", "v2", "--reader", "v3");
    expect(status).toBe(1);
    expect(lines.map(({ reader, verdict }) => [reader, verdict])).toEqual([
      ["v2", "refused"],
      ["v3", "taken"],
    ]);
    expect(told(lines[0])).toEqual(["B8209 linux.device.Device#1.parts[1].speed", "B8209 linux.device.Device#1.pasid"]);
    expect(lines[0]?.reasons[1]).toMatchObject({ type: "linux.device.Device", instance: 1, id: 5, found: "@5 = 5" });
    const { output } = await call("a.dump", "--reader", "v2");
    expect(output).toMatch(
      /^a\.dump: refused by v2 \(3 records\)\n {2}at 0x[0-9a-f]+ \[B8209\] linux\.device\.Device#1\.parts\[1\]\.speed: unknown member @3 = 9 must be understood\n/,
    );
  });

  test("says the same whoever else is asked, and tells the value where a schema at hand names it", async () => {
    const wide = newer
      .replace("speed @3 : u8", "speed @3 : string[..200]")
      .replace("= 0 since 3; }", '= "" since 3; }');
    writeFileSync(join(folder.path, "v3/linux/device.baton"), wide);
    const devices = [
      { id: 1, pasid: 5 },
      { id: 2, parts: [{ id: 1 }, { id: 2, speed: "x".repeat(100) }] },
    ];
    await dump("a.dump", devices, [], []);
    const reasons = async (...words: readonly string[]): Promise<readonly unknown[]> =>
      (await results("a.dump", ...words)).lines[0]?.reasons.map(({ path, found, message }) => [path, found, message]) ??
      [];
    const alone = await reasons("--reader", "v2");
    expect(alone).toEqual([
      ["linux.device.Device#0.@5", "@5 = 5", "unknown member @5 = 5 must be understood"],
      ["linux.device.Device#1.parts[1].@3", "@3 of 100 bytes", "unknown member @3 of 100 bytes must be understood"],
    ]);
    expect(await reasons("--reader", "v2", "--reader", "v3")).toEqual(alone);
    const value = `@3 = "${"x".repeat(79)}… (102 characters)`;
    const told = [
      ["linux.device.Device#0.pasid", "@5 = 5", "unknown member @5 = 5 must be understood"],
      ["linux.device.Device#1.parts[1].speed", value, `unknown member ${value} must be understood`],
    ];
    await dump("a.dump", devices);
    expect(await reasons("--reader", "v2")).toEqual(told);
    await dump("a.dump", devices, [], []);
    writeFileSync(join(folder.path, "baton.json"), '{"roots": ["v3"]}');
    expect(await reasons("--reader", "v2")).toEqual(told);
  });

  test("of another branch is not opened", async () => {
    const fork = older.replace("token  @3 : u32", "token  @3 : u64");
    mkdirSync(join(folder.path, "fork/linux"), { recursive: true });
    writeFileSync(join(folder.path, "fork/linux/device.baton"), fork);
    await dump("a.dump", [{ id: 1 }]);
    const { status, lines } = await results("a.dump", "--reader", "fork");
    expect([status, told(lines[0])]).toEqual([1, ["B8016 manifest.modules[0].fingerprint"]]);
  });
});

describe("what a decoder does not check", () => {
  test("keys, order and references are, in lists and among records", async () => {
    const parts = [{ id: 3, next: 4 }, { id: 4, next: 5 }, { id: 4 }];
    await dump(
      "a.dump",
      [
        { id: 1, domain: 7, parts },
        { id: 1, domain: 8 },
      ],
      [{ type: "linux.device.Domain", instance: 0, value: { id: 7 } }],
    );
    const { lines } = await results("a.dump", "--reader", "v3");
    expect([...told(lines[0])].sort()).toEqual([
      "B8502 linux.device.Device#0.parts[2]",
      "B8502 linux.device.Device#1",
      "B8503 linux.device.Device#0.parts[2]",
      "B8504 linux.device.Device#0.parts[1].next",
      "B8504 linux.device.Device#1.domain",
    ]);
    // Where `decode` has the same members.
    const { output } = await baton(folder.path, ["decode", "a.dump", "--schema", "v3", "--format", "json", "--full"]);
    for (const { path, offset } of lines[0]?.reasons ?? []) expect(offset, path).toBe(offsetIn(output, path));
  });

  test("a `check`, and a `single` state that is not there", async () => {
    await dump("a.dump", [{ id: 98 }]);
    const whole = openDump(readFileSync(join(folder.path, "a.dump")), { modules: [], keepUnknown: true });
    const part = new DumpWriter();
    for (const record of whole.records()) if (record.id !== 0x12) part.copy(record);
    writeFileSync(join(folder.path, "b.dump"), part.finish());
    expect(told((await results("b.dump", "--reader", "v3")).lines[0])).toEqual(["B8020 end"]);
    writeFileSync(join(folder.path, "v3/linux/device.baton"), newer.replaceAll("99", "98"));
    const reader = await results("b.dump", "--reader", "v3");
    expect(told(reader.lines[0])).toContain("B8016 manifest.modules[0].fingerprint");
  });
});

describe("descriptors", () => {
  test("a JSON list: what is handed over and not there, and what nobody takes over", async () => {
    await dump("a.dump", [{ id: 1, token: 5 }, { id: 2, token: 6 }, { id: 3 }]);
    writeFileSync(join(folder.path, "fds.json"), '["0x5", {"fd": 9, "name": "vm-3"}]');
    const { status, lines } = await results("a.dump", "--reader", "v3", "--fds", "fds.json");
    expect([status, lines[0]?.verdict, lines[0]?.reasons]).toEqual([1, "refused", []]);
    expect(lines[0]?.fds).toMatchObject({
      missing: [{ handle: "6", path: "linux.device.Device#1.token" }],
      unclaimed: [{ fd: "9", about: "vm-3" }],
    });
    const full = await baton(folder.path, ["decode", "a.dump", "--schema", "v3", "--format", "json", "--full"]);
    const token = offsetIn(full.output, "linux.device.Device#1.token");
    expect(lines[0]?.fds?.missing).toMatchObject([{ offset: token }]);
    const { output } = await call("a.dump", "--reader", "v3", "--fds", "fds.json");
    expect(output).toContain("linux.device.Device#1.token: hands over 6, which is not there\n");
    expect(output).toContain("  9 (vm-3): nothing in the dump takes it over\n");
    writeFileSync(join(folder.path, "fds.json"), "[5, 6]");
    expect((await call("a.dump", "--reader", "v3", "--fds", "fds.json")).status).toBe(0);
  });

  test("those of a process, standard streams apart", async () => {
    const held = openSync(join(folder.path, "v2/linux/device.baton"), "r");
    await dump("a.dump", [
      { id: 1, token: held },
      { id: 2, token: 4000 },
    ]);
    const { lines } = await results("a.dump", "--reader", "v3", "--fds", String(process.pid));
    closeSync(held);
    expect(lines[0]?.fds?.missing).toMatchObject([{ handle: "4000" }]);
    const unclaimed = lines[0]?.fds?.unclaimed.map((one) => (one as { fd: string }).fd) ?? [];
    for (const fd of ["0", "1", "2", String(held)]) expect(unclaimed).not.toContain(fd);
  });
});

describe("bad input", () => {
  const words = ["a.dump", "--reader", "v3"];

  test.each([
    [["a.dump"], "which reader?"],
    [["--reader", "v3"], "which dumps?"],
    [["-", "--files-from", "-", "--reader", "v3"], "standard input is named twice"],
    [["-", "-", "--reader", "v3"], "standard input is named twice"],
    [["a.dump", "b.dump", "--reader", "v3", "--fds", "1"], "`--fds` is about one dump"],
    [[...words, "--fds", "nothing.json"], "cannot read `nothing.json`: no such file or folder"],
    [[...words, "--fds", "2147483647"], "cannot read `/proc/2147483647/fd`: no such file or folder"],
    [
      [...words, "--fds", "bad.json"],
      '`bad.json` is no list of descriptors: expected a number, or an object with `"fd"`, found true',
    ],
    [["a.dump", "--reader", "gone"], "cannot read `gone`: no such file or folder"],
    [["a.dump", "--reader", "v3", "--reader", "profile:x"], "cannot read schemas from `profile:x`"],
    [["--files-from", "empty", "--reader", "v3"], "which dumps?"],
    [["--files-from", "empty", "--jobs", "2", "--reader", "v3"], "`empty` names none"],
    [["--jobs", "0", "x.dump", "--reader", "v3"], "`--jobs 0` works on nothing"],
    [["--files-from", "gone", "--reader", "v3"], "cannot read `gone`: no such file or folder"],
    [["a.dump", "--reader", "mixed"], "mixed/linux/device.baton:"],
  ])("%j", async (given, expected) => {
    writeFileSync(join(folder.path, "bad.json"), "[true]");
    writeFileSync(join(folder.path, "empty"), "\n");
    mkdirSync(join(folder.path, "mixed/linux"), { recursive: true });
    writeFileSync(join(folder.path, "mixed/linux/device.baton"), "module linux.device; state {");
    const { status, output, messages } = await call(...given);
    expect([status, output]).toEqual([2, ""]);
    expect(messages).toContain(expected);
  });

  test("one dump that is none does not keep the others from being judged, and is 2", async () => {
    await dump("a.dump", [{ id: 1 }]);
    writeFileSync(join(folder.path, "b.dump"), "{}");
    const whole = readFileSync(join(folder.path, "a.dump"));
    writeFileSync(join(folder.path, "c.dump"), whole.subarray(0, whole.length - 60));
    const { status, lines } = await results("a.dump", "b.dump", "c.dump", "d.dump", "--reader", "v2");
    expect(status).toBe(2);
    expect(lines.map(({ verdict }) => verdict)).toEqual(["taken", "unreadable", "refused", "unreadable"]);
  });

  test("a profile whose versions do not go together", async () => {
    writeFileSync(
      join(folder.path, "v3/linux/user.baton"),
      "/// U.\nmodule linux.user; version 1; import linux.device; /// U.\nstate U @0x30 { p @1 : Part[..4]; }",
    );
    writeFileSync(
      join(folder.path, "v3/linux/device.baton"),
      newer
        .replace("state Part {", "state Part since 3 {")
        .replace("parts  @4 : Part[..64] sorted = []", "parts  @4 : Part[..64] sorted = [] since 3"),
    );
    writeFileSync(
      join(folder.path, "baton.json"),
      '{"roots": ["v3"], "profiles": {"p": {"linux.user": 1, "linux.device": 2}}}',
    );
    const { status, messages } = await call("a.dump", "--reader", "profile:p");
    expect([status, messages]).toEqual([
      2,
      expect.stringContaining(
        "the versions of `profile:p` do not go together: linux.user.U: no type linux.device.Part",
      ),
    ]);
  });
});

describe("many dumps", () => {
  let built: Built;
  beforeAll(async () => void (built = await buildPackage()));
  afterAll(() => built.remove());

  test("in parallel are told in their order, as one after the other, with a summary by reason", async () => {
    await dump("good.dump", [{ id: 1 }]);
    await dump("bad.dump", [{ id: 1, pasid: 3 }]);
    const names = Array.from({ length: 300 }, (_, i) =>
      i % 3 === 0 ? "bad.dump" : i === 100 ? "gone.dump" : "good.dump",
    );
    writeFileSync(join(folder.path, "list"), names.map((name) => `${name}\0`).join(""));
    const words = ["preflight", "--files-from", "list", "-0", "--reader", "v2", "--reader", "v3", "--format", "ndjson"];
    const run = (jobs: string): ReturnType<typeof spawnSync> =>
      spawnSync(process.execPath, [built.program, ...words, "--jobs", jobs], { cwd: folder.path, encoding: "utf8" });
    const [one, two] = [run("1"), run("2")];
    expect([two.status, String(two.stderr)]).toEqual([2, ""]);
    expect(String(two.stdout)).toBe(String(one.stdout));
    const lines = String(two.stdout)
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(299 * 2 + 1 + 1);
    expect(lines.at(-1).summary).toMatchObject({
      ...{ dumps: 300, taken: 199 + 299, refused: 100, unreadable: 1 },
      readers: [
        { reader: "v2", taken: 199, refused: 100 },
        { reader: "v3", taken: 299, refused: 0 },
      ],
      reasons: [
        { reader: "v2", code: "B8209", path: "linux.device.Device.pasid", dumps: 100 },
        { code: "B9002", dumps: 1 },
      ],
    });
    const inProcess = await baton(folder.path, words);
    expect(inProcess.output).toBe(String(two.stdout));
  });
});
