import { escapeText } from "../printable.ts";
import { writeOne } from "../host/write.ts";
import { format as layOut } from "../syntax/print.ts";
import { status, type Call, type Status } from "./call.ts";
import { schemasOf } from "./schemas.ts";

/** `baton format [PATHS]`: each schema by itself; what does not parse is told and left as it is. */
export async function format(call: Call): Promise<Status> {
  const schemas = await schemasOf(call, { alone: true });
  call.report(schemas.mistakes);
  let result: Status = schemas.mistakes.length > 0 ? status.wrong : status.done;
  const worst = (other: Status): void => void (result = other > result ? other : result);
  let changed = 0;
  for (const source of schemas.named) {
    const formatted = layOut(source);
    if ("diagnostics" in formatted) {
      worst(call.refuse(formatted.diagnostics));
      continue;
    }
    const path = schemas.places.get(source);
    const same = formatted.text === source.text;
    if (!same) changed++;
    if (call.flag("check")) {
      if (same) continue;
      call.terminal.print(`${escapeText(source.path)}\n`);
      worst(status.no);
    } else if (path === undefined) {
      call.terminal.print(formatted.text);
    } else if (!same) {
      const written = writeOne(call.terminal.directory, path, formatted.text);
      if (written.ok) call.terminal.say(`formatted ${escapeText(source.path)}\n`);
      else worst(call.refuse(written.mistakes));
    }
  }
  if (call.flag("check") && changed > 0) {
    call.terminal.say(
      `${changed === 1 ? "1 schema is" : `${changed} schemas are`} not in the style: \`baton format\` rewrites ${changed === 1 ? "it" : "them"}\n`,
    );
  }
  return result;
}
