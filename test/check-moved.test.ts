import { expect, test } from "vitest";
import { check, eachInItsProject, folder, release, result, told, write } from "./check-project.ts";
import { baton } from "./terminal.ts";

eachInItsProject();

/** A module that the devices do not import, nor it them. */
const zone = (versions: string, moved: string): string =>
  `/// Zones.\nmodule linux.zone;\n\n${versions}\n\n/// A zone.\nstate Zone @0x20 { id @1 : u32 key; }\n${moved}`;
const device = (versions: string, moved: string): string =>
  `/// Devices.\nmodule linux.device;\n\n${versions}\n\n/// A device.\nstate Device @0x10 { id @1 : u32 key; }\n${moved}`;
const moved = (lifetime: string): string => `/// What changes hands.\nstate Moved @0x30${lifetime} { n @1 : u32; }\n`;
const two = "version 1;\nversion 2;";

test("a record id that went to a module without an import between the two is seen where whole schemas are compared", async () => {
  write("old/device.baton", device("version 1;", moved("")));
  write("old/zone.baton", zone("version 1;", ""));
  write("schemas/linux/device.baton", device(two, ""));
  write("schemas/linux/zone.baton", zone(two, moved(" since 2")));
  const judged = await result("--from", "old", "--to", "schemas");
  expect(told(judged)).toContain("warning STATE_REMOVED upgrade old->new conditional");
  expect(judged.findings[0]?.witness?.outcome).toBe(
    "refused by the reader: Moved is no record that the reader's version knows",
  );
});

test("such an id is not given away as long as a version that had it is read", async () => {
  write("schemas/linux/device.baton", device("version 1;", moved("")));
  write("schemas/linux/zone.baton", zone("version 1;", ""));
  await release();
  write("schemas/linux/zone.baton", zone(two, moved(" since 2")));
  const lint = async (): Promise<string> => (await baton(folder.path, ["lint"])).messages;
  write("schemas/linux/device.baton", device(two, ""));
  expect(await lint()).toContain("write `state Moved @0x30 until 1;`");
  expect((await check()).status).toBe(1);
  write("schemas/linux/device.baton", device(two, moved(" until 1")));
  expect(await lint()).toContain("B3005");
});
