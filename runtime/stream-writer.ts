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
import { valueText } from "./values.ts";
import { checkModules, checkNames, type ModuleDescriptor } from "./versions.ts";

/** How a dump is written record by record. */
export interface DumpStreamOptions extends DumpWriterOptions {
  /** The modules whose records may follow; the manifest goes out before the first of them. */
  readonly modules: readonly ModuleDescriptor[];
}

/** Takes the chunks of a dump one after the other; the next one waits for its promise. */
export type Sink = (chunk: Uint8Array) => void | Promise<void>;

/**
 * Writes a dump record by record, at the memory of one record. Records must come ascending by state id and instance. Calls may overlap: they are
 * judged when they are made and served in that order, and what waits is held in memory. Where the sink failed once, nothing more is taken.
 */
export class DumpStream {
  private readonly sink: Sink;
  private readonly options: DumpStreamOptions;
  private readonly records: Records;
  private readonly frame = new Frame();
  private last: Ready | null = null;
  private begun = false;
  private finished = false;
  /** Settles once all that was asked for is with the sink. */
  private sent: Promise<void> = Promise.resolve();
  private failure: BatonError | null = null;

  constructor(sink: Sink, options: DumpStreamOptions) {
    if (typeof sink !== "function") {
      throw new BatonError("B8308", { expected: "a sink, a function that takes chunks", found: valueText(sink) });
    }
    checkModules(options?.modules);
    checkOptions(options, ["modules", "producer", "for", "dropped", "schema"]);
    this.sink = sink;
    this.options = options;
    this.records = new Records(options);
    checkNames(options.for, options.modules);
    for (const module of options.modules) this.records.list(module);
  }

  /** Encodes a value, which may change afterwards, and hands its record to the sink. */
  async add<Init extends object>(codec: RecordCodec<object, Init>, value: Init, place?: RecordPlace): Promise<void> {
    checkIsCodec(codec);
    this.checkOpen();
    if (!this.options.modules.some((module) => module.name === codec.module.name)) {
      throw new BatonError("B8307", { found: codec.module.name });
    }
    const record = this.records.ready(codec, value, place);
    if (record === null) return;
    if (this.last !== null && compare(this.last, record) >= 0) {
      throw new BatonError("B8306", { expected: nameOf(this.last), found: nameOf(record) });
    }
    this.last = record;
    this.records.take(record);
    await this.inTurn(() => this.frame.record(record, record.body));
  }

  /** Writes the end record, without which the dump is refused; not while the record of a `single` state is missing. */
  async finish(): Promise<void> {
    this.checkOpen();
    this.records.checkSingles();
    this.finished = true;
    await this.inTurn(() => this.frame.end());
  }

  private checkOpen(): void {
    if (this.failure !== null) throw this.failure;
    if (this.finished) throw new BatonError("B8308", { expected: "an unfinished dump", found: "a finished one" });
  }

  /** Sends chunks after all that was sent before. They are made then, since each counts what is before it. */
  private inTurn(chunks: () => readonly Uint8Array[]): Promise<void> {
    const turn = this.sent.then(async () => {
      if (this.failure !== null) throw this.failure;
      try {
        if (!this.begun) await this.send(this.begin());
        await this.send(chunks());
      } catch (error) {
        throw (this.failure = sinkFailed(error));
      }
    });
    // Who made the call hears of it; whoever comes after is told by `failure`.
    this.sent = turn.catch(() => undefined);
    return turn;
  }

  private begin(): readonly Uint8Array[] {
    this.begun = true;
    return this.frame.begin(this.records.manifest(this.options.producer ?? ""), this.options.schema);
  }

  private async send(chunks: readonly Uint8Array[]): Promise<void> {
    for (const chunk of chunks) await this.sink(chunk);
  }
}

function sinkFailed(cause: unknown): BatonError {
  if (cause instanceof BatonError) return cause;
  return new BatonError("B8026", { found: cause instanceof Error ? cause.message : valueText(cause), cause });
}
