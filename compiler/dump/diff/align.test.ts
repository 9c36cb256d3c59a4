import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cpuTime } from "../../../test/cpu-time.ts";
import { alignByContent, alignByKey, type Alignment } from "./align.ts";

function align(a: readonly number[], b: readonly number[]): Alignment {
  return alignByContent(a.length, b.length, {
    same: (i, j) => a[i] === b[j],
    a: (i) => a[i] ?? 0,
    b: (j) => b[j] ?? 0,
  });
}

/** `=` a pair that is equal, `~` one that is not, `>` one that was moved, `+` without a partner. */
function drawn(a: readonly number[], b: readonly number[]): string {
  const { ofB, moved } = align(a, b);
  return b
    .map((value, j) => {
      const i = ofB[j] ?? -1;
      if (i < 0) return `+${value}`;
      return `${moved[j] === 1 ? ">" : a[i] === value ? "=" : `${a[i]}~`}${value}`;
    })
    .join(" ");
}

describe("alignByContent", () => {
  it("finds what was put in, taken out and changed", () => {
    expect(drawn([1, 2, 3], [1, 2, 3])).toBe("=1 =2 =3");
    expect(drawn([1, 2, 3], [1, 9, 3])).toBe("=1 2~9 =3");
    expect(drawn([1, 2, 3], [1, 2, 9, 3])).toBe("=1 =2 +9 =3");
    expect(drawn([1, 2, 3, 4], [1, 4])).toBe("=1 =4");
    expect(drawn([], [1])).toBe("+1");
  });

  it("finds moved blocks, the shorter of two", () => {
    expect(drawn([1, 2, 3, 4, 5, 6], [5, 6, 1, 2, 3, 4])).toBe(">5 >6 =1 =2 =3 =4");
    expect(drawn([1, 2, 3, 4, 5, 6], [3, 4, 5, 6, 1, 2])).toBe("=3 =4 =5 =6 >1 >2");
  });

  it("goes by order where values repeat", () => {
    expect(drawn([0, 0, 0, 7, 0, 0], [0, 0, 7, 0, 0, 0])).toBe("=0 =0 >7 =0 =0 =0");
    expect(drawn([1, 0, 0, 2, 0], [0, 0, 2, 0, 3])).toBe("=0 =0 =2 =0 +3");
  });

  it("pairs each element once, and keeps the order of what was not moved", () => {
    const list = fc.array(fc.nat(6), { maxLength: 40 });
    fc.assert(
      fc.property(list, list, (a, b) => {
        const { ofA, ofB, moved } = align(a, b);
        let last = -1;
        for (let j = 0; j < b.length; j++) {
          const i = ofB[j] ?? -1;
          if (i < 0) continue;
          expect(ofA[i]).toBe(j);
          if (moved[j] === 1) continue;
          expect(i).toBeGreaterThan(last);
          last = i;
        }
        expect(Array.from(ofA).filter((j) => j >= 0).length).toBe(Array.from(ofB).filter((i) => i >= 0).length);
      }),
    );
  });

  it.each([
    ["nothing in common", (i: number) => i, (i: number) => -1 - i],
    ["the other way round", (i: number) => i, (i: number) => 200_000 - i],
    ["one value only", () => 0, (i: number) => (i % 1000 === 0 ? i : 0)],
    ["few values", (i: number) => (i * 7919) % 13, (i: number) => (i * 104_729) % 11],
    ["shuffled", (i: number) => i, (i: number) => (i * 7919) % 200_003],
  ])("takes time in proportion: %s", (_name, a, b) => {
    const length = 200_000;
    const x = Array.from({ length }, (_, i) => a(i));
    const y = Array.from({ length: length - 7 }, (_, i) => b(i));
    const started = cpuTime();
    align(x, y);
    expect(cpuTime() - started).toBeLessThan(3000);
  });
});

describe("alignByKey", () => {
  it("pairs by key, in order where one stands twice", () => {
    const { ofA, ofB, moved } = alignByKey(["a", "b", "b", "c"], ["c", "b", "d", "b"]);
    expect(Array.from(ofB)).toEqual([3, 1, -1, 2]);
    expect(Array.from(ofA)).toEqual([-1, 1, 3, 0]);
    expect(Array.from(moved)).toEqual([1, 0, 0, 0]);
  });
});
