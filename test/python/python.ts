import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { pythonPath } from "../support/needs.js";

/** Why no Python can be used here, or `null`. */
export function pythonMissing(): string | null {
  return pythonPath === null ? "skipped: needs python3-numpy" : null;
}

export interface PythonCase {
  readonly name: string;
  readonly source: string;
  readonly loss: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly callables?: Readonly<Record<string, string>>;
  readonly wrt?: readonly string[];
}

export interface PythonResult {
  readonly name: string;
  readonly error: number | null;
  readonly problem: string | null;
}

/** Compares backward() with differences of forward() for all cases, in one process. */
export function gradcheck(cases: readonly PythonCase[]): readonly PythonResult[] {
  const script = fileURLToPath(new URL("./gradcheck.py", import.meta.url));
  const run = spawnSync(pythonPath ?? "python3", [script], {
    input: JSON.stringify(cases),
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as readonly PythonResult[];
}
