import { fileURLToPath } from "node:url";
import { install } from "./install.mjs";
import { script, tool } from "./process.mjs";

const CHECKS = [
  { name: "biome (format and lint)", file: "@biomejs/biome/bin/biome", args: ["check", "--error-on-warnings", "."] },
  { name: "tsc (types of the tests)", file: "typescript/bin/tsc", args: ["-p", "tsconfig.test.json"] },
  {
    name: "dependency-cruiser (layers)",
    file: "dependency-cruiser/bin/dependency-cruise.mjs",
    args: ["src", "--config", ".dependency-cruiser.cjs"],
  },
  { name: "knip (dead code and dependencies)", file: "knip/bin/knip.js", args: [] },
];

/** Runs every check, whatever the ones before said. */
export function lint() {
  return CHECKS.map(({ name, file, args }) => ({ name, ok: tool(file, args) === 0 }));
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await script(() => {
    install();
    process.exitCode = lint().every((check) => check.ok) ? 0 : 1;
  });
