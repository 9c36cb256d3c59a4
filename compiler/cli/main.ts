import { Argument, Command, CommanderError, InvalidArgumentError, Option } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import { diagnose, type Diagnostic } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/cli.ts";
import { closest } from "../diagnostics/suggest.ts";
import { cannotRead, reason, systemCode } from "../host/files.ts";
import { coloured, type Terminal } from "../host/terminal.ts";
import { cannotWriteOutput, isOneFile } from "../host/write.ts";
import { fancy } from "../report.ts";
import { Call, status, type Status } from "./call.ts";
import { commands, type CommandRow, type OptionRow } from "./commands.ts";

/** Runs the program with the arguments behind its name. Returns the exit status and never throws. */
export async function main(given: readonly string[], terminal: Terminal): Promise<Status> {
  let result: Status = status.done;
  const program = new Command("baton")
    // First of all: subcommands copy these when they are made.
    .exitOverride()
    .showSuggestionAfterError(false)
    .configureOutput({
      writeOut: (text) => terminal.print(text),
      writeErr: (text) => terminal.say(text),
      // The mistake comes out of `parseAsync` as well, and is told in the words of all others.
      outputError: () => {},
      getOutHelpWidth: () => helpWidth(terminal),
      getErrHelpWidth: () => helpWidth(terminal),
      getOutHasColors: () => coloured(terminal, "output", undefined),
      getErrHasColors: () => coloured(terminal, "messages", undefined),
    })
    .description("The state that one kernel hands to the next: schemas, codecs, and judgement on their versions.")
    .version(packageJson.version, "-V, --version", "the version of this program")
    .helpOption("-h, --help", "this page; behind a command, the page of that command")
    .helpCommand("help [command]", "the page of a command")
    .addHelpText(
      "after",
      "\nExit status: 0 done, 1 the answer is no, 2 the call or its input is wrong, 3 a bug in baton.\n",
    );
  addColour(program);
  for (const row of commands) {
    addCommand(
      program,
      row,
      async (call) => {
        const mistake = emptyOption(call, row) ?? overwritten(call);
        result = mistake === null ? await (await row.load())(call) : call.refuse([mistake]);
      },
      terminal,
    );
  }
  try {
    if (given.length === 0) {
      program.outputHelp({ error: true });
      return status.wrong;
    }
    const [first, page] = given;
    if (first === "help" && page !== undefined && !page.startsWith("-") && !isCommand(page)) {
      tell(terminal, given, misuse(new CommanderError(1, "", `unknown command '${page}'`), []));
      return status.wrong;
    }
    await program.parseAsync(given, { from: "user" });
    return result;
  } catch (error) {
    return caught(error, given, terminal);
  }
}

function isCommand(word: string): boolean {
  return word === "help" || commands.some(({ name }) => name === word);
}

/** A mistake where an option has an empty value, most likely of a variable that is not set. */
function emptyOption(call: Call, { options }: CommandRow): Diagnostic | null {
  for (const each of options) {
    const option = optionOf(each);
    const name = option.attributeName();
    if (call.text(name) !== "" && !call.texts(name).includes("")) continue;
    const parameters = {
      problem: `option \`${option.long}\` has an empty value`,
      help: "leave it out, or give it one",
    };
    return diagnose("B9001", rows.B9001, parameters, { span: null });
  }
  return null;
}

/** A mistake where `--out` names a file that the call reads: what it held would be gone. */
function overwritten(call: Call): Diagnostic | null {
  const out = call.text("out");
  if (out === undefined || out === "-") return null;
  const given = [...call.arguments, ...call.texts("schema")].filter((each) => each !== "-");
  const input = given.find((each) => isOneFile(call.path(each), call.path(out)));
  if (input === undefined) return null;
  const parameters = { problem: `\`--out\` would overwrite \`${input}\`, which is read`, help: "name another file" };
  return diagnose("B9001", rows.B9001, parameters, { span: null });
}

function addCommand(program: Command, row: CommandRow, run: (call: Call) => Promise<void>, terminal: Terminal): void {
  const command = program.command(row.name).description(row.about).helpOption("-h, --help", "this page");
  command.addArgument(new Argument(row.arguments, row.argumentsAbout));
  for (const option of row.options) command.addOption(optionOf(option));
  addColour(command);
  const width = Math.max(...row.examples.map(([call]) => call.length));
  const lines = row.examples.map(([call, does]) => `  $ ${call.padEnd(width)}   # ${does}`);
  command.addHelpText("after", `\n${lines.length === 1 ? "Example" : "Examples"}:\n${lines.join("\n")}\n`);
  command.action(async () => {
    const given = command.processedArgs.flat().filter((each: unknown) => typeof each === "string");
    await run(new Call(terminal, given, command.optsWithGlobals()));
  });
}

function addColour(command: Command): void {
  command.option("--color", "colour also where it is not a terminal that reads").option("--no-color", "never colour");
  // commander takes a `--no-` option for one that is on by default.
  command.setOptionValue("color", undefined);
}

function optionOf(row: OptionRow): Option {
  const option = new Option(row.flags, row.about);
  if (row.choices !== undefined) option.choices(row.choices);
  if (row.default !== undefined) option.default(row.default);
  if (row.kind === "many")
    option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value]);
  if (row.kind === "number") option.argParser(wholeNumber);
  return option;
}

function wholeNumber(text: string): number {
  if (!/^(?:[0-9]{1,15}|0x[0-9a-fA-F]{1,13})$/.test(text)) throw new InvalidArgumentError("Expected a whole number.");
  return Number(text);
}

function helpWidth(terminal: Terminal): number {
  return Math.min(120, Math.max(60, terminal.columns));
}

function caught(error: unknown, given: readonly string[], terminal: Terminal): Status {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return status.done;
    tell(terminal, given, misuse(error, given));
    return status.wrong;
  }
  // The reader of a pipe has seen enough.
  const code = systemCode(error);
  if (code === "EPIPE") return status.done;
  if (code !== undefined) {
    tell(terminal, given, isOfWriting(error) ? cannotWriteOutput(error) : cannotRead(pathOf(error), reason(error)));
    return status.wrong;
  }
  return bug(error, terminal);
}

/** Files are written by who answers for them; what is left is standard output. */
function isOfWriting(error: unknown): boolean {
  return error instanceof Error && "syscall" in error && error.syscall === "write";
}

/** Says that something is our bug, without a stack unless `BATON_DEBUG` is set. */
export function bug(error: unknown, terminal: Pick<Terminal, "say" | "environment">): Status {
  const problem = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  terminal.say(fancy([diagnose("B9999", rows.B9999, { problem }, { span: null })]));
  if (terminal.environment["BATON_DEBUG"] && error instanceof Error) terminal.say(`${error.stack ?? ""}\n`);
  return status.bug;
}

/** The file that the system's error is about; a device that fails in the middle of reading gives none. */
function pathOf(error: unknown): string {
  return error instanceof Error && "path" in error ? String(error.path) : "the input";
}

function tell(terminal: Terminal, given: readonly string[], diagnostic: Diagnostic): void {
  const asked = given.includes("--no-color") ? false : given.includes("--color") ? true : undefined;
  terminal.say(fancy([diagnostic], { color: coloured(terminal, "messages", asked) }));
}

/** commander's words for a wrong call, in the form of our own. */
function misuse(error: CommanderError, given: readonly string[]): Diagnostic {
  const first = error.message.replace(/^error: /, "");
  const command = commands.find(({ name }) => name === given.find((each) => !each.startsWith("-")));
  const page = `\`baton ${command === undefined ? "" : `${command.name} `}--help\` shows what there is`;
  const meant = nearest(first, command);
  const help = meant === undefined ? page : `did you mean \`${meant}\`?`;
  const plain = wordings.reduce((text, [pattern, wording]) => text.replace(pattern, wording), first);
  const problem = plain.replace(/'([^']*)'/g, "`$1`").replace(/\.$/, "");
  return diagnose("B9001", rows.B9001, { problem, help }, { span: null });
}

/** Where commander's own words would not do. */
const wordings: readonly (readonly [RegExp, string])[] = [
  [/^too many arguments for '(\S+)'\. Expected (\d+) (arguments?) but got (\d+)\.$/, "'$1' takes $2 $3, not $4"],
  [/^option '(?:-\w, )?(--[\w-]+)[^']*' argument missing$/, "option '$1' needs a value"],
  [
    /^option '(?:-\w, )?(--[\w-]+)[^']*' argument '([^]*)' is invalid\. Allowed choices are (.*)\.$/,
    "option '$1' takes $3, not '$2'",
  ],
  [
    /^option '(?:-\w, )?(--[\w-]+)[^']*' argument '([^]*)' is invalid\. Expected (.*)\.$/,
    "option '$1' takes $3, not '$2'",
  ],
];

/** The command, option or choice that is nearest to what was given. */
function nearest(message: string, command: CommandRow | undefined): string | undefined {
  const [, unknownCommand] = /^unknown command '([^]*)'$/.exec(message) ?? [];
  if (unknownCommand !== undefined)
    return closest(
      unknownCommand,
      commands.map(({ name }) => name),
    );
  const [, unknownOption] = /^unknown option '([^]*)'$/.exec(message) ?? [];
  if (unknownOption !== undefined) {
    const flags = command?.options.flatMap((each) => /--[\w-]+/.exec(each.flags) ?? []) ?? [];
    return closest(unknownOption.replace(/=.*$/s, ""), [...flags, "--help", "--version", "--color", "--no-color"]);
  }
  const [, given, choices = ""] = /argument '([^]*)' is invalid\. Allowed choices are (.*)\.$/.exec(message) ?? [];
  return given === undefined || given === "" ? undefined : closest(given, choices.split(", "));
}
