import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "./build.mjs";
import { installDebianPackages } from "./debian.mjs";
import { lint } from "./lint.mjs";
import { tool } from "./process.mjs";

const total = { passed: 0, failed: 0, skipped: 0 };

try {
  await build();
  installDebianPackages();
  checks();
  unitTests();
} catch (error) {
  console.log(`FAILED  ${error.message}`);
  total.failed += 1;
}

console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;

function checks() {
  for (const check of lint()) {
    total[check.ok ? "passed" : "failed"] += 1;
    if (!check.ok) console.log(`FAILED  lint: ${check.name}`);
  }
}

/** Everything below `test/`, by vitest; its JSON report is what is counted. */
function unitTests() {
  const directory = mkdtempSync(path.join(tmpdir(), "backproof-test-"));
  const report = path.join(directory, "report.json");
  const status = tool("vitest/vitest.mjs", [
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
  ]);
  const failedBefore = total.failed;
  count(read(report));
  // A run that broke off, or an error outside any test, is a failure too.
  if (status !== 0 && total.failed === failedBefore) total.failed += 1;
  rmSync(directory, { recursive: true, force: true });
}

function count(files) {
  for (const file of files) {
    const tests = file.assertionResults;
    if (tests.length === 0 && file.status === "failed") total.failed += 1;
    for (const test of tests) {
      if (test.status === "passed") total.passed += 1;
      else if (test.status === "failed") total.failed += 1;
      else {
        total.skipped += 1;
        console.log(`skipped: ${test.fullName}`);
      }
    }
  }
}

function read(report) {
  try {
    return JSON.parse(readFileSync(report, "utf8")).testResults;
  } catch {
    return [];
  }
}
