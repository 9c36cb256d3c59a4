/** What must hold when generated code takes over any bytes as a dump. */
import { openDump, BatonError } from "../../runtime/index.ts";
import type { ModuleDescriptor } from "../../runtime/index.ts";
import { readerWorld, judgeManifest } from "../../compiler/dump/find.ts";
import type { ReaderModule } from "../../compiler/dump/find.ts";
import { inspect } from "../../compiler/dump/inspect.ts";
import { problemText } from "../../compiler/dump/problem.ts";
import { sourceOf } from "../../compiler/dump/source.ts";
import { recordStates } from "../../compiler/dump/wire-types.ts";
import type { Compiled } from "../../compiler/compile.ts";
import type { GeneratedCodec } from "../property/generated.ts";
import { Generated } from "../property/generated.ts";
import { same, shown } from "../property/same.ts";
import { allowedMilliseconds, size } from "./tools-case.ts";
import { cpuTime } from "../cpu-time.ts";

/** What takes a dump over: the generated modules of a schema with all their record codecs. */
export class Taker {
  readonly modules: readonly ModuleDescriptor[];
  readonly codecs: ReadonlyMap<number, GeneratedCodec>;
  readonly #world: ReturnType<typeof readerWorld>;
  readonly #reader: ReadonlyMap<string, ReaderModule>;

  constructor(compiled: Compiled) {
    const generated = new Generated(compiled);
    this.modules = [...compiled.modules.keys()].map((name) => generated.descriptor(name));
    this.#world = readerWorld(compiled.modules.values());
    this.codecs = new Map(
      [...recordStates(this.#world)].map(([id, type]) => [id, generated.codec(type.module, type.name)]),
    );
    this.#reader = new Map(
      [...compiled.modules.values()].map(({ module, fingerprints }) => {
        const entry = (version: number): { version: number; fingerprint: string } => ({
          version,
          fingerprint: fingerprints.get(version) ?? "",
        });
        return [
          module.name,
          { name: module.name, fingerprint: entry(module.version).fingerprint, reads: module.reads.map(entry) },
        ];
      }),
    );
  }

  /** Takes a dump over, or gives why it is refused. Throws where something does not hold that must. */
  take(dump: Uint8Array, keepUnknown: boolean): Map<string, unknown> | string {
    const start = cpuTime();
    const taken = this.#open(dump, keepUnknown);
    const milliseconds = cpuTime() - start;
    if (milliseconds > allowedMilliseconds(dump.length))
      throw new Error(`took ${milliseconds.toFixed(0)} ms for ${dump.length} bytes`);
    return taken;
  }

  #open(dump: Uint8Array, keepUnknown: boolean): Map<string, unknown> | string {
    const values = new Map<string, unknown>();
    try {
      const opened = openDump(dump, { modules: this.modules, keepUnknown, dropped: () => {} });
      for (const record of opened.records()) {
        const codec = this.codecs.get(record.id);
        if (codec === undefined) {
          if (!keepUnknown) throw new Error(`gives a record of an unknown state, 0x${record.id.toString(16)}`);
          continue;
        }
        const value = record.decode(codec.codec);
        if (size(value) > 200 + dump.length * 4)
          throw new Error(`a value has ${size(value)} parts, of ${dump.length} bytes`);
        values.set(`${record.type}#${record.instance}`, value);
        record.view(codec.codec);
      }
      return values;
    } catch (error) {
      if (!(error instanceof BatonError)) throw error;
      expectSound(error, dump.length);
      return error.message;
    }
  }

  /** What the tools make of the same dump with the same schemas, or what they find wrong. */
  asTools(dump: Uint8Array): Map<string, unknown> | string {
    const values = new Map<string, unknown>();
    const items = inspect(sourceOf(dump), {
      schemas: (manifest) => ({ world: this.#world, missing: [], problems: judgeManifest(manifest, this.#reader) }),
    });
    for (const item of items) {
      // Who takes state over steps over the schema record and does not look into it.
      const [problem] = item.problems.filter(
        ({ code, path }) => path !== "schema" || !["B8007", "B8018", "B8108"].includes(code),
      );
      if (item.kind === "manifest") {
        const [refused] = judgeManifest(item.manifest, this.#reader);
        if (refused !== undefined) return `${refused.code} ${problemText(refused)}`;
      }
      if (problem !== undefined) return `${problem.code} ${problemText(problem)}`;
      if (item.kind === "record" && item.type !== null) values.set(item.name, item.value);
    }
    return values;
  }

  /** Whether codecs and tools agree on a dump: both refuse it, or both read the same. True if they take it. */
  compare(dump: Uint8Array): boolean {
    const taken = this.take(dump, false);
    const read = this.asTools(dump);
    if (typeof taken === "string" || typeof read === "string") {
      if (typeof taken !== typeof read) {
        const said = (found: Map<string, unknown> | string): string => (typeof found === "string" ? found : "taken");
        throw new Error(`generated code: ${said(taken)}, the tools: ${said(read)}`);
      }
      return false;
    }
    for (const [name, value] of taken) {
      if (!same(value, read.get(name))) throw new Error(`${name}: ${shown(value)}, the tools ${shown(read.get(name))}`);
    }
    if (taken.size !== read.size) throw new Error(`${taken.size} records, the tools ${read.size}`);
    return true;
  }
}

function expectSound(error: BatonError, length: number): void {
  const { code, message, offset } = error;
  if (!/^B8[0-2]\d\d$/.test(code)) throw new Error(`reading gives ${code}: ${message}`);
  if (/[\n\r]/.test(message)) throw new Error(`${code}: a message that is no line: ${message}`);
  // What is said of the dump as a whole is of no one place in it.
  if (offset === undefined && (code === "B8016" || code === "B8020")) return;
  if (offset === undefined) throw new Error(`no offset: ${message}`);
  if (!Number.isInteger(offset) || offset < 0 || offset > length)
    throw new Error(`offset ${offset} of ${length}: ${message}`);
}
