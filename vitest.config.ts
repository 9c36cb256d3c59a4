import { defineConfig } from "vitest/config";
import { BaseSequencer } from "vitest/node";
import type { TestSpecification } from "vitest/node";

/** What takes minutes, begun first so that nothing is left to wait for at the end. */
const longest = ["test/property/evolution", "test/fuzz/", "test/docs.test.ts", "test/property/"];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const found = longest.findIndex((part) => moduleId.includes(part));
      return found < 0 ? longest.length : found;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    include: ["{compiler,runtime,golden,test,schemas,examples}/**/*.test.ts"],
    // For a loaded machine: what is bounded is processor time, in the tests that bound it.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // A page settles when it does; a loaded machine is no failure.
    expect: { poll: { timeout: 10_000 } },
    // Two cores are what a CI machine has; more workers than cores make tests that measure time lie.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
  },
});
