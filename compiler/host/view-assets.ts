import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ViewAssets } from "../view/page.ts";

/** The script and the style of the page of `baton view`, which are built beside the program; null where it runs from its sources. */
export function viewAssets(): ViewAssets | null {
  const script = assetFile("view.js");
  const style = assetFile("view.css");
  if (script === null || style === null) return null;
  return { script: readFileSync(script, "utf8"), style: readFileSync(style, "utf8") };
}

function assetFile(name: string): string | null {
  const places = [`./view/${name}`, `../view/${name}`].map((place) => new URL(place, import.meta.url));
  const found = places.find((place) => place.protocol === "file:" && existsSync(fileURLToPath(place)));
  return found === undefined ? null : fileURLToPath(found);
}
