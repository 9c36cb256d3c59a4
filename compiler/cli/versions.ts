import { diagnose, type Diagnostic } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/cli.ts";
import { closest } from "../diagnostics/suggest.ts";
import type { KnownModule } from "../dump/find.ts";
import { done, failed, type Outcome } from "../host/files.ts";
import { noVersion } from "../host/source.ts";
import type { Version } from "../schema/ir.ts";
import { parseVersion } from "../schema/version.ts";

/**
 * Reads `--for`: `2` for the one module that the records are of, or `linux.pci=2,linux.iommu=1.1` for several. `own` are the modules of the records.
 */
export function readVersions(
  text: string,
  modules: ReadonlyMap<string, KnownModule>,
  own: ReadonlySet<string>,
): Outcome<ReadonlyMap<string, Version>> {
  const versions = new Map<string, Version>();
  const mistakes: Diagnostic[] = [];
  const misuse = (problem: string, help: string): void =>
    void mistakes.push(diagnose("B9001", rows.B9001, { problem, help }, { span: null }));
  for (const part of text.split(",")) {
    const [module, number] = part.includes("=")
      ? [part.slice(0, part.indexOf("=")).trim(), part.slice(part.indexOf("=") + 1)]
      : [null, part];
    const version = parseVersion(number.trim());
    if (version === null) {
      misuse(
        `\`${part}\` is no version to write for`,
        "write `2`, or `linux.pci=2,linux.iommu=1.1` for several modules",
      );
      continue;
    }
    const [only, ...more] = own;
    if (module === null && (only === undefined || more.length > 0)) {
      const names = [...own].sort().map((name) => `${name}=${number.trim()}`);
      misuse(
        `which module does version ${number.trim()} belong to?`,
        `the records are of several modules: \`--for ${names.join(",")}\``,
      );
      continue;
    }
    const name = module ?? only ?? "";
    const known = modules.get(name);
    if (known === undefined) {
      mistakes.push(
        diagnose("B9109", rows.B9109, { module: name, nearest: closest(name, modules.keys()) }, { span: null }),
      );
    } else if (!known.views.has(version)) mistakes.push(noVersion(name, version, known, null));
    else if (versions.has(name)) misuse(`\`--for\` names \`${name}\` twice`, "name each module once");
    else versions.set(name, version);
  }
  return mistakes.length > 0 ? failed(...mistakes) : done(versions);
}
