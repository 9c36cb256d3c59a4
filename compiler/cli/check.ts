import { relative } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import type { CheckResult, SchemaPlace } from "../compat/finding.ts";
import { worstFirst } from "../compat/formats/group.ts";
import { formats, type FormatName, type FormatOptions } from "../compat/formats/index.ts";
import { runGate, type GateResult } from "../compat/gate.ts";
import { applyPolicy, noPolicy, type PolicyContext } from "../compat/policy.ts";
import { rulePages } from "../compat/rules/pages.ts";
import { diagnose } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/cli.ts";
import { rows as gateRows } from "../diagnostics/gate.ts";
import { closest } from "../diagnostics/suggest.ts";
import { baselineOfFindings, noBaseline, type Baseline } from "../compat/baseline.ts";
import { baselineText, readBaseline } from "../host/baseline.ts";
import { done, failed, type Outcome } from "../host/files.ts";
import { findRepository } from "../host/git.ts";
import { writeAll, writeOne } from "../host/write.ts";
import { status, type Call, type Status } from "./call.ts";
import { planOf, type Plan } from "./check-plan.ts";

/** `baton check [PATHS]`: can old hand to new, and new back to old. */
export async function check(call: Call): Promise<Status> {
  const outputs = outputsOf(call);
  if (!outputs.ok) return call.refuse(outputs.mistakes);
  const plan = await planOf(call);
  if (!plan.ok) return call.refuse(plan.mistakes);
  const known = await baselineOf(call);
  if (!known.ok) return call.refuse(known.mistakes);
  const judged = judgePlan(plan.value, !call.denied("witness"));
  const result = judged.result(known.value);
  if (result.compared.pairs === 0 && !isRefused(result, plan.value) && !isNew(plan.value))
    return call.refuse([nothingJudged(plan.value)]);
  const shown = writeWitnesses(call, judged.gate.dumps);
  if (shown !== status.done) return shown;
  if (!call.flag("updateBaseline")) return tell(call, result, outputs.value, judged.gate);
  const path = call.text("baseline") ?? "";
  const kept = judged
    .result(noBaseline)
    .findings.filter(({ severity, direction }) => severity !== "info" && direction !== null);
  const written = writeOne(call.terminal.directory, call.path(path), baselineText(kept));
  if (!written.ok) return call.refuse(written.mistakes);
  return tell(call, judged.result(baselineOfFindings(kept)), outputs.value, judged.gate);
}

/** A format, and the file that it goes to; null is standard output. */
interface Output {
  readonly format: FormatName;
  readonly file: string | null;
}

function outputsOf(call: Call): Outcome<readonly Output[]> {
  const misuse = (problem: string, help: string): Outcome<never> =>
    failed(diagnose("B9001", rows.B9001, { problem, help }, { span: null }));
  const names = Object.keys(formats);
  const outputs: Output[] = [];
  for (const given of call.texts("format")) {
    const [name = "", ...rest] = given.split("=");
    if (!isFormat(name)) {
      const nearest = closest(name, names);
      const help = nearest === undefined ? `there are ${names.join(", ")}` : `did you mean \`${nearest}\`?`;
      return misuse(`no format \`${name}\``, help);
    }
    const file = rest.length === 0 ? null : rest.join("=");
    if (file === "") return misuse(`\`--format ${given}\` names no file`, `\`--format ${name}=FILE\``);
    outputs.push({ format: name, file });
  }
  const printed = outputs.filter(({ file }) => file === null);
  if (printed.length > 1) return misuse("two formats for standard output", "give one a file: `--format F=FILE`");
  return done(printed.length === 0 ? [{ format: "text", file: null }, ...outputs] : outputs);
}

function isFormat(name: string): name is FormatName {
  return Object.hasOwn(formats, name);
}

/** The baseline that a call names; an empty one without. */
export async function baselineOf(call: Call): Promise<Outcome<Baseline>> {
  const path = call.text("baseline");
  if (path === undefined) {
    if (!call.flag("updateBaseline")) return done(noBaseline);
    const help = "name it: `--baseline FILE --update-baseline`";
    return failed(diagnose("B9001", rows.B9001, { problem: "which baseline is to be written?", help }, { span: null }));
  }
  // What is there is replaced, and need not be right.
  return call.flag("updateBaseline") ? done(noBaseline) : await readBaseline(call.files, call.path(path));
}

interface JudgedPlan {
  readonly gate: GateResult;
  readonly result: (baseline: Baseline) => CheckResult;
}

/** Judges a plan once; what it comes to is asked for with one baseline or another. */
export function judgePlan(plan: Plan, witnesses: boolean): JudgedPlan {
  const gate = runGate(plan.comparisons, { witnesses });
  const { judged, matrix, compared, verdict } = gate;
  const context: Omit<PolicyContext, "baseline"> = {
    policy: plan.config?.policy ?? noPolicy,
    exceptions: plan.config?.exceptions ?? [],
    today: new Date().toISOString().slice(0, 10),
    complete: plan.complete,
    rules: new Set(rulePages.keys()),
  };
  return {
    gate,
    result(baseline) {
      const { findings, accepted } = applyPolicy([...plan.findings, ...judged], matrix, { ...context, baseline });
      // A rewritten release is no pair, and no verdict on pairs makes up for it.
      const worst = plan.findings.some((one) => one.verdict === "never") ? "never" : verdict;
      return { verdict: worst, compared, accepted, findings: [...findings].sort(worstFirst), matrix };
    },
  };
}

/** Whether a run without a pair has something to say all the same: a release was rewritten, or its schema is gone. */
function isRefused({ findings }: CheckResult, { complete }: Plan): boolean {
  return findings.some(({ severity, direction }) => severity === "error" && (complete || direction === null));
}

/** Whether a run without a pair found that the schemas are new: the revision is from before the first of them. */
function isNew({ newer, findings }: Plan): boolean {
  return newer && findings.some(({ rule }) => rule === "MODULE_ADDED");
}

function nothingJudged({ complete }: Plan): ReturnType<typeof diagnose> {
  const words = complete
    ? {
        what: "no module has a version before the working one that it reads or writes",
        help: "release it with `baton release`, or hold it against another state: `--against git:main`",
      }
    : { what: "the two sides have no module in common", help: "is it the folder or revision that was meant?" };
  return diagnose("B9404", gateRows.B9404, words, { span: null });
}

/** Writes the dumps that show verdicts, each named after its finding. */
function writeWitnesses(call: Call, dumps: GateResult["dumps"]): Status {
  const folder = call.text("witness");
  if (folder === undefined) return status.done;
  const outputs = new Map<string, Uint8Array>();
  for (const { finding, make } of dumps) {
    const bytes = make();
    const { rule, path, direction, writer, reader, fingerprint } = finding;
    const name = `${rule}-${path}-${direction}-${writer}-${reader}-${fingerprint.slice(0, 8)}`;
    if (bytes !== null) outputs.set(`${name.replaceAll(/[^\w.-]/g, "_")}.dump`, bytes);
  }
  const files = [...outputs].map(([path, content]) => ({ path, content }));
  const written = writeAll(call.terminal.directory, call.path(folder), files);
  return written.ok ? status.done : call.refuse(written.mistakes);
}

/** Formats whose readers know files by where they are in the repository. */
const ofReviews: ReadonlySet<FormatName> = new Set(["github", "gitlab", "sarif"]);

/** The result with files of the work tree named from the top of the repository, wherever in it the call is made. */
function fromTop(call: Call, result: CheckResult): CheckResult {
  const repository = findRepository(call.terminal.directory);
  if (!repository.ok || relative(repository.value.top, call.terminal.directory) === "") return result;
  const { top } = repository.value;
  const moved = new Map<string, string>();
  const nameOf = (file: string): string => {
    let name = moved.get(file);
    if (name === undefined) {
      const path = call.path(file);
      const kind = call.files.kind(path);
      const within = relative(top, path);
      // A file of a revision has its name from the top already.
      name = kind.ok && kind.value === "file" && !within.startsWith("..") ? within : file;
      moved.set(file, name);
    }
    return name;
  };
  const at = (place: SchemaPlace | null): SchemaPlace | null => place && { ...place, file: nameOf(place.file) };
  const findings = result.findings.map((one) => ({ ...one, old: at(one.old), new: at(one.new) }));
  return { ...result, findings };
}

function tell(call: Call, result: CheckResult, outputs: readonly Output[], gate: GateResult): Status {
  const options: FormatOptions = {
    matrix: call.flag("matrix"),
    version: packageJson.version,
    rules: rulePages,
  };
  const reviewed = outputs.some(({ format }) => ofReviews.has(format)) ? fromTop(call, result) : result;
  const told = (format: FormatName): CheckResult => (ofReviews.has(format) ? reviewed : result);
  for (const { format, file } of outputs) {
    if (file === null) continue;
    const written = writeOne(call.terminal.directory, call.path(file), formats[format](told(format), options));
    if (!written.ok) return call.refuse(written.mistakes);
  }
  for (const { format, file } of outputs) {
    if (file !== null) continue;
    const color = call.text("out") === undefined && call.coloured("output");
    const delivered = call.deliver(formats[format](told(format), { ...options, color }));
    if (delivered !== status.done) return delivered;
  }
  const [wrong] = gate.contradicted;
  if (wrong !== undefined) {
    const problem = `the witness of ${wrong.rule} for ${wrong.path} (${wrong.direction} ${wrong.writer} -> ${wrong.reader}) does not reproduce`;
    call.report([diagnose("B9999", rows.B9999, { problem }, { span: null })]);
    return status.bug;
  }
  return result.findings.some(({ severity }) => severity === "error") ? status.no : status.done;
}
