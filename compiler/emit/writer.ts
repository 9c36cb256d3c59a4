import { layout, printWidth } from "./layout.ts";
import { commentText } from "./names.ts";

/** A name that another file exports: printing it imports it. */
export interface ImportedName {
  /** The module specifier. */
  readonly from: string;
  readonly name: string;
  /** What it is called here. */
  readonly local: string;
  readonly typeOnly: boolean;
}

interface Import {
  readonly local: string;
  typeOnly: boolean;
}

/** What lines of the usual depths begin with. */
const indentations = Array.from({ length: 16 }, (_, depth) => "  ".repeat(depth));

/**
 * The text of one generated file: lines laid out as Prettier would, and the imports of every name that was used. No generator writes an import
 * line.
 */
export class Writer {
  private lines: string[] = [];
  /** What was written before `lines`, each chunk one flat text: a file of a million lines is not a million strings until it ends. */
  private readonly chunks: string[] = [];
  /** Texts that are to be a chunk together. */
  private small: string[] = [];
  private smallSize = 0;
  private capturing = 0;
  private readonly imports = new Map<string, Map<string, Import>>();
  private depth = 0;

  /** The name to print for something of another file. */
  use({ from, name, local, typeOnly }: ImportedName): string {
    let names = this.imports.get(from);
    if (names === undefined) this.imports.set(from, (names = new Map()));
    const known = names.get(name);
    if (known === undefined) names.set(name, { local, typeOnly });
    else known.typeOnly &&= typeOnly;
    return local;
  }

  /** One statement, declaration head or entry. */
  line(text: string): void {
    if (this.fits(text)) this.lines.push(this.indentation + text);
    else this.lines.push(...layout(text, this.depth));
  }

  private get indentation(): string {
    return indentations[this.depth] ?? "  ".repeat(this.depth);
  }

  /** A statement around names or properties in braces: on one line if they fit, else each on its own. */
  braces(head: string, entries: readonly string[], end: string): void {
    const text = `${head} ${entries.join(", ")} ${end}`;
    const inner = printWidth - this.depth * 2 - "  ,".length;
    if (this.fits(text) || entries.some(({ length }) => length > inner)) return this.line(text);
    const indent = this.indentation;
    this.lines.push(indent + head);
    for (const entry of entries) this.lines.push(`${indent}  ${entry},`);
    this.lines.push(indent + end);
  }

  /** Whether a line has room for a text. */
  fits(text: string): boolean {
    return this.depth * 2 + text.length <= printWidth;
  }

  blank(): void {
    if (this.lines.length > 0 && this.lines.at(-1) !== "") this.lines.push("");
  }

  /** A head that ends in an opening bracket, what is inside, and the closing one. */
  block(head: string, body: () => void, end = "}"): void {
    if (this.depth === 0 && this.capturing === 0 && this.lines.length > 500) {
      // The last line stays: what is written next may depend on it.
      const last = this.lines.pop() ?? "";
      this.lines.push("");
      this.keep(this.lines.join("\n"));
      this.lines = [last];
    }
    this.line(head);
    const before = this.lines.length;
    this.depth++;
    body();
    this.depth--;
    if (this.lines.length > before) this.lines.push(this.indentation + end);
    else this.lines.push(`${this.lines.pop() ?? ""}${end}`);
  }

  /** V8's collector never copies strings that are so large, and would copy smaller ones twice before it takes them for old. */
  private keep(text: string): void {
    this.small.push(text);
    this.smallSize += text.length;
    if (this.smallSize < 0x40000) return;
    this.chunks.push(this.small.join(""));
    this.small = [];
    this.smallSize = 0;
  }

  /** Statements, and what is done with an error of theirs. */
  attempt(statements: readonly string[], failure: string): void {
    this.line("try {");
    this.depth++;
    for (const statement of statements) this.line(statement);
    this.depth--;
    this.line("} catch (error) {");
    this.depth++;
    this.line(failure);
    this.depth--;
    this.line("}");
  }

  /** The lines that something writes, kept back until `put`: what stands before them may depend on them. */
  capture(body: () => void): readonly string[] {
    const before = this.lines;
    this.lines = [];
    this.capturing++;
    body();
    this.capturing--;
    const captured = this.lines;
    this.lines = before;
    return captured;
  }

  /** Lines that were captured at the same depth. */
  put(lines: readonly string[]): void {
    for (const line of lines) this.lines.push(line);
  }

  /** Goes one level deeper or back. */
  indent(by: 1 | -1): void {
    this.depth += by;
  }

  /** A doc comment of lines that may be empty; nothing for none. */
  doc(lines: readonly string[]): void {
    const safe = lines.map((line) => commentText(line).trimEnd());
    while (safe.at(-1) === "") safe.pop();
    const indent = this.indentation;
    if (safe.length === 0) return;
    if (safe.length === 1) this.lines.push(`${indent}/** ${safe[0]} */`);
    else
      this.lines.push(
        `${indent}/**`,
        ...safe.map((line) => `${indent} *${line === "" ? "" : ` ${line}`}`),
        `${indent} */`,
      );
  }

  /** A line comment. */
  comment(text: string): void {
    this.lines.push(`${this.indentation}// ${commentText(text).replaceAll("\n", " ")}`);
  }

  /** The whole file in parts: the head lines, the imports, the text. */
  finish(head: readonly string[]): readonly string[] {
    const imports = [...this.imports]
      .sort(([a], [b]) => order(a, b))
      .flatMap(([from, names]) => importLines(from, names));
    while (this.lines.at(-1) === "") this.lines.pop();
    const top = [head, imports].filter(({ length }) => length > 0).map((lines) => [...lines, ""].join("\n"));
    const text = [...this.chunks, ...this.small, ...(this.lines.length === 0 ? [] : [[...this.lines, ""].join("\n")])];
    const start = top.join("\n");
    return text.length === 0 || start === "" ? [start, ...text] : [`${start}\n`, ...text];
  }
}

/** Packages before files. */
function order(a: string, b: string): number {
  const [left, right] = [a.startsWith("."), b.startsWith(".")];
  if (left !== right) return left ? 1 : -1;
  return a < b ? -1 : 1;
}

function importLines(from: string, names: ReadonlyMap<string, Import>): readonly string[] {
  const sorted = [...names].sort(([a], [b]) => (a < b ? -1 : 1));
  const allTypes = sorted.every(([, one]) => one.typeOnly);
  const parts = sorted.map(([name, { local, typeOnly }]) => {
    const renamed = name === local ? name : `${name} as ${local}`;
    return typeOnly && !allTypes ? `type ${renamed}` : renamed;
  });
  return layout(`import ${allTypes ? "type " : ""}{ ${parts.join(", ")} } from ${JSON.stringify(from)};`, 0);
}
