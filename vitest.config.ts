import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What takes longest comes first, so that no worker begins with it when all others are done. Vitest alone goes by the size of files. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => (/\/test\/(browser|attacks|stories)\//.test(moduleId) ? 0 : 1);
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    include: ["{src,federation,web,test}/**/*.test.{ts,tsx}"],
    environment: "node",
    globalSetup: "test/global-setup.ts",
    sequence: { sequencer: LongestFirst },
    // Modules have no state and nothing is mocked, so files share them: importing them again for each file is what takes the time.
    isolate: false,
    // Vitest would leave one core idle: half of a machine that has two.
    maxWorkers: "100%",
    // For machines that are busy. No test waits for a clock.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
