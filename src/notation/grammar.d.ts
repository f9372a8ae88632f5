import type { CompiledRules } from "nearley";

/** Generated from grammar/math.ne by grammar/build.mjs; its results are `Parsed` trees (see expression.ts). */
declare const grammar: CompiledRules;
export default grammar;
