import { format } from "prettier";
import { describe, expect, test } from "vitest";
import { layout, printWidth } from "./layout.ts";

const long = (name: string): string => name.padEnd(30, "_");
const names = ["alpha", "beta", "gamma", "delta", "epsilon"].map(long);
const list = names.join(", ");

describe("long lines break as Prettier breaks them", () => {
  test.each([
    [`import { ${list} } from "./somewhere.js";`],
    [`const { ${list} } = value;`],
    [`export { ${list} };`],
    [`o = out.text(${list});`],
    [`const ${long("x")} = read(${list});`],
    [`throw ${long("refuse")}(${list});`],
    [`if (${names.join(" || ")}) throw ${long("refuse")}(o);`],
    [`if (${names[0]} || ${names[1]} > 5) throw ${long("refuse")}(${list});`],
    [`if (${names.slice(0, 3).join(" && ")}) o = ${long("f")}(o, 5);`],
  ])("%s", async (text) => {
    expect(text.length).toBeGreaterThan(printWidth);
    const laid = layout(text, 0).join("\n");
    expect(laid).not.toContain("prettier-ignore");
    expect(await format(laid, { parser: "typescript", printWidth })).toBe(`${laid}\n`);
  });

  test("inside objects, too", async () => {
    const entry = `set: (bits: bigint, value: bigint): bigint => (bits & 0xfffn) | (${names[0]}(value, "${names[1]}") * 0x10n),`;
    const whole = ["const a = {", ...layout(entry, 1), "};"].join("\n");
    expect(whole).not.toContain("prettier-ignore");
    expect(await format(whole, { parser: "typescript", printWidth })).toBe(`${whole}\n`);
  });

  test("inside functions, too", async () => {
    const body = [`return { ${list} };`, `return ${names.join(" && ")};`, `return ${names.join(" || ")} === true;`];
    for (const text of body) {
      const whole = ["function f() {", ...layout(text, 1), "}"].join("\n");
      expect(await format(whole, { parser: "typescript", printWidth })).toBe(`${whole}\n`);
    }
  });

  test("what has no such place is left to itself", () => {
    const text = `return ${names.join(" === ")};`;
    expect(layout(text, 0)).toEqual(["// prettier-ignore", text]);
  });

  test("a sum of calls as an argument is not one call", () => {
    const sum = `f(${names[0]}, 12n) + ${names[1]} * (${names[2]} + ${names[3]} + g(${names[4]}))`;
    const laid = layout(`return asBigInt(${sum}, 0n, 5n);`, 1).join("\n");
    expect(laid.replaceAll(/\s+/g, " ").replaceAll("( ", "(").replaceAll(", )", ")")).toContain(sum);
  });
});
