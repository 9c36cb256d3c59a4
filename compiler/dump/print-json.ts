import type { ByteText } from "./byte-text.ts";
import { manifestToJson, problemToJson } from "./dump-json.ts";
import { RECORD_MUST } from "./format.ts";
import type { Item, RecordItem } from "./inspect.ts";
import { hex } from "./integers.ts";
import { JsonText } from "./json-text.ts";
import { rawJson } from "./json-write.ts";
import { writeValue } from "./json-value.ts";
import { LeafLines, NodeJson, type Knower } from "./node-json.ts";
import type { Coverage } from "./nodes.ts";
import { PathFilter, selected } from "./path-filter.ts";
import type { DumpPath } from "./path.ts";
import type { Problem } from "./problem.ts";
import type { Dropped } from "./reading.ts";
import { versionToJson } from "../schema/version.ts";
import type { Sink } from "./sink.ts";
import type { Value } from "./value.ts";
import type { WireType } from "./wire-type.ts";

/** Prints the pieces of a dump in the order of its bytes. */
export interface Printer {
  /** False where enough was seen: with `strict`, at the first problem. */
  item(item: Item): boolean;
  /** What stands at the end, also of a walk that was stopped. */
  end(): void;
  /** Whether anything was named by the paths, if there are some. */
  readonly found: boolean;
}

export interface PrintOptions {
  /** Only what they name; none: everything. */
  readonly paths: readonly DumpPath[];
  /** Every byte with what it is, and not only values. */
  readonly full: boolean;
  readonly strict: boolean;
  readonly knows: KnowsOf;
}

/** Who knows the member of a declaration that a reader has not, or a state, by its id. */
export interface KnowsOf {
  readonly node: Knower;
  readonly dropped: (one: Pick<Dropped, "id" | "declaration">) => ReturnType<Knower>;
}

type Piece = Exclude<Item, { kind: "finish" }>;

/** What is told of a piece goes through the paths, if there are some. */
export function tell(item: Piece, sink: Sink, paths: readonly DumpPath[]): boolean {
  if (paths.length === 0) {
    item.replay(sink);
    return true;
  }
  const name = item.kind === "damaged" ? (item.cut?.name ?? item.kind) : item.kind;
  const of = item.kind === "record" ? item : { name, type: null, value: null };
  const filter = new PathFilter(sink, paths, of);
  item.replay(filter);
  return filter.found;
}

abstract class JsonPrinter implements Printer {
  found = false;
  protected readonly json: JsonText;
  protected readonly options: PrintOptions;

  constructor(json: JsonText, options: PrintOptions) {
    this.json = json;
    this.options = options;
  }

  abstract item(item: Item): boolean;
  abstract end(): void;

  /** Members of the object that is open. */
  protected head(manifest: Extract<Item, { kind: "manifest" }> | null): void {
    const { producer, modules } = manifest?.manifest ?? { producer: "", modules: [] };
    if (producer !== "") {
      this.json.name("producer");
      this.json.string(producer);
    }
    this.json.name("manifest");
    this.json.value(modules.map(manifestToJson));
  }

  /** What follows a record that was written. */
  protected abstract written(): void;

  /** A record, or for each member that is selected one with its path. */
  protected record(item: RecordItem): void {
    const { paths } = this.options;
    for (const one of paths.length === 0
      ? [{ path: null, type: item.type, value: item.value }]
      : selected(paths, item)) {
      this.found = true;
      const whole = one.path === null || one.path === item.name;
      this.#record(item, whole ? null : one.path, one.type, one.value);
    }
  }

  #record({ type, header, raw, dropped }: RecordItem, path: string | null, held: WireType | null, value: Value): void {
    const { json } = this;
    json.open("{");
    json.name("type");
    json.string(type === null ? hex(BigInt(header.id)) : `${type.module}.${type.name}`);
    json.name("instance");
    json.integer(header.instance);
    json.name("version");
    json.value(versionToJson(header.version));
    if (path !== null) {
      json.name("path");
      json.string(path);
    }
    if (type === null) {
      json.name("mustBeUnderstood");
      json.boolean((header.flags & RECORD_MUST) !== 0);
      const known = this.options.knows.dropped({ id: header.id });
      if (known !== null) {
        json.name("knownBy");
        json.value({ ...known });
      }
    }
    json.name("value");
    if (held === null || raw) json.value(rawJson(value));
    else writeValue(json, held, value);
    if (dropped.length > 0 && path === null) {
      json.name("dropped");
      json.value(dropped.map((one) => this.#dropped(one)));
    }
    json.close("}");
    this.written();
  }

  #dropped(one: Dropped): { readonly [name: string]: string | number | { readonly [name: string]: string | number } } {
    const { path, id, offset, bytes } = one;
    const known = this.options.knows.dropped(one);
    return { path, id, offset, bytes, ...(known === null ? {} : { knownBy: { ...known } }) };
  }

  protected problem(one: Problem): {
    readonly [name: string]: string | number | null | { readonly [name: string]: string | number };
  } {
    const known =
      one.code === "B8209" || one.code === "B8210" || one.code === "B8015"
        ? this.options.knows.dropped({ ...one, id: one.id ?? 0 })
        : null;
    return { ...problemToJson(one), ...(known === null ? {} : { knownBy: { ...known } }) };
  }
}

/** One JSON value for the whole dump, record by record, so that it takes the memory of the largest of them. */
export class DumpPrinter extends JsonPrinter {
  readonly #problems: Problem[] = [];
  /** What stands before the first record: what is said of the dump is gathered from it. */
  #waiting: Piece[] | null = [];
  #coverage: Coverage = { described: 0, padding: 0, unknown: 0, missing: 0 };

  constructor(out: ByteText, options: PrintOptions) {
    super(new JsonText(out, true), options);
  }

  item(item: Item): boolean {
    const { strict, full } = this.options;
    this.#coverage = item.coverage;
    if (strict && item.problems[0] !== undefined) {
      this.#problems.push(item.problems[0]);
      return false;
    }
    for (const one of item.problems) this.#problems.push(one);
    if (item.kind === "finish") return true;
    if (item.kind === "header" || item.kind === "manifest" || item.kind === "schema") {
      if (this.#waiting === null) this.#piece(item);
      else this.#waiting.push(item);
    } else {
      this.#begin();
      if (full) this.#piece(item);
      else if (item.kind === "record") this.record(item);
    }
    return true;
  }

  protected override written(): void {}

  #piece(item: Piece): void {
    if (!this.options.full) return;
    const context = { peek: item.peek, knows: this.options.knows.node };
    if (tell(item, new NodeJson(this.json, context), this.options.paths)) this.found = true;
  }

  #begin(): void {
    const waiting = this.#waiting;
    if (waiting === null) return;
    this.#waiting = null;
    this.json.open("{");
    this.head(waiting.find((one) => one.kind === "manifest") ?? null);
    if (waiting.some(({ kind }) => kind === "schema")) {
      this.json.name("embedSchema");
      this.json.boolean(true);
    }
    this.json.name(this.options.full ? "nodes" : "records");
    this.json.open("[");
    for (const item of waiting) this.#piece(item);
  }

  end(): void {
    this.#begin();
    this.json.close("]");
    this.json.name("problems");
    this.json.value(this.#problems.map((one) => this.problem(one)));
    this.json.name("coverage");
    this.json.value({ ...this.#coverage });
    this.json.close("}");
    this.json.out.byte(0x0a);
  }
}

/** A line of JSON for the manifest, then one for each record or, in full, for each leaf, and one for each problem; the last counts the bytes. */
export class LinesPrinter extends JsonPrinter {
  constructor(out: ByteText, options: PrintOptions) {
    super(new JsonText(out, false), options);
  }

  item(item: Item): boolean {
    const { full, strict, paths } = this.options;
    const [first] = item.problems;
    if (strict && first !== undefined) {
      this.#line("problem", () => this.json.value(this.problem(first)));
      this.#line("coverage", () => this.json.value({ ...item.coverage }));
      return false;
    }
    if (item.kind === "manifest" && !full) {
      this.json.open("{");
      this.head(item);
      this.json.close("}");
      this.json.out.byte(0x0a);
    }
    if (full && item.kind !== "finish") {
      const context = { peek: item.peek, knows: this.options.knows.node };
      if (tell(item, new LeafLines(this.json, context), paths)) this.found = true;
    } else if (item.kind === "record") this.record(item);
    for (const one of item.problems) this.#line("problem", () => this.json.value(this.problem(one)));
    if (item.kind === "finish") this.#line("coverage", () => this.json.value({ ...item.coverage }));
    return true;
  }

  protected override written(): void {
    this.json.out.byte(0x0a);
  }

  #line(name: string, write: () => void): void {
    this.json.open("{");
    this.json.name(name);
    write();
    this.json.close("}");
    this.json.out.byte(0x0a);
  }

  end(): void {}
}
