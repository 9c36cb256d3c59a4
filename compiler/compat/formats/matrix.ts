import type { MatrixCell, VersionName } from "../finding.ts";
import { compareVersions } from "./group.ts";

/** A matrix of one module: a row for each writer, a column for each reader. */
export interface MatrixTable {
  readonly module: string;
  readonly against: string | null;
  readonly readers: readonly VersionName[];
  readonly rows: readonly { readonly writer: VersionName; readonly cells: readonly (MatrixCell | null)[] }[];
}

/** The matrices of a result, by module and by what it was held against; a pair that was not judged is null. */
export function matrixTables(matrix: readonly MatrixCell[]): readonly MatrixTable[] {
  const groups = new Map<string, MatrixCell[]>();
  for (const cell of matrix) {
    const key = `${cell.module} ${cell.against ?? ""}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [cell]);
    else group.push(cell);
  }
  return [...groups.keys()].sort().flatMap((key) => {
    const cells = groups.get(key) ?? [];
    const [first] = cells;
    if (first === undefined) return [];
    const { module, against } = first;
    const names = [...new Set(cells.flatMap(({ writer, reader }) => [writer, reader]))].sort(compareVersions);
    const readers = names.filter((name) => cells.some(({ reader }) => reader === name));
    const writers = names.filter((name) => cells.some((cell) => cell.writer === name));
    const rows = writers.map((writer) => ({
      writer,
      cells: readers.map((reader) => worst(cells.filter((cell) => cell.writer === writer && cell.reader === reader))),
    }));
    return [{ module, against, readers, rows }];
  });
}

const rank = { always: 0, conditional: 1, never: 2 } as const;

/** A version that is held against its own release has a cell for each direction: the worse of them counts. */
function worst(cells: readonly MatrixCell[]): MatrixCell | null {
  const badness = (cell: MatrixCell): number => (cell.corrupting ? 3 : rank[cell.verdict]);
  return [...cells].sort((a, b) => badness(b) - badness(a))[0] ?? null;
}

/** `linux.pci`, and what it was held against. */
export function tableTitle({ module, against }: MatrixTable): string {
  return against === null ? module : `${module} (${against})`;
}

/** What stands in a cell: the verdict, or `CORRUPTING`, which must not be overlooked. */
export function cellText(cell: MatrixCell | null): string {
  if (cell === null) return "-";
  return cell.corrupting ? "CORRUPTING" : cell.verdict;
}
