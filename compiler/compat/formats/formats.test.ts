import { describe, expect, test } from "vitest";
import type { CheckResult, Finding } from "../finding.ts";
import { formats } from "./index.ts";

const finding: Finding = {
  rule: "MEMBER_ADDED",
  severity: "error",
  module: "linux.pci",
  against: null,
  direction: "rollback",
  writer: 3,
  reader: 2,
  verdict: "conditional",
  corrupting: false,
  refusedBy: "writer",
  path: "linux.pci.PciDevice.pasid",
  message: "member `pasid` @12 was added in 3",
  fix: "declare it `ignorable` if losing it is harmless",
  condition: "PciDevice.pasid != 0",
  old: null,
  new: { file: "schemas/linux/pci.baton", line: 31, column: 3 },
  witness: {
    type: "linux.pci.PciDevice",
    value: { pasid: 1 },
    record: null,
    bytes: null,
    outcome: "refused: cannot be written",
  },
  exception: { rule: "MEMBER_ADDED", path: "linux.pci.PciDevice.pasid", pairs: ["3->2"] },
  fingerprint: "ab".repeat(32),
};

const corrupting: Finding = {
  ...finding,
  rule: "DEFAULT_CHANGED",
  writer: "2.1",
  reader: 3,
  direction: "upgrade",
  verdict: "never",
  corrupting: true,
  refusedBy: null,
  path: "linux.pci.PciDevice.label",
  message: 'default of `label` was "a" and is "b"',
  old: { file: "old/linux/pci.baton", line: 4, column: 5 },
  condition: 'PciDevice.label == "a"',
  witness: null,
  fingerprint: "cd".repeat(32),
};

const result: CheckResult = {
  verdict: "never",
  accepted: { exceptions: 0, baseline: 0 },
  compared: { modules: 1, declarations: 3, members: 20, pairs: 2 },
  findings: [finding, { ...finding, writer: 3, reader: "2.1", fingerprint: "ef".repeat(32) }, corrupting],
  matrix: [
    {
      ...{ module: "linux.pci", against: null, direction: "rollback", supported: true },
      writer: 3,
      reader: 2,
      verdict: "conditional",
      corrupting: false,
      condition: "PciDevice.pasid != 0",
    },
    {
      ...{ module: "linux.pci", against: null, direction: "upgrade", supported: true },
      ...{ writer: "2.1", reader: 3, verdict: "never", corrupting: true, condition: null },
    },
  ],
};

describe("text", () => {
  test("one entry for each change, worst first, with its pairs inside", () => {
    expect(formats.text(result, { matrix: true })).toMatchInlineSnapshot(`
      "corrupting[DEFAULT_CHANGED]: default of \`label\` was "a" and is "b"
        --> schemas/linux/pci.baton:31:3
        was old/linux/pci.baton:4:5
        path: linux.pci.PciDevice.label
        upgrade 2.1 -> 3: taken with another meaning when PciDevice.label == "a" {cdcdcdcdcdcdcdcd}
        = fix: declare it \`ignorable\` if losing it is harmless

      error[MEMBER_ADDED]: member \`pasid\` @12 was added in 3
        --> schemas/linux/pci.baton:31:3
        path: linux.pci.PciDevice.pasid
        rollback 3 -> 2: refused by the writer when PciDevice.pasid != 0 {abababababababab}
        rollback 3 -> 2.1: refused by the writer when PciDevice.pasid != 0 {efefefefefefefef}
        = witness: linux.pci.PciDevice {"pasid":1}
          outcome: refused: cannot be written
        = fix: declare it \`ignorable\` if losing it is harmless

      linux.pci
        writer \\ reader  2            3
        2.1              -            CORRUPTING
        3                conditional  -

      never: 2 errors, 0 warnings, 0 notes; compared 1 module, 3 declarations, 20 members, 2 pairs of versions
      "
    `);
  });

  test("what is about no pair and says something else is an entry of its own", () => {
    const none = {
      direction: null,
      writer: null,
      reader: null,
      witness: null,
      condition: null,
      refusedBy: null,
    } as const;
    const rewritten = { ...corrupting, ...none, rule: "RELEASE_REWRITTEN", corrupting: false, path: "linux.pci" };
    const findings = ["one", "other"].map((message, i) => {
      return { ...rewritten, message, fingerprint: `${i}f`.repeat(32) };
    });
    const text = formats.text({ ...result, findings }, {});
    expect(text.match(/RELEASE_REWRITTEN\]: \w+/g)).toEqual(["RELEASE_REWRITTEN]: one", "RELEASE_REWRITTEN]: other"]);
    expect(text).toContain("2 errors");
  });

  test("a finding for which no witness was found says so, also where another of the change has one", () => {
    const unshown = {
      ...result,
      findings: [{ ...finding, writer: 4, unshown: true as const, witness: null }, finding],
    };
    expect(formats.text(unshown, {})).toMatch(
      /\n {2}= witness: .*\n {4}outcome: .*\n {2}= no witness: no value was found that shows rollback 4 -> 2\n/,
    );
    expect(formats.markdown(unshown, {})).toContain(
      "\n- no witness: no value was found that shows rollback 4 -&gt; 2\n",
    );
    expect(formats.text(result, {})).not.toContain("no witness");
  });

  test("colours only where asked for", () => {
    expect(formats.text(result, {})).not.toContain("\u001b");
    expect(formats.text(result, { color: true })).toContain("\u001b[1;31mcorrupting[DEFAULT_CHANGED]\u001b[0m");
  });
});

test("github: one command for each finding, with the place in the new schema", () => {
  expect(formats.github(result, {})).toMatchInlineSnapshot(`
    "::error file=schemas/linux/pci.baton,line=31,col=3,title=MEMBER_ADDED::linux.pci.PciDevice.pasid: member \`pasid\` @12 was added in 3 (rollback 3 -> 2: refused by the writer when PciDevice.pasid != 0); declare it \`ignorable\` if losing it is harmless {abababababababab}
    ::error file=schemas/linux/pci.baton,line=31,col=3,title=MEMBER_ADDED::linux.pci.PciDevice.pasid: member \`pasid\` @12 was added in 3 (rollback 3 -> 2.1: refused by the writer when PciDevice.pasid != 0); declare it \`ignorable\` if losing it is harmless {efefefefefefefef}
    ::error file=schemas/linux/pci.baton,line=31,col=3,title=DEFAULT_CHANGED (corrupting)::linux.pci.PciDevice.label: default of \`label\` was "a" and is "b" (upgrade 2.1 -> 3: taken with another meaning when PciDevice.label == "a"); declare it \`ignorable\` if losing it is harmless; was old/linux/pci.baton:4:5 {cdcdcdcdcdcdcdcd}
    "
  `);
});

test("gitlab: a list of issues with the fingerprint of each finding", () => {
  const issues: { fingerprint: string; severity: string; location: object }[] = JSON.parse(formats.gitlab(result, {}));
  expect(issues.map((issue) => issue.fingerprint)).toEqual(result.findings.map((one) => one.fingerprint));
  expect(issues.map((issue) => issue.severity)).toEqual(["critical", "critical", "blocker"]);
  expect(issues[0]?.location).toEqual({ path: "schemas/linux/pci.baton", lines: { begin: 31 } });
});

test("junit: a suite for each module, a case for each pair, failed by its errors", () => {
  expect(formats.junit(result, {})).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="baton check" tests="2" failures="2" errors="0">
      <testsuite name="linux.pci" tests="2" failures="2" errors="0" skipped="0">
        <testcase name="rollback 3 -&gt; 2" classname="linux.pci" time="0">
          <failure message="linux.pci.PciDevice.pasid: member \`pasid\` @12 was added in 3 (rollback 3 -&gt; 2: refused by the writer when PciDevice.pasid != 0)" type="MEMBER_ADDED">schemas/linux/pci.baton:31:3: error[MEMBER_ADDED]: linux.pci.PciDevice.pasid: member \`pasid\` @12 was added in 3 (rollback 3 -&gt; 2: refused by the writer when PciDevice.pasid != 0) {abababababababab}</failure>
          <system-out>conditional: refused when PciDevice.pasid != 0</system-out>
        </testcase>
        <testcase name="upgrade 2.1 -&gt; 3" classname="linux.pci" time="0">
          <failure message="linux.pci.PciDevice.label: default of \`label\` was &quot;a&quot; and is &quot;b&quot; (upgrade 2.1 -&gt; 3: taken with another meaning when PciDevice.label == &quot;a&quot;)" type="DEFAULT_CHANGED">schemas/linux/pci.baton:31:3: corrupting[DEFAULT_CHANGED]: linux.pci.PciDevice.label: default of \`label\` was &quot;a&quot; and is &quot;b&quot; (upgrade 2.1 -&gt; 3: taken with another meaning when PciDevice.label == &quot;a&quot;); was old/linux/pci.baton:4:5 {cdcdcdcdcdcdcdcd}</failure>
          <system-out>corrupting</system-out>
        </testcase>
      </testsuite>
    </testsuites>
    "
  `);
});

test("markdown: a table of changes, details and the matrix", () => {
  expect(formats.markdown(result, { matrix: true })).toMatchInlineSnapshot(`
    "### ❌ Compatibility: never

    Compared 1 module, 3 declarations, 20 members, 2 pairs of versions.

    |  | where | what | rule |
    | --- | --- | --- | --- |
    | **corrupting** | \`linux.pci.PciDevice.label\` | default of \`label\` was "a" and is "b" | \`DEFAULT_CHANGED\` |
    | error | \`linux.pci.PciDevice.pasid\` | member \`pasid\` @12 was added in 3 | \`MEMBER_ADDED\` |

    | \`linux.pci\` writer \\ reader | 2 | 3 |
    | --- | --- | --- |
    | 2.1 | - | 💥 CORRUPTING |
    | 3 | ⚠️ conditional | - |

    <details><summary><code>DEFAULT_CHANGED</code> <code>linux.pci.PciDevice.label</code></summary>

    - upgrade 2.1 -&gt; 3: taken with another meaning when PciDevice.label == "a" \`cdcdcdcdcdcdcdcd\`
    - at \`schemas/linux/pci.baton:31:3\`
    - was \`old/linux/pci.baton:4:5\`
    - fix: declare it \`ignorable\` if losing it is harmless

    </details>

    <details><summary><code>MEMBER_ADDED</code> <code>linux.pci.PciDevice.pasid</code></summary>

    - rollback 3 -&gt; 2: refused by the writer when PciDevice.pasid != 0 \`abababababababab\`
    - rollback 3 -&gt; 2.1: refused by the writer when PciDevice.pasid != 0 \`efefefefefefefef\`
    - at \`schemas/linux/pci.baton:31:3\`
    - witness \`linux.pci.PciDevice {"pasid":1}\`: refused: cannot be written
    - fix: declare it \`ignorable\` if losing it is harmless

    </details>
    "
  `);
});

describe("hostile text", () => {
  const hostile: CheckResult = {
    ...result,
    findings: [
      {
        ...finding,
        new: { file: "a\n\u001b[2J|`<b>.baton", line: 1, column: 1 },
        message: 'a\n::error::b <script>|`x` \u202e "&%',
        path: "m.`S`|<b>",
        fix: "\u001b[2J",
      },
    ],
  };

  test.each(Object.entries(formats))("%s prints no control or bidirectional character", (_, format) => {
    const printed = format(hostile, { matrix: true });
    expect(printed.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u202e]/u);
  });

  test("it cannot start a command, a tag or a table cell", () => {
    expect(formats.github(hostile, {}).trimEnd().split("\n")).toHaveLength(1);
    expect(formats.junit(hostile, {})).not.toContain("<script>");
    expect(formats.markdown(hostile, {})).not.toContain("<script>");
    for (const line of formats
      .markdown(hostile, {})
      .split("\n")
      .filter((l) => l.startsWith("| "))) {
      expect(line.replaceAll("\\|", "").split("|")).toHaveLength(6);
    }
  });
});

describe("much text", () => {
  const many = (count: number, more: Partial<Finding> = {}): CheckResult => ({
    ...result,
    findings: Array.from({ length: count }, (_, i) => ({
      ...finding,
      path: `linux.pci.PciDevice.m${i}`,
      fingerprint: String(i).padStart(64, "0"),
      ...more,
    })),
  });

  test("a comment for a review keeps within what a comment can be, and says what it leaves out", () => {
    const comment = formats.markdown(many(2000), { matrix: true });
    expect(comment.length).toBeLessThan(61_000);
    expect(comment).toMatch(/\n… and 1\d\d\d changes more: `baton check` tells all of them\.\n$/);
    expect(comment).toContain("| 3 | ⚠️ conditional | - |");
    expect(formats.markdown(many(20), {})).not.toContain("more:");
  });

  test("a long witness is cut for people, and whole for programs", () => {
    const value = { list: Array.from({ length: 1000 }, (_, i) => i) };
    const long = many(1, {
      witness: { type: "m.S", value, record: "00".repeat(4000), bytes: "00".repeat(5000), outcome: "x" },
    });
    for (const format of ["text", "markdown"] as const) expect(formats[format](long, {}).length).toBeLessThan(1500);
    expect(formats.text(long, {})).toMatch(
      /\n {4}bytes: (00){80}… \(8000 characters\) \(of the record; the dump has 5000\)\n/,
    );
    expect(JSON.parse(formats.json(long, {})).findings[0].witness.value).toEqual(value);
  });
});

test("what is about no pair has its fingerprint with its path, and a place is told once where both sides have it", () => {
  const rewritten: Finding = {
    ...corrupting,
    ...{ rule: "RELEASE_REWRITTEN", direction: null, writer: null, reader: null, corrupting: false, condition: null },
    ...{ path: "linux.pci", message: "the release of version 1 of linux.pci is gone", old: finding.new },
  };
  const told = { ...result, findings: [rewritten] };
  expect(formats.text(told, {})).toContain(`
  --> schemas/linux/pci.baton:31:3
  path: linux.pci {cdcdcdcdcdcdcdcd}
  = fix:`);
  for (const format of Object.values(formats)) expect(format(told, {}).match(/was schemas|as it was/)).toBeNull();
});

test("SARIF names files of a revision by references that are relative", () => {
  const gone = {
    ...result,
    findings: [{ ...corrupting, new: null, old: { file: "main:a b/#1.baton", line: 1, column: 1 } }],
  };
  const { runs } = JSON.parse(formats.sarif(gone, {}));
  expect(runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).toBe("main%3Aa%20b/%231.baton");
});
