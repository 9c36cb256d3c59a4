import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyBinary, applyUnary, contains, disjoint, type ArithmeticOperator, type Interval } from "./interval.ts";

const operators: readonly ArithmeticOperator[] = ["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>"];

/** What an expression gives; undefined where it is an error. */
function evaluate(operator: ArithmeticOperator, a: bigint, b: bigint): bigint | undefined {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return b === 0n ? undefined : a / b;
    case "%":
      return b === 0n ? undefined : a % b;
    case "&":
      return a & b;
    case "|":
      return a | b;
    case "^":
      return a ^ b;
    case "<<":
      return b < 0n || b > 63n ? undefined : a << b;
    case ">>":
      return b < 0n || b > 63n ? undefined : a >> b;
  }
}

/** Numbers near the bounds of types, where mistakes are. */
const number = fc.oneof(
  fc.bigInt({ min: -20n, max: 20n }),
  fc.constantFrom(
    0n,
    1n,
    -1n,
    63n,
    64n,
    255n,
    256n,
    2n ** 32n - 1n,
    2n ** 53n,
    2n ** 63n - 1n,
    -(2n ** 63n),
    2n ** 64n - 1n,
  ),
  fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }),
);

/** Bounds, and a number between them. */
const inside = fc.tuple(number, number, number).map((all) => {
  const [min = 0n, value = 0n, max = 0n] = [...all].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return { interval: { min, max } satisfies Interval, value };
});

describe("intervals", () => {
  it("hold every result", () => {
    fc.assert(
      fc.property(fc.constantFrom(...operators), inside, inside, (operator, a, b) => {
        const result = evaluate(operator, a.value, b.value);
        const bounds = applyBinary(operator, a.interval, b.interval);
        if (result === undefined) return;
        expect(bounds.kind).toBe("interval");
        if (bounds.kind === "interval") expect(contains(bounds.interval, { min: result, max: result })).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  it("of a single number are that result, where one bit pattern does not stand for many", () => {
    fc.assert(
      fc.property(fc.constantFrom("+", "-", "*", "/", "<<", ">>"), number, number, (operator, a, b) => {
        const result = evaluate(operator, a, b);
        const bounds = applyBinary(operator, { min: a, max: a }, { min: b, max: b });
        if (result === undefined) expect(bounds.kind).not.toBe("interval");
        else expect(bounds).toEqual({ kind: "interval", interval: { min: result, max: result } });
      }),
    );
  });

  it("know a divisor that is always 0, and a shift that is always out of bounds", () => {
    const one = { min: 1n, max: 1n };
    expect(applyBinary("/", one, { min: 0n, max: 0n }).kind).toBe("zero divisor");
    expect(applyBinary("%", one, { min: 0n, max: 0n }).kind).toBe("zero divisor");
    expect(applyBinary("/", one, { min: 0n, max: 1n }).kind).toBe("interval");
    expect(applyBinary("<<", one, { min: 64n, max: 70n }).kind).toBe("bad shift");
    expect(applyBinary(">>", one, { min: -5n, max: -1n }).kind).toBe("bad shift");
    expect(applyBinary("<<", one, { min: 60n, max: 70n })).toEqual({
      kind: "interval",
      interval: { min: 2n ** 60n, max: 2n ** 63n },
    });
  });

  it("turn round under `-` and `~`", () => {
    expect(applyUnary("-", { min: -3n, max: 5n })).toEqual({ min: -5n, max: 3n });
    expect(applyUnary("~", { min: 0n, max: 255n })).toEqual({ min: -256n, max: -1n });
  });

  it("are disjoint only if no number is in both", () => {
    expect(disjoint({ min: 0n, max: 4n }, { min: 5n, max: 9n })).toBe(true);
    expect(disjoint({ min: 0n, max: 5n }, { min: 5n, max: 9n })).toBe(false);
  });
});
