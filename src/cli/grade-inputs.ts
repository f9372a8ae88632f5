import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { submissionsFromCsv } from "../grade/csv-answers.js";
import { tooLong } from "../grade/grade.js";
import { textOfHtml } from "../grade/html-text.js";
import type { Question } from "../grade/problem.js";
import { inArchive } from "./grade-archive.js";
import { type Input, readInputs, unreadable } from "./input.js";

/** A table's size at most, in bytes: a class of thousands is some ten megabytes. */
const LARGEST_TABLE = 100_000_000;
const WORKSHEET = /\.(?:md|markdown|txt|tex)$/i;
/** What was typed into a learning platform's form: `onlinetext.html`, `lee_71_4711_text.html`. */
const PAGE = /\.html?$/i;

/**
 * The submissions that paths name, in order: files, folders with all that is below them by name, zip archives, tables of
 * answers, `-`. What cannot be read is a submission too, with the reason: nothing is lost.
 */
export async function* readSubmissions(
  paths: readonly string[],
  questions: readonly Question[],
): AsyncGenerator<Input> {
  for (const given of paths) {
    if (given === "-") yield* readInputs([given]);
    else if (await isFolder(given)) yield* inFolder(given, questions);
    else yield* inFile(given, questions);
  }
}

async function isFolder(given: string): Promise<boolean> {
  try {
    return (await stat(given)).isDirectory();
  } catch {
    return false;
  }
}

async function* inFolder(folder: string, questions: readonly Question[]): AsyncGenerator<Input> {
  let entries: readonly Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    yield unreadable(folder, error);
    return;
  }
  const shown = entries.filter(({ name }) => !isHidden(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of shown) {
    const file = path.join(folder, entry.name);
    // A link to a folder may lead in a circle: it is no directory here.
    if (entry.isDirectory()) yield* inFolder(file, questions);
    else if (await isSpecial(file)) yield special(file);
    else yield* inFile(file, questions);
  }
}

/** A pipe or a device: whoever reads one may wait for ever. Whoever names one means it. */
async function isSpecial(file: string): Promise<boolean> {
  try {
    const found = await stat(file);
    return !found.isFile() && !found.isDirectory();
  } catch {
    return false;
  }
}

const special = (file: string): Input => ({
  file,
  code: "input/special",
  problem: "this is a pipe or a device, not a file",
  hint: "name it by itself to have it read",
});

/** What archives and desktops put beside a student's files. */
const isHidden = (name: string): boolean =>
  (name.startsWith(".") && name !== "." && name !== "..") || name === "__MACOSX" || name === "Thumbs.db";

async function* inFile(file: string, questions: readonly Question[]): AsyncGenerator<Input> {
  if (/\.zip$/i.test(file))
    for await (const input of inArchive(file, isSubmission, notWorksheetIn))
      yield PAGE.test(input.file) ? asText(input) : input;
  else if (/\.(?:csv|tsv)$/i.test(file)) yield* inTable(file, questions);
  else if (WORKSHEET.test(file) || path.extname(file) === "") yield* readInputs([file]);
  else if (PAGE.test(file)) for await (const input of readInputs([file])) yield asText(input);
  else yield notWorksheet(file);
}

const notWorksheet = (file: string): Input => ({
  file,
  code: "input/format",
  problem: "the file is no worksheet",
  hint: "a worksheet is Markdown (.md, .txt) or LaTeX (.tex)",
});

const isSubmission = (name: string): boolean => !name.endsWith("/") && !name.split("/").some(isHidden);
const notWorksheetIn = (name: string, file: string): Input | null =>
  WORKSHEET.test(name) || PAGE.test(name) ? null : notWorksheet(file);

/** A page that is too long to be looked at is not looked at here either. */
const asText = (input: Input): Input =>
  "problem" in input || tooLong(input.text) !== null ? input : { ...input, text: textOfHtml(input.text) };

async function* inTable(file: string, questions: readonly Question[]): AsyncGenerator<Input> {
  for await (const input of readInputs([file], LARGEST_TABLE)) {
    if ("problem" in input) {
      yield input;
      continue;
    }
    const read = submissionsFromCsv(file, input.text.replace(/^\uFEFF/, ""), questions);
    if ("problem" in read) yield { file, code: "input/table", ...read };
    else yield* read.submissions;
  }
}
