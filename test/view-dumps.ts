import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildPackage } from "./built.ts";
import { baton, folderWith } from "./terminal.ts";

const schema = `/// Ports.
module demo.ports;

/// How a port checks.
enum Parity : u8 { off = 0; even = 1; }

/// What is set.
bits Lines : u16 { rts = 0; dtr = 1; }

/// A queue.
struct Queue { head @1 : u32; tail @2 : u32; kind @3 : u8; }

/// A note.
state Note { text @1 : string[..32]; }

/// A port.
state Port @0x1 {
  line   @1 : u16 key;
  baud   @2 : u32 = 9600 unit "baud";
  owner  @3 : string[..200] = "";
  parity @4 : Parity = off;
  lines  @5 : Lines = 0;
  data   @6 : bytes[..64] = "";
  queues @7 : Queue[];
  names  @8 : string[..32][] = [];
  note   @9 : Note?;
}
`;

const queues = (count: number) => Array.from({ length: count }, (_, i) => ({ head: i, tail: 700_000 + i, kind: 1 }));
const before = [
  { line: 0, owner: "getty", parity: "even", lines: ["rts", "dtr"], data: "cafebabe", queues: queues(300) },
  { line: 1, queues: [], names: ["a", "b"] },
];
const after = [
  { line: 0, baud: 115_200, owner: "login", parity: "even", lines: ["rts"], data: "cafebabe", queues: queues(300) },
  { line: 1, queues: [], names: ["b", "c"] },
  { line: 2, queues: [] },
];
/** What a page must show and not do. */
const markup = '<img src=x onerror="window.hacked=1"></script><script>window.hacked=2</script><b>bold</b>\u202e';
const hostile = [{ line: 7, owner: markup, queues: [], names: ["</script>", "<!--", "${x}"] }];

/** A folder with dumps and their pages, made by the program as it is built, which has the page's script beside it. */
export interface ViewDumps {
  readonly path: string;
  /** The program's file. */
  readonly file: string;
  readonly program: (...words: string[]) => SpawnSyncReturns<string>;
  /** Writes values of the type `Port` as a dump. */
  readonly dump: (name: string, value: unknown, ...more: string[]) => Promise<void>;
  readonly remove: () => void;
}

export async function makeViewDumps(): Promise<ViewDumps> {
  const folder = folderWith({ "ports.baton": schema });
  const built = await buildPackage();
  const program = (...words: string[]) => {
    const options = { cwd: folder.path, encoding: "utf8", maxBuffer: 2 ** 28 } as const;
    return spawnSync(process.execPath, [built.program, ...words], options);
  };
  const dump = async (name: string, value: unknown, ...more: string[]): Promise<void> => {
    const words = ["encode", "--type", "Port", "-", "-o", name, "--schema", "ports.baton", ...more];
    const { status, messages } = await baton(folder.path, words, { input: JSON.stringify(value) });
    if (status !== 0) throw new Error(messages);
  };
  await dump("a.dump", before, "--embed-schema");
  await dump("b.dump", after, "--embed-schema");
  await dump("<i>&amp;.dump", hostile, "--embed-schema");
  await dump("few.dump", [{ line: 0, queues: [], names: ["x"] }], "--embed-schema");
  await dump(
    "more.dump",
    [
      { line: 0, queues: [], names: ["x", "y"] },
      { line: 1, queues: [] },
    ],
    "--embed-schema",
  );
  const whole = readFileSync(join(folder.path, "a.dump"));
  const broken = Buffer.from(whole.subarray(0, whole.length - 40));
  // The form of the first record's member `owner`, and the header of the second record.
  const owner = broken.indexOf("getty") - 8;
  broken[owner + 2] = 9;
  writeFileSync(join(folder.path, "broken.dump"), broken);
  // Inside of the last record before the end.
  writeFileSync(join(folder.path, "short.dump"), whole.subarray(0, whole.length - 56 - 16));
  for (const [page, ...dumps] of [
    ["a.html", "a.dump"],
    ["ab.html", "a.dump", "b.dump"],
    ["grown.html", "few.dump", "more.dump"],
    ["hostile.html", "<i>&amp;.dump"],
  ]) {
    const { status, stderr } = program("view", ...dumps, "-o", page ?? "");
    if (status !== 0) throw new Error(stderr);
  }
  // In the header of the dump, and in that of its first record.
  writeFileSync(join(folder.path, "head.dump"), whole.subarray(0, 14));
  writeFileSync(join(folder.path, "first.dump"), whole.subarray(0, 64 + 14));
  for (const name of ["broken", "short", "head", "first"]) program("view", `${name}.dump`, "-o", `${name}.html`);
  program("view", "a.dump", "short.dump", "-o", "a-short.html");
  const remove = (): void => {
    built.remove();
    folder.remove();
  };
  return { path: folder.path, file: built.program, program, dump, remove };
}
