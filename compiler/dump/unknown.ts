import { FORM_NAMES, NEGATIVE, WORD } from "./format.ts";
import { idText } from "../../runtime/id-text.ts";
import type { Header } from "./header.ts";
import type { Reading } from "./reading.ts";
import type { Status } from "./sink.ts";
import { checkForm } from "./word.ts";

/** Steps over a member or an alternative that the schema does not have and tells of its bytes; only what its form alone says is checked. */
export function tellUnknown(r: Reading, header: Header, status: Status): void {
  const { at, id, form, length, next } = header;
  const name = idText(id);
  checkForm(r, header);
  if (form === WORD) {
    const value = (header.flags & NEGATIVE) === 0 ? header.arg : header.arg | 0;
    return r.leaf("unknown", name, "word", at, 8, value, id, null, status);
  }
  const end = Math.min(at + 8 + length, r.bytes.length);
  r.enter("member", name, id, FORM_NAMES[form] ?? `form ${form}`, null, at);
  r.leaf("unknown", "header", "header", at, 8, undefined, null, null, status);
  if (!r.holds(at + 8, length, next)) r.damaged(at + 8, end);
  else if (length > 0) {
    r.leaf("unknown", "payload", "bytes", at + 8, length, r.bytes.subarray(at + 8, end), null, null, status);
  }
  r.padAfter(at + 8 + length);
  r.leave(Math.min(next, r.bytes.length), undefined, status);
}
