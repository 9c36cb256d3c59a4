import type { Code, Facts } from "../../runtime/errors.ts";
import type { Row } from "./catalogue.ts";
import { bodyRows } from "./dump-body.ts";
import { frameRows } from "./dump-frame.ts";
import { dumpRow } from "./dump-row.ts";

/** `did you mean …` where something near is known. */
function meant({ expected }: Facts): string | undefined {
  return expected === undefined ? undefined : `did you mean ${expected}?`;
}

/** What is wrong with a value that is to be written, with its JSON, or with a dump as `verify` sees it. */
const writingRows = {
  B8301: dumpRow(
    "B8301",
    "value of another type",
    `A value has the wrong kind for its member: a string where a number is expected, or a number that is not an integer or too large to be exact.`,
  ),
  B8302: dumpRow(
    "B8302",
    "payload that is too long",
    `Lengths inside a body have 32 bits, so one member holds a little under 4 GiB. Split the state into several records.`,
  ),
  B8303: dumpRow(
    "B8303",
    "value that an older version cannot hold",
    `The dump is written for a version that does not know this member, alternative or state, and it is not at its default: written, it would be lost
without a word. Bring the object into a state that the older version knows before the jump, or give the schema a \`from\` that carries the meaning over.`,
  ),
  B8304: dumpRow(
    "B8304",
    "version that cannot be written for",
    `The versions that a writer can write for are those in its module's \`writes\`. For others there is no code, and nobody judged the pair.`,
  ),
  B8305: dumpRow(
    "B8305",
    "buffer that is too small",
    `\`encodeInto\` was given fewer bytes than the value takes. Nothing past the end was written.`,
  ),
  B8306: dumpRow(
    "B8306",
    "record added out of order",
    `A writer that streams cannot sort: records are added in the order of their state ids and instances, each once.`,
  ),
  B8307: dumpRow(
    "B8307",
    "module that the manifest does not list",
    `The manifest comes first, so a writer that streams is told all modules before the first record. A reader is told the modules whose records it
takes, since it judges the manifest before them: \`openDump(bytes, { modules: [module] })\`. So a codec of another build of the module, one with
another fingerprint, reads nothing of that dump.`,
  ),
  B8308: dumpRow(
    "B8308",
    "record that cannot be",
    `A record has the type of a state with an id of its own, and an instance of 0 to 4294967295. A state without an id can only be nested: give it one
(\`state Name @0x…\`) to make records of it.`,
  ),
  B8401: dumpRow(
    "B8401",
    "text that is not JSON",
    `JSON is read as RFC 8259 has it: no comments, no trailing commas, no half surrogate pairs, at most 512 levels.`,
  ),
  B8402: dumpRow(
    "B8402",
    "member that is given twice",
    `JSON leaves open which of two equal names holds. Here neither does: the value is refused.`,
  ),
  B8403: dumpRow(
    "B8403",
    "member that the schema does not have",
    `The state has no member of this name at the version that is written. It may be spelled otherwise, or have come or gone with another version.`,
    meant,
  ),
  B8404: dumpRow(
    "B8404",
    "JSON of another kind than the type",
    `Integers are numbers or strings, bytes and uuids are strings, lists and bits are arrays, states and structs are objects, a union is an object with
one member, its alternative.`,
  ),
  B8405: dumpRow(
    "B8405",
    "number that is not exact",
    `A JSON number is beyond 2^53 - 1, where most programs round it without a word. Write 64-bit integers as strings, decimal or with \`0x\`.`,
    ({ found }) => `write it as a string: "${found}"`,
  ),
  B8406: dumpRow(
    "B8406",
    "string that is no value of its type",
    `Integers are decimal or \`0x\`, bytes are pairs of hex digits, a uuid has its dashes, a range of bits is \`"name=value"\`.`,
  ),
  B8407: dumpRow(
    "B8407",
    "name that the schema does not have",
    `The enum, bits, union or module has no such name at the version that is written. An open enum takes a number instead of a name.`,
    meant,
  ),
  B8501: dumpRow(
    "B8501",
    "dump that is not in canonical form",
    `One value at one version has one byte string. A decoder accepts a member that stands at its default, and flag 1 either way; \`verify\` demands exactly
what the writer's version writes, because dumps are hashed and compared.`,
  ),
  B8502: dumpRow(
    "B8502",
    "key that is used twice",
    `Records and list elements are unique by their key: two with the same one are two states of one object.`,
  ),
  B8503: dumpRow(
    "B8503",
    "list that is not sorted",
    `The list is \`sorted\`: its elements ascend by their key, so that a reader may search it without a pass over it first.`,
  ),
  B8504: dumpRow(
    "B8504",
    "reference to nothing",
    `A member refers (\`->\`) to a state by its key, and neither the lists around it nor the records of the dump hold one with that key. The reader would
look for an object that was not handed over.`,
  ),
} as const;

/** Every code of the runtime, with its page. */
export const rows = { ...frameRows, ...bodyRows, ...writingRows } as const satisfies Record<Code, Row<Facts>>;
