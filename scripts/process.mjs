import { spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Runs a command in the repository with its output shown; the exit status, or 127 if it cannot be started. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: "inherit", shell: needsShell(command), ...options });
  return result.status ?? 127;
}

/** As `run`; throws if the command fails. */
export function must(command, args, options = {}) {
  const status = run(command, args, options);
  if (status !== 0) throw new Error(`failed: ${path.basename(command)} ${args.join(" ")}`);
}

/** The whole of a script: what it throws is one line on standard error and a status that is not 0. */
export async function script(work) {
  try {
    await work();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}

/** Whether a command runs and succeeds; its output is thrown away. */
export function works(command, args) {
  return run(command, args, { stdio: "ignore" }) === 0;
}

/** Runs a package's program (its JavaScript file below `node_modules`) with this Node. */
export function tool(file, args, options = {}) {
  return run(process.execPath, [path.join(root, "node_modules", file), ...args], options);
}

// On Windows npm is a .cmd file, which only a shell can start.
const needsShell = (command) => process.platform === "win32" && command === "npm";
