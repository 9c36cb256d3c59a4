import { hexDigits } from "../../dump/json-write.ts";
import { idText } from "../../../runtime/id-text.ts";
import { escapeText } from "../../printable.ts";
import { bitRows, integerIn } from "../../dump/value-text.ts";
import type { Entry } from "../entry.ts";
import { button, make, offsetText } from "./dom.ts";
import type { PlainChange, PlainProblem } from "./protocol.ts";

/** What is known of an entry beside itself. */
export interface Known {
  readonly change: PlainChange | null;
  /** What would be in it, as the other dump has it. */
  readonly absent: readonly PlainChange[];
  readonly problems: readonly PlainProblem[];
}

/** The way to an entry as buttons, and behind it offset, length and id. */
export function showWay(host: HTMLElement, entry: Entry, go: (entry: Entry) => void): void {
  const steps = entry.way.slice(1).map((one) => {
    const step = button(one.name, one.path, () => go(one));
    if (one === entry) step.setAttribute("aria-current", "true");
    return make("li", { children: [step] });
  });
  const id =
    entry.id === null ? "" : entry.kind === "record" ? `  id 0x${entry.id.toString(16)}` : `  ${idText(entry.id)}`;
  const bytes = entry.length === 0 ? "no bytes" : `${offsetText(entry.offset)} + ${entry.length}`;
  host.replaceChildren(make("ol", { children: steps }), make("span", { class: "at", text: `${bytes}${id}` }));
}

/** The numbers that start at a byte, as a debugger shows them. */
function numbersAt(bytes: Uint8Array, offset: number): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const left = bytes.length - offset;
  const numbers = [
    ...(left >= 1 ? [`u8 ${view.getUint8(offset)}`] : []),
    ...(left >= 2 ? [`u16 ${view.getUint16(offset, true)}`] : []),
    ...(left >= 4 ? [`u32 ${view.getUint32(offset, true)}`, `i32 ${view.getInt32(offset, true)}`] : []),
    ...(left >= 8 ? [`u64 0x${view.getBigUint64(offset, true).toString(16)}`] : []),
  ];
  return `${offsetText(offset)}  ${numbers.join("  ")}`;
}

/** What an entry is, in full, and what stands at the cursor. */
export function showDetail(
  host: HTMLElement,
  entry: Entry,
  { change, absent, problems }: Known,
  { bytes, offset }: { readonly bytes: Uint8Array; readonly offset: number },
): void {
  const rows: HTMLElement[] = [];
  const add = (name: string, text: string, kind: string = ""): void => {
    if (text === "") return;
    rows.push(make("div", { class: `fact ${kind}`, children: [make("dt", { text: name }), make("dd", { text })] }));
  };
  add("value", wholeText(entry));
  add("type", entry.type);
  if (entry.status !== "ok") add("status", statusText[entry.status]);
  if (change !== null) {
    add("a", change.a === null ? "nothing" : change.a.text, "removed");
    add("b", change.b === null ? "nothing" : change.b.text, "added");
    add("", change.note);
  }
  for (const one of absent.slice(0, mostAbsent)) {
    const [side, spot] = one.a === null ? (["b", one.b] as const) : (["a", one.a] as const);
    add(`only ${side}`, `${one.path}  ${spot?.text ?? ""}`, side === "b" ? "added" : "removed");
  }
  if (absent.length > mostAbsent) add("", `and ${absent.length - mostAbsent} more`);
  for (const one of problems) add(one.code, one.message, "error");
  add("cursor", offset < bytes.length ? numbersAt(bytes, offset) : "", "soft");
  const wire = entry.wire?.kind === "optional" ? entry.wire.element : entry.wire;
  if (wire?.kind === "bits") {
    const value = entry.read();
    // Of bits with one range that is wrong all are shown.
    const held = bytes.subarray(entry.value.offset, entry.value.offset + entry.value.length);
    const isWrong = value === null && entry.length > 0 && entry.status !== "damaged";
    const bits = bitRows(wire, isWrong ? integerIn(held) : value);
    if (bits.length > 0) {
      const lines = bits.map(({ name, text }) => `${name}  ${text}`);
      rows.push(make("pre", { text: lines.join("\n") }));
    }
  }
  host.replaceChildren(make("dl", { children: rows }));
}

/** What only the other dump has is listed as far as this. */
const mostAbsent = 20;

/** Characters and bytes of a value that are shown. */
const mostCharacters = 4000;
const mostBytes = 512;

/** A value in full, where the tree has it cut. */
function wholeText(entry: Entry): string {
  const value = entry.read();
  if (typeof value === "string") {
    const more = value.length > mostCharacters ? `… (${value.length} characters)` : "";
    return `"${escapeText(value.slice(0, mostCharacters).replaceAll(/["\\]/g, "\\$&"))}"${more}`;
  }
  if (value instanceof Uint8Array && value.length > 0 && entry.wire?.kind !== "uuid") {
    const more = value.length > mostBytes ? " …" : "";
    return `${hexDigits(value.subarray(0, mostBytes)).replaceAll(/.{8}(?=.)/g, "$& ")}${more} (${value.length} bytes)`;
  }
  return entry.text;
}

const statusText = {
  default: "not in the bytes: at its default",
  computed: "not in the bytes: computed from other members",
  unknown: "the schema has no member of this id",
  "not known": "its header may be among what cannot be read",
  damaged: "cannot be read",
} as const;
