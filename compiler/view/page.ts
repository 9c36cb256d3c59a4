import { createHash } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { escapeText } from "../printable.ts";
import type { About, AboutDump } from "./page/protocol.ts";

/** A dump as the page is to show it. */
export interface ViewDump extends Omit<AboutDump, "embedded"> {
  /** null for one that is too large to travel in the page, which then asks for it. */
  readonly bytes: Uint8Array | null;
}

/** What the page is made of beside the dumps: built from `compiler/view/page`. */
export interface ViewAssets {
  readonly script: string;
  readonly style: string;
}

/** A dump larger than this is not put into the page. */
export const largestEmbedded = 32 * 2 ** 20;

/** What a server says as well: it may not be framed, which a page cannot say itself. */
export const serverPolicy = "frame-ancestors 'none'";

/**
 * One page that shows one or two dumps, without anything else: nothing is fetched, nothing can be sent, and only the script that is written here
 * runs. Texts of dumps and schemas stand in it as JSON alone, and are shown as text.
 */
export function viewPage(dumps: readonly ViewDump[], { script, style }: ViewAssets): string {
  const about: About = {
    dumps: dumps.map(({ bytes, ...known }) => ({ ...known, embedded: bytes !== null })),
  };
  const packed = dumps.map(({ bytes }, i) =>
    bytes === null
      ? ""
      : `<script type="application/octet-stream" id="dump-${i === 0 ? "a" : "b"}">${Buffer.from(deflateRawSync(bytes)).toString("base64")}</script>\n`,
  );
  const title = dumps.map(({ name }) => escapeText(name)).join(" and ");
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    "worker-src blob:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${markup(title)}</title>
<style>${style}</style>
</head>
<body>
${frame}
<script type="application/json" id="about">${json(about)}</script>
${packed.join("")}<script id="program">${script}</script>
</body>
</html>
`;
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

function markup(text: string): string {
  const names: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replaceAll(/[&<>"]/g, (character) => names[character] ?? character);
}

/** JSON that no parser of HTML finds an end of its element in. */
function json(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

const modes = [
  ["any", "any"],
  ["path", "path"],
  ["value", "value"],
  ["offset", "offset"],
  ["bytes", "bytes"],
];

/** What the script fills. */
const frame = `<noscript>This page needs its own script to show a dump; it fetches and sends nothing.</noscript>
<header>
<div id="sides" role="group" aria-label="Dump"></div>
<form id="search" role="search">
<select id="mode" aria-label="Search by">${modes.map(([value, text]) => `<option value="${value}">${text}</option>`).join("")}</select>
<input id="query" type="search" aria-label="Search" placeholder="search: /" autocomplete="off" spellcheck="false">
<button type="submit">find</button>
</form>
<div id="filters" role="group" aria-label="List only"></div>
<button id="theme" type="button">auto</button>
</header>
<nav id="way" aria-label="Path"></nav>
<main>
<section id="left" aria-label="Members">
<div id="found" hidden><span id="found-said" role="status"></span><button id="previous" type="button" title="N">previous</button><button id="next" type="button" title="n">next</button><button id="clear" type="button" title="Escape">tree</button></div>
<div id="tree" role="tree" tabindex="0" aria-label="Members"></div>
<div id="results" role="listbox" tabindex="0" aria-label="Found" hidden></div>
</section>
<section id="right" aria-label="Bytes">
<div id="ruler" aria-hidden="true"></div>
<div id="hex" role="grid" tabindex="0" aria-label="Bytes"></div>
</section>
<div id="map" role="slider" tabindex="0" aria-label="Map of the dump" aria-orientation="vertical" aria-valuemin="0" aria-valuemax="100" aria-valuenow="0"><canvas id="strip" aria-hidden="true"></canvas><div id="seen"></div></div>
</main>
<section id="detail" tabindex="0" aria-label="Selection"></section>
<footer><span id="status" role="status">opening …</span><span id="said" class="unseen" aria-live="polite"></span></footer>
<div id="ask" hidden>
<p><strong id="ask-name"></strong> has <span id="ask-size"></span>, too many to travel in a page.</p>
<p><label for="file">Choose it here, or drop it on this page. It is read by your browser and sent nowhere.</label></p>
<p><input id="file" type="file"></p>
<p id="ask-said" role="status"></p>
</div>`;
