// What all benches print with: the date and the machine, tables for people, and the same for the documentation with `--markdown`.
import { cpus } from "node:os";

/** `2026-03-01, Node v20.19.0, Some Processor, 8 cores`. */
export function machine() {
  const [first] = cpus();
  const day = new Date().toISOString().slice(0, 10);
  return `${day}, Node ${process.version}, ${first?.model.trim() ?? "unknown processor"}, ${cpus().length} cores`;
}

/** Rows of text under a head: aligned, the first column to the left; or as Markdown. */
export function table(head, rows, markdown = false) {
  const all = [head, ...rows].map((row) => row.map(String));
  if (markdown) {
    const line = (cells) => `| ${cells.join(" | ")} |`;
    const rule = line(head.map((_, i) => (i === 0 ? "---" : "--:")));
    return [line(all[0]), rule, ...all.slice(1).map(line)].join("\n");
  }
  const widths = head.map((_, i) => Math.max(...all.map((row) => (row[i] ?? "").length)));
  return all
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** `12.3 us`, from nanoseconds. */
export function duration(ns) {
  const [size, unit] = ns < 1e3 ? [1, "ns"] : ns < 1e6 ? [1e3, "us"] : ns < 1e9 ? [1e6, "ms"] : [1e9, "s"];
  const shown = ns / size;
  return `${shown < 10 ? shown.toFixed(2) : shown < 100 ? shown.toFixed(1) : shown.toFixed(0)} ${unit}`;
}

/** `4 KiB`, from bytes. */
export function size(bytes) {
  let shown = bytes;
  let unit = "B";
  for (const next of ["KiB", "MiB", "GiB"]) {
    if (shown < 1024) break;
    shown /= 1024;
    unit = next;
  }
  return `${Number.isInteger(shown) ? shown : shown.toFixed(shown < 10 ? 2 : 1)} ${unit}`;
}

/** `4K`, `1M` and `6G` as bytes. */
export function bytesOf(text) {
  const parts = /^(\d+)([KMG]?)$/.exec(text);
  if (parts === null) throw new Error(`${text} is no size, such as 6G or 64M`);
  return Number(parts[1]) * { "": 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }[parts[2]];
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Nanoseconds of this process on all processors, those of other programs left out; or of the clock. */
export function clockOf(processor) {
  if (!processor) return () => Number(process.hrtime.bigint());
  return () => {
    const { user, system } = process.cpuUsage();
    return (user + system) * 1000;
  };
}

/** Words for a figure's head: what the clock is. */
export function clockName(processor) {
  return processor ? "processor time" : "wall time";
}
