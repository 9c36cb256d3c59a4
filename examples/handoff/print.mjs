// What the demo shows: at most 100 columns, colour on a terminal that wants it.

const colour = process.stdout.isTTY === true && !process.env.NO_COLOR;
const paint = (code) => (text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
const bold = paint("1");
const dim = paint("2");
const green = paint("32");
const red = paint("31");
const WIDTH = 100;
let steps = 0;

function line(text = "") {
  process.stdout.write(`${text}\n`);
}

/** Cuts a text that would not fit; colours come after. */
function fit(text, width) {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

export function milliseconds(value) {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}

/** Cuts chunks into lines. */
export class LineReader {
  #rest = "";
  #take;

  constructor(take) {
    this.#take = take;
  }

  push(chunk) {
    const parts = (this.#rest + chunk).split("\n");
    this.#rest = parts.pop() ?? "";
    for (const each of parts) this.#take(each);
  }
}

export function title(name, what) {
  line(`${bold(name)}: ${what}`);
}

export function step(name, what) {
  line(`\n${bold(`${++steps} ${name}`)}  ${what}`);
}

function row(mark, text) {
  line(`  ${mark} ${fit(text, WIDTH - 4)}`);
}

function mark(good) {
  return good ? green("✓") : red("✗");
}

/** From capture to the client's report. */
export function report(events, client) {
  const one = (name) => events.find((event) => event.event === name);
  const ms = (from, to) => Number(BigInt(to) - BigInt(from)) / 1e6;

  const captured = one("captured");
  step("capture", `${captured.functions.length} PCI functions from ${captured.from}`);
  for (const { address, id, driver, details } of captured.functions) {
    row(" ", `${address}  ${id}  ${[driver.padEnd(10), details.join(", ")].join("  ")}`.trimEnd());
  }
  for (const problem of captured.problems) row(red("!"), problem);

  step("rehearse", "the old process serves its client; the new program tries a dump and the descriptors on");
  for (const checked of events.filter((event) => event.event === "checked" && event.rehearsal !== null)) {
    const refused = events.find((event) => event.event === "refused" && event.rehearsal === checked.rehearsal);
    const verdict = refused === undefined ? `all ${checked.findings.length} match` : `refused, ${refused.message}`;
    row(mark(refused === undefined), `${checked.rehearsal}: ${verdict}`);
  }

  const frozen = one("frozen");
  const taken = events.find((event) => event.event === "checked" && event.rehearsal === null);
  step(
    "hand over",
    `${frozen.pid} answers request ${frozen.answered}, writes a dump of ${frozen.bytes.toLocaleString("en")} bytes, starts ${taken.pid} and ends`,
  );
  for (const { fd, kind, what, differences } of taken.findings) {
    row(mark(differences.length === 0), `${fd} ${kind.padEnd(11)}  ${what}`);
  }
  row(
    mark(true),
    `${taken.functions.length} PCI functions, and ${frozen.received} bytes that the old process had received and not answered`,
  );
  for (const [path, count] of taken.dropped) row(dim("-"), `dropped, as ignorable: ${count} × ${path}`);

  const answered = one("answered");
  step(
    "go on",
    `${client.byOld} answers by the old process, ${client.byNew} by the new one, on one connection, none lost or twice`,
  );
  row(mark(true), `a second client on the same port: ${client.second}`);
  row(mark(true), `in the pipe: "${answered.fromPipe}"`);
  row(mark(true), `in the journal: "${answered.fromJournal.trimEnd().replaceAll("\n", '", "')}"`);

  const blackout = ms(frozen.lastAnswer, answered.firstAnswer);
  const parts = {
    "capture, encode": frozen.encodedIn / 1e6,
    write: frozen.writtenIn / 1e6,
    "start a process": ms(spawned(events), taken.read),
    "open, decode": ms(taken.read, taken.opened),
    check: ms(taken.opened, taken.checked),
  };
  step(
    "blackout",
    `${bold(milliseconds(blackout))}; the client saw ${milliseconds(client.gap / 1e6)}, and ${milliseconds(client.usual / 1e6)} between other bursts`,
  );
  row(
    " ",
    Object.entries(parts)
      .map(([name, value]) => `${name} ${milliseconds(value)}`)
      .join(", "),
  );
}

function spawned(events) {
  return events.find((event) => event.event === "spawned").at;
}

/** One PCI function of the tree; the rest is a command away. */
export function tree(text, events) {
  const shown = 14;
  const lines = text.trimEnd().split("\n");
  const start = Math.max(
    0,
    lines.findIndex((each) => each.includes("linux.pci.PciDevice#1")),
  );
  const { sizes } = events.find((event) => event.event === "checked" && event.rehearsal === null);
  step("look inside", "npx baton decode examples/handoff/out/handoff.dump --schema schemas");
  const parts = Object.entries(sizes).map(([type, { records, bytes }]) => {
    const name = type.slice(type.lastIndexOf(".") + 1);
    return `${records === 1 ? "" : `${records} × `}${name} ${bytes.toLocaleString("en")} bytes`;
  });
  row(" ", parts.join(", "));
  for (const each of lines.slice(start, start + shown)) line(dim(fit(each, WIDTH)));
  line(dim(`… ${Math.max(0, lines.length - shown)} lines more`));
}

/** What version 2 makes of dumps of version 3. */
export function refusals(outcomes) {
  step("roll back", "version 3 writes a PCI function, version 2 reads it");
  for (const { title, taken, text } of outcomes) {
    row(mark(taken), `${title}: ${taken ? `taken, ${text}` : "refused"}`);
    if (!taken) row(" ", dim(text));
  }
}

export function done() {
  line(`\n${green("✓")} Everything went as it should, refusals included.`);
}
