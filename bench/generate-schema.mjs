// A large schema of the shape that real ones have, for measuring the tools: states with members of every common kind, later
// versions, a table and a reference. Deterministic.

/** The members that a state cycles through; each takes the member's id and the state's ordinal. */
const kinds = [
  (id) => `address_${id} @${id} : u64 hex;`,
  (id) => `flags_${id} @${id} : Flags = ready;`,
  (id) => `count_${id} @${id} : u32 in 0..0xf_ffff;`,
  (id) => `mode_${id} @${id} : Mode;`,
  (id) => `name_${id} @${id} : string[..64] = "";`,
  (id) => `payload_${id} @${id} : bytes[..4096];`,
  (id) => `rows_${id} @${id} : Row[..1024] = [];`,
  (id) => `token_${id} @${id} : u64? since 2;`,
  (id) => `limit_${id} @${id} : u32 = 0 since 2;`,
  (id) => `active_${id} @${id} : bool = false since 3;`,
];

/**
 * The text of module `bench.large` with `states` record states of `members` members each.
 * @param {number} states
 * @param {number} members
 * @returns {string}
 */
export function generateSchema(states, members = 20) {
  const lines = [
    "// SPDX-License-Identifier: Apache-2.0",
    "/// A schema to measure the tools with.",
    "module bench.large;",
    "",
    'version 1 "1.0";',
    'version 2 "2.0";',
    'version 3 "3.0";',
    "",
    "/// Bits that most states have.",
    "open bits Flags : u16 { ready = 0; busy = 1; error = 2; }",
    "",
    "/// A mode.",
    "enum Mode : u8 { off = 0; on = 1; standby = 2; }",
    "",
    "/// A row of a table.",
    "struct Row { base @1 : u64 hex; size @2 : u64; flags @3 : u32; }",
  ];
  for (let state = 0; state < states; state++) {
    lines.push("", `/// State number ${state}.`, `state State${state} @0x${(0x10000 + state).toString(16)} {`);
    for (let id = 1; id <= members; id++) lines.push(`  ${kinds[(id - 1) % kinds.length](id)}`);
    lines.push("}");
  }
  return lines.join("\n") + "\n";
}
