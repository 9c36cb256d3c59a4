import { expect, test } from "vitest";
import * as runtime from "../../../runtime/index.ts";
import { runtimeSymbols } from "./runtime-symbols.ts";

test("generated code names what the runtime exports", () => {
  const missing = Object.entries(runtimeSymbols).filter(([name, kind]) => kind === "value" && !(name in runtime));
  expect(missing).toEqual([]);
});
