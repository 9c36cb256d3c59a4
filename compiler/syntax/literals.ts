/** The value of a number as the lexer read it; 0 for what is no number, which was reported when it was read. */
export function intValue(text: string): bigint {
  return intProblem(text) === null ? BigInt(text.replaceAll("_", "")) : 0n;
}

/** Longer ones are refused: 64 bits fit even in binary with a `_` between all digits. */
export const longestInt = 130;

/** What is no digit after each prefix. */
const notDigits: Readonly<Record<string, RegExp>> = {
  "": /[^0-9_]/,
  "0x": /[^0-9a-fA-F_]/,
  "0o": /[^0-7_]/,
  "0b": /[^01_]/,
};

/** What keeps a text that starts with a digit from being a number, or null. */
export function intProblem(text: string): string | null {
  if (
    /^(?:0|[1-9][0-9]*(?:_[0-9]+)*|0x[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*|0o[0-7]+(?:_[0-7]+)*|0b[01]+(?:_[01]+)*)$/.test(
      text,
    )
  ) {
    return text.length > longestInt ? "it has too many digits" : null;
  }
  const prefix = /^0[xob]/i.exec(text)?.[0] ?? "";
  if (prefix !== prefix.toLowerCase()) return `the prefix is \`${prefix.toLowerCase()}\``;
  const digits = text.slice(prefix.length);
  if (digits === "") return "digits must follow";
  const wrong = notDigits[prefix]?.exec(digits)?.[0];
  if (wrong !== undefined) return `\`${wrong}\` is no digit of it`;
  if (/^_|__|_$/.test(digits)) return "a `_` stands between two digits";
  return "a decimal number does not start with `0`";
}

/** The parts of `2` or `2.1`, or null if the text is no version. Whether the numbers are in bounds is not judged here. */
export function versionValue(text: string): { readonly major: number; readonly backport: number } | null {
  const match = /^(0|[1-9][0-9]*)(?:\.(0|[1-9][0-9]*))?$/.exec(text);
  return match === null ? null : { major: Number(match[1]), backport: Number(match[2] ?? 0) };
}

/** An escape of a string, or a lone backslash with what follows it. */
const escapes = /\\(?:u\{[^}"]*\}?|[^\n\r])/gu;

const escapeValues: Readonly<Record<string, string>> = {
  '\\"': '"',
  "\\\\": "\\",
  "\\n": "\n",
  "\\r": "\r",
  "\\t": "\t",
};

function escapeValue(escape: string): string | null {
  const match = /^\\u\{([0-9a-fA-F]{1,6})\}$/.exec(escape);
  if (match === null) return Object.hasOwn(escapeValues, escape) ? (escapeValues[escape] ?? null) : null;
  const point = Number.parseInt(match[1] ?? "", 16);
  return point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff) ? null : String.fromCodePoint(point);
}

/** The value of a string as written, quotes included; an escape that is none stands for itself, which was reported when it was read. */
export function stringValue(text: string): string {
  const closed = /^.+["'\u2018-\u201f]$/s.test(text);
  const inner = text.slice(1, closed ? -1 : undefined);
  return inner.includes("\\") ? inner.replace(escapes, (escape) => escapeValue(escape) ?? escape) : inner;
}

/** Where a string as written has an escape that is none. */
export function badEscapes(text: string): readonly { readonly offset: number; readonly escape: string }[] {
  if (!text.includes("\\")) return [];
  return [...text.matchAll(escapes)]
    .filter((match) => escapeValue(match[0]) === null)
    .map((match) => ({ offset: match.index, escape: match[0] }));
}
