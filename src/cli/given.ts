import { aboutFile, type PlacedDiagnostic } from "./diagnostics.js";

interface File {
  readonly file: string;
  readonly text: string;
}

/** The object in a file of JSON, or what is wrong with the file. */
export function valuesIn({
  file,
  text,
}: File): { readonly values: Readonly<Record<string, unknown>> } | PlacedDiagnostic {
  try {
    const values: unknown = JSON.parse(text);
    if (typeof values === "object" && values !== null && !Array.isArray(values))
      return { values: values as Readonly<Record<string, unknown>> };
    return aboutFile("given/object", `${file} does not hold a JSON object`, HINT);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return aboutFile("given/json", `${file} is not JSON: ${message}${placeOf(message, text)}`, HINT);
  }
}

const HINT = 'write {"W1": [[1, 2], [3, 4]], "b1": [0, 0]}: names as `backproof read` lists them';

/** V8 tells the place as a number of characters. */
function placeOf(message: string, text: string): string {
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position === undefined || message.includes("line ")) return "";
  const before = text.slice(0, Number(position)).split("\n");
  return ` (line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1})`;
}
