import { describe, expect, test } from "vitest";
import { noBaseline, type BaselineEntry } from "./baseline.ts";
import type { MatrixCell, Verdict } from "./finding.ts";
import { applyPolicy, noPolicy, type Exception, type Judged, type Policy, type PolicyContext } from "./policy.ts";

const finding: Judged = {
  ...{ rule: "MEMBER_ADDED", module: "linux.pci", against: null, direction: "rollback", writer: 3, reader: 2 },
  ...{ verdict: "conditional", corrupting: false, refusedBy: "writer", path: "linux.pci.PciDevice.pasid" },
  ...{ message: "member `pasid` was added", fix: null, condition: "PciDevice.pasid != 0", old: null, new: null },
  ...{ witness: null, exception: null, fingerprint: "aa" },
};

const cell: MatrixCell = {
  ...{ module: "linux.pci", against: null, direction: "rollback", writer: 3, reader: 2, supported: true },
  ...{ verdict: "conditional", corrupting: false, condition: "PciDevice.pasid != 0" },
};

const exception: Exception = {
  ...{ rule: "MEMBER_ADDED", path: "PciDevice.pasid", pairs: ["3->2"], reason: "r", owner: null, expires: null },
  place: { file: "baton.json", line: 9, column: 5 },
};

const known: BaselineEntry = {
  ...{ rule: "MEMBER_ADDED", path: "linux.pci.PciDevice.pasid", pair: "rollback 3->2", against: null, place: null },
  ...{ verdict: "conditional", corrupting: false, hides: false, parts: null, condition: null },
};

function run(findings: readonly Judged[], given: Partial<PolicyContext> = {}, matrix: readonly MatrixCell[] = [cell]) {
  return applyPolicy(findings, matrix, {
    ...{ policy: noPolicy, exceptions: [], baseline: noBaseline, today: "2026-11-21", complete: true },
    ...{ rules: new Set(["MEMBER_ADDED", "MEMBER_RENAMED"]) },
    ...given,
  });
}

const limits = (upgrade: Verdict | null, rollback: Verdict | null): Policy => ({ ...noPolicy, upgrade, rollback });

const severity = (one: Partial<Judged>, policy: Policy): string | undefined =>
  run([{ ...finding, ...one }], { policy }, [{ ...cell, verdict: one.verdict ?? "conditional" }]).findings[0]?.severity;

describe("severity", () => {
  test("without a policy, never alone falls short", () => {
    expect(severity({ verdict: "never" }, noPolicy)).toBe("error");
    expect(severity({ verdict: "conditional" }, noPolicy)).toBe("warning");
    expect(severity({ verdict: "always" }, noPolicy)).toBe("info");
  });

  test.each([
    ["always", "always", "info"],
    ["always", "conditional", "error"],
    ["always", "never", "error"],
    ["conditional", "conditional", "info"],
    ["conditional", "never", "error"],
    ["never", "never", "info"],
  ] as const)("where %s is asked for, %s is %s", (limit, verdict, expected) => {
    expect(severity({ verdict }, limits(null, limit))).toBe(expected);
    expect(severity({ verdict, direction: "upgrade" }, limits(limit, null))).toBe(expected);
  });

  test("what is corrupting is an error whatever the policy says", () => {
    const policy = { ...limits("never", "never"), severities: new Map([["MEMBER_ADDED", "info" as const]]) };
    expect(severity({ verdict: "never", corrupting: true }, policy)).toBe("error");
    expect(severity({ verdict: "conditional", corrupting: true }, policy)).toBe("error");
  });

  test("a rewritten release is an error whatever the policy says", () => {
    const policy = { ...noPolicy, severities: new Map([["MEMBER_ADDED", "info" as const]]) };
    expect(severity({ direction: null, writer: null, reader: null, verdict: "never" }, policy)).toBe("error");
    expect(severity({ direction: null, writer: null, reader: null, verdict: "always" }, policy)).toBe("info");
  });

  test("can be given to a rule, and otherwise for a module or a pair; the last counts", () => {
    const severities = (of: "error" | "info"): ReadonlyMap<string, "error" | "info"> => new Map([["MEMBER_ADDED", of]]);
    const policy = (modules: readonly string[] | null, pairs: readonly string[] | null): Policy => ({
      ...{ ...noPolicy, severities: severities("info") },
      overrides: [{ ...noPolicy, modules, pairs, severities: severities("error") }],
    });
    expect(severity({}, policy(["linux.iommu"], null))).toBe("info");
    expect(severity({}, policy(["linux.*"], null))).toBe("error");
    expect(severity({}, policy(null, ["3 -> 2"]))).toBe("error");
    expect(severity({}, policy(null, ["*->2"]))).toBe("error");
    expect(severity({}, policy(null, ["3->1", "2->3"]))).toBe("info");
    const limit = {
      ...limits(null, "always"),
      overrides: [{ ...limits(null, "conditional"), modules: null, pairs: ["3->2"] }],
    };
    expect(severity({}, limit)).toBe("info");
    expect(severity({ reader: 1 }, limit)).toBe("error");
  });

  test("two conditions that leave nothing to take are errors together, unless one is accepted", () => {
    const other = { ...finding, path: "linux.pci.PciDevice.x", fingerprint: "bb" };
    const never = [{ ...cell, verdict: "never" as const }];
    const told = (given: Partial<PolicyContext>): readonly string[] =>
      run([finding, other], given, never).findings.map((one) => one.severity);
    expect(told({})).toEqual(["error", "error"]);
    expect(told({ exceptions: [exception] })).toEqual(["warning"]);
    expect(told({ policy: limits(null, "never") })).toEqual(["info", "info"]);
    expect(run([finding, other], {}, [{ ...cell, verdict: "never", supported: false }]).findings[0]?.severity).toBe(
      "warning",
    );
  });
});

describe("what is accepted", () => {
  test("by an exception with rule, path and pair, the module left out or not", () => {
    for (const path of ["PciDevice.pasid", "linux.pci.PciDevice.pasid"]) {
      const { findings, accepted } = run([finding], { exceptions: [{ ...exception, path }] });
      expect([findings, accepted]).toEqual([[], { exceptions: 1, baseline: 0 }]);
    }
    for (const other of [{ rule: "MEMBER_RENAMED" }, { path: "PciDevice.pas" }, { pairs: ["2->3"] }]) {
      const { findings } = run([finding], { exceptions: [{ ...exception, ...other }] });
      expect(findings.map((one) => one.rule)).toContain("MEMBER_ADDED");
    }
  });

  test("by the baseline", () => {
    expect(run([finding], { baseline: new Map([["aa", known]]) })).toEqual({
      findings: [],
      accepted: { exceptions: 0, baseline: 1 },
    });
  });

  test("by the baseline, and nothing that is worse than what was taken on", () => {
    const told = (entry: Partial<BaselineEntry>, one: Partial<Judged>): readonly string[] =>
      run([{ ...finding, ...one }], { baseline: new Map([["aa", { ...known, ...entry }]]) }).findings.map(
        ({ severity: of, rule, message }) => `${of} ${rule}: ${message}`,
      );
    const worse = (was: string, is: string): string =>
      `warning BASELINE_EXCEEDED: the baseline has \`MEMBER_ADDED\` for \`linux.pci.PciDevice.pasid\` (rollback 3->2) as ${was}, and it is ${is} now`;
    const itself = "error MEMBER_ADDED: member `pasid` was added";
    const corrupting = { verdict: "never", corrupting: true } as const;
    expect(told({}, corrupting)).toEqual([itself, worse("conditional", "corrupting")]);
    expect(told({}, { verdict: "never" })).toEqual([itself, worse("conditional", "never")]);
    expect(told({ verdict: "never" }, corrupting)).toEqual([itself, worse("never", "corrupting")]);
    expect(told({ verdict: "always" }, {})[1]).toBe(worse("always", "conditional"));
    for (const one of [corrupting, { verdict: "never" }, { verdict: "conditional" }, { verdict: "always" }] as const)
      expect(told(corrupting, one)).toEqual([]);
    expect(told({ verdict: "never" }, { verdict: "conditional" })).toEqual([]);
  });

  test("by the baseline, which tells what it lists and nobody finds any more", () => {
    const told = (entry: Partial<BaselineEntry>, context: Partial<PolicyContext> = {}): readonly string[] =>
      run([], { baseline: new Map([["bb", { ...known, ...entry }]]), ...context }).findings.map(
        (one) => `${one.severity} ${one.rule}: ${one.message} = ${one.fix ?? ""}`,
      );
    const stale =
      "warning BASELINE_STALE: the baseline lists `MEMBER_ADDED` for `linux.pci.PciDevice.pasid` (rollback 3->2), which is not found any more = write the baseline again: `--update-baseline`";
    expect(told({})).toEqual([stale]);
    expect(told({}, { complete: false })).toEqual([stale]);
    // Of versions that are not judged any more.
    expect(told({ pair: "rollback 9->8" })).toEqual([stale.replace("3->2", "9->8")]);
    const severities = new Map([["BASELINE_STALE", "error" as const]]);
    expect(told({}, { policy: { ...noPolicy, severities } })[0]).toMatch(/^error BASELINE_STALE/);
    // What this run did not look for, or what nobody can tell what it is about.
    expect(told({ pair: "rollback 9->8" }, { complete: false })).toEqual([]);
    expect(told({ path: "linux.iommu.Domain.x" })).toEqual([]);
    expect(told({ against: "git:main" })).toEqual([]);
    expect(told({ rule: null, path: null, pair: null })).toEqual([]);
  });
});

describe("an exception that is overdue", () => {
  const told = (
    given: Partial<Exception>,
    findings: readonly Judged[],
    context: Partial<PolicyContext> = {},
  ): readonly string[] =>
    run(findings, { exceptions: [{ ...exception, ...given }], ...context }).findings.map(
      (one) => `${one.severity} ${one.rule}: ${one.message} = ${one.fix ?? ""}`,
    );

  test("has expired the day after the last that it holds", () => {
    expect(told({ expires: "2026-11-21" }, [finding])).toEqual([]);
    expect(told({ expires: "2026-11-20", owner: "kexec team" }, [finding])).toEqual([
      "warning MEMBER_ADDED: member `pasid` was added = ",
      "warning EXCEPTION_EXPIRED: the exception from `MEMBER_ADDED` for `PciDevice.pasid` expired on 2026-11-20 = decide again, and give it a new day or remove it; ask kexec team",
    ]);
  });

  test("matches nothing any more", () => {
    const stale =
      "warning EXCEPTION_STALE: nothing is excepted by the exception from `MEMBER_ADDED` for `PciDevice.pasid` any more = remove it";
    expect(told({}, [])).toEqual([stale]);
    expect(told({ pairs: null }, [])).toEqual([stale]);
    expect(told({ rule: "MEMBER_ADED" }, [])).toEqual([
      "warning EXCEPTION_STALE: the exception for `PciDevice.pasid` names no rule: `MEMBER_ADED` = did you mean `MEMBER_ADDED`?",
    ]);
  });

  test("is left alone by a run that did not judge what it is about", () => {
    expect(told({ path: "linux.iommu.Domain.x" }, [], { complete: false })).toEqual([]);
    expect(told({ pairs: ["old->new"] }, [])).toEqual([]);
    expect(told({ pairs: null }, [], { complete: false })).toEqual([]);
    const against = { ...cell, writer: "old", reader: "new", against: "git:main" };
    const exceptions = [{ ...exception, path: "linux.pci.PciDevice.pasid", pairs: ["old->new"] }];
    expect(run([], { exceptions, complete: false }, [against]).findings.map((one) => one.rule)).toEqual([
      "EXCEPTION_STALE",
    ]);
  });

  test("can be made an error", () => {
    const policy = { ...noPolicy, severities: new Map([["EXCEPTION_STALE", "error" as const]]) };
    expect(told({}, [], { policy })[0]).toMatch(/^error EXCEPTION_STALE/);
  });
});
