/** Transitions of the kernel's live-update formats, each with what is known to have broken, and the cases of `golden/compat` that replay it. */
export interface History {
  /** As the kernel's developers met it. */
  readonly change: string;
  /** Whether offsets or sizes moved. */
  readonly layout: boolean;
  /** Whether the other side would have misread or missed something. */
  readonly broke: boolean;
  /** The cases behind `history-`; none where a schema cannot say it. */
  readonly cases: readonly string[];
  /** Set where what broke is nothing that codecs go by. */
  readonly beyondCodecs?: boolean;
  /** What to know of the replay, or why there is none. */
  readonly note: string;
}

/** In the order of their components: LUO, memfd, KHO, PCI, VFIO, IOMMU. */
export const histories: readonly History[] = [
  {
    change: "`luo_session_ser` grows from 64 to 80 bytes, an element of an array",
    ...{ layout: true, broke: true, cases: ["l1-session-grows"] },
    note: "with a default, the member would cost nothing until it is used",
  },
  {
    change: "LUO gets a node for data of file handlers",
    ...{ layout: false, broke: false, cases: ["l2-flb-added"] },
    note: "an old kernel refuses only dumps that hold such data: conditional on rollback",
  },
  {
    change: "LUO v1 to v2: FDT properties and subnodes become one pointer to a struct",
    ...{ layout: true, broke: true, cases: ["l3-properties-to-struct"], note: "pointers are replaced by what they lead to" },
  },
  {
    change: "LUO v2 to v3: the FDT is dropped, and a version string put before the members",
    ...{ layout: true, broke: true, cases: ["l4-string-before-members"] },
    note: "that a container is an FDT and then is none cannot be said: a dump has one container",
  },
  {
    change: "LUO v3 to v4: sessions go from an array into a chain of blocks",
    ...{ layout: true, broke: true, cases: ["l5-sessions-in-blocks"], note: "" },
  },
  {
    change: "LUO v4 to v5: files go from an array into a chain of blocks, every struct as it was",
    ...{ layout: false, broke: true, cases: ["l6-files-in-blocks"] },
    note: "a schema has what a pointer leads to, so that this is a change like any other",
  },
  {
    change: "`u64 data` becomes `serialized_data`, typed",
    ...{ layout: false, broke: false, cases: ["l7-data-renamed"], note: "" },
  },
  {
    change: "a longer version string moves all that follows it",
    ...{ layout: true, broke: true, cases: ["l8-longer-string"], note: "" },
  },
  {
    change: "a version string becomes a header of feature bits",
    ...{ layout: true, broke: true, cases: ["l9-string-to-features"], note: "" },
  },
  {
    change: "a versioned string becomes a name at the same place",
    ...{ layout: false, broke: true, cases: ["l10-string-to-name"] },
    note: "the new meaning has a new id; under the old one it would be a rename, which is harmless",
  },
  {
    change: "memfd v1 to v2: seals and flags are inserted",
    ...{ layout: true, broke: true, cases: ["f1-seals-inserted"], note: "" },
  },
  {
    change: "memfd: a new seal bit",
    ...{ layout: false, broke: true, cases: ["f1-seal-added"], note: "closed bits are refused on rollback where the bit is set" },
  },
  {
    change: "memfd: a header of feature bits is put first",
    ...{ layout: true, broke: true, cases: ["f2-features-first"], note: "" },
  },
  {
    change: "memfd: the header moves to another folder",
    ...{ layout: false, broke: false, cases: ["f3-other-file"], note: "no change at all" },
  },
  {
    change: "KHO v1 to v2: `fdt` is renamed, and a list of chunks becomes a radix tree",
    ...{ layout: true, broke: true, cases: ["k1-list-to-tree"], note: "" },
  },
  {
    change: "KHO v2: a property that readers ask for is added, and the version stays",
    ...{ layout: false, broke: true, cases: ["k2-size-required"], note: "" },
  },
  {
    change: "KHO: the depth of the radix tree depends on the page size",
    ...{ layout: false, broke: true, cases: [] },
    note: "a constant that each build works out is no part of a schema: give it a member, or a module for each page size",
  },
  {
    change: "KHO v3 to v4: a struct is added that nothing uses yet, and the version is raised",
    ...{ layout: false, broke: false, cases: ["k4-block-added"], note: "" },
  },
  {
    change: "KHO: a header is split in two, and the version string changes",
    ...{ layout: false, broke: false, cases: ["k5-headers-split"], note: "the kernel refused identical bytes; here the bytes count" },
  },
  {
    change: "PCI: drafts of one format, a function grows from 4 to 8 bytes",
    ...{ layout: true, broke: true, cases: ["p1-device-grows"], note: "" },
  },
  {
    change: "PCI: drafts promise an order, and withdraw it",
    ...{ layout: false, broke: true, cases: ["p1-sortedness-promised", "p1-sortedness-withdrawn"], beyondCodecs: true },
    note: "reported, and harmless to codecs, which never go by `sorted`: code that searches has to",
  },
  {
    change: "PCI v1 to v2: a reserved field becomes a count",
    ...{ layout: false, broke: true, cases: ["p2-reserved-to-refcount"], note: "" },
  },
  {
    change: "VFIO: five layouts under one string",
    ...{ layout: true, broke: true, cases: ["v1-image-to-address", "v1-token-appended", "v1-order-flipped"] },
    note: "the steps between drafts",
  },
  {
    change: "IOMMU v1 to liveupdate-v1: an index and bits become a count and flags, structs are renamed",
    ...{ layout: true, broke: true, cases: ["i1-bits-to-count"], note: "" },
  },
  {
    change: "KHO and LUO: a version string that was raised without need, or not raised in time",
    ...{ layout: false, broke: true, cases: [] },
    note: "dumps go by fingerprints of schemas, which no one has to remember to raise",
  },
];
