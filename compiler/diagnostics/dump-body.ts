import { dumpRow } from "./dump-row.ts";

/** What is wrong with the bytes of a body, or with the values in it. */
export const bodyRows = {
  B8101: dumpRow(
    "B8101",
    "bytes that are missing",
    `A length or a count announces more bytes than its surroundings have left. Either the dump was cut off inside this member, or its length is wrong.
Lengths are held against what is left before anything is read or allocated.`,
  ),
  B8102: dumpRow(
    "B8102",
    "member ids that do not ascend",
    `Members stand in the order of their ids, each at most once, so that one value has one byte string and a decoder can read straight on. Tools that
show a damaged dump tell the one without which all others are in order, and read those; what that one is, its id no longer says.`,
  ),
  B8103: dumpRow(
    "B8103",
    "form that does not exist",
    `The forms of members are 0 to 6, as docs/wire.md lists them. Another number is damage, or comes from a format that this reader does not
know: how long such a member is can only be guessed.`,
  ),
  B8104: dumpRow(
    "B8104",
    "member flags that do not exist",
    `Flag 1 says that a member must be understood, flag 2 that a word or long is negative. A flag that this reader does not know may change what the
member means, so the member is refused.`,
  ),
  B8105: dumpRow(
    "B8105",
    "member in a form that its type does not have",
    `The schema says another kind of type than the bytes have: the bytes were written by a schema that gave the id another type, or are damaged. An id
keeps the form of its type for ever.`,
  ),
  B8106: dumpRow(
    "B8106",
    "length that cannot be",
    `The length of a payload must agree with what is in it: 8 for a long, the count times the stride and 8 for a table, whole words for a body. A count
that claims more rows or elements than there are bytes is found here, before memory is taken for them. Tools that show a damaged dump read the rows
all the same where the length and the type agree on how many there are, and say so: "read as 3 rows of 16 bytes".`,
  ),
  B8107: dumpRow(
    "B8107",
    "integer that is not in its one form",
    `A number that fits 32 bits is a word, a larger one a long, and flag 2 stands for exactly the negative ones. With two ways to write a number, equal
values would not have equal bytes.`,
  ),
  B8108: dumpRow(
    "B8108",
    "padding that is not zero",
    `Bytes between members, after payloads and inside structs are zero. Something else there is damage, or a writer that leaks memory into its dumps.`,
  ),
  B8109: dumpRow(
    "B8109",
    "nesting that is too deep",
    `States and unions nest at most 64 deep, for writers and readers, so that no dump can exhaust a reader's stack.`,
  ),
  B8110: dumpRow(
    "B8110",
    "table whose rows cannot be read",
    `The header of a table says how long a row is and how much of it must be understood. Both must fall on the borders of the struct's members, the
stride must keep them aligned, and a row must at least hold the members that have no default. Scalars have exactly their width.`,
  ),
  B8111: dumpRow(
    "B8111",
    "union that holds none or several alternatives",
    `A union is exactly one of its alternatives. With none or with two there is no telling which one the writer meant.`,
  ),
  B8112: dumpRow(
    "B8112",
    "reserved word that is not zero",
    `The words after a list's count, after an element's length and at the end of the end record are zero. Something else there is damage.`,
  ),
  B8201: dumpRow(
    "B8201",
    "integer outside its range",
    `The number is not one that the type, or the member's own \`in\`, allows. Where a range grew in a later version, an older reader refuses what is
beyond its own.`,
  ),
  B8202: dumpRow(
    "B8202",
    "number that is no value of a closed enum",
    `A closed enum refuses numbers that it has no name for; an \`open enum\` keeps them. Where a value was added in a later version, an older reader
refuses it.`,
  ),
  B8203: dumpRow(
    "B8203",
    "bits without a name",
    `Plain \`bits\` refuse bits that have no name, \`open bits\` keep them. Where a bit was named in a later version, an older reader refuses it when it is
set.`,
  ),
  B8204: dumpRow(
    "B8204",
    "bool that is neither 0 nor 1",
    `A bool is 0 or 1, as a word and as a byte of a struct, though C takes other numbers for true: one value has one byte string.`,
  ),
  B8205: dumpRow(
    "B8205",
    "text that is not well-formed UTF-8",
    `Strings are well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF. Names that are any bytes, such as paths of Linux, are
\`bytes\` in a schema.`,
  ),
  B8206: dumpRow(
    "B8206",
    "length outside its bounds",
    `A string, bytes or a list is shorter or longer than its type allows; strings are measured in bytes. Where a bound grew in a later version, an older
reader refuses what is beyond its own.`,
  ),
  B8207: dumpRow(
    "B8207",
    "cstring that does not end",
    `A \`cstring\` has a NUL inside its size and no NUL in its text, as C has it.`,
  ),
  B8208: dumpRow(
    "B8208",
    "required member that is missing",
    `A member with neither default, \`?\` nor \`from\` is there in every dump and every value of the versions that have it. A reader that made up a value
would take over state that never was.`,
  ),
  B8209: dumpRow(
    "B8209",
    "member that this reader does not know",
    `The member was added after this reader's version, is not at its default, and says that it must be understood: dropping it would lose state
silently. Write the dump for the reader's version (\`--for\`), which refuses before the jump and says why, or make the losing of it harmless and the
member \`ignorable\`.`,
  ),
  B8210: dumpRow(
    "B8210",
    "alternative that this reader does not know",
    `The union holds an alternative that was added after this reader's version, or is written by a name it does not have. There is nothing that could
stand in its place.`,
  ),
  B8211: dumpRow(
    "B8211",
    "retired member that nothing takes up",
    `The member ended before this reader's version and holds something else than its default. No \`from\` of the schema carries it over, and it is not
\`ignorable\`. Give a member that replaces it a \`from\`, and the retired one a \`from\` back.`,
  ),
  B8212: dumpRow(
    "B8212",
    "value that fails a check of its schema",
    `The schema states a \`check\` that holds for every value, on writing and on reading, and this one breaks it.`,
  ),
  B8213: dumpRow(
    "B8213",
    "expression that has no value",
    `A \`check\` or \`from\` divides by zero, shifts by something outside 0..63, asks for a member of what is absent or for an alternative that is not held,
or gives something that its member cannot hold. The schema should ask first: \`has(x) && …\`, \`u is y && …\`.`,
  ),
  B8214: dumpRow(
    "B8214",
    "rows with something new in them",
    `The struct has grown since this reader's version, and in some row a new member is not at its default. The reader would lose it silently, so it
refuses the table.`,
  ),
} as const;
