import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { columnsOf, escapeText } from "../compiler/printable.ts";
import { baton, folderWith } from "./terminal.ts";

const schema = `/// Ports.
module demo.ports;

/// A port.
state Port @0x1 {
  line  @1 : u16 key;
  baud  @2 : u32 = 9600 unit "baud";
  owner @3 : string[..64] = "";
}
`;

const folder = folderWith({ "ports.baton": schema });
const call = (...words: string[]) => baton(folder.path, words);

async function dump(name: string, ports: unknown): Promise<void> {
  const words = ["encode", "--type", "Port", "-", "-o", name, "--schema", "ports.baton"];
  const { status, messages } = await baton(folder.path, words, { input: JSON.stringify(ports) });
  if (status !== 0) throw new Error(messages);
}

beforeAll(async () => {
  await dump("a.dump", [{ line: 0 }, { line: 1, owner: "getty" }]);
  await dump("b.dump", [{ line: 0, baud: 115_200 }, { line: 1, owner: "\u202e\u001b[31m" }, { line: 2 }]);
});
afterAll(() => folder.remove());

describe("baton diff", () => {
  test("says what changed, and exits 1", async () => {
    const { status, output, messages } = await call("diff", "a.dump", "b.dump", "--schema", "ports.baton");
    expect(messages).toBe("");
    expect(output).toMatch(/ {4}baud {2}9600 baud -> 115200 baud {2}@2/);
    expect(output).toMatch(/^\+ {10}[\da-f]{8} {2}demo\.ports\.Port\[line=2\] {2}#2/m);
    expect(status).toBe(1);
  });

  test("leaves out named bits and ranges", async () => {
    const flags = `module demo.flags; bits Flags : u16 { up = 0; level = 1..3; } struct Row { f @1 : Flags; }
      state S @0x1 { flags @1 : Flags = 0; list @2 : Flags[]; rows @3 : Row[]; }`;
    const own = folderWith({ "flags.baton": flags });
    try {
      const [a, b] = [
        { flags: ["level=1"], list: [["level=1"], ["up"]], rows: [{ f: ["up"] }] },
        { flags: ["up", "level=2"], list: [["level=2"], ["up"]], rows: [{ f: ["up", "level=7"] }] },
      ];
      for (const [name, one] of [["a", a] as const, ["b", b] as const]) {
        const words = ["encode", "--type", "S", "-", "-o", name, "--schema", "."];
        await baton(own.path, words, { input: JSON.stringify(one) });
      }
      const diff = (...paths: readonly string[]) =>
        baton(own.path, ["diff", "a", "b", "--schema", ".", ...paths.flatMap((path) => ["--ignore", path])]);
      const some = await diff("S.list[*].level", "S.rows[*].f.level", "S.flags.level");
      expect([some.status, some.messages]).toEqual([1, ""]);
      expect(some.output).toMatch(/ flags {2}level=1 \(0x2\) -> up \| level=2 \(0x5\) {2}@1$/m);
      expect(some.output).toContain("\n1 difference, 1 value equal\n");
      const all = await diff("S.list[*].level", "S.rows[*].f.level", "S.flags.level", "S.flags.up");
      expect([all.status, all.output]).toEqual([0, expect.stringContaining("0 differences, 1 value equal")]);
      const none = await diff("S.flags.lvl");
      expect(none.messages).toContain("S.flags.lvl");
    } finally {
      own.remove();
    }
  });

  test("tells the instances that moved behind a record that was taken out in one line", async () => {
    const ports = Array.from({ length: 1000 }, (_, line) => ({ line }));
    await dump("all.dump", ports);
    await dump("one-less.dump", ports.toSpliced(400, 1));
    const words = ["diff", "all.dump", "one-less.dump", "--schema", "ports.baton"];
    const { status, output } = await call(...words);
    const [, , removed, state, moved, ...counts] = output.split("\n");
    expect(removed).toMatch(/^- [\da-f]{8} {11}demo\.ports\.Port\[line=400\] {2}#400/);
    expect(state).toMatch(/^~ .*demo\.ports\.Port {2}599 records, their instance alone$/);
    expect(moved).toMatch(/ {4}#401\.\.#999 -> #400\.\.#998 {2}599 records by -1$/);
    expect(counts).toEqual([
      "599 records with another instance, 1 only in a, 400 equal",
      "600 differences, 2997 values equal",
      "",
    ]);
    expect(status).toBe(1);
    const json = JSON.parse((await call(...words, "--format", "json")).output);
    const runs = [{ path: "demo.ports.Port[line=401]", records: 599, a: { instance: 401 }, b: { instance: 400 } }];
    expect(json).toMatchObject({ instances: [{ type: "demo.ports.Port", records: 599, runs }], equal: false });
    expect(json.records.length).toBe(1);
  });

  test("tells how instances were mixed only as far as it is asked", async () => {
    await dump(
      "mixed.dump",
      Array.from({ length: 100 }, (_, i) => ({ line: (i * 37) % 100 })),
    );
    await dump(
      "sorted.dump",
      Array.from({ length: 100 }, (_, line) => ({ line })),
    );
    const words = ["diff", "mixed.dump", "sorted.dump", "--schema", "ports.baton"];
    const short = (await call(...words)).output;
    expect(short.split("\n").length).toBeLessThan(16);
    const [, more = ""] = /… (\d+) more; `--all` shows them/.exec(short) ?? [];
    const all = (await call(...words, "--all")).output;
    expect(all.split("\n").length).toBe(short.split("\n").length + Number(more) - 1);
  });

  test("exits 0 if nothing differs, or nothing that counts", async () => {
    const same = await call("diff", "a.dump", "a.dump", "--schema", "ports.baton");
    expect(same.output).toContain("equal: 2 records");
    expect(same.status).toBe(0);
    const ignoring = ["--ignore", "Port.baud", "--ignore", "Port.owner", "--ignore", "Port[line=2]"];
    const ignored = await call("diff", "a.dump", "b.dump", "--schema", "ports.baton", ...ignoring);
    expect(ignored.output).toContain("equal: 2 records, 5 ignored");
    expect(ignored.status).toBe(0);
  });

  test("reads one side from standard input", async () => {
    const input = readFileSync(join(folder.path, "a.dump"));
    const words = ["diff", "-", "a.dump", "--schema", "ports.baton"];
    expect((await baton(folder.path, words, { input })).status).toBe(0);
    expect((await baton(folder.path, ["diff", "-", "-"], { input })).messages).toContain("named twice");
  });

  test("fits the terminal, in colour, with nothing that it would obey", async () => {
    const words = ["diff", "a.dump", "b.dump", "--schema", "ports.baton"];
    const { output } = await baton(folder.path, words, { interactive: true });
    expect(output).toContain("\u001b[33m~\u001b[0m");
    const plain = output.replaceAll(/\u001b\[\d+m/g, "").split("\n");
    expect(plain.filter((line) => columnsOf(line) > 80 || escapeText(line) !== line)).toEqual([]);
    const refused = await baton(folder.path, words, { interactive: true, environment: { NO_COLOR: "1" } });
    expect(refused.output).not.toContain("\u001b");
  });

  test("tells what could be had of a damaged dump, and exits 1", async () => {
    const whole = readFileSync(join(folder.path, "a.dump"));
    const words = ["diff", "a.dump", "-", "--schema", "ports.baton"];
    const { status, output } = await baton(folder.path, words, { input: whole.subarray(0, whole.length - 8) });
    expect(output).toContain("no difference in what could be read: 2 records");
    expect(output).toMatch(/^! b 0x[\da-f]+ .*\[B8005\]$/m);
    expect(status).toBe(1);
  });

  test.each([
    [["diff", "a.dump"], "which two dumps?"],
    [["diff", "a.dump", "b.dump", "a.dump"], "more than two dumps"],
    [["diff", "a.dump", "ports.baton"], "[B8001]"],
    [["diff", "a.dump", "none.dump"], "[B9002]"],
    [["diff", "a.dump", "b.dump"], "[B9202]"],
    [["diff", "a.dump", "b.dump", "--ignore", "Port..baud"], "expected the name of a member at character 6"],
  ])("%j is refused with status 2", async (words, message) => {
    const { status, messages } = await call(...words);
    expect(messages).toContain(message);
    expect(status).toBe(2);
  });

  test("writes JSON to a file", async () => {
    const words = ["--format", "json", "-o", "diff.json", "--schema", "ports.baton"];
    const { status, output } = await call("diff", "a.dump", "b.dump", ...words);
    expect([status, output]).toEqual([1, ""]);
    const json: unknown = JSON.parse(readFileSync(join(folder.path, "diff.json"), "utf8"));
    expect(json).toMatchObject({ equal: false, counts: { records: { equal: 0, changed: 2, added: 1, removed: 0 } } });
  });
});
