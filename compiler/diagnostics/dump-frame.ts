import { dumpRow } from "./dump-row.ts";

/** What is wrong with the frame of a dump: header, records, manifest, end. */
export const frameRows = {
  B8001: dumpRow(
    "B8001",
    "file that is no dump",
    `A dump starts with the eight bytes \`89 42 41 54 4f 4e 0d 0a\`. Other first bytes mean another kind of file, or a dump that went through a
program that rewrites line ends: the carriage return and the line feed are there to show that. Nothing of the file is read.`,
  ),
  B8002: dumpRow(
    "B8002",
    "format version that this reader does not know",
    `The header is whole, its checksum fits, and it names another version of the wire format. What follows may have any shape, so nothing of it is
read. Read the dump with the release of Baton that wrote it, or a later one.`,
  ),
  B8003: dumpRow(
    "B8003",
    "dump header whose checksum does not fit",
    `The last four bytes of the header are a CRC-32 of the rest. If it does not fit, a bit was flipped or the start of the file was overwritten.
Tools go on with the records, which have checksums of their own; a reader that takes over state refuses the dump.`,
  ),
  B8004: dumpRow(
    "B8004",
    "dump header with a field that must be something else",
    `The checksum of the header fits, so it was written like this: by something that is not this format. The size is 64, flags and the reserved
bytes are zero.`,
  ),
  B8005: dumpRow(
    "B8005",
    "dump that is cut off",
    `A record header or the body that it announces reaches past the end of the file: the dump was truncated, by a full disk, a copy that stopped or
a writer that died. What stands before the cut is shown. A reader that takes over state refuses the dump: state that is missing is state lost.`,
  ),
  B8006: dumpRow(
    "B8006",
    "record header whose checksum does not fit",
    `Each record header ends in a CRC-32 of itself, because its length decides where the next record is. If it does not fit, tools show the body all
the same where its length can be made out: by its own checksum, or by the sound header behind it. Its state, instance and version may be wrong. Else they look
for the next place at which a sound header stands and go on there; what lies between is shown as unknown bytes.`,
  ),
  B8007: dumpRow(
    "B8007",
    "record body whose checksum does not fit",
    `The header of the record is sound, its body is not the one that was written. Tools show what can be read of it, and each value may be wrong. A
reader that takes over state refuses the record.`,
  ),
  B8008: dumpRow(
    "B8008",
    "record flags that do not exist",
    `A manifest has the flags 3, a schema 4, the end 9, and a state's record 1, or 0 if the state is \`ignorable\`. A flag that this reader does not
know may change what the record means.`,
  ),
  B8009: dumpRow(
    "B8009",
    "records out of order",
    `Records ascend strictly by state id and instance. One that does not was swapped, repeated, or spliced in from another dump. Taken as it stands, it
could overwrite the state of the same object.`,
  ),
  B8010: dumpRow(
    "B8010",
    "record where it may not stand, or a manifest that contradicts itself",
    `The first record is the manifest, a schema may follow, then states, then the end; manifest, schema and end have no id, instance or version. The
manifest lists its modules ascending by name, and for each the versions that it can be written for, its own among them.`,
  ),
  B8011: dumpRow(
    "B8011",
    "dump without an end record",
    `The last record says how many there are and how long the dump is. Without it nobody can tell whether records are missing after the last one: the
writer was stopped between two records, or the file was cut there.`,
  ),
  B8012: dumpRow(
    "B8012",
    "end record that does not fit the dump",
    `The end record holds the number of records, the bytes of the dump and a checksum over all record headers, which hold those of the bodies. If one of them differs, records were
dropped, added or exchanged, though each of them may be whole.`,
  ),
  B8013: dumpRow(
    "B8013",
    "bytes after the end record",
    `Nothing follows the end of a dump. Two dumps that were concatenated look like this; so does a longer file that was overwritten in place by a
shorter dump. Records that stand there are shown (the first with B8010), but not those of another dump.`,
  ),
  B8014: dumpRow(
    "B8014",
    "record whose module is not in the manifest",
    `Whether a dump may be taken is judged by its manifest, which lists the module and fingerprint of every record's schema. A record of another
module was not judged by anybody.`,
  ),
  B8015: dumpRow(
    "B8015",
    "record of a state that this reader does not have",
    `The state was added after this reader's version, or was removed before it, or belongs to a module that the reader was not built with. Its record
says that it must be understood, so leaving it out would lose it silently. Where losing a state is harmless, its schema says \`ignorable\`.

A record under an id that its module does not have at the version that wrote it is refused, too, whatever it says: no writer of that version made it.`,
  ),
  B8016: dumpRow(
    "B8016",
    "dump of a version that nobody judged against this reader",
    `A reader takes a dump if it knows the fingerprint of the schema that wrote it, or if the writer lists the reader's own fingerprint among those it
can write for. Numbers do not count: version 2 of a fork is another version 2. Write the dump for a version that the reader knows (\`--for\`), or
compile the reader with \`--accept\` and the branch that wrote it.`,
  ),
  B8017: dumpRow(
    "B8017",
    "record of another version than the manifest says",
    `All records of a module are written at the version that the manifest lists for it. A record of another version comes from another dump.`,
  ),
  B8018: dumpRow(
    "B8018",
    "embedded schema that cannot be used",
    `A dump can carry the schemas it was written by. They are compressed JSON of at most 16 MiB, and are used only if they are whole, hold together
and have the fingerprints of the manifest. Name the schemas with \`--schema\` instead.`,
  ),
  B8019: dumpRow(
    "B8019",
    "two records of a `single` state",
    `The schema says that there is exactly one record of this state in a dump. With two of them, a reader would have to guess which one holds.`,
  ),
  B8020: dumpRow(
    "B8020",
    "record that is not in the dump",
    `The program asked for one record of a state, by its instance or as the only one, and the dump has none or has several. Or the state is \`single\`,
and the dump has records of its module but not this one: whoever wrote it did not finish.`,
  ),
  B8021: dumpRow(
    "B8021",
    "dump without a schema to read it by",
    `Schemas are found by fingerprint, never by name: a schema of the same name may mean something else by the same bytes. None of those that were
searched (\`--schema\`, \`baton.json\` and its releases, \`BATON_SCHEMA_PATH\`, the dump itself) has the fingerprint of the manifest. Records of the module
are shown by their ids and forms. Only where the manifest itself is damaged, so that its fingerprint or name may be what was hit, what is left of it is taken:
a fingerprint under another name, the one in \`writes\`, or a schema of that name and version which \`--schema\` gives or the dump holds. What it is then read by
is said.`,
  ),
  B8022: dumpRow(
    "B8022",
    "record that is too large to be read at once",
    `A record is read as a whole, and a JavaScript engine cannot hold more than this in one piece. The record is stepped over; its checksum was not
checked.`,
  ),
  B8023: dumpRow(
    "B8023",
    "problems that are not listed",
    `The first thousand problems of a record are listed, the others counted: most often one mistake, such as a table of another type, shows in every
row. Mend what is listed first.`,
  ),
  B8024: dumpRow(
    "B8024",
    "dump of a version that was judged never",
    `When the reader was compiled, the gate judged dumps of this version: every one of them would be refused, or some would be taken with another
meaning. So the dump is not opened at all. The message says which change is at fault; \`baton explain\` with the rule tells more.`,
  ),
  B8025: dumpRow(
    "B8025",
    "dump whose source fails",
    `The file, socket or pipe that a program reads a dump from ended in an error of its own, which is the \`cause\` of this one. What was read before it
is no whole dump: nothing of it must be taken over.`,
  ),
  B8026: dumpRow(
    "B8026",
    "dump whose sink fails",
    `What a \`DumpStream\` hands its chunks to ended in an error of its own, such as a full disk, which is the \`cause\` of this one. Part of a record may
have been written, so nothing can follow: every later call is refused with the same error. Begin another dump, in another file.`,
  ),
} as const;
