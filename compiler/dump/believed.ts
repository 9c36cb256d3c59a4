import { canHold, hasForm, isFilled, isLostLong } from "./believed-header.ts";
import { asStated, planBody, type BodyPlan } from "./body-plan.ts";
import { UNION, WORD, formOf, padded } from "./format.ts";
import type { WireMember, WireState } from "./wire-type.ts";

/** Where the header word of a member is lost: between two ids that can be believed. */
interface Gap {
  readonly after: number;
  readonly before: number;
  /** The form that the member has which was there; null where that may be lost, too. */
  readonly form: number | null;
}

/** What cannot be believed of the headers of a body. */
export interface LostHeaders {
  readonly gaps: readonly Gap[];
  /** Offsets of headers that name a member and are most likely of another, by the id of the required member that is missing there. */
  readonly others: ReadonlyMap<number, number>;
  readonly plan: BodyPlan;
}

/** Where every header is as it was written. */
export const noneLost: LostHeaders = { gaps: [], others: new Map(), plan: asStated };

/** A header whose id, form and value are those of a member. */
interface Believed {
  readonly at: number;
  readonly member: WireMember;
  readonly form: number;
}

/**
 * Where damage may have made header words of a body those of other members, so that one which is not found need not have been left out: at ids
 * that the state has not, at forms that are of another member, and at values that the member cannot have. If nothing else says where a required member is, a header that stands in its place is not believed, either.
 */
export function lostHeaders(view: DataView, type: WireState, start: number, end: number): LostHeaders {
  const there = Math.min(end, view.byteLength);
  const plan = planBody(view, type, start, end);
  const gaps: Gap[] = [];
  const believed: Believed[] = [];
  const seen = new Set<number>();
  let open: Gap[] = [];
  let last = 0;
  let at = start;
  const close = (before: number): void => {
    for (const gap of open) gaps.push({ ...gap, before });
    open = [];
  };
  while (at + 8 <= there) {
    const strays = plan.strays.get(at);
    if (strays !== undefined) {
      open.push({ after: last, before: 0, form: null });
      at = strays.end;
      continue;
    }
    const mended = plan.mended.get(at);
    const word = view.getUint32(at, true);
    const arg = view.getUint32(at + 4, true);
    const id = word & 0xffff;
    const form = (word >>> 16) & 0xff;
    const member = type.byId.get(id);
    seen.add(id);
    // Of a form that does not exist it is the form that is damaged.
    if (
      member !== undefined &&
      (mended !== undefined || !isLostLong(form, arg)) &&
      (form > UNION || hasForm(member, form))
    ) {
      if (form > UNION || mended !== undefined || canHold(member.type, form, arg, word >>> 24)) {
        close(id);
        last = id;
        believed.push({ at, member, form });
        // What it covers too much is another's.
        if (mended === undefined ? !isFilled(view, at + 8, form, arg) : mended.length === null)
          open.push({ after: id, before: 0, form: null });
      } else open.push({ after: last, before: 0, form: form === WORD ? form : null });
    } else open.push({ after: last, before: 0, form: member === undefined || isLostLong(form, arg) ? null : form });
    const isWord = form === WORD || (form > UNION && member !== undefined && formOf(member.type) === null);
    at = mended?.next ?? at + 8 + (isWord ? 0 : padded(arg));
  }
  close(anywhereElse);
  // Of a body that was cut, what is missing may stand behind.
  const others = at === end && end === there ? othersOf(type, seen, believed, gaps) : noneLost.others;
  return { gaps, others, plan };
}

const anywhereElse = 0x1_0000;

/** Headers of members that need not be there, and stand where required ones should, which nothing else says anything of. */
function othersOf(
  type: WireState,
  seen: ReadonlySet<number>,
  believed: readonly Believed[],
  gaps: readonly Gap[],
): ReadonlyMap<number, number> {
  const others = new Map<number, number>();
  for (const missing of type.members) {
    if (!missing.required || seen.has(missing.id) || mayBeLost({ gaps }, missing)) continue;
    const places = believed.filter(({ member, form }, i) => {
      const after = believed[i - 1]?.member.id ?? 0;
      const before = believed[i + 1]?.member.id ?? anywhereElse;
      return !member.required && hasForm(missing, form) && after < missing.id && missing.id < before;
    });
    const [only] = places;
    if (only !== undefined && places.length === 1) others.set(only.at, missing.id);
  }
  return others;
}

/** Whether a member that was not found may be one whose header is lost. */
export function mayBeLost({ gaps }: Pick<LostHeaders, "gaps">, member: WireMember): boolean {
  const { id } = member;
  return gaps.some(({ after, before, form }) => after < id && id < before && (form === null || hasForm(member, form)));
}
