import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { check, eachInItsProject, folder, release, result, schema, second, write } from "./check-project.ts";
import { baton } from "./terminal.ts";

eachInItsProject();

function policy(more: object): void {
  write("baton.json", JSON.stringify({ roots: ["schemas"], ...more }));
}

test("what another change hides is an error, also where that one is excepted, and is not released", async () => {
  await release();
  schema(second.replace("= 0;", "= 1;").replace("}\n", "  must @9 : u8 since 2;\n}\n"));
  const exception = { rule: "MEMBER_ADDED_REQUIRED", path: "Device.must", reason: "nobody has a first version" };
  policy({ exceptions: [exception] });
  const { status, findings } = await result();
  const [hidden] = findings.filter(({ severity }) => severity === "error");
  expect([status, hidden?.rule, hidden?.verdict]).toEqual([1, "DEFAULT_CHANGED", "conditional"]);
  expect(hidden?.hides).toMatch(/^Device\.\w+ would be read as 1 where 0 was written$/);
  const released = await baton(folder.path, ["release"]);
  expect([released.status, existsSync(join(folder.path, "released/linux.device/2.json"))]).toEqual([1, false]);
  expect((await check("--baseline", "known.json", "--update-baseline")).status).toBe(0);
  expect((await result("--baseline", "known.json")).status).toBe(0);
  const text = readFileSync(join(folder.path, "known.json"), "utf8");
  expect(text).toContain(',"hides":true,');
  write("known.json", text.replaceAll(',"hides":true', ""));
  const older = await result("--baseline", "known.json");
  expect([older.status, older.findings.some(({ rule }) => rule === "BASELINE_EXCEEDED")]).toEqual([1, true]);
  policy({ exceptions: [exception, { ...exception, rule: "DEFAULT_CHANGED", path: hidden?.exception?.path ?? "" }] });
  expect((await result()).status).toBe(0);
});

test("a baseline covers a condition, what is less of it, and no case more", async () => {
  policy({ policy: { upgrade: "always", rollback: "always" } });
  await release();
  const shrunk = (to: string): void => schema(second.replace(/ {2}pasid.*\n/, "").replace("[..8]", to));
  shrunk("[..6]");
  expect((await check("--baseline", "known.json", "--update-baseline")).status).toBe(0);
  expect(readFileSync(join(folder.path, "known.json"), "utf8")).toMatch(
    /"condition":"len\(Device\.label\) > 6","parts":\["[0-9a-f]{16}:7\.\.\*"\]/,
  );
  for (const to of ["[..6]", "[..7]"]) {
    shrunk(to);
    expect(await result("--baseline", "known.json")).toMatchObject({ status: 0, accepted: { baseline: 1 } });
  }
  schema(second.replace(/ {2}pasid.*\n/, "").replace("label @3 : string[..8]", "title @3 : string[..6]"));
  expect(await result("--baseline", "known.json")).toMatchObject({ status: 0, accepted: { baseline: 1 } });
  shrunk("[..5]");
  const wider = await result("--baseline", "known.json");
  expect([wider.status, wider.findings[0]?.condition]).toEqual([1, "len(Device.label) > 5"]);
  const exceeded = wider.findings.find(({ rule }) => rule === "BASELINE_EXCEEDED");
  expect(exceeded?.message).toMatch(
    / as conditional when len\(Device\.label\) > 6, and it is so when len\(Device\.label\) > 5 now, which is more$/,
  );
});
