// Measures the page of `baton view` in a browser: a dump of 32 MiB from opening the page to the first rows, and scrolling through all of it.
//
//   node bench/view.mjs [--size 32M] [--domains 32] [--browser /usr/bin/chromium] [--open 1000] [--frame 50] [--keep FOLDER]
//
// Prints milliseconds. Exits 1 if opening took longer than `--open`, or what the page does for a frame while scrolling longer than `--frame` (99 of
// 100 count). Whole frames are printed beside it: other work of the machine delays them.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { DumpWriter } from "../dist/runtime.js";

const repository = join(dirname(fileURLToPath(import.meta.url)), "..");
const { values: options } = parseArgs({
  options: {
    size: { type: "string", default: "32M" },
    domains: { type: "string", default: "32" },
    browser: { type: "string", default: "/usr/bin/chromium" },
    open: { type: "string", default: "1000" },
    frame: { type: "string", default: "50" },
    keep: { type: "string" },
  },
});
const ROW_BYTES = 32;

const folder = options.keep ?? mkdtempSync(join(tmpdir(), "baton-view-"));
mkdirSync(folder, { recursive: true });
try {
  const page = await pageOf(folder);
  process.exitCode = (await measure(page)) ? 0 : 1;
} finally {
  if (options.keep === undefined) rmSync(folder, { recursive: true, force: true });
}

/** Domains whose tables fill the size, as a page. */
async function pageOf(folder) {
  baton("compile", "schemas", "--out", folder);
  await build({
    entryPoints: [join(folder, "linux/iommu.ts")],
    outfile: join(folder, "iommu.mjs"),
    bundle: true,
    format: "esm",
    platform: "node",
    alias: { "@baton/compiler/runtime": join(repository, "dist/runtime.js") },
  });
  const { IommuDomain } = await import(pathToFileURL(join(folder, "iommu.mjs")).href);
  const domains = Number(options.domains);
  // Headers, the manifest and the end record take a few bytes of it, too.
  const rows = Math.floor((bytes(options.size) - 4096) / domains / ROW_BYTES) - 16;
  const dump = new DumpWriter({ producer: "bench/view" });
  let seed = 1;
  const random = () => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0);
  for (let instance = 0; instance < domains; instance++) {
    const mappings = Array.from({ length: rows }, (_, i) => ({
      iova: (0xffff_8000_0000_0000n + BigInt(i) * 0x20_0000n) & 0xffff_ffff_ffff_ffffn,
      phys: (random() & 0x3ff_ffff) * 0x1000,
      length: 0x20_0000,
      access: 7,
    }));
    const root = 0x1000 * (instance + 1);
    const domain = { id: instance + 1, format: 1, levels: 4, root, address_width: 48, mappings };
    dump.add(IommuDomain, domain, { instance });
  }
  const file = join(folder, "large.dump");
  writeFileSync(file, dump.finish());
  const page = join(folder, "large.html");
  baton("view", file, "--schema", "schemas", "-o", page);
  const mib = (path) => (statSync(path).size / 2 ** 20).toFixed(1);
  console.log(`dump of ${mib(file)} MiB, page of ${mib(page)} MiB, ${(rows * domains).toLocaleString("en")} rows`);
  return page;
}

async function measure(page) {
  const browser = await chromium.launch({
    executablePath: options.browser,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  });
  try {
    const tab = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await tab.goto(pathToFileURL(page).href, { waitUntil: "commit" });
    await tab.waitForFunction(() => document.documentElement.dataset.state === "open");
    const opened = await tab.evaluate(() => performance.getEntriesByName("baton-open")[0].startTime);
    const drawn = await tab.evaluate(() => document.querySelectorAll("#hex .row").length);
    console.log(`open after ${opened.toFixed(0)} ms; ${drawn} rows of bytes in the document`);
    await tab.waitForFunction(() => document.documentElement.dataset.checked === "true", null, { timeout: 120_000 });
    const checked = await tab.evaluate(() => performance.now());
    console.log(`checked after ${checked.toFixed(0)} ms, in the background`);
    const { frames, work } = await tab.evaluate(scroll);
    print("scrolling, the page's part", work);
    print("scrolling, whole frames", frames);
    return opened <= Number(options.open) && at(work, 0.99) <= Number(options.frame);
  } finally {
    await browser.close();
  }
}

function at(times, part) {
  const ordered = times.toSorted((a, b) => a - b);
  return ordered[Math.min(ordered.length - 1, Math.floor(ordered.length * part))];
}

function print(what, times) {
  const [median, most, longest] = [0.5, 0.99, 1].map((part) => at(times, part).toFixed(1));
  console.log(`${what}: ${times.length} frames, median ${median} ms, 99 % below ${most} ms, longest ${longest} ms`);
}

/**
 * Runs in the page: scrolls through the bytes, then through a table that is unfolded, and gives the milliseconds of each frame, and of the page's own
 * work for it: drawing its rows, and their layout.
 */
async function scroll() {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const frames = [];
  const work = [];
  const along = async (list, steps) => {
    await frame();
    let last = performance.now();
    for (let i = 0; i <= steps; i++) {
      list.scrollTop = ((list.scrollHeight - list.clientHeight) * i) / steps;
      const began = performance.now();
      list.dispatchEvent(new Event("scroll"));
      void list.firstElementChild.getBoundingClientRect();
      work.push(performance.now() - began);
      await frame();
      const now = performance.now();
      frames.push(now - last);
      last = now;
    }
  };
  const key = (name) =>
    document.getElementById("tree").dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true }));
  await along(document.getElementById("hex"), 300);
  location.hash = "#path=linux.iommu.IommuDomain%230.mappings";
  await frame();
  await new Promise((resolve) => setTimeout(resolve, 300));
  key("Enter");
  await along(document.getElementById("tree"), 300);
  return { frames, work };
}

function baton(...words) {
  const command = [join(repository, "dist/baton.js"), ...words];
  const called = spawnSync(process.execPath, command, { cwd: repository, encoding: "utf8" });
  if (called.status !== 0) throw new Error(called.stderr);
}

function bytes(text) {
  const parts = /^(\d+)([KMG]?)$/.exec(text);
  if (parts === null) throw new Error(`${text} is no size, such as 32M`);
  return Number(parts[1]) * { "": 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }[parts[2]];
}
