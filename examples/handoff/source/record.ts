import { writeFileSync } from "node:fs";
import { release } from "node:os";
import { machine, record } from "./function-source.ts";

// `node out/record.mjs FILE` records the PCI functions of this machine for machines that have none.

const [path = "functions.json"] = process.argv.slice(2);
writeFileSync(
  path,
  `${JSON.stringify(record(machine(), `a virtual machine with Linux ${release().replace(/-.*/, "")}`), null, 2)}\n`,
);
