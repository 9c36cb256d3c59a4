import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import sarifSchema from "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json" with { type: "json" };
import { Ajv } from "ajv";
import draft04 from "ajv-draft-04";
import { beforeEach, describe, expect, test } from "vitest";
import baselineSchema from "../compiler/compat/baseline.schema.json" with { type: "json" };
import type { CheckResult } from "../compiler/compat/finding.ts";
import {
  check,
  eachInItsProject,
  first,
  folder,
  release,
  result,
  schema,
  second,
  told,
  write,
} from "./check-project.ts";
import { baton } from "./terminal.ts";

eachInItsProject();

describe("against the module's own versions", () => {
  test("both directions of every pair, with places in the release and in the schema", async () => {
    await release();
    schema(second);
    const { findings, compared, matrix, verdict, status } = await result();
    expect([status, verdict, compared]).toEqual([
      0,
      "conditional",
      { modules: 1, declarations: 1, members: 3, pairs: 2 },
    ]);
    expect(told({ findings } as CheckResult)).toEqual([
      "warning MEMBER_ADDED rollback 2->1 conditional",
      "info MEMBER_ADDED upgrade 1->2 always",
    ]);
    expect(findings[0]).toMatchObject({
      ...{ module: "linux.device", against: null, path: "linux.device.Device.pasid", refusedBy: "writer" },
      ...{ condition: "Device.pasid != 0", old: { file: "released/linux.device/1.json" } },
      new: { file: "schemas/linux/device.baton", line: 12, column: 3 },
      witness: { type: "linux.device.Device", value: { pasid: 1 }, bytes: null },
      exception: { rule: "MEMBER_ADDED", path: "linux.device.Device.pasid", pairs: ["2->1"] },
    });
    expect(matrix.map(({ writer, reader, verdict: of }) => `${writer}->${reader} ${of}`)).toEqual([
      "1->2 always",
      "2->1 conditional",
    ]);
  });

  test("works without releases and without baton.json, where the text tells of its versions", async () => {
    rmSync(join(folder.path, "baton.json"));
    schema(second);
    const { status, findings } = await result("schemas");
    expect([status, findings[0]?.old?.file]).toEqual([0, "schemas/linux/device.baton"]);
  });

  test("a wider type is a change from the release, and so is one that is gone", async () => {
    await release();
    schema(second.replace("mode  @2 : u8", "mode  @2 : u16").replace('  label @3 : string[..8] = "";\n', ""));
    const { status, findings } = await result();
    expect(status).toBe(1);
    expect(told({ findings } as CheckResult).filter((line) => !line.startsWith("info"))).toEqual([
      "error RELEASE_REWRITTEN null null->null never",
      "warning MEMBER_REMOVED upgrade 1->2 conditional",
      "warning INTEGER_WIDENED rollback 2->1 conditional",
      "warning MEMBER_ADDED rollback 2->1 conditional",
    ]);
    expect(findings[0]?.message).toBe(
      "version 1 was released with `Device.label` @3, which the schema does not have at that version",
    );
  });

  test("a released version that was edited is refused, and what was changed is judged", async () => {
    await release();
    schema(first.replace("= 0;", "= 1;"));
    const { status, verdict, findings } = await result();
    expect([status, verdict]).toEqual([1, "never"]);
    expect(told({ findings } as CheckResult)).toEqual([
      "error RELEASE_REWRITTEN null null->null never",
      "error DEFAULT_CHANGED upgrade 1->new corrupting",
      "info DEFAULT_CHANGED rollback new->1 always",
    ]);
    expect(findings[0]?.fix).toContain('add `version 2 "…";`');
  });

  test("a released module whose schema is gone, and pairs outside `reads`", async () => {
    write(
      "schemas/linux/other.baton",
      "/// O.\nmodule linux.other; version 1; version 2; /// O.\nstate O @0x20 { a @1 : u8 = 0; }",
    );
    await release();
    rmSync(join(folder.path, "schemas/linux/device.baton"));
    expect(told(await result())).toContain("error MODULE_REMOVED upgrade 1->new never");
    schema(second.replace("/// A device", "reads 2..;\n/// A device"));
    const { matrix } = await result("--matrix");
    expect(matrix.find(({ writer, module }) => writer === 1 && module === "linux.device")).toMatchObject({
      supported: false,
      verdict: "never",
    });
    expect((await result("--matrix")).status).toBe(0);
  });

  test("--matrix has every pair of versions, as a table", async () => {
    schema(second.replace('version 2 "6.19";', 'version 2 "6.19";\nversion 2.1;\nversion 3;'));
    const { output } = await check("--matrix");
    expect(output).toContain(`linux.device
  writer \\ reader  1            2       2.1     3
  1                -            always  always  always
  2                conditional  -       always  always
  2.1              conditional  always  -       always
  3                conditional  always  always  -
`);
  });
});

describe("against another SOURCE", () => {
  test("a folder and a file are old and new", async () => {
    write("old/linux/device.baton", first.replace("u8 = 0", "u8 = 1"));
    for (const source of ["old", "old/linux/device.baton"]) {
      const { status, findings, matrix } = await result("schemas", "--against", source);
      expect(status).toBe(1);
      expect(findings[0]).toMatchObject({
        ...{ rule: "DEFAULT_CHANGED", corrupting: true, writer: "old", reader: "new", against: source },
        ...{ old: { file: "old/linux/device.baton", line: 9 }, new: { file: "schemas/linux/device.baton", line: 9 } },
        witness: { value: { mode: 1 }, outcome: "taken, and mode is read as 0 where 1 was written" },
      });
      expect(matrix.map(({ writer, reader }) => `${writer}->${reader}`)).toEqual(["old->new", "new->old"]);
    }
  });

  test("several are all judged, a dump and a profile among them", async () => {
    schema(second);
    write("baton.json", '{"roots": ["schemas"], "profiles": {"fleet": {"linux.device": 1}}}');
    write("old/linux/device.baton", first);
    const dump = await baton(
      folder.path,
      ["encode", "--type", "Device", "--schema", "old", "--embed-schema", "-o", "a.dump"],
      { input: '{"id": 1}' },
    );
    expect(dump.messages).toBe("");
    const sources = ["old", "dump:a.dump", "profile:fleet"];
    const { findings, compared } = await result(...sources.flatMap((source) => ["--against", source]));
    expect(compared.pairs).toBe(6);
    expect(new Set(findings.map(({ against }) => against))).toEqual(new Set(sources));
    expect(new Set(findings.map(({ fingerprint }) => fingerprint)).size).toBe(findings.length);
  });

  test("a module that the other side lacks is new; one that is gone is not harmless; nothing in common is an error", async () => {
    write("old/linux/device.baton", first);
    write("schemas/linux/new.baton", "/// N.\nmodule linux.new; /// N.\nstate N @0x20 { a @1 : u8 = 0; }");
    expect(told(await result("schemas", "--against", "old"))).toEqual(["info MODULE_ADDED null null->null always"]);
    write("old/linux/gone.baton", "/// G.\nmodule linux.gone; /// G.\nstate G @0x21 { a @1 : u8 = 0; }");
    expect((await result("schemas", "--against", "old")).status).toBe(1);
    // A file by itself says nothing of the others.
    expect((await result("schemas/linux/device.baton", "--against", "old")).status).toBe(0);
    rmSync(join(folder.path, "old/linux/device.baton"));
    expect(await check("schemas", "--against", "old")).toMatchObject({ status: 2, output: "" });
  });

  test("--from and --to name both sides", async () => {
    write("a/linux/device.baton", first);
    write("b/linux/device.baton", first.replace("[..8]", "[..4]"));
    const { findings, status } = await result("--from", "a", "--to", "b");
    expect([status, findings[0]?.rule, findings[0]?.condition]).toEqual([0, "LENGTH_SHRUNK", "len(Device.label) > 4"]);
  });

  test("docs, comments and order are no change", async () => {
    write("old/linux/device.baton", first);
    schema(
      `// A comment.\n${first.replace("Devices.", "All devices.").replace("  id    @1 : u32 key;\n", "").replace('= "";\n', '= "";\n  id @1 : u32 key;\n')}`,
    );
    expect(await result("schemas", "--against", "old")).toMatchObject({ findings: [], verdict: "always", status: 0 });
  });
});

describe("policy", () => {
  const policy = (json: object): void => write("baton.json", JSON.stringify({ roots: ["schemas"], ...json }));

  test("decides what falls short, by direction, module and pair", async () => {
    schema(second);
    for (const [rollback, status] of [
      ["always", 1],
      ["conditional", 0],
      ["never", 0],
    ] as const) {
      policy({ policy: { rollback } });
      expect((await result()).status).toBe(status);
    }
    policy({ policy: { rollback: "always", overrides: [{ pairs: ["2->1"], rollback: "conditional" }] } });
    expect((await result()).status).toBe(0);
  });

  test("exceptions silence with a reason until their day, and are told when nothing needs them", async () => {
    schema(second);
    const exception = {
      rule: "MEMBER_ADDED",
      path: "Device.pasid",
      pairs: ["2->1"],
      reason: "the old fleet has no PASIDs",
    };
    policy({ policy: { rollback: "always" }, exceptions: [exception] });
    expect(await result()).toMatchObject({ status: 0, accepted: { exceptions: 1, baseline: 0 } });
    policy({ policy: { rollback: "always" }, exceptions: [{ ...exception, expires: "2020-01-31" }] });
    const expired = await result();
    expect([expired.status, told(expired).slice(0, 2)]).toEqual([
      1,
      ["error MEMBER_ADDED rollback 2->1 conditional", "warning EXCEPTION_EXPIRED null null->null always"],
    ]);
    policy({ exceptions: [{ ...exception, path: "Device.gone" }] });
    const stale = await result();
    expect(stale.findings.find(({ rule }) => rule === "EXCEPTION_STALE")?.new?.file).toBe("baton.json");
  });

  test("a baseline keeps what is known quiet, across edits of names and lines", async () => {
    policy({ policy: { rollback: "always" } });
    schema(second);
    expect((await check("--baseline", "known.json")).status).toBe(2);
    expect((await check("--baseline", "known.json", "--update-baseline")).status).toBe(0);
    const json: unknown = JSON.parse(readFileSync(join(folder.path, "known.json"), "utf8"));
    expect(new Ajv({ allowUnionTypes: true }).validate(baselineSchema, json)).toBe(true);
    schema(second.replace("pasid", "address_space").replace("/// A device.", "/// A device\n/// on two lines."));
    expect(await result("--baseline", "known.json")).toMatchObject({ status: 0, accepted: { baseline: 1 } });
    schema(second.replace("  pasid", "  more @5 : u8 = 0 since 2;\n  pasid"));
    const { status, findings } = await result("--baseline", "known.json");
    expect([status, findings[0]?.path]).toEqual([1, "linux.device.Device.more"]);
    expect((await check("--update-baseline")).status).toBe(2);
    // Nothing is silenced by what nobody finds any more.
    schema(second.replace(/ {2}pasid.*\n/, ""));
    const mended = await result("--baseline", "known.json");
    const stale = mended.findings.find(({ rule }) => rule === "BASELINE_STALE");
    expect([mended.status, stale?.severity, stale?.new]).toEqual([
      0,
      "warning",
      { file: "known.json", line: 4, column: 5 },
    ]);
  });

  test("a baseline does not cover what has become worse, whoever wrote it", async () => {
    await release();
    const changed = second.replace("= 0;", "= 1;");
    schema(changed.replace("}\n", "  must @9 : u8 since 2;\n}\n"));
    expect((await check("--baseline", "known.json", "--update-baseline")).status).toBe(0);
    expect((await result("--baseline", "known.json")).findings.filter(({ severity }) => severity !== "info")).toEqual(
      [],
    );
    schema(changed.replace("}\n", "  must @9 : u8 = 0 since 2;\n}\n"));
    const isWorse = async (): Promise<void> => {
      const worse = await result("--baseline", "known.json");
      const lines = told(worse).filter((line) => !line.startsWith("info"));
      expect([worse.status, lines.slice(0, 1)]).toEqual([1, ["error DEFAULT_CHANGED upgrade 1->2 corrupting"]]);
      const exceeded = worse.findings.find(({ rule }) => rule === "BASELINE_EXCEEDED");
      expect(exceeded?.message).toMatch(
        /`DEFAULT_CHANGED`.* as (hidden corrupting|conditional), and it is corrupting now$/,
      );
      expect(exceeded?.new?.file).toBe("known.json");
    };
    await isWorse();
    // As it was written when only the verdict stood there.
    const text = readFileSync(join(folder.path, "known.json"), "utf8");
    expect(text).toContain(',"corrupting":false,"hides":true,"condition":"Device.mode == 0","parts":[');
    write(
      "known.json",
      text.replaceAll(/,"corrupting":false|,"hides":true|,"condition":"[^"]*","parts":\[[^\]]*\]/g, ""),
    );
    await isWorse();
    expect((await check("--baseline", "known.json", "--update-baseline")).status).toBe(0);
    expect(await result("--baseline", "known.json")).toMatchObject({ status: 0 });
  });

  test("a rewritten release is not made less than an error", async () => {
    await release();
    schema(first.replace("= 0;", "= 1;"));
    policy({ policy: { severities: { RELEASE_REWRITTEN: "info" } } });
    const { status, messages } = await check();
    expect([status, messages]).toEqual([2, expect.stringContaining('expected `error`, found "info"')]);
  });

  test("an exception expires on a day of the calendar", async () => {
    const exception = { rule: "MEMBER_ADDED", path: "Device.pasid", reason: "r" };
    for (const expires of ["2027-02-30", "2027-02-29", "2027-13-01", "soon"]) {
      policy({ exceptions: [{ ...exception, expires }] });
      const { status, messages } = await check();
      expect([status, messages]).toEqual([2, expect.stringContaining("B9103")]);
      expect(messages).toContain(`expected a day such as \`2027-01-31\`, found "${expires}"`);
    }
    policy({ exceptions: [{ ...exception, expires: "2028-02-29" }] });
    expect((await check()).messages).not.toContain("B9103");
  });

  test("supported profiles work with each other and with the working versions", async () => {
    const third = second.replace('version 2 "6.19";', 'version 2 "6.19";\nversion 3;\nreads 2..;');
    schema(third);
    policy({ supported: ["a", "b"], profiles: { a: { "linux.device": 1 }, b: { "linux.device": 2 } } });
    const { matrix, findings, status } = await result("--matrix");
    const supported = matrix.filter(({ against }) => against === "supported");
    expect(supported.map(({ writer, reader, supported: is }) => `${writer}->${reader}${is ? "" : " outside"}`)).toEqual(
      [...["a->b", "b->a", "a->working outside", "working->a", "b->working", "working->b"]],
    );
    expect((await check("--matrix")).output).toMatch(/\(supported\)\n {2}writer \\ reader +a +b +working\n {2}a /);
    expect([status, findings[0]?.rule, findings[0]?.writer, findings[0]?.reader]).toEqual([
      1,
      "PAIR_OUTSIDE",
      "a",
      "working",
    ]);
  });
});

describe("formats", () => {
  beforeEach(() => schema(second.replace("u8 = 0", "u8 = 1").replace("  pasid", "  need @5 : u8 since 2;\n  pasid")));

  test("each goes to its file, and text to standard output unless another does", async () => {
    await release().catch(() => {});
    const names = ["json", "github", "gitlab", "sarif", "junit", "markdown"];
    const { output, status } = await check(...names.flatMap((name) => ["--format", `${name}=out/${name}`]));
    expect(status).toBe(2);
    expect(output).toBe("");
    mkdirSync(join(folder.path, "out"));
    const again = await check(...names.flatMap((name) => ["--format", `${name}=out/${name}`]));
    expect([again.status, again.output]).toEqual([1, expect.stringContaining("never: 1 error")]);
    expect(readdirSync(join(folder.path, "out")).sort()).toEqual([...names].sort());
    const rules = ["MEMBER_ADDED_REQUIRED", "MEMBER_ADDED"];
    for (const name of names)
      for (const rule of rules) expect(readFileSync(join(folder.path, "out", name), "utf8"), name).toContain(rule);
  });

  test("SARIF fits its published schema", async () => {
    const sarif: unknown = JSON.parse((await check("--format", "sarif")).output);
    // A CommonJS module's default export, which its types call something else.
    const Draft04 = draft04 as unknown as typeof Ajv;
    const fits = new Draft04({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(sarifSchema);
    expect(fits(sarif), JSON.stringify(fits.errors)).toBe(true);
  });

  test("GitLab's report has what its documentation asks for, each fingerprint once", async () => {
    const issues: readonly { [key: string]: unknown }[] = JSON.parse((await check("--format", "gitlab")).output);
    const item = {
      type: "object",
      required: ["description", "check_name", "fingerprint", "severity", "location"],
      properties: {
        description: { type: "string", minLength: 1 },
        fingerprint: { type: "string", minLength: 1 },
        severity: { enum: ["info", "minor", "major", "critical", "blocker"] },
        location: {
          type: "object",
          required: ["path", "lines"],
          properties: {
            lines: { type: "object", required: ["begin"], properties: { begin: { type: "integer", minimum: 1 } } },
          },
        },
      },
    };
    expect(new Ajv().validate({ type: "array", minItems: 1, items: item }, issues)).toBe(true);
    expect(new Set(issues.map((issue) => issue["fingerprint"])).size).toBe(issues.length);
  });

  test("JUnit's XML is well-formed, and counts what it has", async () => {
    const { output } = await check("--format", "junit");
    const open: string[] = [];
    for (const [, close, name = "", rest = ""] of output.matchAll(/<(\/?)([a-z]+)((?:\s+[a-z]+="[^"<]*")*\s*\/?)>/g)) {
      if (close === "/") expect(open.pop()).toBe(name);
      else if (!rest.endsWith("/")) open.push(name);
    }
    expect(open).toEqual([]);
    expect(output).toContain(
      `tests="${output.match(/<testcase /g)?.length}" failures="${output.match(/<failure /g)?.length}"`,
    );
  });

  test.each([
    [["--format", "xml"], "no format `xml`"],
    [["--format", "jsn"], "no format `jsn`"],
    [["--format", "json="], "names no file"],
    [["--format", "json", "--format", "sarif"], "two formats for standard output"],
    [["--from", "a"], "`--from` names one of two sides"],
    [["--from", "a", "--to", "b", "schemas"], "`--from` and `--to` name both sides"],
    [["--against", "gone"], "cannot read `gone`"],
    [["--against", "git:gone"], "cannot read schemas from `git:gone`"],
    [["--against", "git:-x"], "a revision does not start with `-`"],
    [["--against", "profile:gone"], "no profile `gone`"],
    [["--against", "broken"], "broken/a.baton:"],
    [["--witness", "baton.json"], "cannot write `baton.json"],
    [["--format", "json=gone/out.json"], "cannot write `gone/out.json`"],
  ])("%j is wrong", async (words, expected) => {
    write("broken/a.baton", "module a; state {");
    const { status, output, messages } = await check(...words);
    expect([status, output]).toEqual([2, ""]);
    expect(messages).toContain(expected);
  });
});

describe("witnesses", () => {
  test("are dumps that decode, and that the other side really does not take", async () => {
    write("old/linux/device.baton", first);
    schema(first.replace("[..8]", "[..4]").replace("  mode", "  need @5 : u8;\n  mode"));
    expect((await check("--against", "old", "--witness", "out/w")).status).toBe(1);
    const dumps = readdirSync(join(folder.path, "out/w"));
    expect(dumps.map((name) => name.replace(/-[0-9a-f]{8}\.dump$/, ""))).toEqual([
      "LENGTH_SHRUNK-linux.device.Device.label-upgrade-old-new",
      "MEMBER_ADDED_REQUIRED-linux.device.Device.need-rollback-new-old",
      "MEMBER_ADDED_REQUIRED-linux.device.Device.need-upgrade-old-new",
    ]);
    for (const name of dumps) {
      const { status, output, messages } = await baton(folder.path, [
        "decode",
        join("out/w", name),
        "--format",
        "json",
      ]);
      expect([status, messages]).toEqual([0, ""]);
      expect(JSON.parse(output).records).toHaveLength(1);
    }
  });

  test("can be left out", async () => {
    schema(second);
    expect((await result("--no-witness")).findings.every(({ witness }) => witness === null)).toBe(true);
  });
});
