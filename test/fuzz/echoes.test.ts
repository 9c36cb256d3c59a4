import { describe, expect, test } from "vitest";
import { compile } from "../../compiler/compile.ts";
import { endOf, tokenize } from "../../compiler/syntax/tokens.ts";

/** A sound schema with a use of nearly everything, so that whatever is broken in it is used somewhere. */
const schema = `/// M.
module x;
version 1 "a";
version 2 "b";
version 2.1 "c";
version 3;
reads 1..;
writes 2..;
/// C.
const MAX = 6;
/// T.
type Bdf = u16 hex;
/// E.
enum Header : u8 { endpoint = 0; bridge = 1; cardbus = 2; }
/// V.
open enum Vendor : u16 { intel = 0x8086; virtio = 0x1af4; amd = 0x1022 since 2; reserved 7; }
/// A.
enum Aspm : u8 { off = 0; l0s = 1; l1 = 2; both = 3; }
/// B.
bits Link : u16 { aspm = 0..1 : Aspm; disable = 4; retrain = 5; }
/// B.
open bits Command : u16 { io = 0; memory = 1; bus_master = 2; }
/// S.
struct Bar { base @1 : u64; size @2 : u64; flags @3 : u32; pages @4 : u32 = 0 since 2; check base <= size : "m"; }
/// D.
state Domain @0x11 { id @1 : u32 key; width @2 : u8 = 48 in 30..57; }
/// S.
state Dev @0x12 ignorable {
  bdf @1 : Bdf key;
  vendor @2 : Vendor = intel;
  command @4 : Command = io | memory;
  header @5 : Header;
  bars @6 : Bar[..MAX];
  caps @7 : Cap[..48] = [] sorted;
  config @8 : bytes[..4096];
  driver @9 : string[..64] = "" since 2;
  domain @10 : u32 = 0 -> Domain.id since 2;
  pasid @12 : u32 = 0 in 0..0xf_ffff since 3;
  label @13 : string[..32] = "" since 2.1 ignorable;
  msi @14 : Msi? until 1;
  ms @16 : u32 until 1 from us / 1000;
  us @17 : u64 since 2 from ms * 1000;
  pay @18 : Pay;
  reserved @15, @20..@24 "old";
  check len(bars) <= MAX : "six";
  check header == bridge || all(bars, base <= size) : "x";
  check !command.io || pay is counter : "y" since 2;
}
/// C.
state Cap { at @1 : u16 key; link @2 : Link; }
/// M.
state Msi { addr @1 : u64 hex; }
/// U.
union Pay { counter @1 : u64; none_at_all @2 : none; msi @3 : Msi since 2; }
`;

const path = "x.baton";

function errorsOf(text: string): readonly string[] {
  return compile([{ path, text }])
    .diagnostics.filter(({ severity }) => severity === "error")
    .map(({ code, message }) => `${code} ${message}`);
}

describe("a mistake of syntax", () => {
  test("is looked for in a sound schema", () => expect(errorsOf(schema)).toEqual([]));

  test.each([
    ["a token left out", "", false],
    ["another word in its place", " zork", false],
    ["another word before it", "zork", true],
    ["a number before it", "7", true],
    ["a mark before it", "@", true],
    ["a character that the language has not", "$", false],
    ["a string that is never closed", '"s', false],
  ])("makes no other mistakes of what is right: %s", (_, inserted, keeps) => {
    const echoes: string[] = [];
    let broken = 0;
    for (const [i, token] of tokenize(schema).tokens.entries()) {
      if (i % 3 > 0) continue;
      const { startOffset } = token;
      const rest = schema.slice(keeps ? startOffset : endOf(token));
      const text = `${schema.slice(0, startOffset)}${inserted} ${rest}`;
      const found = errorsOf(text);
      // What is still a schema, or has a number too large, may well say something else.
      if (!found.some((each) => each < "B2")) continue;
      broken++;
      const line = text.split("\n")[schema.slice(0, startOffset).split("\n").length - 1];
      echoes.push(...found.filter((each) => each > "B2").map((each) => `${each}: ${line}`));
    }
    expect(broken).toBeGreaterThan(100);
    expect(echoes).toEqual([]);
  });
});
