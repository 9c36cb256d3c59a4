import { LONG, UNION, WORD, formOf, padded } from "./format.ts";
import type { WireMember, WireState } from "./wire-type.ts";

/** Where the header word of a member is lost: between two ids that can be believed. */
interface Gap {
  readonly after: number;
  readonly before: number;
  /** The form that the member has which was there; null where that may be lost, too. */
  readonly form: number | null;
}

const anywhere: Gap = { after: 0, before: 0x1_0000, form: null };

/**
 * Where damage may have made header words of a body those of other members, so that one which is not found need not have been left out: at ids
 * that the state has not, and at forms that are of another member. Where ids that it has do not ascend, any of them may be wrong.
 */
export function lostHeaders(view: DataView, type: WireState, start: number, end: number): readonly Gap[] {
  const there = Math.min(end, view.byteLength);
  const gaps: Gap[] = [];
  let open: Gap[] = [];
  let last = 0;
  const close = (before: number): void => {
    for (const gap of open) gaps.push({ ...gap, before });
    open = [];
  };
  for (let at = start; at + 8 <= there;) {
    const word = view.getUint32(at, true);
    const id = word & 0xffff;
    const form = (word >>> 16) & 0xff;
    const member = type.byId.get(id);
    // Of a form that does not exist it is the form that is damaged.
    if (member !== undefined && (form > UNION || hasForm(member, form))) {
      if (id <= last) return [anywhere];
      close(id);
      last = id;
    } else open.push({ after: last, before: 0, form: member === undefined ? null : form });
    const isWord = form === WORD || (form > UNION && member !== undefined && formOf(member.type) === null);
    at += 8 + (isWord ? 0 : padded(view.getUint32(at + 4, true)));
  }
  close(anywhere.before);
  return gaps;
}

/** Whether a member that was not found may be one whose header is lost. */
export function mayBeLost(gaps: readonly Gap[], member: WireMember): boolean {
  const { id } = member;
  return gaps.some(({ after, before, form }) => after < id && id < before && (form === null || hasForm(member, form)));
}

function hasForm({ type }: WireMember, form: number): boolean {
  const wanted = formOf(type);
  return wanted === null ? form <= LONG : form === wanted;
}
