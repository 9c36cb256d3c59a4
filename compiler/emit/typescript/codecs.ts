import type { Declaration, Module, State, Struct, Union, Version } from "../../schema/ir.ts";
import { layoutOf } from "../../schema/layout.ts";
import { existsAt, formatVersion, versionToJson } from "../../schema/version.ts";
import type { EmitVerdicts, EmitVersion } from "../backend.ts";
import { stringLiteral } from "../names.ts";
import { writeEntries } from "./describe.ts";
import type { Context } from "./program.ts";
import { constantRoom } from "./room.ts";
import { docLines, exportOf } from "./types.ts";

/** A version as the runtime takes it: `2`, `"2.1"`. */
function versionLiteral(version: Version): string {
  return JSON.stringify(versionToJson(version));
}

/** Writes the descriptor of the module: what it is called, and which versions it was judged against. */
export function writeDescriptor(c: Context): void {
  const { writer } = c;
  const { module, fingerprints, draft, released, verdicts } = c.module;
  // A dump that is written for an older version is a draft if that version is one.
  const draftOf = (version: Version): string => {
    const own = version === module.version || released === undefined ? draft : !released.has(version);
    return own === draft ? "" : `, draft: ${own}`;
  };
  const others = (versions: readonly EmitVersion[] = []): readonly string[] =>
    versions.map(
      ({ version, fingerprint, view }) =>
        `{ version: ${versionLiteral(version)}, fingerprint: "${fingerprint}"${recordsOf(c, version, view)} }`,
    );
  const judged = (versions: readonly Version[], more: (version: Version) => string = () => ""): readonly string[] =>
    versions.map((version) => {
      const fingerprint = fingerprints.get(version);
      if (fingerprint === undefined) throw new Error(`${module.name} has no fingerprint at ${formatVersion(version)}`);
      return `{ version: ${versionLiteral(version)}, fingerprint: "${fingerprint}"${more(version)} }`;
    });
  const doc = docLines(c, "");
  writer.doc(doc.length === 0 ? [`The module \`${module.name}\`.`] : doc);
  writer.block(
    `${exportOf("module", c.names.descriptor)}const ${c.names.descriptor}: ${c.runtime("ModuleDescriptor")} = {`,
    () => {
      writer.line(`name: ${stringLiteral(module.name)},`);
      writer.line(`version: ${versionLiteral(module.version)},`);
      writer.line(`fingerprint: "${fingerprints.get(module.version) ?? ""}",`);
      writer.line(`draft: ${draft},`);
      writeEntries(c, "reads", [...judged(module.reads), ...others(verdicts?.accepted.reads)]);
      const native = (version: Version): string => (verdicts?.misread.has(version) === true ? ", native: false" : "");
      writeWrites(
        c,
        judged(module.writes, (version) => draftOf(version) + native(version)),
      );
      const readers = others(verdicts?.accepted.readers);
      if (readers.length > 0) writeEntries(c, "readers", readers);
      if (verdicts !== undefined && verdicts.never.length > 0) writeNever(c, verdicts.never);
      writer.line(`imports: [${c.view.imports.map((name) => c.descriptor(name)).join(", ")}],`);
      writeEntries(c, "states", recordStates(c));
    },
    "};",
  );
  writer.blank();
}

function writeNever({ writer }: Context, versions: EmitVerdicts["never"]): void {
  writer.block(
    "never: [",
    () => {
      for (const { version, fingerprint, direction, because } of versions) {
        writer.block(
          "{",
          () => {
            writer.line(`version: ${versionLiteral(version)},`);
            writer.line(`fingerprint: "${fingerprint}",`);
            writer.line(`direction: "${direction}",`);
            writeText(writer, "because", because);
          },
          "},",
        );
      }
    },
    "],",
  );
}

/** A property whose text may be long: Prettier puts that on a line of its own. */
function writeText(writer: Context["writer"], name: string, text: string): void {
  const literal = stringLiteral(text);
  const whole = `${name}: ${literal},`;
  if (writer.fits(whole)) writer.line(whole);
  else {
    writer.line(`${name}:`);
    writer.line(`  ${literal},`);
  }
}

function recordStates(c: Context): readonly string[] {
  return c.view.declarations.flatMap((state) => {
    if (state.kind !== "state" || state.id === null) return [];
    const parts = [
      `id: ${idLiteral(state.id)}`,
      `name: ${stringLiteral(`${c.name}.${state.name}`)}`,
      `single: ${state.single}`,
      `ignorable: ${state.ignorable}`,
      `since: ${versionLiteral(state.since)}`,
    ];
    if (state.until !== null) parts.push(`until: ${versionLiteral(state.until)}`);
    return [`{ ${parts.join(", ")} }`];
  });
}

/** The versions to write for, each with its records where the text says something else of them than its release, or no more. */
function writeWrites(c: Context, entries: readonly string[]): void {
  const { writer } = c;
  const states = c.module.module.writes.map((version) => olderStates(c, version));
  if (states.every((one) => one === null)) return writeEntries(c, "writes", entries);
  writer.block(
    "writes: [",
    () => {
      for (const [i, entry] of entries.entries()) {
        const records = states[i] ?? null;
        if (records === null) {
          writer.line(`${entry},`);
          continue;
        }
        writer.block(
          "{",
          () => {
            for (const part of entry.slice(2, -2).split(", ")) writer.line(`${part},`);
            writeEntries(c, "states", records);
          },
          "},",
        );
      }
    },
    "],",
  );
}

/** The records of an older version; null where `states` of the descriptor says them. */
function olderStates(c: Context, version: Version): readonly string[] | null {
  const statesOf = (declarations: readonly Declaration[]): readonly string[] =>
    declarations.flatMap((state) => {
      if (state.kind !== "state" || state.id === null) return [];
      const name = stringLiteral(`${c.name}.${state.name}`);
      return [`{ id: ${idLiteral(state.id)}, name: ${name}, single: ${state.single}, ignorable: ${state.ignorable} }`];
    });
  const own = statesOf(c.view.declarations.filter((one) => existsAt(one, version)));
  const there = statesOf(c.module.views.get(version)?.declarations ?? []);
  return own.join() === there.join() ? null : there;
}

/** The ids of this version's records that one of another branch has; empty where `since` and `until` say them. */
function recordsOf(c: Context, version: Version, view: Module | undefined): string {
  if (view === undefined) return "";
  const records = c.view.declarations.filter((one): one is State => one.kind === "state" && one.id !== null);
  const there = new Set(view.declarations.map((one) => (one.kind === "state" ? one.id : null)));
  if (records.every((one) => existsAt(one, version) === there.has(one.id))) return "";
  return `, states: [${records.flatMap(({ id }) => (id !== null && there.has(id) ? idLiteral(id) : [])).join(", ")}]`;
}

function idLiteral(id: number): string {
  return `0x${id.toString(16)}`;
}

/** Writes the codec of a state. Its fast path is generated, so that it calls the state's own functions and no others. */
export function writeStateCodec(c: Context, state: State, deep: boolean, writeAt: string): void {
  const { writer } = c;
  const named = { module: c.name, name: state.name };
  const name = c.symbol(named, "type");
  const describe = c.symbol(named, "describe");
  const types = [name, c.symbol(named, "init"), c.symbol(named, "view")].join(", ");
  writer.block(
    `${exportOf(state.name, name)}const ${name}: ${c.runtime("StateCodec")}<${types}> = {`,
    () => {
      writer.line(`name: ${stringLiteral(`${c.name}.${state.name}`)},`);
      writer.line(`id: ${state.id === null ? "null" : idLiteral(state.id)},`);
      writer.line(moduleProperty(c));
      writer.line(`version: ${versionLiteral(c.view.version)},`);
      writer.block("get fingerprint() {", () => writer.line(`return ${c.names.descriptor}.fingerprint;`), "},");
      if (deep) writeSlowMethods(c, name);
      else writeFastMethods(c, state, name, describe);
      writer.line(`view: (bytes) => ${c.runtime("viewBytes")}(bytes, ${describe}),`);
      writer.line(`validate: (value) => ${c.runtime("problemsOf")}(${describe}, value),`);
      writeInner(c, named, describe, deep, writeAt);
    },
    "};",
  );
  writer.blank();
}

function moduleProperty(c: Context): string {
  return c.names.descriptor === "module" ? "module," : `module: ${c.names.descriptor},`;
}

type Named = { readonly module: string; readonly name: string };

function writeFastMethods(c: Context, state: State, name: string, describe: string): void {
  const { writer } = c;
  const named = { module: c.name, name: state.name };
  const [write, room, read] = [c.symbol(named, "write"), c.symbol(named, "room"), c.symbol(named, "read")];
  const refused = `throw ${c.runtime("refused")}(error, ${describe}, value);`;
  const carried = `${c.runtime("isCarried")}(value)`;
  const isConstant = constantRoom(c, state) !== null;
  writer.block(
    "encode(value, options) {",
    () => {
      writer.line(
        `if (options !== undefined || ${carried}) return ${c.runtime("encodeOtherwise")}(${name}, value, options);`,
      );
      const memory = isConstant ? `${c.runtime("reserve")}(${room}())` : `${c.runtime("reserveFor")}(${room}, value)`;
      writer.attempt(
        [`const out = ${memory};`, `return out.take(${write}(out, value, out.start));`],
        isConstant ? refused : `return ${c.runtime("encodeAgain")}(error, ${name}, value);`,
      );
    },
    "},",
  );
  writer.block(
    "encodeInto(value, bytes, offset, options) {",
    () => {
      const aside = `${c.runtime("encodeAside")}(${name}, value, bytes, offset, options)`;
      writer.line(`if (options !== undefined || ${carried}) return ${aside};`);
      writer.attempt(
        [
          `const out = ${c.runtime("outputInto")}(bytes, offset, ${room}, value);`,
          `const end = out === null ? -1 : out.release(${write}(out, value, out.start));`,
          "if (end >= 0) return end;",
        ],
        `if (!(error instanceof RangeError)) ${refused}`,
      );
      writer.line(`return ${aside};`);
    },
    "},",
  );
  writer.block(
    "decode(bytes, options) {",
    () => {
      writer.line(`if (options !== undefined) return ${c.runtime("decodeOtherwise")}(${name}, bytes, options);`);
      writer.line(`const input = ${c.runtime("openInput")}(bytes, null, ${describe});`);
      writer.attempt(
        [`return ${read}(input, input.start, input.end);`],
        `throw ${c.runtime("misread")}(error, input, ${describe});`,
      );
    },
    "},",
  );
}

/** A type that can hold itself is checked for its depth, and that is left to the runtime. */
function writeSlowMethods(c: Context, name: string): void {
  const { writer } = c;
  writer.line(`encode: (value, options) => ${c.runtime("encodeOtherwise")}(${name}, value, options),`);
  const arguments_ = "(value, bytes, offset, options)";
  writer.line(`encodeInto: ${arguments_} => ${c.runtime("encodeAside")}(${name}, value, bytes, offset, options),`);
  writer.line(`decode: (bytes, options) => ${c.runtime("decodeOtherwise")}(${name}, bytes, options),`);
}

function writeInner(c: Context, named: Named, describe: string, deep: boolean, writeAt: string): void {
  const { writer } = c;
  writer.block(
    "inner: {",
    () => {
      writer.line(`describe: ${describe},`);
      writer.line(`room: ${c.symbol(named, "room")},`);
      writer.line(`write: ${c.symbol(named, "write")},`);
      writer.line(`writeAt: ${writeAt},`);
      writer.line(`read: ${c.symbol(named, "read")},`);
      writer.line(`deep: ${deep},`);
    },
    "},",
  );
}

/** Writes the codec of a union, whose bodies stand in states as a rule. */
export function writeUnionCodec(c: Context, union: Union, deep: boolean, writeAt: string): void {
  const { writer } = c;
  const named = { module: c.name, name: union.name };
  const name = c.symbol(named, "type");
  const describe = c.symbol(named, "describe");
  writer.block(
    `${exportOf(union.name, name)}const ${name}: ${c.runtime("UnionCodec")}<${name}, ${c.symbol(named, "init")}> = {`,
    () => {
      writer.line(`name: ${stringLiteral(`${c.name}.${union.name}`)},`);
      writer.line(moduleProperty(c));
      writer.line(`encode: (value, options) => ${c.runtime("encodeOtherwise")}(${name}, value, options),`);
      writer.line(`decode: (bytes, options) => ${c.runtime("decodeOtherwise")}(${name}, bytes, options),`);
      writer.line(`validate: (value) => ${c.runtime("problemsOf")}(${describe}, value),`);
      writeInner(c, named, describe, deep, writeAt);
    },
    "};",
  );
  writer.blank();
}

/** Writes the codec of a struct: its rows as the payload of a table. */
export function writeStructCodec(c: Context, struct: Struct): void {
  const { writer } = c;
  const named = { module: c.name, name: struct.name };
  const name = c.symbol(named, "type");
  const describe = c.symbol(named, "describe");
  const { stride } = layoutOf(c.world, struct);
  const types = [name, c.symbol(named, "init"), c.symbol(named, "rows")].join(", ");
  writer.block(
    `${exportOf(struct.name, name)}const ${name}: ${c.runtime("StructCodec")}<${types}> = {`,
    () => {
      writer.line(`name: ${stringLiteral(`${c.name}.${struct.name}`)},`);
      writer.line(moduleProperty(c));
      writer.line(`stride: ${stride},`);
      const write = c.symbol(named, "writeTable");
      writer.line(`encodeTable: (rows) => ${c.runtime("encodeRows")}(rows, ${stride}, ${write}, ${describe}),`);
      const read = c.symbol(named, "readTable");
      writer.line(`decodeTable: (bytes) => ${c.runtime("decodeRows")}(bytes, ${read}, ${describe}),`);
      writer.line(`viewTable: (bytes) => ${c.runtime("viewRows")}(bytes, ${describe}),`);
    },
    "};",
  );
  writer.blank();
}
