import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{compiler,runtime,golden,test,schemas,examples}/**/*.test.ts"],
    testTimeout: 30_000,
    // Two cores are what a CI machine has; more workers than cores make tests that measure time lie.
    maxWorkers: 2,
  },
});
