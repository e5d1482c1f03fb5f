import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{src,federation,web,test}/**/*.test.{ts,tsx}"],
    environment: "node",
    globalSetup: "test/global-setup.ts",
    // Modules have no state and nothing is mocked, so files share them: importing them again for each file is what takes the time.
    isolate: false,
    // Vitest would leave one core idle: half of a machine that has two.
    maxWorkers: "100%",
    // For machines that are busy. No test waits for a clock.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
