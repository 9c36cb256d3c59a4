import { cannotWriteOutput } from "../host/write.ts";
import { processTerminal, type Terminal } from "../host/terminal.ts";
import { fancy } from "../report.ts";
import { bug, main } from "./main.ts";

process.stdout.on("error", stop);
process.stderr.on("error", stop);
const terminal = start();
process.on("uncaughtException", (error) => process.exit(bug(error, terminal)));
process.exitCode = await main(process.argv.slice(2), terminal);

/** A closed pipe ends quietly; an output that cannot take what is written to it, such as a full disk, is told where that is possible. */
function stop(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(0);
  terminal.say(fancy([cannotWriteOutput(error)]));
  process.exit(2);
}

function start(): Terminal {
  try {
    return processTerminal();
  } catch {
    process.stderr.write("error: the working directory is not there any more\n");
    process.exit(2);
  }
}
