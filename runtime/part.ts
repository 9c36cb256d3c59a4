import { BatonError } from "./errors.ts";

/** A value for a range of bits, of which `most` is the largest: another would spill into its neighbours. */
export function part(value: number, most: number, path: string): number {
  if (value >= 0 && value <= most && Number.isInteger(value)) return value;
  throw tooWide(value, most, path);
}

/** The same for a range that is too wide for a number. */
export function longPart(value: bigint, most: bigint, path: string): bigint {
  if (typeof value === "bigint" && value >= 0n && value <= most) return value;
  throw tooWide(value, most, path);
}

/** A program without types may give anything. */
function tooWide(value: unknown, most: number | bigint, path: string): BatonError {
  const found =
    typeof value === "number" || typeof value === "bigint" ? String(value) : `a value of type ${typeof value}`;
  return new BatonError("B8201", { path, expected: `0..${most}`, found });
}
