import type { NamedType } from "../../schema/ir.ts";
import type { Context } from "./program.ts";

/** A loop over the bodies of a list, around the function that reads, writes or measures one. */
export interface ListUse {
  readonly role: "readList" | "writeList" | "roomList";
  /** What the loop is called. */
  readonly name: string;
  /** The function for one element. */
  readonly one: string;
  readonly type: Pick<NamedType, "module" | "name">;
}

/** Writes the function over a list of bodies. */
export function writeListFunction(c: Context, { role, name, one, type }: ListUse): void {
  const { writer } = c;
  switch (role) {
    case "readList": {
      const element = c.symbol(type, "type");
      const parameters = `input: ${c.runtime("Input")}, start: number, end: number`;
      writer.block(`function ${name}(${parameters}): ${element}[] {`, () => {
        writer.line(`const list = new Array<${element}>(input.words[start + 2]!);`);
        writer.line("let o = start + 4;");
        writer.block("for (let i = 0; i < list.length; i++) {", () => {
          writer.line("const next = input.elementBody(o, end);");
          writer.line(`list[i] = ${one}(input, o + 2, next);`);
          writer.line("o = next;");
        });
        writer.line("input.checkListEnd(o, end);");
        writer.line("return list;");
      });
      break;
    }
    case "writeList": {
      const parameters = `out: ${c.runtime("Output")}, start: number, head: number, list: readonly ${c.symbol(type, "init")}[]`;
      writer.block(`function ${name}(${parameters}): number {`, () => {
        writer.line("const { words } = out;");
        writer.line("words[start + 2] = list.length;");
        writer.line("words[start + 3] = 0;");
        writer.line("let o = start + 4;");
        writer.block("for (let i = 0; i < list.length; i++) {", () => {
          writer.line(`o = out.closeElement(o, ${one}(out, list[i]!, o + 2));`);
        });
        writer.line("return out.close(start, head, o);");
      });
      break;
    }
    case "roomList":
      writer.block(`function ${name}(list: readonly ${c.symbol(type, "init")}[]): number {`, () => {
        writer.line("let room = 8 * list.length;");
        writer.line(`for (const element of list) room += ${one}(element);`);
        writer.line("return room;");
      });
  }
  writer.blank();
}
