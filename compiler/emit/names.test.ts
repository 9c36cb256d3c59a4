import { describe, expect, test } from "vitest";
import { commentText, integerLiteral, property, Scope, stringLiteral } from "./names.ts";

describe("names", () => {
  test("that are taken, reserved or global get underscores, the same ones each time", () => {
    const scope = new Scope();
    expect(["a", "a", "a_", "class", "Uint8Array", "undefined"].map((name) => scope.take(name))).toEqual([
      "a",
      "a_",
      "a__",
      "class_",
      "Uint8Array_",
      "undefined_",
    ]);
    expect(new Scope(scope).take("a")).toBe("a___");
  });

  test("stay properties, whatever they are", () => {
    expect(property("a", "a")).toBe("a");
    expect(property("class", "class_")).toBe("class: class_");
    expect(property("__proto__", "x")).toBe('["__proto__"]: x');
  });
});

describe("literals", () => {
  test.each(["", "a", 'say "it"', "it's", "both ' and \"", "back\\slash", "line\nbreak\r", "\u202e\u0000\ud800", "é𐍈"])(
    "of %j mean the same and hide nothing",
    (text) => {
      const literal = stringLiteral(text);
      // The text is a literal that was made just now.
      expect(new Function(`return ${literal}`)()).toBe(text);
      // oxlint-disable-next-line no-control-regex
      expect(literal).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\ud800-\udfff]/u);
    },
  );

  test("of integers are hexadecimal where they are limits, masks or long", () => {
    const literals = [0n, 4096n, 10000n, -65536n, 0xffffn, 4_000_000_000n, 2n ** 53n + 2n].map((value) =>
      integerLiteral(value),
    );
    expect(literals).toEqual(["0", "4096", "10000", "-0x10000", "0xffff", "4000000000", "0x20000000000002"]);
    expect(integerLiteral(10n, { hex: true })).toBe("0xa");
    expect(integerLiteral(2n ** 63n, { big: true })).toBe("0x8000000000000000n");
  });
});

test("no text gets out of a comment", () => {
  expect(commentText("a */ b **/ c \u202e\u0007")).toBe("a *\\/ b **\\/ c \\u202e\\u0007");
});
