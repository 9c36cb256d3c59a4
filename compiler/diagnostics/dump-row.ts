import { messages, type Code, type Facts } from "../../runtime/errors.ts";
import { row, type Row } from "./catalogue.ts";

/** A row for a code of the runtime, which has its message: the two can never say different things. */
export function dumpRow(
  code: Code,
  title: string,
  explain: string,
  help?: (facts: Facts) => string | undefined,
): Row<Facts> {
  const message = messages[code];
  return row<Facts>({ severity: "error", title, message, explain, ...(help === undefined ? {} : { help }) });
}
