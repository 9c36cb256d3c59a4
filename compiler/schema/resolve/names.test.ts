import { describe, expect, it } from "vitest";
import { compile } from "../../compile.ts";
import { compileTexts, declared, problemsOf } from "../../../test/compiled.ts";
import type { Module, Type } from "../ir.ts";

/** The type of `S.x` in the last of some modules. */
function typeOfX(...texts: readonly string[]): Type | undefined {
  const module = [...compileTexts(...texts).modules.values()].at(-1)?.module;
  return module === undefined
    ? undefined
    : declared(module, "state", "S").members.find(({ name }) => name === "x")?.type;
}

const iommu = "module linux.iommu; type Iova = u64; type Width = u8; state Domain @9 { id @1 : u32 key; }";
const xen = "module xen.iommu; type Iova = u32;";

describe("names", () => {
  it("are bare where only one import has them", () => {
    expect(typeOfX(iommu, "module m; import linux.iommu; state S { x @1 : Width; }")).toEqual({
      kind: "named",
      module: "linux.iommu",
      name: "Width",
    });
  });

  it("are a module's own before they are an import's", () => {
    expect(typeOfX(iommu, "module m; import linux.iommu; type Width = u16; state S { x @1 : Width; }")).toMatchObject({
      module: "m",
    });
    expect(
      typeOfX(iommu, "module m; import linux.iommu; type Width = u16; state S { x @1 : iommu.Width; }"),
    ).toMatchObject({ module: "linux.iommu" });
  });

  it("are qualified with the end of a module's name, or with all of it", () => {
    for (const name of ["iommu.Iova", "linux.iommu.Iova"]) {
      expect(typeOfX(iommu, `module m; import linux.iommu; state S { x @1 : ${name}; }`)).toMatchObject({
        module: "linux.iommu",
      });
    }
    expect(typeOfX("module m.n; type T = u8; state S { x @1 : n.T; }")).toMatchObject({ module: "m.n" });
    expect(problemsOf(iommu, "module m; import linux.iommu; state S { x @1 : ommu.Iova; }")).toEqual([
      "B2017 no imported module is called `ommu`",
    ]);
  });

  it("are ambiguous where two imports have them, also qualified, until they are told apart", () => {
    const user = (name: string): string =>
      `module m; import linux.iommu; import xen.iommu; state S { x @1 : ${name}; }`;
    expect(problemsOf(iommu, xen, user("Iova"))).toEqual([
      "B2011 `Iova` could be `linux.iommu.Iova` or `xen.iommu.Iova`",
    ]);
    expect(problemsOf(iommu, xen, user("iommu.Iova"))).toEqual([
      "B2011 `iommu.Iova` could be `linux.iommu.Iova` or `xen.iommu.Iova`",
    ]);
    expect(typeOfX(iommu, xen, user("xen.iommu.Iova"))).toMatchObject({ module: "xen.iommu" });
    // What only one of the two has is not ambiguous.
    expect(typeOfX(iommu, xen, user("iommu.Width"))).toMatchObject({ module: "linux.iommu" });
  });

  it("of a module that is the whole name are not ambiguous with one that ends so", () => {
    const short = "module iommu; type Iova = u8;";
    expect(
      typeOfX(iommu, short, "module m; import linux.iommu; import iommu; state S { x @1 : iommu.Iova; }"),
    ).toMatchObject({ module: "iommu" });
  });

  it("are not seen through an import's imports", () => {
    const middle = "module middle; import linux.iommu; state M { w @1 : Width; }";
    expect(problemsOf(iommu, middle, "module m; import middle; state S { x @1 : Width; }")).toEqual([
      "B2010 expected a type, found the unknown name `Width`",
    ]);
  });

  it("may be keywords, types and properties of every object", () => {
    const text = `module state.u8.constructor;
state toString @1 { state @1 : u8; u8 @2 : u8; constructor @3 : u8; __proto__ @4 : u8; from @5 : u8 = 1; hasOwnProperty @6 : __proto__;
  check constructor + __proto__ + state < 9 : "few"; }
struct __proto__ { valueOf @1 : u8; }
open enum constructor : u8 { toString = 1; __proto__ = 2; }`;
    const [module] = compileTexts(text).modules.values();
    expect(module?.module.declarations.map(({ name }) => name)).toEqual(["__proto__", "constructor", "toString"]);
  });

  it("are looked up in files in any order", () => {
    const user = "module m; import linux.iommu; state S { x @1 : Width; ref @2 : u32 = 0 -> Domain.id; }";
    const reference = (module: Module | undefined): unknown =>
      module === undefined ? undefined : declared(module, "state", "S").members[1]?.reference;
    for (const texts of [
      [iommu, user],
      [user, iommu],
    ]) {
      expect(reference(compileTexts(...texts).modules.get("m")?.module)).toEqual({
        module: "linux.iommu",
        state: "Domain",
        member: "id",
      });
    }
  });
});

describe("what could not be read", () => {
  it("is reported once, and nothing that follows from it", () => {
    const codes = (text: string): readonly string[] =>
      compile([{ path: "m.baton", text }])
        .diagnostics.filter(({ severity }) => severity === "error")
        .map(({ code }) => code);
    // The type is missing, so nothing that uses it is reported.
    expect(codes('module m; state S { x @1 : Wdth = 4 in 0..300 key; check x.y + 1 == true : "?"; }')).toEqual([
      "B2010",
    ]);
    // A declaration that could not be read may be the one that is missing.
    expect(codes("module m;\ntype = u8;\nstate S { x @1 : Width; }")).toEqual(["B1001"]);
    // Other mistakes in a broken file are reported all the same.
    expect(codes("module m;\ntype = u8;\nstate S { x @1 : u8; y @1 : u8; }")).toEqual(["B1001", "B3001"]);
    // A name from a module that is not there.
    expect(
      codes('module m; import gone; state S { x @1 : Width; y @2 : gone.Other; check x == LIMIT : "?"; }'),
    ).toEqual(["B2005"]);
  });

  it("does not stop other modules from being checked", () => {
    expect(
      problemsOf("module a; type = u8;", "module b; import a; state S { x @1 : Width; y @1 : Other; z @1 : u8; }").map(
        (each) => each.slice(0, 5),
      ),
    ).toEqual(["B1001", "B3001", "B3001"]);
  });
});
