/** Words that TypeScript does not let a module bind, or that mean something else where a type is expected. */
const unbindable: ReadonlySet<string> = new Set(
  (
    "abstract any arguments as async await bigint boolean break case catch class const constructor continue debugger declare default delete " +
    "do else enum eval export extends false finally for from function get global globalThis if implements import in infer instanceof interface " +
    "intrinsic is keyof let namespace never new null number object of package private protected public readonly require return satisfies set " +
    "static string super switch symbol this throw true try type typeof undefined unique unknown using var void while with yield"
  ).split(" "),
);

/** Globals that generated text names. A declaration of the same name gets another one inside its module. */
export const globals: ReadonlySet<string> = new Set(
  "Array ArrayBuffer BigInt Extract Infinity Math NaN Number Object Pick RangeError Readonly Uint8Array".split(" "),
);

/** Names that every object has, so that reading one which is absent finds something else. */
export const inherited: ReadonlySet<string> = new Set([
  ...Object.getOwnPropertyNames(Object.prototype),
  "__proto__",
  "constructor",
]);

/** Properties of strings, arrays, maps and other values of the language that are no functions: a member of that name may be found in them. */
export const ofBuiltIns: ReadonlySet<string> = new Set(
  (
    "buffer byteLength byteOffset cause description detached dotAll flags global growable hasIndices ignoreCase lastIndex length " +
    "maxByteLength message multiline name resizable size source stack sticky unicode unicodeSets"
  ).split(" "),
);

/** Names that are taken in one scope. What is asked for gets underscores until it is free, the same ones for the same questions. */
export class Scope {
  private readonly taken = new Set<string>();
  private readonly outer: Scope | null;

  constructor(outer: Scope | null = null) {
    this.outer = outer;
  }

  /** Takes a name, or the closest one that is free. */
  take(name: string): string {
    let free = name;
    while (!this.isFree(free)) free += "_";
    this.taken.add(free);
    return free;
  }

  /** The same for what a schema declares: never a name such as `writeFooFor2_1`, which functions for a version have. */
  takeDeclared(name: string): string {
    return this.take(/^[a-z]\w*For\d+(?:_\d+)?$/.test(name) ? `${name}_` : name);
  }

  private isFree(name: string): boolean {
    for (let scope: Scope | null = this; scope !== null; scope = scope.outer) if (scope.taken.has(name)) return false;
    return !unbindable.has(name) && !globals.has(name);
  }
}

/** A property of an object literal: `name`, `name: local`, and the one form of `__proto__` that is a property. */
export function property(name: string, value: string): string {
  if (name === "__proto__") return `["__proto__"]: ${value}`;
  return name === value ? name : `${name}: ${value}`;
}

/** Printable ASCII that needs no escape in double quotes: nearly all text. */
const isPlain = /^[ !#-[\]-~]*$/;

/** A string literal as Prettier leaves it: the quotes that need fewer escapes, nothing invisible in it. */
export function stringLiteral(text: string): string {
  if (isPlain.test(text)) return `"${text}"`;
  const double = text.split('"').length - 1;
  const single = text.split("'").length - 1;
  const quote = double > single ? "'" : '"';
  let literal = quote;
  for (const character of text) literal += character === quote ? `\\${quote}` : escaped(character);
  return literal + quote;
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === "\\") return "\\\\";
  if (character === "\n") return "\\n";
  if (character === "\t") return "\\t";
  if (code < 0x20 || isInvisible(code)) return `\\u${code.toString(16).padStart(4, "0")}`;
  return character;
}

/** Control characters and those that turn or hide text. All of them are below U+10000. */
function isInvisible(code: number): boolean {
  return (
    (code >= 0x7f && code <= 0x9f) ||
    code === 0xad ||
    code === 0x61c ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x206f) ||
    code === 0xfeff ||
    (code >= 0xd800 && code <= 0xdfff)
  );
}

/** Text that may stand in a block comment: it cannot end it, and nothing in it is invisible. */
export function commentText(text: string): string {
  // Nearly all text is printable ASCII.
  if (/^[ -~]*$/.test(text)) return text.includes("*/") ? text.replaceAll("*/", "*\\/") : text;
  let safe = "";
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    safe +=
      code !== 0x0a && (code < 0x20 || isInvisible(code)) ? `\\u${code.toString(16).padStart(4, "0")}` : character;
  }
  return safe.replaceAll("*/", "*\\/");
}

/** An integer as a literal: hexadecimal if it is asked for or the number is one of a machine, lower case, with `n` for a bigint. */
export function integerLiteral(
  value: bigint,
  options: { readonly big?: boolean; readonly hex?: boolean } = {},
): string {
  const magnitude = value < 0n ? -value : value;
  const digits = options.hex === true || isOfMachine(magnitude) ? `0x${magnitude.toString(16)}` : String(magnitude);
  return `${value < 0n ? "-" : ""}${digits}${options.big === true ? "n" : ""}`;
}

/** Large powers of two and the numbers before them, as limits of types and masks are, and what is longer than anybody counts. */
function isOfMachine(magnitude: bigint): boolean {
  if (magnitude <= 9999n) return false;
  return (magnitude & (magnitude - 1n)) === 0n || (magnitude & (magnitude + 1n)) === 0n || magnitude >> 53n !== 0n;
}
