import type { Row } from "./catalogue.ts";
import { rows as cli } from "./cli.ts";
import { rows as computed } from "./computed.ts";
import { rows as dump } from "./dump.ts";
import { rows as expressions } from "./expressions.ts";
import { rows as gate } from "./gate.ts";
import { rows as lint } from "./lint.ts";
import { rows as members } from "./members.ts";
import { rows as names } from "./names.ts";
import { rows as releases } from "./releases.ts";
import { rows as structs } from "./structs.ts";
import { rows as syntax } from "./syntax.ts";
import { rows as types } from "./types.ts";
import { rows as versions } from "./versions.ts";

/** Every area's rows; an area adds its line here and is then known to `explain`, the goldens and the tests. */
const areas: readonly Readonly<Record<string, Row<never>>>[] = [
  syntax,
  names,
  members,
  versions,
  releases,
  types,
  structs,
  expressions,
  computed,
  lint,
  dump,
  cli,
  gate,
];

const byCode: ReadonlyMap<string, Row<never>> = new Map(
  areas.flatMap((rows) => Object.entries(rows)).sort(([a], [b]) => (a < b ? -1 : 1)),
);

/** The row of a code such as `B1001`, in any case; undefined for no code of ours. Only its title, texts and example are of use without parameters. */
export function lookup(code: string): Row<never> | undefined {
  return byCode.get(code.toUpperCase());
}

/** Every code, ascending, retired ones included. */
export const allCodes: readonly string[] = [...byCode.keys()];
