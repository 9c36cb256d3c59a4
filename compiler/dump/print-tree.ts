import type { ByteText } from "./byte-text.ts";
import type { Item } from "./inspect.ts";
import { HexLines } from "./node-json.ts";
import { NodeBuilder } from "./nodes.ts";
import { tell, type Printer, type PrintOptions } from "./print-json.ts";
import { Tree, type TreeOptions } from "./render.ts";
import { problemLine } from "./problem.ts";

/** Prints a dump as a tree of lines. Without paths the items must have been made with nodes. */
export class TreePrinter implements Printer {
  found = false;
  readonly #out: ByteText;
  readonly #tree: Tree;
  readonly #options: Pick<PrintOptions, "paths" | "strict"> & { readonly limit: number };

  /** `limit`: elements of a list that are shown. */
  constructor(
    out: ByteText,
    tree: TreeOptions,
    options: Pick<PrintOptions, "paths" | "strict"> & { readonly limit: number },
  ) {
    this.#out = out;
    this.#tree = new Tree(tree);
    this.#options = options;
  }

  item(item: Item): boolean {
    const { strict } = this.#options;
    for (const { text, problem } of this.#tree.item(item, this.#node(item))) {
      this.#out.text(`${text}\n`);
      if (!strict || !problem) continue;
      this.#out.text(`${this.#tree.stopped(item.coverage)}\n`);
      return false;
    }
    return true;
  }

  #node(item: Item): Parameters<Tree["item"]>[1] {
    const { paths, limit } = this.#options;
    if (item.kind === "finish") return null;
    if (paths.length === 0) return item.node;
    const builder = new NodeBuilder(limit);
    if (!tell(item, builder, paths)) return null;
    this.found = true;
    return builder.take()[0] ?? null;
  }

  end(): void {}
}

/** Prints a dump as a hex dump that `xxd -r` takes back; what is wrong goes to who asked, since nothing but bytes may stand in it. */
export class HexPrinter implements Printer {
  found = false;
  readonly #out: ByteText;
  readonly #options: Pick<PrintOptions, "paths" | "strict"> & { readonly width: number | null };
  readonly #wrong: (line: string) => void;

  constructor(
    out: ByteText,
    options: Pick<PrintOptions, "paths" | "strict"> & { readonly width: number | null },
    wrong: (line: string) => void,
  ) {
    this.#out = out;
    this.#options = options;
    this.#wrong = wrong;
  }

  item(item: Item): boolean {
    const { paths, strict, width } = this.#options;
    if (item.kind !== "finish" && tell(item, new HexLines(this.#out, item.peek, { width, strict }), paths))
      this.found = true;
    const [first] = item.problems;
    for (const one of strict && first !== undefined ? [first] : item.problems) this.#wrong(problemLine(one));
    return !strict || first === undefined;
  }

  end(): void {}
}
