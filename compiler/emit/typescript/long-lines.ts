import type { EmittedFile } from "../backend.ts";
import { printWidth, unbroken } from "../layout.ts";

/** How the line before one that was left too long begins. */
const mark = new RegExp(`^ *${unbroken}\n`, "gm");

/**
 * Breaks the lines that the writer left too long, by Prettier itself: long sums, comparisons and functions of elements in checks. All else in such
 * a file is as Prettier has it, and stays. Few files have such a line, and only they pay for loading Prettier.
 */
export async function breakLongLines(files: readonly EmittedFile[]): Promise<readonly EmittedFile[]> {
  const done: EmittedFile[] = [];
  for (const file of files) done.push(file.parts.some((part) => part.includes(unbroken)) ? await broken(file) : file);
  return done;
}

async function broken({ path, parts }: EmittedFile): Promise<EmittedFile> {
  const [{ format }, babel, estree] = await Promise.all([
    import("prettier/standalone"),
    import("prettier/plugins/babel"),
    import("prettier/plugins/estree"),
  ]);
  const text = parts.join("").replace(mark, "");
  return { path, parts: [await format(text, { parser: "babel-ts", plugins: [babel, estree], printWidth })] };
}
