import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // A loaded machine is slow; a test that hangs must still end.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      // The program itself runs in a child process, where coverage does not see it.
      exclude: ["src/cli/main.ts"],
      reporter: ["text-summary", "html"],
      thresholds: { statements: 85, branches: 75, functions: 85, lines: 85 },
    },
  },
});
