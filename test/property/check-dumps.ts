/** The gate's verdict on whole dumps: records that one side lacks, that became others, and states that are `single`. */
import type { Direction } from "../../compiler/compat/finding.ts";
import type { PairVerdict } from "../../compiler/compat/judge.ts";
import type { Root } from "../../compiler/compat/graph.ts";
import { encodeDump, writerModules } from "../../compiler/dump/encode-dump.ts";
import type { RecordInput } from "../../compiler/dump/encode-dump.ts";
import { statesBeyond } from "../../compiler/dump/find.ts";
import { inspect } from "../../compiler/dump/inspect.ts";
import { sourceOf } from "../../compiler/dump/source.ts";
import type { Value } from "../../compiler/dump/value.ts";
import type { NamedType } from "../../compiler/schema/ir.ts";
import type { EvolvedPair, Side } from "./evolution.ts";
import { recordMeaning } from "./meaning.ts";
import type { Random } from "./random.ts";
import { shown } from "./same.ts";
import { Values } from "./values.ts";

export interface DumpTrial {
  readonly outcome: "taken" | "refused" | "misread";
  readonly why: string;
}

/** A dump of one module that its writer can write, and what came of it; null where no record was drawn. */
export function tryDump(
  random: Random,
  pair: EvolvedPair,
  verdict: PairVerdict,
): {
  readonly trial: DumpTrial;
  readonly records: readonly { root: Root; value: Value }[];
  readonly text: string;
} | null {
  const { direction, module } = verdict.graph;
  const [writer, reader] = direction === "upgrade" ? [pair.old, pair.new] : [pair.new, pair.old];
  const values = new Values(random, writer.world);
  const records: { root: Root; value: Value; input: RecordInput }[] = [];
  for (const root of verdict.graph.roots) {
    const { name, single } = root.state;
    const count = single
      ? 1
      : random.weighted([
          [3, 0],
          [4, 1],
          [1, 2],
        ]);
    for (let instance = 0; instance < count; instance++) {
      const { value, satisfies } = values.draw({ kind: "named", module, name });
      // A dump without the one record of such a state is none that its writer writes.
      if (!satisfies && single) return null;
      // The value model is the tools' own.
      if (satisfies)
        records.push({
          root,
          value: value as Value,
          input: { type: `${module}.${name}`, instance, value: value as Value },
        });
    }
  }
  if (records.length === 0) return null;
  const inputs = records.map(({ input }) => input);
  const native = encode(writer, null, inputs);
  if (!native.ok) throw new Error(`a drawn dump is refused by its own version: ${native.why}`);
  const written = direction === "upgrade" ? native : encode(reader, writer, inputs);
  const trial = written.ok
    ? read(direction, module, pair, written.bytes, records)
    : { outcome: "refused" as const, why: written.why };
  return {
    trial,
    records,
    text: records.map(({ input }) => `${input.type}#${input.instance} ${shown(input.value)}`).join("\n"),
  };
}

type Encoded = { readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; readonly why: string };

/** The records as a side writes them; where `working` is given, for that side as an older one. */
function encode(written: Side, working: Side | null, records: readonly RecordInput[]): Encoded {
  const encoded = encodeDump({
    producer: "",
    modules: writerModules(written.compiled.modules),
    working: working?.world ?? null,
    records,
    embedSchema: false,
  });
  return encoded.ok
    ? encoded
    : { ok: false, why: encoded.problems.map(({ code, path }) => `${code} ${path}`).join(", ") };
}

function read(
  direction: Direction,
  module: string,
  pair: EvolvedPair,
  bytes: Uint8Array,
  records: readonly { readonly root: Root; readonly input: RecordInput }[],
): DumpTrial {
  const [writer, reader] = direction === "upgrade" ? [pair.old, pair.new] : [pair.new, pair.old];
  let misread: string | null = null;
  for (const item of inspect(sourceOf(bytes), {
    // As a reader judges that knows the writer's version.
    schemas: (manifest) => {
      const known = [...writer.compiled.modules.values(), ...reader.compiled.modules.values()];
      const beyond = statesBeyond(manifest, reader.world, known);
      return { world: reader.world, missing: [], problems: [], beyond };
    },
  })) {
    const [problem] = item.problems;
    if (problem !== undefined) return { outcome: "refused", why: `${problem.code} ${problem.path}` };
    if (item.kind !== "record" || item.type === null || misread !== null) continue;
    const { header, type, value } = item;
    const from = records.find(({ root, input }) => root.state.id === header.id && input.instance === header.instance);
    if (from === undefined) throw new Error(`${direction}: record ${header.id}#${header.instance} came out of nothing`);
    // A record that is taken for one of another state means something else whatever it holds.
    if (pair.reused.has(`@${header.id}`)) misread = `${from.root.state.name}: its id is reused`;
    else if (!from.root.isSame) misread = `${from.root.state.name} became ${type.name}`;
    else
      misread = recordMeaning(
        { world: writer.world, type: named(module, from.root.state.name) },
        from.input.value,
        { world: reader.world, type: named(type.module, type.name) },
        value,
        pair.reused,
      );
  }
  return misread === null ? { outcome: "taken", why: "" } : { outcome: "misread", why: misread };
}

function named(module: string, name: string): NamedType {
  return { kind: "named", module, name };
}
