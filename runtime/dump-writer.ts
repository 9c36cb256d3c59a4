import type { DumpRecord } from "./dump.ts";
import {
  compare,
  Frame,
  nameOf,
  Records,
  type DumpWriterOptions,
  type Ready,
  type RecordCodec,
  type RecordPlace,
} from "./dump-records.ts";
import { BatonError } from "./errors.ts";
import { checkIsCodec, checkOptions } from "./options.ts";
import { hex } from "./record.ts";
import { isPlain, own, valueText } from "./values.ts";

/** Writes a dump in memory, in whatever order records are added. */
export class DumpWriter {
  private readonly options: DumpWriterOptions;
  private readonly records: Records;
  private readonly added: Ready[] = [];
  /** Instances that were added, by the ids of their states. */
  private readonly instances = new Map<number, Set<number>>();
  private finished = false;

  constructor(options: DumpWriterOptions = {}) {
    checkOptions(options, ["producer", "for", "dropped", "schema"]);
    this.options = options;
    this.records = new Records(options);
  }

  /** Encodes a value as a record. The value may change afterwards. */
  add<Init extends object>(codec: RecordCodec<object, Init>, value: Init, place?: RecordPlace): this {
    checkIsCodec(codec);
    this.checkOpen();
    const record = this.records.ready(codec, value, place);
    return record === null ? this : this.put(record, codec.name);
  }

  /** Adds a record of another dump byte for byte, known or not. */
  copy(record: DumpRecord): this {
    if (!isPlain(record) || !isPlain(own(record, "manifest")) || typeof record.body !== "function") {
      throw new BatonError("B8308", { expected: "a record of a dump", found: valueText(record) });
    }
    this.checkOpen();
    return this.put(this.records.copied(record), record.type);
  }

  private put(record: Ready, type: string | null): this {
    const { id, instance } = record;
    let instances = this.instances.get(id);
    if (instances === undefined) this.instances.set(id, (instances = new Set()));
    if (instances.has(instance)) {
      const facts = { expected: nameOf(record), found: nameOf(record) };
      throw new BatonError("B8306", { record: { type: type ?? hex(id), instance, id }, ...facts });
    }
    instances.add(instance);
    this.records.take(record);
    this.added.push(record);
    return this;
  }

  private checkOpen(): void {
    if (this.finished) throw new BatonError("B8308", { expected: "an unfinished dump", found: "a finished one" });
  }

  /** The dump. Nothing can be added afterwards. Refused while it lacks the record of a `single` state. */
  finish(): Uint8Array {
    this.checkOpen();
    this.records.checkSingles();
    this.records.checkNames();
    this.finished = true;
    const records = this.added.sort(compare);
    const frame = new Frame();
    const chunks = [...frame.begin(this.records.manifest(this.options.producer), this.options.schema)];
    for (const record of records) chunks.push(...frame.record(record, record.body));
    chunks.push(...frame.end());
    const dump = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
    let at = 0;
    for (const chunk of chunks) {
      dump.set(chunk, at);
      at += chunk.length;
    }
    return dump;
  }
}
