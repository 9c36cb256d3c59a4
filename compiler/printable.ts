/**
 * What a terminal or an editor would not show as it stands: controls, characters that are invisible or turn the direction of text,
 * line separators, and halves of surrogate pairs.
 */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;

const shortEscapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escapeCharacter(character: string): string {
  return shortEscapes[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** A text safe to print on one line: what is not printable is escaped as in the strings of a schema, `\n` or `\u{202e}`. */
export function escapeText(text: string): string {
  return text.replace(unprintable, escapeCharacter);
}

/** A line of source safe to print: as `escapeText`, with tabs as four blanks. */
export function visible(line: string): string {
  return escapeText(line.replaceAll("\t", "    "));
}

/** JSON safe to print: what is not printable is escaped as JSON has it. `indent` as for `JSON.stringify`. */
export function jsonText(value: unknown, indent?: number): string {
  const escaped = (character: string): string => {
    const units = Array.from({ length: character.length }, (_, i) => character.charCodeAt(i));
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
  };
  const text = JSON.stringify(value, null, indent);
  // Line ends are the layout of the JSON itself: those in strings are escaped already. Nearly all text has nothing else to escape.
  if (/^[\n -~]*$/.test(text)) return text;
  return text.replace(unprintable, (found) => (found === "\n" ? found : escaped(found)));
}

/** Scripts and symbols that take two columns, by first and last code point: East Asian Wide and Fullwidth, and emoji. */
const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x23e9, 0x23f3],
  [0x25fd, 0x25fe],
  [0x2614, 0x2615],
  [0x2648, 0x2653],
  [0x26a1, 0x26a1],
  [0x26aa, 0x26ab],
  [0x26bd, 0x26be],
  [0x26c4, 0x26c5],
  [0x26ce, 0x26ce],
  [0x26d4, 0x26d4],
  [0x26ea, 0x26ea],
  [0x26f2, 0x26f5],
  [0x26fa, 0x26fd],
  [0x2705, 0x2705],
  [0x270a, 0x270b],
  [0x2728, 0x2728],
  [0x274c, 0x274e],
  [0x2753, 0x2757],
  [0x2795, 0x2797],
  [0x27b0, 0x27bf],
  [0x2b1b, 0x2b1c],
  [0x2b50, 0x2b55],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1b000, 0x1b2ff],
  [0x1f004, 0x1f004],
  [0x1f0cf, 0x1f0cf],
  [0x1f18e, 0x1f19a],
  [0x1f200, 0x1f320],
  [0x1f32d, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f7e0, 0x1f7f0],
  [0x1f900, 0x1faff],
  [0x20000, 0x3fffd],
];

/** The columns that printable text takes in a terminal. */
export function columnsOf(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  let columns = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    if (/^[\p{Mn}\p{Me}]$/u.test(character)) continue;
    columns += wide.some(([first, last]) => point >= first && point <= last) ? 2 : 1;
  }
  return columns;
}
