import { refuse } from "../../core/diagnostic.js";
import { flatMap } from "../../core/flat-map.js";
import type { Syntax } from "../../notation/syntax.js";
import { letterOf } from "../symbols/letters.js";
import { children, headKey, type Scripted, scriptText, takeApart } from "../symbols/scripts.js";
import type { Value } from "../values/value.js";
import { type Application, type Elaborator, type FunctionDefinition, parameterKey } from "./elaborator.js";

/*
 * `\gamma(z_{nk}) = \pi_k \dots`: a formula for each n and k, which the argument tells. So `\gamma(z_{nj})` is that of n and j,
 * whatever k means where it is written.
 */

/** A letter of a formula that its argument's scripts tell, and what stands in its place. */
interface Told {
  readonly letter: string;
  readonly written: Syntax;
}

/** Elaborates the body of a function with the letters that its arguments tell. */
export function withLettersTold(
  e: Elaborator,
  definition: FunctionDefinition,
  { args, span, head }: Application,
  elaborate: () => Value | null,
): Value | null {
  const told = flatMap(definition.parameters, (p, k) => toldBy(e, definition, p, args[k]) ?? []);
  const [missing] = told.filter((t) => t.written === undefined);
  if (missing !== undefined) {
    const name = scriptText(head.symbol);
    refuse("function/index", `for which ${missing.letter} ${name} is meant here is not said`, span);
  }
  const others = told.filter((t): t is Told => t.written !== undefined && letterOf(t.written) !== t.letter);
  if (others.length === 0) return elaborate();
  const bound = others.map(({ letter }) => e.bind({ letter, low: null, high: null, conditions: [] }, true));
  const value = e.within(bound, elaborate);
  if (value === null) return null;
  const places = others.map(({ written }, k) => e.position(written, bound[k]?.size ?? null));
  return {
    ...value,
    at: (ps) => {
      const put = new Map(
        flatMap(places, (place, k) => (bound[k] === undefined ? [] : [[bound[k].index(e.arena), place()]])),
      );
      return e.arena.substitute(value.at(ps), put);
    },
  };
}

/** The letters below a parameter with which the formula computes, each with what the argument has there. */
function toldBy(
  e: Elaborator,
  { body }: FunctionDefinition,
  parameter: Scripted,
  arg: Syntax | undefined,
): readonly { readonly letter: string; readonly written: Syntax | undefined }[] {
  const key = parameterKey(parameter);
  const given = arg === undefined ? null : takeApart(arg);
  // A parameter that the formula does not compute with, the z of `\gamma(z_{nk})`, is there for its scripts, and no other name.
  const isAnother = given !== null && headKey(given.symbol) !== headKey(parameter.symbol) && !computesWith(body, key);
  const fits = given?.subs.length === parameter.subs.length && !isAnother;
  return flatMap(parameter.subs, (sub, k) => {
    const letter = letterOf(sub);
    if (letter === null || !e.letters.isIndex(letter) || !mentionsOutside(body, letter, key)) return [];
    return [{ letter, written: fits ? given.subs[k] : undefined }];
  });
}

const computesWith = (s: Syntax, parameter: string): boolean => {
  const t = takeApart(s);
  return t !== null && parameterKey(t) === parameter ? true : children(s).some((n) => computesWith(n, parameter));
};

/** Does a letter stand in a formula other than below the parameter itself? */
function mentionsOutside(s: Syntax, letter: string, parameter: string): boolean {
  if (letterOf(s) === letter) return true;
  const t = s.kind === "scripted" ? takeApart(s) : null;
  if (t !== null && parameterKey(t) === parameter) return false;
  return children(s).some((n) => mentionsOutside(n, letter, parameter));
}
