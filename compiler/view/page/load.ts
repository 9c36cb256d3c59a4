import { escapeText } from "../../printable.ts";
import { byId } from "./dom.ts";
import type { AboutDump } from "./protocol.ts";
import type { Side } from "../../dump/diff/content.ts";

/** Browsers since 2025 decode base64 themselves. */
interface Base64 {
  fromBase64?: (text: string) => Uint8Array<ArrayBuffer>;
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const native = (Uint8Array as Base64).fromBase64;
  if (native !== undefined) return native.call(Uint8Array, text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** The bytes of a dump that is in the page. */
export async function unpack(side: Side): Promise<Uint8Array> {
  const element = byId(`dump-${side}`);
  const packed = fromBase64((element.textContent ?? "").trim());
  element.remove();
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Asks for a dump that is too large for a page. It stays on this machine: the page cannot send anything anywhere. */
export function askFor(about: AboutDump): Promise<Uint8Array> {
  const panel = byId("ask");
  const input = byId("file") as HTMLInputElement;
  const said = byId("ask-said");
  byId("ask-name").textContent = escapeText(about.name);
  byId("ask-size").textContent = `${(about.size / 2 ** 20).toFixed(1)} MiB`;
  panel.hidden = false;
  return new Promise((resolve) => {
    const heard = new AbortController();
    const take = async (file: File | undefined): Promise<void> => {
      if (file === undefined) return;
      if (file.size !== about.size) {
        said.textContent = `${escapeText(file.name)} has ${file.size} bytes, and ${escapeText(about.name)} has ${about.size}: choose another one`;
        return;
      }
      said.textContent = "reading …";
      const buffer = await file.arrayBuffer().catch(() => null);
      if (buffer === null) {
        said.textContent = `${escapeText(file.name)} cannot be read: it may be more than this browser holds, or it has changed`;
        return;
      }
      const bytes = new Uint8Array(buffer);
      panel.hidden = true;
      heard.abort();
      said.textContent = "";
      resolve(bytes);
    };
    const { signal } = heard;
    input.addEventListener("change", () => void take(input.files?.[0]), { signal });
    document.addEventListener("dragover", (event) => event.preventDefault(), { signal });
    document.addEventListener(
      "drop",
      (event) => {
        event.preventDefault();
        void take(event.dataTransfer?.files[0]);
      },
      { signal },
    );
  });
}
