import { jsonText } from "../../printable.ts";
import { versionToJson } from "../../schema/version.ts";
import { manifestToJson, problemToJson } from "../dump-json.ts";
import { rawJson, toJson, type Json } from "../json-write.ts";
import type { Manifest } from "../manifest.ts";
import type { Change, Spot } from "./change.ts";
import type { DiffEvent, RecordChange, RecordSpot, SideEnd } from "./dumps.ts";

/** How the two dumps were named. */
export interface Names {
  readonly a: string;
  readonly b: string;
}

/** A comparison as JSON, record by record; `diff.schema.json` is its JSON Schema. Safe to print. */
export function* diffJsonText(events: Iterable<DiffEvent>, names: Names): Generator<string, void, undefined> {
  const problems: Json[] = [];
  const notes: Json[] = [];
  const instances: Json[] = [];
  let begun = false;
  let records = 0;
  let differs = false;
  const begin = (): string => (begun ? "" : ((begun = true), '{\n  "records": ['));
  for (const event of events) {
    switch (event.kind) {
      case "begin":
        yield begin();
        break;
      case "note":
        notes.push({ ...event.note });
        break;
      case "problem":
        problems.push({ side: event.side, ...Object(problemToJson(event.problem)) });
        break;
      case "record":
        differs = true;
        yield `${begin()}${records++ === 0 ? "\n" : ",\n"}    ${jsonText(recordJson(event))}`;
        break;
      case "instances": {
        differs = true;
        const { type, records, runs } = event;
        instances.push({ type, records, runs: runs.map((run) => ({ ...run, a: { ...run.a }, b: { ...run.b } })) });
        break;
      }
      case "finish": {
        const { a, b, counts } = event;
        yield `${begin()}${records === 0 ? "" : "\n  "}],\n`;
        yield `  "instances": ${jsonText(instances)},\n  "schema": ${jsonText(notes)},\n  "problems": ${jsonText(problems)},\n`;
        yield `  "a": ${jsonText(sideJson(names.a, a))},\n  "b": ${jsonText(sideJson(names.b, b))},\n`;
        yield `  "counts": ${jsonText(counts)},\n  "equal": ${!differs && problems.length === 0}\n}\n`;
        break;
      }
    }
  }
}

function sideJson(dump: string, { size, coverage, manifest }: SideEnd): Json {
  const { producer }: Manifest = manifest;
  return {
    dump,
    bytes: size,
    ...(producer === "" ? {} : { producer }),
    manifest: manifest.modules.map(manifestToJson),
    coverage: { ...coverage },
  };
}

function recordJson({ change, path, a, b, changes, count }: RecordChange): Json {
  const spot = (one: RecordSpot | null): Json =>
    one === null
      ? null
      : { path: one.path, version: versionToJson(one.version), offset: one.offset, length: one.length };
  return { change, path, a: spot(a), b: spot(b), count, changes: changes.map(changeJson) };
}

function changeJson({ kind, path, id, a, b, note, elements }: Change): Json {
  const values = kind !== "moved";
  return {
    kind,
    path,
    id,
    a: a === null ? null : spotJson(a, values),
    b: b === null ? null : spotJson(b, values),
    ...(note === "" ? {} : { note }),
    ...(elements === 1 ? {} : { elements }),
  };
}

/** What was moved is on both sides, and not repeated. */
function spotJson({ path, place, type, value }: Spot, withValue: boolean): Json {
  return {
    path,
    offset: place?.offset ?? null,
    length: place?.length ?? 0,
    ...(withValue ? { value: type === null ? rawJson(value) : toJson(type, value) } : {}),
  };
}
