import { describe, expect, test } from "vitest";
import { inspect } from "../../compiler/dump/inspect.ts";
import { sourceOf } from "../../compiler/dump/source.ts";
import { findSchemas } from "../../compiler/dump/find.ts";
import { encodeManifest, type ManifestModule } from "../../runtime/manifest.ts";
import {
  checkedHeaderBytes,
  dumpHeader,
  endBody,
  endFlags,
  manifestFlags,
  recordHeader,
  recordHeaderBytes,
} from "../../runtime/record.ts";
import { crc32 } from "../../runtime/crc.ts";
import { BatonError, openDump, type ModuleDescriptor } from "../../runtime/index.ts";
import { compileTexts } from "../compiled.ts";
import { Generated } from "../property/generated.ts";

const compiled = compileTexts("module demo; version 1; version 2; state Device @1 { bdf @1 : u16; }");
// The schema declares it.
const module = new Generated(compiled).exports("demo")["module"] as ModuleDescriptor;
const [one, two] = module.writes;
if (one === undefined || two === undefined) throw new Error("two versions");
const entry: ManifestModule = { ...two, name: "demo", draft: false, writes: [one, two] };
const stranger = "ab".repeat(32);

/** A dump without records whose manifest says this. */
function dumpOf(modules: readonly ManifestModule[]): Uint8Array {
  const manifest = encodeManifest({ producer: "", modules });
  const place = { id: 0, instance: 0, version: 0 };
  const header = recordHeader({ ...place, flags: manifestFlags }, manifest);
  const size = 64 + recordHeaderBytes * 2 + manifest.length + 24;
  const end = endBody(1, size, crc32(header.subarray(0, checkedHeaderBytes)));
  return Buffer.concat([dumpHeader(), header, manifest, recordHeader({ ...place, flags: endFlags }, end), end]);
}

/** What opening a dump ends with, at once or as a stream. */
async function opened(dump: Uint8Array, streamed: boolean): Promise<string> {
  try {
    async function* whole(): AsyncGenerator<Uint8Array> {
      yield dump;
    }
    await (streamed ? openDump(whole(), { modules: [module] }) : openDump(dump, { modules: [module] }));
    return "taken";
  } catch (error) {
    if (error instanceof BatonError) return error.code;
    throw error;
  }
}

function inspected(dump: Uint8Array): string {
  const schemas = (manifest: Parameters<typeof findSchemas>[0]) =>
    findSchemas(manifest, null, { candidates: [compiled.modules.values()] });
  const problems = [...inspect(sourceOf(dump), { schemas })].flatMap((item) =>
    "problems" in item ? item.problems : [],
  );
  return problems[0]?.code ?? "taken";
}

describe("a manifest that no writer writes is refused by readers and by tools", () => {
  const wrong: Readonly<Record<string, readonly ManifestModule[]>> = {
    "its own version is missing": [{ ...entry, writes: [one] }],
    "nothing is listed": [{ ...entry, writes: [] }],
    "its own version has another fingerprint": [{ ...entry, writes: [one, { ...two, fingerprint: stranger }] }],
    "versions descend": [{ ...entry, writes: [two, one] }],
    "a version stands twice": [{ ...entry, writes: [one, two, two] }],
    "backports descend": [
      {
        ...entry,
        writes: [one, two, { version: "2.2", fingerprint: stranger }, { version: "2.1", fingerprint: stranger }],
      },
    ],
    "modules descend": [{ ...entry, name: "z" }, entry],
    "a module stands twice": [entry, entry],
  };
  const right: Readonly<Record<string, readonly ManifestModule[]>> = {
    "as it is written": [entry],
    "with a branch": [
      {
        ...entry,
        writes: [one, two, { version: "2.1", fingerprint: stranger }, { version: 10, fingerprint: stranger }],
      },
    ],
    "for the older version": [{ ...entry, ...one, writes: [one] }],
  };
  test.each(Object.entries(wrong))("%s", async (_, modules) => {
    const dump = dumpOf(modules);
    expect(await opened(dump, false)).toBe("B8010");
    expect(await opened(dump, true)).toBe("B8010");
    expect(inspected(dump)).toBe("B8010");
  });
  test.each(Object.entries(right))("but not %s", async (_, modules) => {
    const dump = dumpOf(modules);
    expect(await opened(dump, false)).toBe("taken");
    expect(await opened(dump, true)).toBe("taken");
    expect(inspected(dump)).toBe("taken");
  });
});
