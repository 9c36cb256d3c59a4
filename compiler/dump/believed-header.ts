import { elementsIn } from "./counts.ts";
import { BLOB, LIST, LONG, NEGATIVE, TABLE, UNION, WORD, formOf, padded } from "./format.ts";
import { sizeMistake, statedHead } from "./table-head.ts";
import type { WireMember, WireType } from "./wire-type.ts";

/** Whether a member has a form. */
export function hasForm({ type }: WireMember, form: number): boolean {
  const wanted = formOf(type);
  return wanted === null ? form <= LONG : form === wanted;
}

/** Whether a payload and the padding after it are as long as the header says, by what is in them; as far as they are there. */
export function isFilled(view: DataView, at: number, form: number, length: number): boolean {
  const end = at + length;
  if (form === WORD || form > UNION || end > view.byteLength) return true;
  for (let i = end; i < Math.min(at + padded(length), view.byteLength); i++) if (view.getUint8(i) !== 0) return false;
  if (form === TABLE) return length >= 8 && sizeMistake(statedHead(view, at), length) === null;
  return form !== LIST || (length >= 8 && elementsIn(view, at + 8, end) === view.getUint32(at, true));
}

/** A long has 8 bytes: another length is of another form, and what follows may be passed over. */
export function isLostLong(form: number, arg: number): boolean {
  return form === LONG && arg !== 8;
}

/** Whether a header may be of a member of some type: by the number in it, or the length of its bytes. */
export function canHold(type: WireType, form: number, arg: number, flags: number): boolean {
  const inner = type.kind === "optional" ? type.element : type;
  switch (inner.kind) {
    case "bool":
      return form === WORD && arg <= 1 && (flags & NEGATIVE) === 0;
    case "int":
    case "enum":
    case "bits": {
      if (form !== WORD) return true;
      const value = BigInt((flags & NEGATIVE) === 0 ? arg : arg | 0);
      return value >= inner.min && value <= inner.max;
    }
    case "uuid":
      return form !== BLOB || arg === 16;
    case "bytes":
    case "string":
      return form !== BLOB || (arg >= inner.min && (inner.max === null || arg <= inner.max));
    case "cstring":
    case "struct":
    case "state":
    case "union":
    case "list":
    case "optional":
      return true;
  }
}
