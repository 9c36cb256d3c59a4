import { connect } from "node:net";
import { emitReport, type Answer } from "./client-report.ts";
import { Lines, now } from "./events.ts";

// Asks in bursts of three over one connection that it never closes, until the new process has answered often enough; then it opens
// a second connection to the same port, to see that the listening socket changed hands too.

const BURST = 3;
const ENOUGH = 30;
const port = Number(process.argv[2]);
const answers: Answer[] = [];
const lines = new Lines();
let asked = 0;

const limit = setTimeout(() => fail("no answer for thirty seconds"), 30_000);
const socket = connect(port, "127.0.0.1");
socket.setNoDelay(true);
socket.setEncoding("utf8");
socket.on("connect", ask);
socket.on("error", (error) => fail(`the connection failed: ${error.message}`));
socket.on("close", () => fail("the connection was closed"));
socket.on("data", (chunk: string) => {
  const at = now();
  for (const line of lines.push(chunk)) {
    const parts = /^answer (\d+) from (old|new) (\d+)$/.exec(line);
    const number = Number(parts?.[1]);
    if (parts === null || number !== answers.length + 1)
      return fail(`expected answer ${answers.length + 1}, got \`${line}\``);
    answers.push({ side: parts[2] === "old" ? "old" : "new", at });
    limit.refresh();
  }
  if (answers.length < asked) return;
  if (answers.filter((answer) => answer.side === "new").length >= ENOUGH) second();
  else setTimeout(ask, 1);
});

function ask(): void {
  const burst = Array.from({ length: BURST }, () => `request ${++asked}\n`);
  socket.write(burst.join(""));
}

function second(): void {
  const other = connect(port, "127.0.0.1", () => other.write("request 1\n"));
  other.setEncoding("utf8");
  other.on("error", (error) => fail(`the second connection failed: ${error.message}`));
  other.once("data", (line: string) => {
    other.end();
    finish(line.trim());
  });
}

function finish(secondAnswer: string): void {
  clearTimeout(limit);
  emitReport({ ok: true, localPort: socket.localPort ?? 0, answers, second: secondAnswer });
  socket.removeAllListeners("close");
  socket.end();
}

function fail(reason: string): void {
  emitReport({ ok: false, reason });
  process.exit(1);
}
