import { FunctionFinder } from "../functions/function-finder.js";
import type { Builder } from "./builder.js";
import { classesCompared, classesInWords, integerSymbols, othersGiven, pairedLetters } from "./classes.js";
import { classifyStatements } from "./classify.js";
import { declareSymbols } from "./declare.js";
import { dropSchematic } from "./drafts.js";
import { finish } from "./finish.js";
import { surveyKronecker } from "./kronecker.js";
import { readLines } from "./lines.js";
import { surveyRunningSizes } from "./running-sizes.js";
import { findShapes } from "./shapes.js";
import { laterStatements, registerDimensions, surveyClaims, surveyLetters, surveyScripts } from "./survey.js";

/** The passes over one problem's statements, in their order: each relies on what those before it found. */
export function build(builder: Builder): void {
  const compared = classesCompared(builder);
  const integers = new Set([...integerSymbols(builder.items), ...classesInWords(builder), ...compared.classes]);
  builder.letters.gather(
    builder.items.map((i) => i.statement),
    integers,
    laterStatements(builder),
  );
  for (const letter of othersGiven(builder)) builder.letters.given.add(letter);
  const paired = [...pairedLetters(builder)].filter((l) => !integers.has(l) && !builder.letters.given.has(l));
  for (const letter of [...compared.examples, ...paired]) builder.letters.addIndex(letter);
  surveyRunningSizes(builder);
  readLines(builder);
  surveyLetters(builder, integers);
  registerDimensions(builder);
  surveyClaims(builder, integers);
  surveyScripts(builder);
  declareSymbols(builder);
  surveyKronecker(builder);
  new FunctionFinder(builder.e, builder.items, builder.plain).run();
  classifyStatements(builder);
  dropSchematic(builder);
  findShapes(builder);
  finish(builder);
}
