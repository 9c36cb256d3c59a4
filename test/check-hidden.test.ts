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
  expect(text).toContain(',"hides":true}');
  write("known.json", text.replaceAll(',"hides":true', ""));
  const older = await result("--baseline", "known.json");
  expect([older.status, older.findings.some(({ rule }) => rule === "BASELINE_EXCEEDED")]).toEqual([1, true]);
  policy({ exceptions: [exception, { ...exception, rule: "DEFAULT_CHANGED", path: hidden?.exception?.path ?? "" }] });
  expect((await result()).status).toBe(0);
});
