import { expect } from "vitest";
import { withReleases, worldAt, type Compiled } from "../compiler/compile.ts";
import { fancy } from "../compiler/report.ts";
import type { State, World } from "../compiler/schema/ir.ts";
import type { Release } from "../compiler/schema/release.ts";
import { formatVersion } from "../compiler/schema/version.ts";
import { closureOf } from "../runtime/versions.ts";
import { compileTexts } from "./compiled.ts";
import { Generated, outcomeOf } from "./property/generated.ts";
import { ToolCodec } from "./property/tool-codec.ts";

/** Working versions as releases. */
function releasesOf(compiled: Compiled): Map<string, Map<number, Release>> {
  const { modules } = compiled;
  return new Map(
    [...modules].map(([name, { module, views, fingerprints }]) => {
      const view = views.get(module.version) ?? module;
      const imports = new Map(module.imports.map((one) => [one, modules.get(one)?.module.version ?? 0]));
      return [
        name,
        new Map([[module.version, { module: view, fingerprint: fingerprints.get(module.version) ?? "", imports }]]),
      ];
    }),
  );
}

/** New texts whose older versions were released as other texts say. */
export function releasedAs(
  old: readonly string[],
  now: readonly string[],
): { readonly before: Compiled; readonly after: Compiled } {
  const before = compileTexts(...old);
  const after = withReleases(compileTexts(...now), releasesOf(before));
  expect(fancy(after.diagnostics.filter(({ severity }) => severity === "error"))).toBe("");
  return { before, after };
}

/** Writes values of `demo.S` of new texts for old ones that were released, by generated code and by the tools. */
export function writer(
  old: readonly string[],
  now: readonly string[],
): (value: object) => readonly [found: unknown, wanted: unknown] {
  const { before, after } = releasedAs(old, now);
  const generated = new Generated(after);
  const { codec } = generated.codec("demo", "S");
  // What is not imported any more cannot be named.
  const written = new Set(closureOf([generated.descriptor("demo")]).map(({ name }) => name));
  const target = Object.fromEntries(
    [...before.modules].flatMap(([name, { module }]) =>
      written.has(name) ? [[name, formatVersion(module.version)]] : [],
    ),
  );
  const [from, to] = [toolCodec(worldAt(after)), toolCodec(worldAt(before))];
  return (value) => {
    const [found, wanted] = [outcomeOf(() => codec.encode(value, { for: target })), from.encodeFor(to, value)];
    // What is written is taken.
    if (found.ok) expect(to.decode(found.result)).toMatchObject({ ok: true });
    return [found.ok ? found.result : "refused", wanted.ok ? wanted.result : "refused"];
  };
}

function toolCodec(world: World): ToolCodec {
  const state = world.get("demo")?.declarations.find((one): one is State => one.kind === "state" && one.name === "S");
  if (state === undefined) throw new Error("no demo.S");
  return new ToolCodec(world, "demo", state);
}
