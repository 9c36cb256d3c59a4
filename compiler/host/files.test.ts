import { expect, test } from "vitest";
import { shorter } from "./files.ts";

test("paths are shown relative to the folder where that is shorter, and never so from the root", () => {
  expect(shorter("/home/me", "/home/me/a.baton")).toBe("a.baton");
  expect(shorter("/home/me", "/home/me")).toBe(".");
  expect(shorter("/home/me", "/home/you/a.baton")).toBe("../you/a.baton");
  expect(shorter("/home/me/deep/below", "/a.baton")).toBe("/a.baton");
  expect(shorter("/", "/tmp/nope")).toBe("/tmp/nope");
  // Dots alone name nothing that a person would know.
  expect(shorter("/tmp/deep/below", "/tmp")).toBe("/tmp");
  expect(shorter("/home/me", "/home")).toBe("/home");
});
