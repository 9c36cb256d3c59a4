import type { Name } from "../../syntax/ast.ts";
import type { Span } from "../../text.ts";
import type { Range } from "../ir.ts";
import type { Problems } from "../problems.ts";
import type { AlternativeDraft, BitsFieldDraft, EnumValueDraft, MemberDraft } from "./draft.ts";
import { FreeNumbers, type ReservedLines } from "./reserved.ts";

/** What the entries of a declaration are called in messages. */
export type EntryKind = "member" | "alternative" | "value" | "bit";

/** Reports names that are used twice in a declaration or are reserved in it. */
export function checkEntryNames(
  owner: string,
  kind: EntryKind,
  entries: readonly { readonly node: { readonly name: Name } }[],
  reserved: ReservedLines,
  problems: Problems,
): void {
  const seen = new Map<string, Span>();
  for (const { node } of entries) {
    const { text, span } = node.name;
    const first = seen.get(text);
    if (first !== undefined) {
      const notes = [{ message: "first used here", span: first }];
      problems.add("B2014", { name: text, what: kind, owner }, { span, notes });
      continue;
    }
    seen.set(text, span);
    const at = reserved.nameAt(text);
    if (at !== undefined)
      problems.add("B2015", { name: text, owner }, { span, notes: [{ message: "reserved here", span: at }] });
  }
}

/** Ids that anybody may use, and those of vendors. */
export const upstreamIds: Range = { min: 1n, max: 0x7fffn };
export const vendorIds: Range = { min: 0x8000n, max: 0xffffn };
export const memberIds: Range = { min: upstreamIds.min, max: vendorIds.max };

/** Gives members and alternatives their ids, and reports what is wrong with them. */
export function takeIds(
  owner: string,
  kind: "member" | "alternative",
  entries: readonly (MemberDraft | AlternativeDraft)[],
  reserved: ReservedLines,
  problems: Problems,
): void {
  const seen = new Map<number, Span>();
  const taken = (): readonly bigint[] => entries.flatMap(({ node }) => (node.id === null ? [] : [node.id.value]));
  const free = {
    upstream: new FreeNumbers(taken, reserved, upstreamIds),
    vendor: new FreeNumbers(taken, reserved, vendorIds),
  };
  for (const entry of entries) {
    const { id, name } = entry.node;
    if (id === null) {
      const next = free.upstream.next();
      const fix =
        next === undefined ? {} : { fix: { span: { ...name.span, start: name.span.end }, text: ` @${next}` } };
      problems.add("B3003", { name: name.text, owner, free: textOf(next) }, { span: name.span, ...fix });
      continue;
    }
    if (id.value < memberIds.min || id.value > memberIds.max) {
      const next = free.upstream.next();
      const fix = next === undefined ? {} : { fix: { span: id.span, text: `@${next}` } };
      problems.add("B3002", { id: id.text, name: name.text }, { span: id.span, ...fix });
      continue;
    }
    entry.ir.id = Number(id.value);
    const first = seen.get(entry.ir.id);
    if (first !== undefined) {
      const next = (id.value >= vendorIds.min ? free.vendor : free.upstream).next();
      const fix = next === undefined ? {} : { fix: { span: id.span, text: `@${textOf(next, id.text)}` } };
      const notes = [{ message: "first used here", span: first }];
      problems.add(
        "B3001",
        { id: id.text, owner, what: kind, free: textOf(next, id.text) },
        { span: id.span, notes, ...fix },
      );
      continue;
    }
    seen.set(entry.ir.id, id.span);
    const at = reserved.numberAt(id.value);
    if (at === undefined) continue;
    const next = (id.value >= vendorIds.min ? free.vendor : free.upstream).next();
    problems.add(
      "B3004",
      { number: `@${id.text}`, owner, what: "id" },
      {
        span: id.span,
        notes: [{ message: "reserved here", span: at }],
        ...(next === undefined
          ? {}
          : {
              help: `the next free id is @${textOf(next, id.text)}`,
              fix: { span: id.span, text: `@${textOf(next, id.text)}` },
            }),
      },
    );
  }
}

/** A number as text, in hexadecimal if the one that it replaces is. */
function textOf(value: bigint | undefined, like = ""): string | undefined {
  if (value === undefined) return undefined;
  return like.startsWith("0x") ? `0x${value.toString(16)}` : String(value);
}

/** Reports enum values that are used twice or reserved. */
export function checkEnumValues(
  owner: string,
  values: readonly { readonly draft: EnumValueDraft; readonly span: Span }[],
  bounds: Range,
  reserved: ReservedLines,
  problems: Problems,
): void {
  const seen = new Map<bigint, Span>();
  const free = new FreeNumbers(() => values.map(({ draft }) => draft.ir.value), reserved, bounds);
  for (const { draft, span } of values) {
    const { value } = draft.ir;
    const first = seen.get(value);
    const at = reserved.numberAt(value);
    if (first === undefined && at === undefined) {
      seen.set(value, span);
      continue;
    }
    const next = free.next();
    const fix = next === undefined ? {} : { fix: { span, text: String(next) } };
    if (first !== undefined) {
      const notes = [{ message: "first used here", span: first }];
      problems.add("B3008", { value: String(value), owner, free: textOf(next) }, { span, notes, ...fix });
    } else if (at !== undefined) {
      const notes = [{ message: "reserved here", span: at }];
      problems.add("B3004", { number: String(value), owner, what: "value" }, { span, notes, ...fix });
    }
  }
}

/** Reports bits that two names share or that are reserved; each pair of names once. */
export function checkBitOverlaps(
  owner: string,
  fields: readonly { readonly draft: BitsFieldDraft; readonly span: Span }[],
  reserved: ReservedLines,
  problems: Problems,
): void {
  const holders = new Map<number, { readonly name: string; readonly span: Span }>();
  for (const { draft, span } of fields) {
    const { name, low, high } = draft.ir;
    let clash: { readonly bit: number; readonly with: { readonly name: string; readonly span: Span } } | undefined;
    for (let bit = low; bit <= high; bit++) {
      const holder = holders.get(bit);
      if (holder === undefined) holders.set(bit, { name, span });
      else clash ??= { bit, with: holder };
    }
    if (clash !== undefined) {
      const notes = [{ message: "first used here", span: clash.with.span }];
      problems.add("B3009", { bit: String(clash.bit), owner, first: clash.with.name, second: name }, { span, notes });
      continue;
    }
    for (let bit = low; bit <= high; bit++) {
      const at = reserved.numberAt(BigInt(bit));
      if (at === undefined) continue;
      const notes = [{ message: "reserved here", span: at }];
      problems.add("B3004", { number: String(bit), owner, what: "bit" }, { span, notes });
      break;
    }
  }
}
