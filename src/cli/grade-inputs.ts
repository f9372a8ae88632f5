import type { Dirent } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { unzipSync } from "fflate";
import { submissionsFromCsv } from "../grade/csv-answers.js";
import type { Question } from "../grade/problem.js";
import { decode, type Input, LARGEST, readInputs, tooLarge, unreadable } from "./input.js";

/** An archive's size at most, packed and unpacked, in bytes: a class of thousands is some ten megabytes. */
const LARGEST_ARCHIVE = 500_000_000;
const WORKSHEET = /\.(?:md|markdown|txt|tex)$/i;

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
    else yield* inFile(file, questions);
  }
}

/** What archives and desktops put beside a student's files. */
const isHidden = (name: string): boolean =>
  (name.startsWith(".") && name !== "." && name !== "..") || name === "__MACOSX" || name === "Thumbs.db";

async function* inFile(file: string, questions: readonly Question[]): AsyncGenerator<Input> {
  if (/\.zip$/i.test(file)) yield* inArchive(file);
  else if (/\.(?:csv|tsv)$/i.test(file)) yield* inTable(file, questions);
  else if (WORKSHEET.test(file) || path.extname(file) === "") yield* readInputs([file]);
  else yield notWorksheet(file);
}

const notWorksheet = (file: string): Input => ({
  file,
  code: "input/format",
  problem: "the file is no worksheet",
  hint: "a worksheet is Markdown (.md, .txt) or LaTeX (.tex)",
});

const inTwoVersions = (file: string): Input => ({
  file,
  code: "input/twice",
  problem: "the archive holds two files of this name",
  hint: "unpack it, and say which one counts",
});

async function* inTable(file: string, questions: readonly Question[]): AsyncGenerator<Input> {
  for await (const input of readInputs([file])) {
    if ("problem" in input) {
      yield input;
      continue;
    }
    const read = submissionsFromCsv(file, input.text.replace(/^\uFEFF/, ""), questions);
    if ("problem" in read) yield { file, code: "input/table", ...read };
    else yield* read.submissions;
  }
}

async function* inArchive(file: string): AsyncGenerator<Input> {
  const refuse = (problem: string): Input => ({
    file,
    code: "input/archive",
    problem,
    hint: "unpack it and name the folder",
  });
  let size = 0;
  const large = new Set<string>();
  const seen = new Set<string>();
  const twice = new Set<string>();
  try {
    if ((await stat(file)).size > LARGEST_ARCHIVE) {
      yield refuse("the archive is too large");
      return;
    }
    const entries = unzipSync(await readFile(file), {
      filter: ({ name, originalSize }) => {
        if (name.endsWith("/") || name.split("/").some(isHidden)) return false;
        if (seen.has(name)) twice.add(name);
        seen.add(name);
        if (originalSize > LARGEST) large.add(name);
        else size += originalSize;
        if (size > LARGEST_ARCHIVE) throw new Error("too large");
        return originalSize <= LARGEST;
      },
    });
    for (const name of [...seen].sort()) {
      const bytes = large.has(name) ? undefined : entries[name];
      const submission = `${file}/${name}`;
      if (twice.has(name)) yield inTwoVersions(submission);
      else if (!WORKSHEET.test(name)) yield notWorksheet(submission);
      else yield bytes === undefined ? tooLarge(submission) : decode(submission, Buffer.from(bytes));
    }
  } catch {
    yield refuse(
      size > LARGEST_ARCHIVE ? "the archive is too large" : "the archive is damaged, or of a kind that cannot be read",
    );
  }
}
