import { createReadStream } from "node:fs";

/**
 * The lines of a file, each with its `\n`, the last one perhaps without. Only that ends a line: JSON may hold what else
 * Unicode calls a line's end, where `readline` would cut it.
 */
export async function* fileLines(file: string): AsyncGenerator<string> {
  // A line may be long: what there is of it is joined once.
  let begun: string[] = [];
  for await (const chunk of createReadStream(file, "utf8") as AsyncIterable<string>) {
    let from = 0;
    for (let end = chunk.indexOf("\n"); end >= 0; end = chunk.indexOf("\n", from)) {
      yield begun.join("") + chunk.slice(from, end + 1);
      begun = [];
      from = end + 1;
    }
    begun.push(chunk.slice(from));
  }
  const rest = begun.join("");
  if (rest !== "") yield rest;
}
