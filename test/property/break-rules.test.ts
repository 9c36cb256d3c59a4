import { describe, expect, it } from "vitest";
import { breakRules, everyWay } from "./break-rules.ts";

/** Rules that common edits lead to; `break-rules.mjs` breaks all of them. */
const common = [
  "MEMBER_ADDED rollback",
  "MEMBER_ADDED_REQUIRED upgrade",
  "MEMBER_RETIRED upgrade",
  "MEMBERS_SWAPPED upgrade",
  "DEFAULT_CHANGED upgrade",
  "OPTIONAL_ADDED rollback",
  "INTEGER_NARROWED upgrade",
  "RANGE_SHRUNK upgrade",
  "COUNT_GROWN rollback",
  "UNIT_CHANGED upgrade",
  "ENUM_VALUE_ADDED rollback",
  "BITS_NAMED rollback",
  "STATE_REMOVED upgrade",
  "STRUCT_MEMBERS_REORDERED upgrade",
  "STATE_ADDED rollback",
  "STATE_SINGLE_ADDED upgrade",
  "MEMBER_RENAMED upgrade",
  "KEY_ADDED rollback",
];

describe("the evolution test", () => {
  it("catches a rule of the gate that is broken", { timeout: 600_000 }, () => {
    const ways = everyWay.filter(({ kind, direction }) => common.includes(`${kind} ${direction}`));
    expect(ways).toHaveLength(common.length);
    const { caught, missed, unmet } = breakRules(ways, { firstSeed: 1, pairs: 800, tries: 25 });
    expect({ missed, unmet }).toEqual({ missed: [], unmet: [] });
    console.log(`broken and caught: ${caught.join(", ")}`);
  });
});
