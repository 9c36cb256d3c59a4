import type { Side } from "../../dump/diff/content.ts";
import { App } from "./app.ts";
import { byId } from "./dom.ts";
import { askFor, unpack } from "./load.ts";
import type { About, Answer, Request } from "./protocol.ts";
import { OpenSide } from "./side.ts";
import { startTheme } from "./theme.ts";
import { Work } from "./worker.ts";

/** The parts of a worker's scope that it uses: this file is the program of the page and of its worker. */
interface WorkerScope {
  addEventListener: (kind: "message", heard: (event: MessageEvent<Request>) => void) => void;
  postMessage: (message: Answer, transfer?: readonly Transferable[]) => void;
}

if (typeof document === "undefined") runWorker(globalThis as unknown as WorkerScope);
else void runPage();

function runWorker(scope: WorkerScope): void {
  const work = new Work((answer) => scope.postMessage(answer, buffersOf(answer)));
  scope.addEventListener("message", (event) => {
    const { data } = event;
    work.take(data).catch((error: unknown) => scope.postMessage({ kind: "failed", why: String(error) }));
  });
}

function buffersOf(answer: Answer): readonly Transferable[] {
  if (answer.kind === "checked") return [answer.unknown.buffer, answer.padding.buffer, answer.damaged.buffer];
  return answer.kind === "found" ? [answer.hits.buffer] : [];
}

async function runPage(): Promise<void> {
  startTheme(byId("theme") as HTMLButtonElement);
  // The page was made by `baton view`, whose type this is.
  const about = JSON.parse(byId("about").textContent ?? "") as About;
  const sides = new Map<Side, OpenSide>();
  const names: readonly Side[] = ["a", "b"];
  for (const [i, dump] of about.dumps.entries()) {
    const side = names[i];
    if (side === undefined) break;
    const bytes = dump.embedded ? await unpack(side) : await askFor(dump);
    sides.set(side, new OpenSide(side, dump, bytes));
  }
  const ask = startWork((answer) => app.take(answer));
  const app = new App(sides, ask);
  document.documentElement.dataset["state"] = "open";
  performance.mark("baton-open");
  // After the first frame: what people see comes first.
  requestAnimationFrame(() =>
    setTimeout(() => {
      for (const { side, about, outline } of sides.values()) {
        ask({ kind: "open", side, bytes: outline.bytes, about });
      }
      if (sides.size > 1) ask({ kind: "compare" });
    }),
  );
}

/** The worker; where the browser has none for pages like this, the work is done here, and the page waits for it. */
function startWork(take: (answer: Answer) => void): (request: Request) => void {
  try {
    const program = byId("program").textContent ?? "";
    const place = URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
    const worker = new Worker(place);
    worker.addEventListener("message", (event: MessageEvent<Answer>) => take(event.data));
    worker.addEventListener("error", (event) => take({ kind: "failed", why: event.message }));
    return (request) => worker.postMessage(request);
  } catch {
    const work = new Work(take);
    const failed = (error: unknown): void => take({ kind: "failed", why: String(error) });
    return (request) => setTimeout(() => void work.take(request).catch(failed));
  }
}
