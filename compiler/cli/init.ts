import { join } from "node:path";
import { diagnose } from "../diagnostics/catalogue.ts";
import { rows } from "../diagnostics/cli.ts";
import { cannotRead, shorter } from "../host/files.ts";
import { withinRepository } from "../host/git.ts";
import { writeAll, type Output } from "../host/write.ts";
import { escapeText } from "../printable.ts";
import { status, type Call, type Status } from "./call.ts";

/** `baton init [DIR]`: the files of a project that can be compiled and checked at once. Writes all of them or none. */
export async function init(call: Call): Promise<Status> {
  const [given = "."] = call.arguments;
  if (given === "") return call.refuse([cannotRead("", "the path is empty")]);
  const folder = call.path(given);
  const taken = files.flatMap(({ path }) => {
    const kind = call.files.kind(join(folder, path));
    if (!kind.ok) return kind.mistakes;
    if (kind.value === null) return [];
    return [diagnose("B9302", rows.B9302, { path: call.files.show(join(folder, path)) }, { span: null })];
  });
  if (taken.length > 0) return call.refuse(taken.slice(0, 1));
  const written = writeAll(call.terminal.directory, folder, files);
  if (!written.ok) return call.refuse(written.mistakes);
  const shown = (path: string): string => escapeText(shorter(call.terminal.directory, join(folder, path)));
  const wrote = files.map(({ path, about }) => `wrote ${shown(path)}: ${about}\n`).join("");
  call.terminal.say(`${wrote}\n${elsewhere(folder)}${next}`);
  return status.done;
}

/** What to do where the folder is not the top of its repository: GitHub looks for workflows there alone. Empty where it is, or in none. */
function elsewhere(folder: string): string {
  const within = withinRepository(folder);
  if (within === "") return "";
  const path = escapeText(within);
  return `GitHub looks for workflows at the top of the repository alone: move ${path}/${workflow} to ${workflow} there, and give
its job \`defaults: { run: { working-directory: ${path} } }\`.

`;
}

const config = `{
  "roots": ["schemas"],
  "out": { "ts": "generated" }
}
`;

const schema = `/// What one kernel hands to the next about its serial ports.
module example.serial;

version 1 "first";

/// How a port checks the bytes it receives.
open enum Parity : u8 {
  off = 0;
  even = 1;
  odd = 2;
}

/// A serial port that stays open while the kernel under it is replaced.
state SerialPort @0x1 {
  /// Its number, as in ttyS0.
  line    @1 : u16 key;
  baud    @2 : u32 = 115_200 in 1..4_000_000 unit "baud";
  parity  @3 : Parity = off;
  /// Bytes that were received and that nobody has read yet.
  pending @4 : bytes[..4096] = "";
}
`;

const steps = ["npx --no-install baton format --check", "npx --no-install baton lint --format github"];

/** What a branch changes, held against where it left the main one; a push to that is held against itself, and shows nothing new. */
const gate = "npx --no-install baton check --against git:origin/main --format github";

const github = `name: baton
on: [push, pull_request]
permissions:
  contents: read
jobs:
  schemas:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
      - uses: actions/setup-node@v4
        with:
          node-version: 20
      - run: npm ci
${[...steps, gate].map((step) => `      - run: ${step}\n`).join("")}      # Once something is released, this judges the working versions against all of it:
      # - run: npx --no-install baton check --format github
      # Where generated code is checked in, this says whether it is up to date:
      # - run: npx --no-install baton compile --check
`;

const gitlab = `    baton:
      image: node:20
      script:
        - npm ci
${steps.map((step) => `        - ${step.replace(" --format github", "")}\n`).join("")}        - npx --no-install baton check --against git:origin/$CI_DEFAULT_BRANCH --format gitlab=gl-code-quality-report.json
      artifacts:
        reports:
          codequality: gl-code-quality-report.json
      variables:
        GIT_DEPTH: 0
`;

const workflow = ".github/workflows/baton.yml";

const files: readonly (Output & { readonly about: string })[] = [
  { path: "baton.json", content: config, about: "where schemas are and where code goes" },
  { path: "schemas/example/serial.baton", content: schema, about: "a first schema" },
  { path: workflow, content: github, about: "format, lint and the compatibility gate in CI" },
];

const next = `Next: \`baton compile\` writes generated/example/serial.ts. The CI workflow expects @baton/compiler among the development dependencies
of the project. On GitLab, put this into .gitlab-ci.yml:

${gitlab}`;
